"""An article laid open for a question: its units, what each speaks of, and how far each agrees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from corpus import Article, Span, fold, sentences
from rag.facts import Mention, find_mentions, years_in
from rag.places import gazetteer
from rag.question import Question

InverseFrequency = Callable[[str], float]

# How much a matched word counts by where it stands, seen from the unit that may answer.
# Source: order by reason (the nearer the surer); the values were set once by hand and checked on
# the sample questions, where ±0.1 changes nothing.
IN_UNIT, IN_SENTENCE, IN_HEADER, IN_PARAGRAPH, IN_ARTICLE = 1.0, 0.85, 0.75, 0.6, 0.35
NEAR_ZONES = 3
FOCUS_FAR, FOCUS_NOWHERE = 0.8, 0.6
SYNONYM = 0.9
CONTEXT_WEIGHT = 0.5
WORD_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or a part of one that ends in a semicolon.

    Attributes:
        start: first code point in the article's text.
        end: end (half-open).
        folded: its search form.
        sentence: number of the sentence it belongs to.
        paragraph: number of the paragraph it belongs to.
        places: stems of the places it names.
        mentions: the figures and dates it states.
    """

    start: int
    end: int
    folded: str
    sentence: int
    paragraph: int
    places: tuple[str, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with its units, laid open for one question."""

    article: Article
    folded: str
    header: str
    header_places: tuple[str, ...]
    header_mentions: tuple[Mention, ...]
    units: tuple[Unit, ...]

    def sentence_of(self, number: int) -> tuple[int, int]:
        """Return the half-open range of unit numbers that make up the unit's sentence."""
        same = [i for i, u in enumerate(self.units) if u.sentence == self.units[number].sentence]
        return same[0], same[-1] + 1


def lay_open(article: Article, question: Question) -> ArticleView:
    """Cut an article into units and find the places and figures of each."""
    folded = fold(article.text)
    header = fold("\n".join(filter(None, (article.section, article.kicker, article.title))))
    known = gazetteer()
    named = {m.stem for m in known.find(folded)} | {m.stem for m in known.find(header)}
    bare = [*named, *question.places]
    units: list[Unit] = []
    sentence = paragraph = 0
    for span in sentences(article.text):
        if units:
            between = article.text[units[-1].start : span.start]
            paragraph += "\n" in between
            sentence += "\n" in between or not between.rstrip().endswith((";", "；"))
        text = folded[span.start : span.end]
        places = tuple(dict.fromkeys(m.stem for m in known.find(text, bare=bare)))
        units.append(
            Unit(
                span.start, span.end, text, sentence, paragraph, places, tuple(find_mentions(text))
            )
        )
    header_places = tuple(m.stem for m in known.find(header, bare=bare))
    header_mentions = tuple(find_mentions(header))
    return ArticleView(article, folded, header, header_places, header_mentions, tuple(units))


def place_fits(view: ArticleView, number: int, asked: str) -> bool:
    """Tell whether what unit `number` says is said of the place asked about.

    The place in force is the unit's own; else that of what precedes it in its paragraph; else the
    headline's; else that of earlier paragraphs. Its parents do not speak for it, nor its parts.
    """
    verdict = _verdict(view.units[number].places, asked)
    if verdict is not None:
        return verdict
    before = view.units[:number]
    here = [u for u in before if u.paragraph == view.units[number].paragraph]
    for places in (*(u.places for u in reversed(here)), view.header_places):
        verdict = _verdict(places, asked)
        if verdict is not None:
            return verdict
    for unit in reversed(before):
        verdict = _verdict(unit.places, asked)
        if verdict is not None:
            return verdict
    return False


def year_fits(view: ArticleView, number: int, years: Sequence[int]) -> bool:
    """Tell whether unit `number` speaks of one of the years asked about.

    The year in force is the unit's own; else the nearest before it in its paragraph; else the
    headline's; else the nearest before in the article; else that of publication.
    """
    unit = view.units[number]
    stated = [year for _, year in years_in(unit.folded)]
    if stated:
        return any(year in years for year in stated)
    paragraph_start = next(u.start for u in view.units if u.paragraph == unit.paragraph)
    published = (view.article.published or "")[:4]
    for text in (
        view.folded[paragraph_start : unit.start],
        view.header,
        view.folded[: unit.start],
        f"{published}年",
    ):
        stated = [year for _, year in years_in(text)]
        if stated:
            return stated[-1] in years
    return False


def names_fit(view: ArticleView, names: Sequence[str]) -> bool:
    """Tell whether the article names every person, title and quoted word asked about.

    Longer quoted words may differ a little: three in five of their character pairs must be there.
    """
    whole = f"{view.header}\n{view.folded}"
    return all(name in whole or (len(name) > 4 and _share(name, whole) >= 0.6) for name in names)  # noqa: PLR2004


def focus_share(question: Question, view: ArticleView, number: int) -> float:
    """Return what a unit's score is multiplied by when it lacks the noun asked for (哪些诗集).

    1 when the sentence, the one before it or the headline has the noun or a synonym; less when
    only the article has it; least when it is nowhere.
    """
    if not question.focus:
        return 1.0
    zones = _zones(view, number)
    if any(_match(question.focus, text) for _, text in zones[:NEAR_ZONES]):
        return 1.0
    return FOCUS_FAR if _match(question.focus, view.folded) else FOCUS_NOWHERE


class Matcher:
    """Scores how far units agree with one question, 0 to 1."""

    def __init__(self, question: Question, inverse_frequency: InverseFrequency) -> None:
        self._weights = _weights(question, inverse_frequency)
        self._pairs = _content_pairs(question)
        self._question = question

    def words_missing(self, view: ArticleView) -> float:
        """Return the share of the question's words that the article has nowhere."""
        total = sum(self._weights.values())
        whole = f"{view.header}\n{view.folded}"
        missing = sum(w for word, w in self._weights.items() if not _match(word, whole))
        return missing / total if total else 0.0

    def score(self, view: ArticleView, number: int) -> tuple[float, float]:
        """Return (score, evidence) of a unit, both 0 to 1.

        The score says how far the unit, seen in its whole article, speaks of what is asked, and
        ranks; the evidence counts only the sentence, the one before it and the headline.
        """
        zones = _zones(view, number)
        figures = self._figures(view, number)
        return self._agreement(zones, figures), self._agreement(zones[:NEAR_ZONES], figures)

    def _agreement(self, zones: Sequence[tuple[float, str]], figures: float) -> float:
        words = self._weighted(self._weights, zones, _match)
        if self._pairs:
            pairs = self._weighted(self._pairs, zones, lambda pair, text: float(pair in text))
            words = WORD_SHARE * words + (1 - WORD_SHARE) * pairs
        stated = len(self._question.mentions)
        if not stated:
            return words
        count = len(self._weights) or 1
        return (words * count + figures * stated) / (count + stated)

    def _figures(self, view: ArticleView, number: int) -> float:
        """Return the share of the question's own figures that the sentence or headline states."""
        asked = self._question.mentions
        if not asked:
            return 0.0
        first, last = view.sentence_of(number)
        stated = [m for unit in view.units[first:last] for m in unit.mentions]
        stated += view.header_mentions
        return sum(any(one.agrees(other) for other in stated) for one in asked) / len(asked)

    def local(self, text: str) -> float:
        """Return the weight of the question's words that stand in a folded stretch itself."""
        total = sum(self._weights.values())
        found = sum(weight * _match(word, text) for word, weight in self._weights.items())
        return found / total if total else 0.0

    @staticmethod
    def _weighted(
        weights: dict[str, float],
        zones: Sequence[tuple[float, str]],
        match: Callable[[str, str], float],
    ) -> float:
        total = sum(weights.values())
        if not total:
            return 0.0
        return (
            sum(
                weight * max(worth * match(term, text) for worth, text in zones)
                for term, weight in weights.items()
            )
            / total
        )


def _zones(view: ArticleView, number: int) -> tuple[tuple[float, str], ...]:
    unit = view.units[number]
    first, last = view.sentence_of(number)
    before = view.units[number - 1] if number else unit
    near = view.folded[view.units[first].start : view.units[last - 1].end]
    if before.paragraph == unit.paragraph:
        near = f"{before.folded}\n{near}"
    same = [u for u in view.units if u.paragraph == unit.paragraph]
    paragraph = view.folded[same[0].start : same[-1].end]
    return (
        (IN_UNIT, unit.folded),
        (IN_SENTENCE, near),
        (IN_HEADER, view.header),
        (IN_PARAGRAPH, paragraph),
        (IN_ARTICLE, view.folded),
    )


def _weights(question: Question, inverse_frequency: InverseFrequency) -> dict[str, float]:
    weights: dict[str, float] = {}
    for share, terms in ((1.0, question.terms), (CONTEXT_WEIGHT, question.context)):
        for term in terms:
            weight = share * term.weight * inverse_frequency(term.word)
            weights.setdefault(term.word, weight * (0.5 if len(term.word) == 1 else 1.0))
    return weights


def _content_pairs(question: Question) -> dict[str, float]:
    pairs: dict[str, float] = {}
    for word in question.words:
        for one, other in pairwise(word):
            pairs.setdefault(one + other, 1.0)
    for one, other in pairwise(question.words):
        joint = one[-1] + other[0]
        if joint in question.folded:
            pairs.setdefault(joint, 0.5)
    return pairs


def _match(word: str, text: str) -> float:
    """Return how far a word stands in a text: itself 1, a synonym a little less, a part less."""
    if word in text:
        return 1.0
    if any(other in text for other in synonyms().get(word, ())):
        return SYNONYM
    if len(word) > 2:  # noqa: PLR2004 - a word of two characters has no parts worth matching
        share = _share(word, text)
        return share * 0.8 if share >= 0.5 else 0.0  # noqa: PLR2004
    return 0.0


def _share(word: str, text: str) -> float:
    pairs = [one + other for one, other in pairwise(word)]
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def _verdict(places: Sequence[str], asked: str) -> bool | None:
    """Return True when the place asked is named, False when only another is, None when neither."""
    if asked in places:
        return True
    known = gazetteer()
    return False if any(not known.is_within(asked, of=place) for place in places) else None


@lru_cache(maxsize=1)
def synonyms() -> dict[str, tuple[str, ...]]:
    """Return the words that may stand for each word, from `rag/data/synonyms.txt`."""
    groups: dict[str, tuple[str, ...]] = {}
    text = files("rag").joinpath("data/synonyms.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        words = fold(line).split()
        for word in words:
            others = tuple(other for other in words if other != word)
            groups[word] = (*groups.get(word, ()), *others)
    return groups


def span_of(view: ArticleView, first: int, last: int) -> Span:
    """Return the range of the article's text from unit `first` to unit `last`, both included."""
    return Span(view.units[first].start, view.units[last].end)
