"""The text of an answer: the short answer first, then the quoted ground, each with its marker."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus import RunKind, fold
from rag.cite import cite, facts_in
from rag.extract import Extract, Quote
from rag.question import Question
from rag.types import Answer, Status
from rag.wording import Phrase, phrase

_RELATIVE = re.compile(
    r"去年|今年|前年|明年|上个月|本月|近日|日前|昨日|昨天|今天|近期|当天|年初以来|近年来"
)
_MARKER_LIKE = re.compile(r"\[(\d+)\]")
_LACKING: dict[str, Phrase] = {
    "amount": "amount", "count": "count", "percent": "percent", "date": "date", "person": "person",
}  # fmt: skip


def quoting_answer(question: Question, found: Extract, status: Status) -> Answer:
    """Return the answer that quotes: its text, short answer, citations, facts and notes.

    `found` must have quotes and `status` not be "not_found".
    """
    quotes = found.quotes
    lines = [f"“{_unmarked(quote.text)}”[{n}]" for n, quote in enumerate(quotes, start=1)]
    shorts = _short_answers(quotes)
    if status == "partial" and not found.unanswered:
        what = phrase(_LACKING.get(question.kind, "amount"), like=question.text)
        head = phrase("partial", like=question.text, what=what)
    else:
        head = "；".join(f"{words}[{marker}]" for words, marker in shorts)
    if found.unanswered:
        asked = _unmarked("；".join(found.unanswered))
        lines.append(phrase("unanswered", like=question.text, what=asked))
    text = "\n".join([head, *lines] if head else lines)
    return Answer(
        question=question.text,
        status=status,
        text=text,
        short="；".join(words for words, _ in shorts) or None,
        citations=cite(quotes),
        facts=facts_in(" ".join(words for words, _ in shorts), quotes) if shorts else (),
        notes=notes_on(quotes, like=question.text),
    )


def not_found_answer(question: Question, nearest: Sequence[str]) -> Answer:
    """Return the refusal, with the titles of the articles that came nearest."""
    text = phrase("not_found", like=question.text)
    return Answer(question=question.text, status="not_found", text=text, nearest=tuple(nearest))


def notes_on(quotes: Sequence[Quote], *, like: str) -> tuple[str, ...]:
    """Return what a careful reader of these quotes must know."""
    notes: list[str] = []
    for quote in quotes:
        relative = _RELATIVE.search(fold(quote.text))
        if relative:
            word = quote.text[relative.start() : relative.end()]
            when = quote.article.published or phrase("undated", like=like)
            notes.append(phrase("relative_date", like=like, word=word, when=when))
        kind = quote.article.offsets.worst_kind(quote.start, quote.end)
        if kind is RunKind.GUESSED:
            notes.append(phrase("guessed", like=like))
        elif kind is RunKind.MENDED:
            notes.append(phrase("mended", like=like))
    return tuple(dict.fromkeys(notes))


def _short_answers(quotes: Sequence[Quote]) -> list[tuple[str, int]]:
    """Return (answering words, marker), each words once."""
    found: dict[str, int] = {}
    for marker, quote in enumerate(quotes, start=1):
        for start, end in quote.spans:
            words = _unmarked(quote.article.text[start:end].strip("“”\"'，。"))
            if words:
                found.setdefault(words, marker)
    return list(found.items())


def _unmarked(words: str) -> str:
    """Return words with 〔3〕 for a [3] of their own, which would read as a marker."""
    return _MARKER_LIKE.sub(r"〔\1〕", words)
