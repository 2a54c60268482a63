"""Citations: quotes become numbered sources, and every figure is traced to one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus import Article, RunKind, Segmenter, fold
from rag.evidence import ArticleView, lay_open, place_fits, year_fits
from rag.extract import Quote
from rag.facts import Mention, find_mentions
from rag.places import gazetteer
from rag.question import Question
from rag.reader import Matcher
from rag.types import Citation, Fact

MIN_STATEMENT_SUPPORT = 0.5
"""Share of a statement's words that the passage it cites must hold.
Source: chosen by hand; a scripted model that lies only in wording is not caught by figures."""

_LEADING_DATE = re.compile(r"^(?:(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?起?|近日|日前|近期)[,，]\s*")
_FIRST_CLAUSE = re.compile(r"[^,，。！？!?；;\n]{1,30}")


def display_title(article: Article) -> str:
    """Return the headline, or "(无题)" with the first clause of an article that has none."""
    if article.title:
        return article.title
    text = _LEADING_DATE.sub("", article.text.lstrip())
    first = _FIRST_CLAUSE.match(text)
    return f"(无题) {first.group() if first else text[:30]}"


def cite(quotes: Sequence[Quote]) -> tuple[Citation, ...]:
    """Return one citation a quote, numbered from 1 in order."""
    return tuple(_citation(number, quote) for number, quote in enumerate(quotes, start=1))


def facts_in(text: str, quotes: Sequence[Quote]) -> tuple[Fact, ...]:
    """Return the figures of an answer that its quotes support, each with their markers.

    A figure is supported when a quote states the same one: kind, value and measure.
    """
    stated = [find_mentions(fold(quote.text)) for quote in quotes]
    facts: dict[tuple[str, float | None, str], Fact] = {}
    folded = fold(text)
    for mention in find_mentions(folded):
        markers = tuple(
            number
            for number, mentions in enumerate(stated, start=1)
            if any(mention.agrees(other) for other in mentions)
        )
        if markers:
            words = text[mention.start : mention.end]
            unit = None if mention.kind == "date" else mention.unit
            fact = Fact(words, mention.kind, mention.value, unit, markers)
            facts.setdefault((mention.kind, mention.value, mention.unit), fact)
    return tuple(facts.values())


def support(
    statement: str,
    articles: Iterable[Article],
    *,
    question: Question,
    matcher: Matcher,
    segmenter: Segmenter,
) -> Quote | None:
    """Return the words of one of these articles that carry a model's statement, or None.

    Carried means: every figure and every place of the statement stands in the sentence or the
    one next to it, the place, year and names asked about are those of the sentence, and half of
    the statement's words are there. A figure that only echoes the question is no support: it
    must stand in the quote as well.
    """
    folded = fold(statement)
    mentions = find_mentions(folded)
    places = [m.stem for m in gazetteer().find(folded)]
    best: tuple[float, Quote] | None = None
    for article in articles:
        view = lay_open(article, question, segmenter)
        for number in range(len(view.units)):
            quote = _carrying(view, number, mentions, places, question)
            if quote is None:
                continue
            overlap = matcher.local(fold(quote.text))
            if overlap >= MIN_STATEMENT_SUPPORT and (best is None or overlap > best[0]):
                best = (overlap, quote)
    return None if best is None else best[1]


def _carrying(
    view: ArticleView,
    number: int,
    mentions: Sequence[Mention],
    places: Sequence[str],
    question: Question,
) -> Quote | None:
    """Return the sentence of a unit as a quote when it carries figures and places, else None."""
    first, last = view.sentence_of(number)
    units = view.units[first:last]
    stated = [mention for unit in units for mention in unit.mentions]
    if not all(any(m.agrees(other) for other in stated) for m in mentions):
        return None
    asked = {*places, *question.places}
    if not all(place_fits(view, number, place) for place in asked):
        return None
    if question.years and not year_fits(view, number, question.years):
        return None
    return Quote(view.article, units[0].start, units[-1].end, 1.0)


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
