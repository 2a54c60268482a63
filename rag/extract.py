"""The answer without a language model: the sentences that answer, and the span inside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from corpus import Article, Segmenter
from rag.evidence import (
    ArticleView,
    InverseFrequency,
    Unit,
    lay_open,
    locality_fits,
    names_fit,
    person_fits,
    place_fits,
    year_fits,
)
from rag.question import Question
from rag.reader import FEATURES, Matcher, Matrix, Reader, ReaderModel, reader_model
from rag.spans import answering_spans

NEAR_BEST = 0.6
"""Further sentences are quoted when their chance is this share of the best one's."""
NEXT_BEST = 0.2
"""The same for the sentence that follows the best one, which often completes it."""
LACKING_POWER_FIGURES = 2
"""A missing noun weighs twice where a figure is asked for: 58万元 of something else is a lie."""
LIST_CHARS = 400
"""Longest list quoted behind the sentence that announces it (分三类)."""
SAME_FIGURES = 0.5
"""The same for sentences that state a figure of the kind asked for."""
SAME_SENTENCE = 0.25
"""The same for those that stand in the best one's sentence: both sums of 「58万元；…6万元」."""
MARKED_SHARE = 0.4
"""A sentence with a place to point at is preferred down to this share of the best one's chance."""
TYPED_SHARE = 0.35
"""A sentence with a figure of the kind asked for answers when its chance is this share of the
best sentence's; below it, the best sentence speaks of the matter and gives no figure."""

_ANNOUNCES = re.compile(
    r"[一二两三四五六七八九十\d][大个]?(?:类|项|步|点|种|条|方面|档|个)[^、,，]{0,6}[。:：]?$"
)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an article that answer, and the span inside them.

    Attributes:
        article: the article quoted.
        start: first code point of the quote in the article's text.
        end: end (half-open).
        score: how far it speaks of what is asked, 0 to 1.
        spans: (start, end) of the answering words in the article's text; () when the whole answers.
    """

    article: Article
    start: int
    end: int
    score: float
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """Return the quoted words."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Extract:
    """What the articles say to a question.

    Attributes:
        quotes: best first; empty when nothing passes the guards.
        complete: False when the quotes speak of the matter and lack the kind of answer wanted.
        confidence: the chance that the best quote answers, 0 to 1, as the reader puts it.
        unanswered: parts of the question that nothing answers, while others are answered.
    """

    quotes: tuple[Quote, ...]
    complete: bool
    confidence: float
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may answer: it passed every guard.

    Attributes:
        view: its article.
        number: its place among the article's units.
        score: the reader's, higher is better.
        confidence: the chance that it answers, 0 to 1.
        features: see `rag.reader.FEATURES`.
        spans: (start, end) of the answering words in the article's text.
    """

    view: ArticleView
    number: int
    score: float
    confidence: float
    features: Matrix
    spans: tuple[tuple[int, int], ...]

    @property
    def unit(self) -> Unit:
        """Return the unit itself."""
        return self.view.units[self.number]


def extract(
    question: Question,
    articles: Sequence[Article],
    *,
    inverse_frequency: InverseFrequency,
    segmenter: Segmenter,
    max_quotes: int = 3,
) -> Extract:
    """Choose the sentences of these articles that answer the question.

    Args:
        question: the question taken apart.
        articles: the articles retrieved, best first.
        inverse_frequency: weight of a word in the collection.
        segmenter: finds names in sentences.
        max_quotes: quotes at most.
    """
    model = reader_model()
    reader = Reader(question, inverse_frequency, model)
    matcher = Matcher(question, inverse_frequency)
    candidates = [
        candidate
        for rank, article in enumerate(articles, start=1)
        for candidate in candidates_of(
            question, article, rank=rank, reader=reader, matcher=matcher, segmenter=segmenter
        )
    ]
    if not candidates:
        return Extract((), complete=False, confidence=0.0)
    candidates.sort(key=lambda candidate: -candidate.score)
    best = candidates[0]
    if question.needs_span:
        with_span = [c for c in candidates if c.spans]
        if not with_span or _chance(with_span[0], best) < TYPED_SHARE:
            quote = _quote(question, best, spans=())
            return Extract((quote,), complete=False, confidence=best.confidence)
        candidates, best = with_span, with_span[0]
    elif question.kind == "place":
        marked = [c for c in candidates if c.spans and _chance(c, best) >= MARKED_SHARE]
        candidates = [*marked, *(c for c in candidates if c not in marked)]
    chosen = _chosen(question, candidates, max_quotes)
    quotes = tuple(_merged([_quote(question, c, spans=c.spans) for c in chosen]))
    return Extract(quotes, complete=True, confidence=best.confidence)


def joined(parts: Sequence[tuple[Question, Extract]], *, min_confidence: float) -> Extract:
    """Return what was found for the parts of one question as one.

    Args:
        parts: each part with what was found for it.
        min_confidence: parts whose quotes have less are unanswered.
    """
    found = [e for _, e in parts if e.complete and e.confidence >= min_confidence]
    if not found:
        return parts[0][1]
    lacking = tuple(q.text for q, e in parts if not any(e is one for one in found))
    return Extract(
        quotes=tuple(_merged([quote for one in found for quote in one.quotes])),
        complete=not lacking,
        confidence=min(one.confidence for one in found),
        unanswered=lacking,
    )


def candidates_of(
    question: Question,
    article: Article,
    *,
    rank: int,
    reader: Reader,
    matcher: Matcher,
    segmenter: Segmenter,
) -> Iterable[Candidate]:
    """Yield the units of an article that are said of the place, year, person and names asked."""
    view = lay_open(article, question, segmenter)
    if not view.units or not names_fit(view, question.names):
        return
    reading = reader.read(view, rank=rank)
    for number, unit in enumerate(view.units):
        if not unit.is_heading and said_of_asked(view, number, question):
            spans = answering_spans(question, unit, matcher, segmenter)
            features = reading.features[number]
            confidence = confidence_of(features, reader_model())
            yield Candidate(
                view, number, float(reading.scores[number]), confidence, features, spans
            )


def said_of_asked(view: ArticleView, number: int, question: Question) -> bool:
    """Tell whether a unit is said of every place, and of a year and person, asked about."""
    return (
        all(place_fits(view, number, place) for place in question.places)
        and all(locality_fits(view, number, one) for one in question.localities)
        and (not question.years or year_fits(view, number, question.years))
        and (not question.persons or person_fits(view, number, question.persons))
    )


def confidence_of(features: Matrix, model: ReaderModel) -> float:
    """Return the chance that a unit with these features answers, 0 to 1.

    The trained chance is lowered by the weight of the heaviest noun that the article lacks: the
    training questions seldom ask for something their article does not speak of, people do.
    Source: on the sample questions it refuses 5 of 13 wrong answers more and loses 4 of 105.
    """
    total = float(features @ model.confidence_weights) + model.bias
    lacking = float(features[FEATURES.index("noun_nowhere")])
    wanted = features[[FEATURES.index("wanted"), FEATURES.index("wanted_lacking")]]
    asks_figure = bool(wanted.any())
    power = LACKING_POWER_FIGURES if asks_figure else 1
    return float(1 / (1 + np.exp(-total))) * (1 - lacking) ** power


def _chance(candidate: Candidate, best: Candidate) -> float:
    """Return a candidate's chance by that of the best, from the reader's scores."""
    return float(np.exp(candidate.score - best.score))


def _chosen(
    question: Question, candidates: Sequence[Candidate], max_quotes: int
) -> list[Candidate]:
    """Return the best candidate and those nearly as good that say something else."""
    best = candidates[0]
    chosen = [best]
    for candidate in candidates[1:]:
        if len(chosen) == max_quotes:
            break
        if _chance(candidate, best) < _floor(question, candidate, best):
            continue
        same_article = candidate.view.article.article_id == best.view.article.article_id
        if same_article and not _repeats(candidate, chosen):
            chosen.append(candidate)
    if not question.wanted and len(chosen) == 1:
        chosen.extend(_next_of(best, candidates))
    return chosen


def _floor(question: Question, candidate: Candidate, best: Candidate) -> float:
    """Return the share of the best one's chance from which a candidate is quoted beside it."""
    if not question.wanted or not best.spans:
        return NEAR_BEST
    together = candidate.view is best.view and candidate.unit.sentence == best.unit.sentence
    return SAME_SENTENCE if together else SAME_FIGURES


def _next_of(best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the unit behind the best one's sentence when it is of some worth too."""
    _, last = best.view.sentence_of(best.number)
    return [
        c
        for c in candidates
        if c.view is best.view
        and c.number == last
        and c.unit.paragraph == best.unit.paragraph
        and _chance(c, best) >= NEXT_BEST
    ]


def _repeats(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    says = {candidate.view.article.text[a:b] for a, b in candidate.spans}
    said = {c.view.article.text[a:b] for c in chosen for a, b in c.spans}
    return bool(says) and says <= said


def _quote(question: Question, candidate: Candidate, *, spans: Sequence[tuple[int, int]]) -> Quote:
    """Return the unit as a quote, or its whole sentence where no figure is asked for.

    Behind a sentence that announces a list (分三类, 走五步) the list itself is quoted too.
    """
    view, unit = candidate.view, candidate.unit
    start, end = unit.start, unit.end
    if not question.wanted:
        first, last = view.sentence_of(candidate.number)
        start, end = view.units[first].start, view.units[last - 1].end
        if question.kind == "list" and last - first > 1:
            spans = _whole_list(view, first, last) or spans
        announces = _ANNOUNCES.search(view.units[last - 1].folded)
        if question.kind in ("list", "how") and announces and "、" not in unit.folded:
            end = _end_of_list(view, last)
    text = view.article.text
    while end > start and text[end - 1] in ";；,，":
        end -= 1
    return Quote(view.article, start, end, candidate.confidence, tuple(spans))


def _whole_list(view: ArticleView, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Return the range from a colon to the end of a sentence whose parts are a list, or ()."""
    text, end = view.article.text, view.units[last - 1].end
    colon = max(text.find(mark, view.units[first].start, view.units[first].end) for mark in ":：")
    while end > colon and text[end - 1] in "。！;；":
        end -= 1
    return ((colon + 1, end),) if colon >= 0 else ()


def _end_of_list(view: ArticleView, first: int) -> int:
    """Return where the list ends that begins at unit `first`: at most `LIST_CHARS` further."""
    start = end = view.units[first - 1].end
    for unit in view.units[first:]:
        if unit.end - start > LIST_CHARS:
            break
        end = unit.end
    return end


def _merged(quotes: Sequence[Quote]) -> list[Quote]:
    """Melt quotes that touch or overlap in one article; the order is that of the best of each."""
    merged: list[Quote] = []
    for quote in quotes:
        for i, other in enumerate(merged):
            text = quote.article.text
            low, high = sorted((quote, other), key=lambda q: q.start)
            gap = text[low.end : high.start] if low.end < high.start else ""
            if other.article.article_id == quote.article.article_id and not gap.strip(";；,， "):
                merged[i] = Quote(
                    other.article,
                    low.start,
                    max(low.end, high.end),
                    max(other.score, quote.score),
                    tuple(sorted({*other.spans, *quote.spans})),
                )
                break
        else:
            merged.append(quote)
    return merged
