"""The reader: how likely each unit of an article answers a question, from what both share.

Two dozen measures a unit, all of words, figures and their places; a linear model weighs them. It
was trained on questions with marked answers (`python -m rag.training`), and its weights are a
small JSON file of plain numbers.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.evidence import ArticleView, InverseFrequency, person_fits
from rag.question import Question
from rag.vocabulary import synonyms

Matrix = NDArray[np.float64]

SYNONYM = 0.9
PART = 0.8
LEAST_PART = 0.5
CONTEXT_WEIGHT = 0.5

FEATURES = (
    "unit_words",  # share of the question's words in the unit, by their weight in the collection
    "unit_words_here",  # the same, by how rare each word is within the article
    "unit_pairs",  # share of its character pairs in the unit
    "near_words",  # words in the unit, in what leads up to it, or in the headlines
    "near_pairs",  # pairs there
    "next_words",  # words in the unit that follows
    "paragraph_words",
    "header_words",
    "article_words",
    "article_pairs",
    "longest_run",  # longest stretch of the question that stands in the unit, by its length
    "figures",  # share of the question's own figures that the sentence states
    "wanted",  # the unit states a figure or date of the kind asked for
    "wanted_lacking",  # a figure is asked for and the unit has none
    "focus",  # the noun asked for (哪些诗集) stands near
    "focus_nowhere",  # it is not even in the article
    "cue",  # words that answer 为什么, 怎么, 什么是
    "name",  # a person or place is asked for and the unit has a new one
    "rank",  # how early the article was retrieved
    "length",  # characters of the unit, logarithmic
    "opening",  # the unit opens the article
    "noun_nowhere",  # weight of the heaviest noun of the question that the article lacks
    "noun_not_near",  # the same for the unit, what leads up to it and the headlines
)

_CUES = {
    "why": re.compile(r"因为|由于|为了|为[^,，。]{2,20}[,，]|原因|所以|因此|目的|起因|导致|使得"),
    "how": re.compile(r"通过|采取|先|再|然后|可以|应当|需要|方式|办法|用于|用来|按照|以便"),
    "definition": re.compile(r"是指|指的是|[,，]?是[^,，。]{0,20}的|称为|即|又称"),
    "list": re.compile(r"、[^,，。]*、|包括|分别|[一二三]是"),
    "place": re.compile(
        r"出生|来自|老家|籍贯|家乡|位于|坐落|地址|[在到][^,，。]{2,24}(?:举行|举办|召开|开展|成立|里)"
        r"|[区县市][^,，。]{0,6}[镇乡村]|街道|广场|中心"
    ),
    "person": re.compile(r"由|担任|主席|书记|[^,，。]人"),
    "yesno": re.compile(r"可以|不能|应当|不得|必须|自愿|需要|是|不"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one article.

    Attributes:
        scores: (units,) higher is better; comparable within one question.
        features: (units, len(FEATURES)).
    """

    scores: Matrix
    features: Matrix


@dataclass(frozen=True, slots=True)
class ReaderModel:
    """The weights of `FEATURES` for ranking units, and for the chance that the best one answers."""

    version: str
    weights: Matrix
    confidence_weights: Matrix
    bias: float


class Reader:
    """Reads articles for one question."""

    def __init__(
        self, question: Question, inverse_frequency: InverseFrequency, model: ReaderModel
    ) -> None:
        self._question = question
        self._model = model
        self._words = _weights(question, inverse_frequency)
        self._pairs = _content_pairs(question)
        nouns = {t.word for t in (*question.terms, *question.context) if t.weight == 1.0}
        self._nouns = np.array([word in nouns for word in self._words], dtype=float)

    def read(self, view: ArticleView, *, rank: int) -> Reading:
        """Score every unit of an article that was retrieved at `rank`, from 1."""
        features = self._features(view, rank)
        return Reading(features @ self._model.weights, features)

    def _features(self, view: ArticleView, rank: int) -> Matrix:
        question, units = self._question, view.units
        words = _matches(self._words, [unit.folded for unit in units])
        for row, word in enumerate(self._words):
            if word in question.persons:
                words[row] = [person_fits(view, number, [word]) for number in range(len(units))]
        pairs = _held(self._pairs, [unit.folded for unit in units])
        header_words = _matches(self._words, [view.header])[:, 0]
        header_pairs = _held(self._pairs, [view.header])[:, 0]
        near = _near(view)
        weight = np.array(list(self._words.values()))
        pair_weight = np.array(list(self._pairs.values()))
        here = _rarity_here(words) * np.sqrt(weight)
        near_words = np.maximum(_spread(words, near), header_words[:, None])
        near_pairs = np.maximum(_spread(pairs, near), header_pairs[:, None])
        whole_words = np.maximum(words.max(axis=1), header_words)
        whole_pairs = np.maximum(pairs.max(axis=1), header_pairs)
        count = len(units)
        fitting = np.array([any(question.fits(m) for m in u.mentions) for u in units], dtype=float)
        asks = float(bool(question.wanted))
        focus = _focus(question, view, near)
        columns = (
            _share(words, weight),
            _share(words, here),
            _share(pairs, pair_weight),
            _share(near_words, weight),
            _share(near_pairs, pair_weight),
            np.append(_share(words, weight)[1:], 0.0),
            _share(_spread(words, _same_paragraph(view)), weight),
            np.full(count, _share(header_words[:, None], weight)[0]),
            np.full(count, _share(whole_words[:, None], weight)[0]),
            np.full(count, _share(whole_pairs[:, None], pair_weight)[0]),
            np.array([_longest_run(question.folded, unit.folded) for unit in units]),
            _figures(question, view),
            fitting * asks,
            (1 - fitting) * asks,
            focus,
            np.full(count, float(bool(question.focus) and not focus.any())),
            _cues(question, view),
            _new_names(question, view),
            np.full(count, 1 / rank),
            np.array([math.log1p(unit.end - unit.start) / 5 for unit in units]),
            np.arange(count) == 0,
            np.full(count, _heaviest_lacking(self._nouns, weight, whole_words[:, None])[0]),
            _heaviest_lacking(self._nouns, weight, near_words),
        )
        return np.column_stack([np.asarray(column, dtype=float) for column in columns])


class Matcher:
    """Tells how much of a question's words a text holds."""

    def __init__(self, question: Question, inverse_frequency: InverseFrequency) -> None:
        self._words = _weights(question, inverse_frequency)

    def local(self, text: str) -> float:
        """Return the weighted share of the words that stand in a folded text, 0 to 1."""
        total = sum(self._words.values())
        found = sum(weight * match(word, text) for word, weight in self._words.items())
        return found / total if total else 0.0


@lru_cache(maxsize=1)
def reader_model() -> ReaderModel:
    """Return the weights that ship with the package."""
    raw = json.loads(files("rag").joinpath("data/reader.json").read_text(encoding="utf-8"))
    weights = np.array([raw["weights"][name] for name in FEATURES])
    confidence = np.array([raw["confidence"][name] for name in FEATURES])
    return ReaderModel(raw["version"], weights, confidence, raw["confidence"]["bias"])


def match(word: str, text: str) -> float:
    """Return how far a word stands in a text: itself 1, a synonym less, a part of it less still."""
    if word in text:
        return 1.0
    if any(other in text for other in synonyms().get(word, ())):
        return SYNONYM
    if len(word) > 2:  # noqa: PLR2004 - a word of two characters has no parts worth matching
        pairs = [one + other for one, other in pairwise(word)]
        share = sum(pair in text for pair in pairs) / len(pairs)
        return share * PART if share >= LEAST_PART else 0.0
    return 0.0


# -- parts of the features -----------------------------------------------------------------------


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


def _matches(words: dict[str, float], texts: Sequence[str]) -> Matrix:
    """Return (words, texts): how far each word stands in each text."""
    return np.array([[match(word, text) for text in texts] for word in words]).reshape(
        len(words), len(texts)
    )


def _held(pairs: dict[str, float], texts: Sequence[str]) -> Matrix:
    held = [[float(pair in text) for text in texts] for pair in pairs]
    return np.array(held).reshape(len(pairs), len(texts))


def _share(found: Matrix, weight: Matrix) -> Matrix:
    """Return (texts,): the weighted mean of what was found, 0 where nothing is asked."""
    total = weight.sum()
    result: Matrix = weight @ found / total if total else np.zeros(found.shape[1])
    return result


def _heaviest_lacking(nouns: Matrix, weight: Matrix, found: Matrix) -> Matrix:
    """Return (texts,): the largest share of the weight that one noun, not found, takes."""
    if not len(nouns) or not weight.sum():
        return np.zeros(found.shape[1])
    lacking = (nouns * weight)[:, None] * (1 - found) / weight.sum()
    result: Matrix = lacking.max(axis=0)
    return result


def _rarity_here(words: Matrix) -> Matrix:
    """Return each word's inverse frequency among the article's units."""
    count = words.shape[1]
    holding = (words > LEAST_PART).sum(axis=1)
    result: Matrix = np.log(1 + (count - holding + 0.5) / (holding + 0.5))
    return result


def _near(view: ArticleView) -> NDArray[np.bool_]:
    """Return (units, units): the row's unit, what leads up to it, and its heading.

    What leads up to it is the opening of its sentence and the unit before that in its paragraph.
    Parts of a sentence between semicolons stand side by side: what one says of its own matter
    (对乡镇工会…58万元；对工会主席…补贴) is not said of the next one's.
    """
    result = np.eye(len(view.units), dtype=np.bool_)
    for number, unit in enumerate(view.units):
        first, _ = view.sentence_of(number)
        result[number, first] = True
        if first and view.units[first - 1].paragraph == unit.paragraph:
            result[number, first - 1] = True
        if unit.heading is not None:
            result[number, unit.heading] = True
    return result


def _same_paragraph(view: ArticleView) -> NDArray[np.bool_]:
    paragraph = np.array([unit.paragraph for unit in view.units])
    result: NDArray[np.bool_] = paragraph[:, None] == paragraph[None, :]
    return result


def _spread(found: Matrix, zones: NDArray[np.bool_]) -> Matrix:
    """Return (terms, units): the best match within each unit's zone."""
    result = np.empty_like(found)
    for number, zone in enumerate(zones):
        result[:, number] = found[:, zone].max(axis=1) if len(found) else 0.0
    return result


def _focus(question: Question, view: ArticleView, near: NDArray[np.bool_]) -> Matrix:
    if not question.focus:
        return np.zeros(len(view.units))
    found = np.array([match(question.focus, unit.folded) for unit in view.units])
    spread = np.array([found[zone].max() for zone in near])
    result: Matrix = np.maximum(spread, match(question.focus, view.header))
    return result


def _figures(question: Question, view: ArticleView) -> Matrix:
    asked = question.mentions
    if not asked:
        return np.zeros(len(view.units))
    by_sentence: dict[int, list[bool]] = {}
    for unit in view.units:
        stated = by_sentence.setdefault(unit.sentence, [False] * len(asked))
        for i, one in enumerate(asked):
            stated[i] = stated[i] or any(one.agrees(other) for other in unit.mentions)
    return np.array([sum(by_sentence[unit.sentence]) / len(asked) for unit in view.units])


def _cues(question: Question, view: ArticleView) -> Matrix:
    pattern = _CUES.get(question.kind)
    if pattern is None:
        return np.zeros(len(view.units))
    return np.array([float(bool(pattern.search(unit.folded))) for unit in view.units])


def _new_names(question: Question, view: ArticleView) -> Matrix:
    """Return 1 for units that name a place or person the question does not."""
    if question.kind == "place":
        return np.array([float(bool({*u.places} - {*question.places})) for u in view.units])
    if question.kind == "person":
        return np.array(
            [float(any(p not in question.folded for p in u.persons)) for u in view.units]
        )
    return np.zeros(len(view.units))


def _longest_run(question: str, text: str) -> float:
    """Return the length of the longest common stretch of two texts, by the question's length."""
    best = 0
    for start in range(len(question)):
        while start + best < len(question) and question[start : start + best + 1] in text:
            best += 1
    return best / max(len(question), 1)
