"""Whether an article carries what a language model said: its figures, places, names and words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus import Article, Segmenter, fold
from rag.evidence import (
    ArticleView,
    InverseFrequency,
    lay_open,
    names_fit,
    person_fits,
    place_fits,
)
from rag.extract import Quote, said_of_asked
from rag.facts import Mention, find_mentions, loose_numbers
from rag.question import Question, analyse
from rag.reader import Matcher

MIN_STATEMENT_SUPPORT = 0.5
"""Share of a statement's words that the sentence it rests on must hold.
Source: chosen by hand; a scripted model that lies only in wording is not caught by figures."""

_BEFORE_LOCALITY = "对向由为与和及以把将被"
_YEARS_BACK = {"去": -1, "前": -2, "明": 1}


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement taken apart.

    Attributes:
        said: its words, places, names, persons and years, as those of a question.
        mentions: its figures and dates.
        numbers: its other numbers, see `loose_numbers`.
    """

    said: Question
    mentions: tuple[Mention, ...]
    numbers: frozenset[tuple[bool, float]]

    @classmethod
    def of(cls, statement: str, segmenter: Segmenter) -> Claim:
        """Take a statement apart."""
        folded = fold(statement)
        mentions = tuple(find_mentions(folded))
        numbers = frozenset(loose_numbers(folded, mentions))
        return cls(analyse(statement, segmenter), mentions, numbers)


def support(
    statement: str,
    articles: Iterable[Article],
    *,
    question: Question,
    inverse_frequency: InverseFrequency,
    segmenter: Segmenter,
) -> Quote | None:
    """Return the sentence of one of these articles that carries a model's statement, or None.

    Carried means: every figure, date and number of the statement stands in the sentence; the
    places and persons of the statement, and the places, years and persons of the question, are
    those it is said of; the article has the names of both; and half of the statement's words are
    in the sentence. A figure that only echoes the question is no support.
    """
    claim = Claim.of(statement, segmenter)
    # 58万元 alone has no words of its own: its sentence must speak of what is asked.
    matcher = Matcher(claim.said if claim.said.words else question, inverse_frequency)
    opened = replace(
        claim.said,
        places=(*claim.said.places, *question.places),
        persons=(*claim.said.persons, *question.persons),
    )
    best: tuple[float, Quote] | None = None
    for article in articles:
        for quote in _carrying(lay_open(article, opened, segmenter), claim, question):
            overlap = matcher.local(fold(quote.text))
            if overlap >= MIN_STATEMENT_SUPPORT and (best is None or overlap > best[0]):
                best = (overlap, quote)
    return None if best is None else best[1]


def is_stated(mention: Mention, by: Iterable[Mention], *, published: str | None) -> bool:
    """Tell whether an article states a figure or date.

    Args:
        mention: what is claimed.
        by: what the article's sentence states.
        published: the article's ISO date; it completes dates without a year (去年9月).
    """
    return any(
        mention.is_stated_by(one) or mention.is_stated_by(_with_year(one, published)) for one in by
    )


def _carrying(view: ArticleView, claim: Claim, question: Question) -> Iterable[Quote]:
    """Yield the sentences that state all figures and are said of all that is claimed and asked."""
    said = claim.said
    localities = (locality.lstrip(_BEFORE_LOCALITY) for locality in said.localities)
    if not names_fit(view, (*question.names, *said.names, *localities)):
        return
    for number in range(len(view.units)):
        first, last = view.sentence_of(number)
        if number != first or not said_of_asked(view, number, question):
            continue
        if _said_of(view, (first, last), said) and _states_all(view, (first, last), claim):
            yield Quote(view.article, view.units[first].start, view.units[last - 1].end, 1.0)


def _said_of(view: ArticleView, span: tuple[int, int], said: Question) -> bool:
    """Tell whether a sentence is said of the places and persons that a statement names."""
    text = view.folded[view.units[span[0]].start : view.units[span[1] - 1].end]
    return all(stem in text or place_fits(view, span[0], stem) for stem in said.places) and (
        not said.persons or person_fits(view, span[0], said.persons)
    )


def _states_all(view: ArticleView, span: tuple[int, int], claim: Claim) -> bool:
    """Tell whether the units of a sentence state every figure, date and number of a claim."""
    units = view.units[slice(*span)]
    stated = [mention for unit in units for mention in unit.mentions]
    values = {(False, mention.value) for mention in stated if mention.value is not None}
    loose = {number for unit in units for number in loose_numbers(unit.folded, unit.mentions)}
    return claim.numbers <= (values | loose) and all(
        is_stated(mention, stated, published=view.article.published) for mention in claim.mentions
    )


def _with_year(mention: Mention, published: str | None) -> Mention:
    """Return a date with the year it must be of, seen from the day of publication.

    One that would lie after that day stays without a year: it may be of the year before.
    """
    if mention.kind != "date" or not mention.unit.startswith("--") or not published:
        return mention
    year = int(published[:4]) + _YEARS_BACK.get(mention.text[0], 0)
    dated = f"{year:04d}-{mention.unit[2:]}"
    is_past = dated[: len(published)] <= published or mention.text[0] == "明"
    return replace(mention, unit=dated) if is_past else mention
