"""Measures of the evidence shown: the right words, verbatim, and enough for what is claimed.

As in `answer_measures`: one `Scored` in, 0 to 1 or None out. Judged without a model; the proxies
for ALCE's entailment test are named as such.
"""

from __future__ import annotations

import re

from rag.evaluation.answer_lines import MARKER, CitationLine
from rag.evaluation.matching import skeleton
from rag.evaluation.quantities import quantities
from rag.evaluation.scored import Scored

# A statement is supported when this share of its pairs of characters stands in the quotes it cites.
# Source: chosen so that a quote with a few words of introduction passes; a fixed convention, not
# fitted to any set.
MIN_SUPPORT = 0.6

_OPENING, _CLOSING = "“「『《（(", "”」』》）)"
_SENTENCE_END = re.compile(r"[。！？!?；;]+[”」』）)]*(?:\[\d+\])*|(?:\[\d+\])+")


def evidence_recall(scored: Scored) -> float | None:
    """Return the share of the gold evidence that some citation shows; None without evidence."""
    evidence = scored.question.evidence
    if not scored.question.answerable or not evidence:
        return None
    shown = sum(any(scored.shows(e, c) for c in scored.answer.citations) for e in evidence)
    return shown / len(evidence)


def evidence_precision(scored: Scored) -> float | None:
    """Return the share of the citations that show gold evidence; None without either."""
    citations, evidence = scored.answer.citations, scored.question.evidence
    if not scored.question.answerable or not evidence or not citations:
        return None
    return sum(any(scored.shows(e, c) for e in evidence) for c in citations) / len(citations)


def quote_verbatim(scored: Scored) -> float | None:
    """Return the share of the quotes that stand in their article at their offsets, to the letter.

    A citation of an article that the collection does not have counts as wrong.
    """
    checked = [verdict for verdict in scored.verbatim if verdict is not None]
    return sum(checked) / len(checked) if checked else None


def number_support(scored: Scored) -> float | None:
    """Return the share of the answer's figures that stand in its quotes; None without figures.

    A figure repeated from the question needs support as any other.
    """
    stated = quantities(scored.answer.said)
    if not stated:
        return None
    quoted = {q for citation in scored.answer.citations for q in quantities(citation.quote)}
    return sum(quantity in quoted for quantity in stated) / len(stated)


def citation_recall(scored: Scored) -> float | None:
    """Return the share of the answer's statements that the quotes they cite support together.

    Source: ALCE citation recall (Gao et al., Enabling Large Language Models to Generate Text with
    Citations, EMNLP 2023), with `_supports` in place of its entailment model.
    """
    statements = _statements(scored)
    if not statements:
        return None
    return sum(_supports(cited, text) for text, cited in statements) / len(statements)


def citation_precision(scored: Scored) -> float | None:
    """Return the share of the citations made that their statement needs or that support it alone.

    Source: ALCE citation precision (as `citation_recall`): a citation is idle when it does not
    support its statement and the others do so without it; all are when together they do not.
    """
    verdicts: list[bool] = []
    for text, cited in _statements(scored):
        whole = _supports(cited, text)
        for citation in cited:
            others = [other for other in cited if other is not citation]
            needed = _supports([citation], text) or not _supports(others, text)
            verdicts.append(whole and needed)
    return sum(verdicts) / len(verdicts) if verdicts else None


def _statements(scored: Scored) -> list[tuple[str, list[CitationLine]]]:
    """Return what an answer states, sentence by sentence, with the citations whose markers follow.

    What stands between quotation marks is one statement however long; a line that ends in a colon
    introduces the next one and states nothing.
    """
    if not scored.answer.said:
        return []
    by_marker = {citation.marker: citation for citation in scored.answer.citations}
    statements: list[tuple[str, list[CitationLine]]] = []
    for line in scored.answer.text.splitlines():
        for sentence in [] if line.rstrip().endswith(("：", ":")) else _sentences(line):
            text = MARKER.sub("", sentence).strip()
            markers = dict.fromkeys(int(marker) for marker in MARKER.findall(sentence))
            if skeleton(text):
                statements.append((text, [by_marker[m] for m in markers if m in by_marker]))
    return statements


def _sentences(line: str) -> list[str]:
    """Cut a line after sentence ends and markers that stand outside quotation marks."""
    sentences: list[str] = []
    start = depth = 0
    at = 0
    while at < len(line):
        depth += (line[at] in _OPENING) - (line[at] in _CLOSING)
        end = _SENTENCE_END.match(line, at)
        at = end.end() if end and depth <= 0 else at + 1
        if end and depth <= 0:
            sentences.append(line[start:at])
            start, depth = at, 0
    return [*sentences, line[start:]]


def _supports(citations: list[CitationLine], statement: str) -> bool:
    """Tell whether quotes support a statement: its figures and most of its words stand in them."""
    quoted = " ".join(citation.quote for citation in citations)
    if not set(quantities(statement)) <= set(quantities(quoted)):
        return False
    words, held = skeleton(statement), skeleton(quoted)
    pairs = [words[i : i + 2] for i in range(len(words) - 1)] or [words]
    return sum(pair in held for pair in pairs) >= MIN_SUPPORT * len(pairs)
