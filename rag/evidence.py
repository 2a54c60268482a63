"""An article laid open for a question: its units, and whether each is said of what is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus import Article, Segmenter, fold, sentences
from rag.facts import Mention, find_mentions, years_in
from rag.persons import is_person
from rag.places import gazetteer
from rag.question import Question

InverseFrequency = Callable[[str], float]


HEADING_CHARS = 30
SENTENCE_ENDS = "。!;…”\"')）.〕]】"


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
        persons: the persons it names; () unless a person is asked for or named.
        is_heading: it announces what follows and answers nothing: a line without a full stop, or
            one that asks.
        heading: number of the heading it stands under, or None.
    """

    start: int
    end: int
    folded: str
    sentence: int
    paragraph: int
    places: tuple[str, ...]
    mentions: tuple[Mention, ...]
    persons: tuple[str, ...] = ()
    is_heading: bool = False
    heading: int | None = None


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


def lay_open(article: Article, question: Question, segmenter: Segmenter) -> ArticleView:
    """Cut an article into units and find the places, figures and persons of each."""
    folded = fold(article.text)
    header = fold("\n".join(filter(None, (article.section, article.kicker, article.title))))
    known = gazetteer()
    named = {m.stem for m in known.find(folded)} | {m.stem for m in known.find(header)}
    bare = [*named, *question.places]
    units: list[Unit] = []
    with_persons = question.kind == "person" or bool(question.persons)
    sentence = paragraph = 0
    heading: int | None = None
    for span in sentences(article.text):
        if units:
            between = article.text[units[-1].start : span.start]
            paragraph += "\n" in between
            sentence += "\n" in between or not between.rstrip().endswith((";", "；"))
        text = folded[span.start : span.end]
        units.append(
            Unit(
                start=span.start,
                end=span.end,
                folded=text,
                sentence=sentence,
                paragraph=paragraph,
                places=tuple(dict.fromkeys(m.stem for m in known.find(text, bare=bare))),
                mentions=tuple(find_mentions(text)),
                persons=_persons(text, segmenter) if with_persons else (),
                is_heading=(is_heading := _is_heading(folded, span.start, span.end)),
                heading=heading,
            )
        )
        if is_heading:
            heading = len(units) - 1
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


def locality_fits(view: ArticleView, number: int, asked: str) -> bool:
    """Tell whether a unit, its paragraph so far or the headline names a street, town or village."""
    unit = view.units[number]
    here = (u.folded for u in view.units[: number + 1] if u.paragraph == unit.paragraph)
    return asked in view.header or any(asked in text for text in here)


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


def person_fits(view: ArticleView, number: int, persons: Sequence[str]) -> bool:
    """Tell whether unit `number` speaks of the person asked about.

    It does when it names one of them; else when the person last named before it, or in the
    headline, is one of them.
    """
    for unit in (view.units[i] for i in range(number, -1, -1)):
        if any(person in unit.folded for person in persons):
            return True
        if unit.persons:
            return False
    return any(person in view.header for person in persons)


def _is_heading(text: str, start: int, end: int) -> bool:
    """Tell whether a unit is a line of its own that is no sentence, or asks a question."""
    if text[end - 1] == "?":
        return True
    opens = start == 0 or "\n" in text[max(start - 2, 0) : start]
    alone = opens and text[end : end + 1] in ("\n", "")
    return alone and end - start <= HEADING_CHARS and text[end - 1] not in SENTENCE_ENDS


def _persons(text: str, segmenter: Segmenter) -> tuple[str, ...]:
    return tuple(word for word, tag in segmenter.tagged(text) if is_person(word, tag))


def names_fit(view: ArticleView, names: Sequence[str]) -> bool:
    """Tell whether the article names every person, title and quoted word asked about.

    Longer quoted words may differ a little: three in five of their character pairs must be there.
    """
    whole = f"{view.header}\n{view.folded}"
    return all(name in whole or (len(name) > 4 and _share(name, whole) >= 0.6) for name in names)  # noqa: PLR2004


def _share(word: str, text: str) -> float:
    pairs = [one + other for one, other in pairwise(word)]
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def _verdict(places: Sequence[str], asked: str) -> bool | None:
    """Return True when the place asked is named, False when only another is, None when neither."""
    if asked in places:
        return True
    known = gazetteer()
    return False if any(not known.is_within(asked, of=place) for place in places) else None
