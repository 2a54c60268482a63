"""The types everyone speaks of: what is asked, what is found, what is answered.

Field names and order are those of an answer line (docs: README, "答案的格式"); `to_dict` gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from corpus import Passage

Status = Literal["answered", "partial", "not_found"]
FactKind = Literal["money", "count", "percent", "date", "person", "place", "organisation"]


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage with its place in one ranked list.

    Attributes:
        passage: the passage.
        score: higher is better; comparable only within one list.
        rank: 1 for the best.
    """

    passage: Passage
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Citation:
    """The words an answer rests on: `quote == article.text[start:end]`, to the character.

    Attributes:
        marker: the number shown in the answer as `[marker]`, from 1.
        article_id: the article quoted.
        title: its headline, or a stand-in made from its first clause.
        source: the file it came from.
        url: its address, or None.
        published: its ISO date, or None where the source gives none.
        author: its byline, or None.
        outlet: its paper or site, or None.
        quote: the article's own words in its own script.
        start: first code point of the quote in the article's text.
        end: end (half-open) of the quote in the article's text.
        file_ranges: ranges of the decoded original file that hold the same words, in order.
        mended: whether characters of the quote were restored.
    """

    marker: int
    article_id: str
    title: str
    source: str
    url: str | None
    published: str | None
    author: str | None
    outlet: str | None
    quote: str
    start: int
    end: int
    file_ranges: tuple[tuple[int, int], ...]
    mended: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure, date, person, place or organisation stated by the answer.

    Attributes:
        text: as written in the answer.
        kind: what it is.
        value: the number in base units (58万元 → 580000), or None when it is no number.
        unit: the base unit (元, 人, %), or None.
        supported_by: markers of the citations whose quote states it; never empty in an answer.
    """

    text: str
    kind: FactKind
    value: float | None
    unit: str | None
    supported_by: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """One line of the list of passages that were looked at."""

    rank: int
    score: float
    passage_id: str
    article_id: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A question's answer: every marker in `text` has exactly one citation, and the reverse.

    Attributes:
        question: as asked.
        status: `answered`, `partial` (only a part is supported) or `not_found`.
        text: the answer with its markers; a plain sentence when nothing was found.
        short: the spans inside the quotes that answer, joined by "；", or None.
        citations: none when `not_found`.
        facts: what the answer states, each with its support.
        retrieved: the passages looked at, best first.
        rewritten: the question made whole from the conversation, or None.
        nearest: titles of the nearest articles when `not_found`.
        notes: what a careful reader must know.
        timings_ms: milliseconds by stage, with "total".
        versions: what answered: index, encoder, reader, model.
        confidence: the chance that the best quote answers, 0 to 1; None where none was weighed.
        id: the question's identifier in a set, or None.
    """

    question: str
    status: Status
    text: str
    short: str | None = None
    citations: tuple[Citation, ...] = ()
    facts: tuple[Fact, ...] = ()
    retrieved: tuple[Retrieved, ...] = ()
    rewritten: str | None = None
    nearest: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str | None] = field(default_factory=dict)
    confidence: float | None = None
    id: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the answer line: plain lists, dicts, strings and numbers, ready for JSON."""
        line = asdict(self)
        first = ("id", "question", "rewritten", "status", "text", "short")
        ordered = {key: line.pop(key) for key in first}
        return ordered | line


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a conversation: what was asked and what was answered."""

    question: str
    answer: str
