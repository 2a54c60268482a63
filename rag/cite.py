"""Citations: quotes become numbered sources, and every figure is traced to one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus import Article, RunKind, fold
from rag.extract import Quote
from rag.facts import find_mentions
from rag.support import is_stated
from rag.types import Citation, Fact

_LEADING_DATE = re.compile(r"^(?:(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?起?|近日|日前|近期)[,，]\s*")
_FIRST_CLAUSE = re.compile(r"[^,，。！？!?；;\n]{1,30}")


def display_title(article: Article) -> str:
    """Return the headline, or "(无题)" with the first clause of an article that has none."""
    if article.title or article.display_title:
        return article.title or article.display_title
    text = _LEADING_DATE.sub("", article.text.lstrip())
    first = _FIRST_CLAUSE.match(text)
    return f"(无题) {first.group() if first else text[:30]}"


def cite(quotes: Sequence[Quote]) -> tuple[Citation, ...]:
    """Return one citation a quote, numbered from 1 in order."""
    return tuple(_citation(number, quote) for number, quote in enumerate(quotes, start=1))


def facts_in(text: str, quotes: Sequence[Quote]) -> tuple[Fact, ...]:
    """Return the figures of an answer that its quotes support, each with their markers.

    A figure is supported by a quote that states it: its kind, value and measure, all of its date.
    """
    stated = [find_mentions(fold(quote.text)) for quote in quotes]
    facts: dict[tuple[str, float | None, str], Fact] = {}
    for mention in find_mentions(fold(text)):
        markers = tuple(
            number
            for number, (quote, mentions) in enumerate(zip(quotes, stated, strict=True), start=1)
            if is_stated(mention, mentions, published=quote.article.published)
        )
        if markers:
            words = text[mention.start : mention.end]
            unit = None if mention.kind == "date" else mention.unit
            fact = Fact(words, mention.kind, mention.value, unit, markers)
            facts.setdefault((mention.kind, mention.value, mention.unit), fact)
    return tuple(facts.values())


def _citation(marker: int, quote: Quote) -> Citation:
    article = quote.article
    ranges = article.offsets.file_ranges(quote.start, quote.end)
    return Citation(
        marker=marker,
        article_id=article.article_id,
        title=display_title(article),
        source=article.source,
        url=article.url,
        published=article.published,
        author=article.author,
        outlet=article.outlet,
        quote=quote.text,
        start=quote.start,
        end=quote.end,
        file_ranges=tuple((span.start, span.end) for span in ranges),
        mended=article.offsets.worst_kind(quote.start, quote.end) is not RunKind.KEPT,
    )
