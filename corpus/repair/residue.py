"""Pinyin that a hijacked site put behind characters: 區(qū)總工會(huì), and its toneless variant.

An honest gloss sits once, on a rare character or in Simplified text; residue sits on every
occurrence of its characters, and those are common Traditional ones. The page is measured first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from corpus.repair.characters import (
    HAN,
    PINYIN_LETTERS,
    fits,
    fits_toneless,
    is_traditional,
    is_usual,
    reading_of,
)

# Syllables of the neutral tone carry no mark in dictionaries either: 們(men), 個(ge) …
_NEUTRAL = "men|de|le|ma|ne|ge|me|zi|tou|ba|la|zhe|shang|li"
_MARKS = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿăĕĭŏŭ"
BLANK = "[ \t\xa0\u3000]"
SYLLABLE = rf"(?:[a-zɑɡüê]{{0,4}}[{_MARKS}][a-zɑɡ]{{0,3}}|(?:{_NEUTRAL}))"
_INNER = rf"{BLANK}?({SYLLABLE}){BLANK}?\)"
TAG = re.compile(rf"\({_INNER}")
HALF_TAG = re.compile(rf"\?{_INNER}")  # its "(" was eaten together with the byte before
_TAGGED = re.compile(rf"([{HAN}])\({_INNER}")
_LETTER_TAGGED = re.compile(rf"([{HAN}])([A-Za-z])\({_INNER}")
_TONELESS = re.compile(r"(?:\([a-z]{1,6}\))+")
_HAN_TONELESS = re.compile(rf"([{HAN}])((?:\(([a-z]{{1,6}})\))(?:\(\3\))*)")
_LETTERED = re.compile(rf"([{HAN}])\({BLANK}?([{PINYIN_LETTERS}]{{1,7}}){BLANK}?\)")

# Source of all bounds: REPAIR.md §3.1, and the counts of the stress tests there.
_SYSTEMATIC = 0.8
_MIN_TAGS, _MIN_CHARS = 5, 3
_FEW_TAGS = 3
_TRADITIONAL_PAGE = 0.08
_COMMON_RANK, _VERY_COMMON_RANK = 2500, 1500
_MIN_TONELESS, _MIN_TONELESS_CHARS = 10, 8
_MAX_ANNOTATED = 0.6

Rank = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the tags of a page say about it.

    Attributes:
        is_residue: the tags were put there by the site, not by the author.
        is_traditional: more than 8 % of the Han characters are Traditional forms.
        listed: the characters the site puts pinyin behind, each with its reading(s).
    """

    is_residue: bool = False
    is_traditional: bool = False
    listed: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag to delete: it stands at `text[start:end]`, behind the character at `start - 1`."""

    start: int
    end: int


def is_suspicious(text: str) -> bool:
    """Tell whether a page has tags enough to be measured; cheap on clean text."""
    if text.count("(") < _FEW_TAGS:
        return False
    return (
        sum(1 for _ in islice(_TAGGED.finditer(text), _FEW_TAGS)) == _FEW_TAGS
        or sum(1 for _ in islice(_TONELESS.finditer(text), _MIN_TONELESS)) == _MIN_TONELESS
    )


def measure(text: str, rank: Rank) -> Evidence:
    """Return what the tags of a page say; `rank` tells how common a character is, 0 the most."""
    traditional = _traditional_share(text) > _TRADITIONAL_PAGE
    found = [(match[1], reading_of(match[2])) for match in _TAGGED.finditer(text)]
    if len(found) < _FEW_TAGS:
        return Evidence(is_traditional=traditional)
    systematic = _systematic(text, Counter(char for char, _ in found))
    enough = len(found) >= _MIN_TAGS
    judge = _is_residue if enough else _is_short_residue
    if not judge(found, systematic, rank, traditional):
        return Evidence(is_traditional=traditional)
    return Evidence(is_residue=True, is_traditional=traditional, listed=_listed(found, systematic))


def tags(text: str, evidence: Evidence, rank: Rank) -> Iterator[Tag]:
    """Yield the tags that the site put into a residue page; honest glosses are left out."""
    for match in _TAGGED.finditer(text):
        char, reading = match[1], reading_of(match[2])
        common = is_traditional(char) and rank(char) < _COMMON_RANK
        if (char in evidence.listed or common) and fits(char, reading):
            yield Tag(match.end(1), match.end())


def letter_tags(text: str, evidence: Evidence, joined: Callable[[str, str], str]) -> Iterator[Tag]:
    """Yield the tags behind a letter that, with the byte before it, is a listed character.

    `joined` returns the character made of the last byte of a character and a letter, or "".
    """
    for match in _LETTER_TAGGED.finditer(text):
        char = joined(match[1], match[2])
        listed = char and reading_of(match[3]) in evidence.listed.get(char, ())
        if listed or (is_traditional(char) and fits(char, match[3])):
            yield Tag(match.end(2), match.end())


def toneless_tags(text: str) -> list[Tag]:
    """Return the tags without tone marks of a page that has them for residue, else none.

    A text annotated throughout is meant so: there nearly every character has its reading.
    """
    found = list(_HAN_TONELESS.finditer(text))
    if len(found) < _MIN_TONELESS or len({match[1] for match in found}) < _MIN_TONELESS_CHARS:
        return []
    lettered = sum(1 for _ in _LETTERED.finditer(text))
    fitting = [match for match in found if fits_toneless(match[1], match[3])]
    han = _han_count(text)
    doubled = any(len(match[2]) > len(match[3]) + 2 for match in fitting)
    if len(fitting) < 0.9 * max(lettered, len(found)) or len(found) > _MAX_ANNOTATED * han:
        return []
    if not doubled and _traditional_share(_TONELESS.sub("", text)) <= _TRADITIONAL_PAGE:
        return []
    return [Tag(match.end(1), match.end()) for match in fitting]


def _is_residue(
    found: list[tuple[str, str]], systematic: set[str], rank: Rank, traditional: bool
) -> bool:
    steady = [(char, reading) for char, reading in found if char in systematic]
    if len(steady) < _MIN_TAGS or len({char for char, _ in steady}) < _MIN_CHARS:
        return False
    common = sum(rank(char) < _COMMON_RANK for char, _ in found)
    chars = {char for char, _ in found}
    return (
        len(steady) >= 0.7 * len(found)
        and sum(fits(char, reading) for char, reading in found) >= 0.9 * len(found)
        and sum(is_usual(char, reading) for char, reading in found) >= 0.8 * len(found)
        and sum(map(is_traditional, chars)) >= 0.8 * len(chars)
        and common >= 0.6 * len(found)
        and traditional
    )


def _is_short_residue(
    found: list[tuple[str, str]], systematic: set[str], rank: Rank, traditional: bool
) -> bool:
    return (
        traditional
        and max(len(set(found)), *Counter(found).values()) >= _FEW_TAGS
        and all(
            char in systematic
            and is_traditional(char)
            and is_usual(char, reading)
            and rank(char) < _VERY_COMMON_RANK
            for char, reading in found
        )
    )


def _systematic(text: str, tagged: Counter[str]) -> set[str]:
    """Return the characters that carry their tag nearly wherever they occur."""
    return {char for char, count in tagged.items() if count >= _SYSTEMATIC * text.count(char)}


def _listed(found: Iterable[tuple[str, str]], systematic: set[str]) -> dict[str, frozenset[str]]:
    listed: dict[str, frozenset[str]] = {}
    for char, reading in found:
        if char in systematic and is_traditional(char) and fits(char, reading):
            listed[char] = listed.get(char, frozenset()) | {reading}
    return listed


def _han_count(text: str) -> int:
    return sum("㐀" <= char <= "鿿" for char in text)


def _traditional_share(text: str) -> float:
    return sum(map(is_traditional, text)) / max(_han_count(text), 1)
