"""Measures of what was said: right words, right figures, and knowing when to say nothing.

Each takes one `Scored` and returns a value from 0 to 1, higher is better, or None where it does not
apply; the mean is taken over the questions where it does. An answer with status `partial` is
treated as an answer throughout: it can be right, and on an unanswerable question it is wrong. An
answer line with an `error` is neither an answer nor a refusal and scores 0.
"""

from __future__ import annotations

from corpus import to_simplified
from rag.evaluation.cmrc import cmrc_em, cmrc_f1
from rag.evaluation.matching import contains, skeleton
from rag.evaluation.quantities import Quantity, quantities
from rag.evaluation.scored import Scored


def correct(scored: Scored) -> float:
    """Return 1 for a right answer or a right refusal, else 0.

    Right is an answer whose text holds what a full answer holds (`answer_contains`) and whose short
    answer, where one is put in front, holds a part of it: a wrong short answer is not made good by
    a quote behind it. Where the collection has no answer, a refusal is right. An answerable
    question without gold answers is right when it was answered at all.
    """
    if not scored.question.answerable:
        return float(scored.answer.refused)
    contained = answer_contains(scored)
    if contained is None:
        return float(bool(scored.answer.said))
    beside = scored.answer.short is not None and _held(scored, scored.answer.short) == 0
    return 0.0 if beside else contained


def answer_contains(scored: Scored) -> float | None:
    """Return 1 when the answer's text holds every gold answer (any, for alternatives), else 0."""
    share = answer_recall(scored)
    return None if share is None else float(share == 1.0)


def answer_recall(scored: Scored) -> float | None:
    """Return the share of the gold answers that the answer's text holds; partial credit.

    For alternatives it is 1 when any is held.
    """
    return _held(scored, f"{scored.answer.said}\n{'；'.join(scored.answer.spans)}")


def short_contains(scored: Scored) -> float | None:
    """Return 1 when the short answer alone holds every gold answer, else 0: quoting does not help.

    None where the system gives no short answer.
    """
    if scored.answer.short is None and scored.answer.said:
        return None
    share = _held(scored, "；".join(scored.answer.spans))
    return None if share is None else float(share == 1.0)


def exact_match(scored: Scored) -> float | None:
    """Return 1 when the short answer is the gold answer but for case, script and punctuation.

    A list is right when its items are, in any order.

    Source: CMRC 2018 evaluation script (`cmrc_em`), after folding Traditional to Simplified.
    """
    golds = _golds(scored)
    if golds is None:
        return None
    if scored.question.match == "any" or len(golds) == 1:
        return cmrc_em(_prediction(scored), golds)
    spans = _spans(scored)
    found = all(cmrc_em(span, golds) for span in spans)
    return float(bool(spans) and found and all(cmrc_em(gold, spans) for gold in golds))


def character_f1(scored: Scored) -> float | None:
    """Return the character F1 of the short answer.

    For a list it is the harmonic mean of two means: of each span's best F1 against the gold items
    (precision) and of each gold item's best F1 against the spans (recall). With one gold answer it
    is the shared task's own F1.

    Source: CMRC 2018 evaluation script (`cmrc_f1`), after folding Traditional to Simplified.
    """
    golds = _golds(scored)
    if golds is None:
        return None
    if scored.question.match == "any" or len(golds) == 1:
        return cmrc_f1(_prediction(scored), golds)
    spans = _spans(scored)
    if not spans:
        return 0.0
    precision = sum(cmrc_f1(span, golds) for span in spans) / len(spans)
    recall = sum(cmrc_f1(gold, spans) for gold in golds) / len(golds)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def rouge_l(scored: Scored) -> float | None:
    """Return ROUGE-L (F, beta 1) of the short answer over folded characters.

    Source: Lin, ROUGE: A Package for Automatic Evaluation of Summaries, ACL 2004 workshop.
    """
    golds = _golds(scored)
    if golds is None:
        return None
    wanted = golds if scored.question.match == "any" else ["".join(golds)]
    said = skeleton("".join(_spans(scored))).replace(" ", "")
    return max(_rouge(said, skeleton(gold).replace(" ", "")) for gold in wanted)


def number_recall(scored: Scored) -> float | None:
    """Return the share of the gold answers' figures that the answer states, in any spelling.

    None where the gold answers hold no figure, or are alternatives.
    """
    wanted = _gold_quantities(scored)
    if wanted is None:
        return None
    stated = set(quantities(scored.answer.said)) | set(_stated(scored))
    return sum(quantity in stated for quantity in wanted) / len(wanted)


def number_exact(scored: Scored) -> float | None:
    """Return 1 when the short answer states the gold answers' figures and no other, else 0."""
    wanted = _gold_quantities(scored)
    return None if wanted is None else float(set(_stated(scored)) == set(wanted))


def refusal_precision(scored: Scored) -> float | None:
    """Return, for a refusal, 1 when the question had no answer, else 0. None for an answer."""
    return float(not scored.question.answerable) if scored.answer.refused else None


def refusal_recall(scored: Scored) -> float | None:
    """Return, for a question without an answer, 1 when it was refused, else 0."""
    return None if scored.question.answerable else float(scored.answer.refused)


def answered(scored: Scored) -> float | None:
    """Return, for a question with an answer, 1 when it was answered (rightly or not), else 0."""
    return float(bool(scored.answer.said)) if scored.question.answerable else None


def _golds(scored: Scored) -> list[str] | None:
    if not scored.question.answerable or not scored.question.answers:
        return None
    return [to_simplified(answer) for answer in scored.question.answers]


def _spans(scored: Scored) -> list[str]:
    return [to_simplified(span) for span in scored.answer.spans]


def _prediction(scored: Scored) -> str:
    return "；".join(_spans(scored))


def _held(scored: Scored, text: str) -> float | None:
    if not scored.question.answerable or not scored.question.answers:
        return None
    held = [contains(text, answer) for answer in scored.question.answers]
    return float(any(held)) if scored.question.match == "any" else sum(held) / len(held)


def _gold_quantities(scored: Scored) -> list[Quantity] | None:
    question = scored.question
    if not question.answerable or (question.match == "any" and len(question.answers) > 1):
        return None
    return [q for answer in question.answers for q in quantities(answer)] or None


def _stated(scored: Scored) -> list[Quantity]:
    return [q for span in scored.answer.spans for q in quantities(span)]


def _rouge(said: str, gold: str) -> float:
    if not said or not gold:
        return 0.0
    common = _common_subsequence(said, gold)
    return 2 * common / (len(said) + len(gold))


def _common_subsequence(first: str, second: str) -> int:
    row = [0] * (len(second) + 1)
    for a in first:
        diagonal = 0
        for j, b in enumerate(second, start=1):
            diagonal, row[j] = row[j], diagonal + 1 if a == b else max(row[j], row[j - 1])
    return row[-1]
