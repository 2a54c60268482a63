"""How likely a character is after another one: bigrams of a dictionary, and of the page.

The model judges readings of damaged text against each other; it never invents text of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np

from corpus.repair.characters import FIRST_HAN, LAST_HAN, simplified, simplified_char

# Source: shared measurements (REPAIR.md §3.2); a text half a million characters long changes
# the error rate by 0.005 points only, the dictionary alone is enough.
_BIGRAM_SHARE = 0.6
_PAGE_SHARE = 0.25
_RAREST = 1e-8
_ASCII = 4e-3
_PUNCTUATION = {
    "，": 0.08, ",": 0.08, "。": 0.05, "、": 0.04, "“": 0.016, "”": 0.016, "：": 0.006,
    ":": 0.006, "；": 0.004, ";": 0.004, "！": 0.003, "!": 0.003, "？": 0.003, "?": 0.003,
    "《": 0.004, "》": 0.004, "（": 0.005, "）": 0.005, "(": 0.005, ")": 0.005, "‘": 0.002,
    "’": 0.002, "·": 0.002, "…": 0.002, "—": 0.003, "\n": 0.03, " ": 0.002, "\u3000": 0.002,
}  # fmt: skip


class CharModel:
    """Character bigrams and unigrams of Simplified text, with fixed odds for punctuation."""

    def __init__(self, unigrams: Mapping[str, float], bigrams: Mapping[str, float]) -> None:
        """Take counts: of characters, and of pairs (two-character strings) inside words."""
        total = sum(unigrams.values()) or 1.0
        self._share = {char: count / total for char, count in unigrams.items()}
        self._follows = {
            pair: _BIGRAM_SHARE * count / unigrams[pair[0]] for pair, count in bigrams.items()
        }
        by_count = sorted(unigrams, key=lambda char: -unigrams[char])
        self._rank = {char: rank for rank, char in enumerate(by_count)}

    def rank(self, char: str) -> int:
        """Return how common a character is, 0 for the commonest, a large number for unknown."""
        return self._rank.get(simplified(char), len(self._rank))

    def share(self, char: str) -> float:
        """Return the share of a Simplified character or punctuation mark in running text."""
        return self._share.get(char) or _PUNCTUATION.get(char) or _default_share(char)

    def follow(self, before: str, char: str) -> float:
        """Return the probability of Simplified `char` after `before`."""
        share = self.share(char)
        if before not in self._share or char not in self._share:
            return share
        return self._follows.get(before + char, 0.0) + (1 - _BIGRAM_SHARE) * share


class PageModel:
    """A `CharModel` that has also read the page at hand."""

    def __init__(self, model: CharModel, text: str) -> None:
        """Take the general model and the undamaged text of the page, in any script."""
        self._model = model
        known = simplified(text)
        self._pairs = Counter(one + two for one, two in pairwise(known))
        self._singles = Counter(known)
        self._length = max(len(known), 1)
        self._cache: dict[str, float] = {}

    def log(self, before: str, char: str) -> float:
        """Return the natural logarithm of the probability of `char` after `before`."""
        key = before + char
        cached = self._cache.get(key)
        if cached is None:
            odds = self._follow(simplified_char(before), simplified_char(char))
            cached = self._cache[key] = log(odds)
        return cached

    def share(self, char: str) -> float:
        """Return how common a character is, in general or on this page."""
        form = simplified_char(char)
        return self._model.share(form) + _PAGE_SHARE * self._singles[form] / self._length

    def total(self, before: str, text: str) -> float:
        """Return the logarithm of the probability of a text after `before`."""
        return sum(self.log(one, two) for one, two in pairwise(before + text))

    def _follow(self, before: str, char: str) -> float:
        general = self._model.follow(before, char)
        if char in _PUNCTUATION or char.isascii():
            return general
        here = 0.2 * self._singles[char] / self._length
        seen = self._singles[before]
        if seen:
            here += 0.8 * self._pairs[before + char] / (seen + 1)
        return (1 - _PAGE_SHARE) * general + _PAGE_SHARE * here


@cache
def dictionary_model() -> CharModel:
    """Return the model of jieba's dictionary, each word weighted by its frequency."""
    fields = _dictionary_path().read_text(encoding="utf-8").split()
    return _counted(fields[0::3], np.array(fields[1::3], dtype=np.float64))


def _dictionary_path() -> Path:
    spec = find_spec("jieba")  # found, not imported: importing jieba costs half a second
    if spec is None or spec.origin is None:
        message = "jieba's dictionary is missing; install it: pip install jieba"
        raise ModuleNotFoundError(message)
    return Path(spec.origin).with_name("dict.txt")


def _counted(words: list[str], counts: np.ndarray) -> CharModel:
    """Count characters and pairs of all words at once; a line break ends each word."""
    lengths = np.array([len(word) + 1 for word in words])
    codes = np.frombuffer("\n".join([*words, ""]).encode("utf-32-le"), dtype=np.uint32)
    weights = np.repeat(counts, lengths)
    han = (codes >= FIRST_HAN) & (codes <= LAST_HAN)
    singles, where = np.unique(codes[han], return_inverse=True)
    unigrams = np.bincount(where, weights[han])
    both = han[:-1] & han[1:]
    keys = (codes[:-1][both].astype(np.uint64) << 32) | codes[1:][both]
    pairs, where = np.unique(keys, return_inverse=True)
    bigrams = np.bincount(where, weights[:-1][both])
    return CharModel(
        dict(zip(map(chr, singles.tolist()), unigrams.tolist(), strict=True)),
        {
            chr(key >> 32) + chr(key & 0xFFFFFFFF): count
            for key, count in zip(pairs.tolist(), bigrams.tolist(), strict=True)
        },
    )


def _default_share(char: str) -> float:
    return _ASCII if char.isascii() and char.isalnum() else _RAREST
