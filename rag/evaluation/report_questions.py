"""The report's last part: the questions that went wrong, what was due beside what came."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from rag.evaluation import report_text as words
from rag.evaluation.markup import element
from rag.evaluation.summary import Results, Row

SHOWN = 30


def worst_questions(results: Results) -> list[Element]:
    """Return the questions that went wrong, the worst first, at most `SHOWN`."""
    wrong = sorted((row for row in results.rows if _badness(row)), key=_badness, reverse=True)
    title = element("h2", words.WORST_TITLE)
    if not wrong:
        return [title, element("p", words.WORST_NONE)]
    note = words.WORST_NOTE.format(shown=min(len(wrong), SHOWN), wrong=len(wrong))
    return [title, element("p", note, class_="note"), *map(_question, wrong[:SHOWN])]


def _badness(row: Row) -> float:
    """Return how wrong a row is: 0 for right, up to 2 where nothing of the answer was given."""
    if "text" in row.detail:
        if row.measures.get("Correct") == 1.0:
            return 0.0
        return 2.0 - (row.measures.get("AnswerRecall") or 0.0)
    found = row.measures.get("nDCG@10") or 0.0
    return 0.0 if row.measures.get("Success@10") == 1.0 else 2.0 - found


def _question(row: Row) -> Element:
    due, given = _answer_sides(row) if "text" in row.detail else _retrieval_sides(row)
    return element(
        "section",
        element("h3", f"{row.id}　{row.question}"),
        element("div", due, given, class_="sides"),
        class_="question",
    )


def _answer_sides(row: Row) -> tuple[Element, Element]:
    detail = row.detail
    wanted = "；".join(detail["answers"]) if detail["answerable"] else words.EXPECTED_REFUSAL
    gold = [_quote(e["quote"], e["article"] or e["file"] or "") for e in detail["evidence"]]
    cited = [_quote(c["quote"], c["title"]) for c in detail["citations"]]
    said = str(detail.get("error") or detail["text"])
    return (
        _side(words.EXPECTED, wanted, gold, words.NO_EVIDENCE if detail["answerable"] else ""),
        _side(words.GIVEN, said, cited, words.NO_CITATION),
    )


def _retrieval_sides(row: Row) -> tuple[Element, Element]:
    relevant = [doc_id for doc_id, grade in row.detail["relevant"].items() if grade > 0]
    found: Sequence[str] = row.detail["found"]
    return (
        _side(words.RELEVANT, "\n".join(relevant), [], ""),
        _side(words.FOUND, "\n".join(found) or words.NOTHING_FOUND, [], ""),
    )


def _side(title: str, text: str, quotes: Sequence[Element], none: str) -> Element:
    rest = quotes or ([element("p", none, class_="note")] if none else [])
    return element("div", element("h4", title), element("p", text, class_="answer"), *rest)


def _quote(text: str, source: str) -> Element:
    return element("blockquote", text, element("cite", source))
