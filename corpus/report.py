"""What came in: per source what was read, mended, missing or twice there, and what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from corpus.types import Article, Failure


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """What one source brought.

    Attributes:
        source: the file as the caller named it.
        encoding: the encoding it was decoded from.
        articles: how many articles it holds.
        characters: code points of their texts, titles not counted.
        repairs: repaired or flagged places by kind.
        doubtful_repairs: those of them with a guessed character, or only flagged.
        without_date: articles whose date the source does not state.
        without_title: articles without a headline.
    """

    source: str
    encoding: str
    articles: int
    characters: int
    repairs: dict[str, int]
    doubtful_repairs: int
    without_date: int
    without_title: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One article that came in more than once; `sources` names every time."""

    article_id: str
    title: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What came in from all sources, each list in the order of first appearance."""

    sources: tuple[SourceSummary, ...]
    duplicates: tuple[Duplicate, ...]
    failures: tuple[Failure, ...]

    @property
    def articles(self) -> int:
        """Return how many articles were read, duplicates counted each time."""
        return sum(source.articles for source in self.sources)

    @property
    def characters(self) -> int:
        """Return how many characters they hold, duplicates counted each time."""
        return sum(source.characters for source in self.sources)

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain values, the totals first, ready for JSON."""
        return {"articles": self.articles, "characters": self.characters, **asdict(self)}


@dataclass(slots=True)
class _Tally:
    encoding: str
    articles: int = 0
    characters: int = 0
    repairs: Counter[str] = field(default_factory=Counter)
    doubtful: int = 0
    without_date: int = 0
    without_title: int = 0


def summarise(found: Iterable[Article | Failure]) -> Summary:
    """Return what came in; the articles themselves are looked at once and not kept."""
    tallies: dict[str, _Tally] = {}
    seen: dict[str, tuple[str, list[str]]] = {}
    failures: list[Failure] = []
    for item in found:
        if isinstance(item, Failure):
            failures.append(item)
            continue
        _count(tallies.setdefault(item.source, _Tally(item.encoding)), item)
        seen.setdefault(item.article_id, (item.title, []))[1].append(item.source)
    return Summary(
        sources=tuple(_summary(source, tally) for source, tally in tallies.items()),
        duplicates=tuple(
            Duplicate(article_id, title, tuple(sources))
            for article_id, (title, sources) in seen.items()
            if len(sources) > 1
        ),
        failures=tuple(failures),
    )


def _count(tally: _Tally, article: Article) -> None:
    tally.articles += 1
    tally.characters += len(article.text)
    tally.repairs.update(repair.kind for repair in article.repairs)
    tally.doubtful += sum(not repair.sure for repair in article.repairs)
    tally.without_date += article.published is None
    tally.without_title += not article.title


def _summary(source: str, tally: _Tally) -> SourceSummary:
    return SourceSummary(
        source=source,
        encoding=tally.encoding,
        articles=tally.articles,
        characters=tally.characters,
        repairs=dict(sorted(tally.repairs.items())),
        doubtful_repairs=tally.doubtful,
        without_date=tally.without_date,
        without_title=tally.without_title,
    )
