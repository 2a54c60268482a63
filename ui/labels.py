"""How sources, dates and the words that matter are named, on the page and in the terminal alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from rag import Answer, Citation
from ui import text as words

MARKER = re.compile(r"\[(\d{1,3})\]")

_QUOTE_MARKS = '“”「」『』"\n '


def date_words(published: str | None) -> str:
    """Return an ISO date as people write it: 2023-04-18 → 2023年4月18日."""
    if not published:
        return words.UNDATED
    parts = published.split("-")
    if len(parts) > len(words.DATE_UNITS) or not all(part.isdecimal() for part in parts):
        return published
    return "".join(
        f"{int(part)}{unit}" for part, unit in zip(parts, words.DATE_UNITS, strict=False)
    )


def source_words(citation: Citation) -> str:
    """Return title, outlet and date of a citation's article, joined by "·"."""
    known = (citation.title or words.UNTITLED, citation.outlet, date_words(citation.published))
    return " · ".join(part for part in known if part)


def key_phrases(answer: Answer) -> tuple[str, ...]:
    """Return what deserves emphasis: the spans of the short answer, else the figures stated."""
    if answer.short:
        return tuple(span.strip() for span in answer.short.split("；") if span.strip())
    return tuple(fact.text for fact in answer.facts if fact.value is not None)


def cut_at(text: str, phrases: Iterable[str]) -> Sequence[str]:
    """Cut `text` into other, phrase, other, …, phrase, other; longer phrases win."""
    pattern = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return re.split(f"({pattern})", text) if pattern else [text]


def own_words(answer: Answer) -> tuple[str, ...]:
    """Return the lines of an answer that say more than a citation's quote does.

    Quotes are shown with their sources; repeating them in the text would say everything twice.
    """
    quotes = {citation.quote.strip() for citation in answer.citations}
    lines = filter(None, (line.strip() for line in answer.text.splitlines()))
    return tuple(line for line in lines if _unmarked(line).strip(_QUOTE_MARKS) not in quotes)


def is_short_answer(line: str, answer: Answer) -> bool:
    """Tell whether a line of an answer is its short answer with markers."""
    return answer.short is not None and _unmarked(line).strip() == answer.short.strip()


def _unmarked(line: str) -> str:
    return MARKER.sub("", line)


def report_totals(summary: Any) -> str:
    """Return one line with how much came in; `summary` is what `rag.ingest_report` returns."""
    return words.REPORT_TOTALS.format(
        sources=len(summary.sources), articles=summary.articles, characters=summary.characters
    )


def report_row(source: Any) -> tuple[str, ...]:
    """Return one source's cells, in the order of `REPORT_COLUMNS`."""
    repairs = "，".join(
        f"{words.REPAIRS.get(kind, kind)} {n}" for kind, n in source.repairs.items()
    )
    numbers = (source.doubtful_repairs, source.without_date, source.without_title)
    return (
        source.source,
        source.encoding,
        str(source.articles),
        str(source.characters),
        repairs or "0",
        *(str(number) for number in numbers),
    )


def failure_words(source: str, where: str | None, reason: str) -> str:
    """Return one line that says what could not be read and why."""
    place = words.FAILURE_WHERE.format(where=where) if where else ""
    return words.FAILURE_LINE.format(source=source, where=place, reason=reason)
