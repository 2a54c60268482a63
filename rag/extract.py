"""The answer without a language model: the sentences that answer, and the span inside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus import Article, Segmenter
from rag.evidence import (
    ArticleView,
    InverseFrequency,
    Matcher,
    Unit,
    focus_share,
    lay_open,
    names_fit,
    place_fits,
    year_fits,
)
from rag.facts import Mention
from rag.question import Question, is_person

NEAR_BEST = 0.9
"""Further sentences are quoted when they score this share of the best one."""
TYPED_SHARE = 0.8
"""A sentence with a figure of the kind asked for answers when it scores this share of the best
sentence of any kind; below it, the best sentence speaks of the matter and gives no figure."""
RETRIEVAL_BONUS = 0.1
"""What the place in the ranked list adds to a sentence's score at most."""

CUE_BONUS = 0.08
"""What a sentence gains that speaks like an answer to 为什么 or 怎么."""
_CUES = {
    "why": re.compile(r"因为|由于|为了|为[^,，。]{2,20}[,，]|原因|所以|因此|目的|起因"),
    "how": re.compile(r"通过|采取|先|再|然后|可以|应当|需要|方式|办法|用于|用来|按照"),
    "definition": re.compile(r"是指|指的是|[,，]?是[^,，。]{0,20}的"),
}
_SEGMENT = re.compile(r"[^,，、:：;；。!！?？\n]+")
_PLACE_SPAN = re.compile(
    r"在((?:(?![,，。;；在]).){2,28}?)(?:举行|举办|召开|开展|成立|启动|揭牌|设立)"
    r"|(?:出生在|出生于|位于|来自|坐落在|地址:?|走进|来到)((?:(?![,，。;；]).){2,28}?)(?:一个|的|,|，|。|;|$|开展|举行|参加)"
)
_LISTED = re.compile(r"(?:[:：]|包括|分为|设有?|分别(?:是|为)|即)([^。;；]*?、[^。;；]*)")


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
        evidence: score of the best quote, 0 to 1.
        missing: share of the question's words that the quoted article has nowhere, 0 to 1.
    """

    quotes: tuple[Quote, ...]
    complete: bool
    evidence: float
    missing: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    view: ArticleView
    number: int
    score: float
    evidence: float
    missing: float
    spans: tuple[tuple[int, int], ...]

    @property
    def unit(self) -> Unit:
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
    matcher = Matcher(question, inverse_frequency)
    candidates = [
        candidate
        for rank, article in enumerate(articles)
        for candidate in _candidates(
            question, article, matcher, segmenter, bonus=RETRIEVAL_BONUS / (rank + 1)
        )
    ]
    if not candidates:
        return Extract((), complete=False, evidence=0.0, missing=1.0)
    candidates.sort(key=lambda c: -c.score)
    best = candidates[0]
    if question.needs_span:
        with_span = [c for c in candidates if c.spans]
        if not with_span or with_span[0].score < TYPED_SHARE * best.score:
            quote = _quote(question, best, spans=())
            return Extract((quote,), complete=False, evidence=best.evidence, missing=best.missing)
        candidates, best = with_span, with_span[0]
    chosen = _chosen(question, candidates, max_quotes)
    quotes = tuple(_merged([_quote(question, c, spans=c.spans) for c in chosen]))
    return Extract(quotes, complete=True, evidence=best.evidence, missing=best.missing)


def _candidates(
    question: Question, article: Article, matcher: Matcher, segmenter: Segmenter, *, bonus: float
) -> Iterable[_Candidate]:
    view = lay_open(article, question)
    if not names_fit(view, question.names):
        return
    missing = matcher.words_missing(view)
    for number, unit in enumerate(view.units):
        if not unit.mentions and not matcher.local(unit.folded):
            continue
        if not all(place_fits(view, number, place) for place in question.places):
            continue
        if question.years and not year_fits(view, number, question.years):
            continue
        spans = _spans(question, unit, matcher, segmenter)
        score, evidence = matcher.score(view, number)
        cue = (
            CUE_BONUS
            if (pattern := _CUES.get(question.kind)) and pattern.search(unit.folded)
            else 0
        )
        score *= focus_share(question, view, number)
        yield _Candidate(view, number, score + bonus + cue, evidence, missing, spans)


def _chosen(
    question: Question, candidates: Sequence[_Candidate], max_quotes: int
) -> list[_Candidate]:
    """Return the best candidate and those nearly as good that say something else."""
    best = candidates[0]
    single = question.kind in ("count", "date", "percent", "person", "place", "definition")
    floor = best.score * (0.97 if single else NEAR_BEST)
    chosen = [best]
    for candidate in candidates[1:]:
        if len(chosen) == max_quotes or candidate.score < floor:
            break
        same_article = candidate.view.article.article_id == best.view.article.article_id
        if same_article and not _repeats(candidate, chosen):
            chosen.append(candidate)
    return chosen


def _repeats(candidate: _Candidate, chosen: Sequence[_Candidate]) -> bool:
    says = {candidate.view.article.text[a:b] for a, b in candidate.spans}
    said = {c.view.article.text[a:b] for c in chosen for a, b in c.spans}
    return bool(says) and says <= said


def _quote(question: Question, candidate: _Candidate, *, spans: Sequence[tuple[int, int]]) -> Quote:
    """Return the unit as a quote; a list is quoted with the whole of its sentence."""
    view, unit = candidate.view, candidate.unit
    start, end = unit.start, unit.end
    if question.kind in ("list", "how", "why", "what", "yesno", "definition"):
        first, last = view.sentence_of(candidate.number)
        start, end = view.units[first].start, view.units[last - 1].end
    text = view.article.text
    while end > start and text[end - 1] in ";；,，":
        end -= 1
    return Quote(view.article, start, end, candidate.score, tuple(spans))


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


# -- the span inside the sentence ----------------------------------------------------------------


def _spans(
    question: Question, unit: Unit, matcher: Matcher, segmenter: Segmenter
) -> tuple[tuple[int, int], ...]:
    """Return the answering words of a unit as ranges of the article's text."""
    if question.wanted:
        found = _figure_spans(question, unit, matcher)
    elif question.kind == "person":
        found = _person_spans(question, unit, segmenter)
    elif question.kind == "place":
        found = _group_spans(_PLACE_SPAN, unit)
    elif question.kind == "list":
        found = _group_spans(_LISTED, unit)
    else:
        found = ()
    return tuple((unit.start + a, unit.start + b) for a, b in found)


def _figure_spans(question: Question, unit: Unit, matcher: Matcher) -> tuple[tuple[int, int], ...]:
    """Return the figures of the kind and measure asked for, those nearest the question's words."""
    fitting = [
        m
        for m in unit.mentions
        if question.fits(m) and not any(m.agrees(own) for own in question.mentions)
    ]
    if len(fitting) < 2:  # noqa: PLR2004 - nothing to choose between
        return tuple((m.start, m.end) for m in fitting)
    near = {m: _nearness(question, m, unit, matcher) for m in fitting}
    best = max(near.values())
    return tuple((m.start, m.end) for m in fitting if near[m] >= best - 1e-9)


def _nearness(question: Question, mention: Mention, unit: Unit, matcher: Matcher) -> float:
    """Return how far a figure's own clause holds the question's words; its noun breaks ties."""
    clause = next(
        (m for m in _SEGMENT.finditer(unit.folded) if m.start() <= mention.start < m.end()), None
    )
    own = matcher.local(clause.group()) if clause else 0.0
    follows = unit.folded[mention.end : mention.end + 4]
    noun = any(follows.startswith(word) for word in question.words)
    return own + (0.2 if noun else 0.0) + (0.05 if mention.unit == question.unit else 0.0)


def _person_spans(
    question: Question, unit: Unit, segmenter: Segmenter
) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    at = 0
    for word, tag in segmenter.tagged(unit.folded):
        if is_person(word, tag) and word not in question.folded and word not in unit.places:
            found.append((at, at + len(word)))
        at += len(word)
    return tuple(found[:1])


def _group_spans(pattern: re.Pattern[str], unit: Unit) -> tuple[tuple[int, int], ...]:
    match = pattern.search(unit.folded)
    if match is None:
        return ()
    group = next(i for i in range(1, pattern.groups + 1) if match[i])
    return (match.span(group),)
