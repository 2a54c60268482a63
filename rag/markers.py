"""Markers in a model's text: read in every spelling, kept in one, never one that was invented.

A marker points from a sentence to a numbered passage. Models spell them [1], 【1】, ［１］,
[1,2], [1-3], [资料1] and invent some; after `clean_markers` only `[n]` with 1 ≤ n ≤ passages is
left, and no later removal of a marker can make a new one out of the brackets around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

MAX_INVENTED_CHARS = 20  # [doc-a] is an invented marker; a longer stretch of Latin text is not

_NOT_BRACKET = r"[^\[\]［］【】\n]"
_BRACKET = re.compile(
    rf"(?<![ \u3000])(?P<space>[ \u3000]*+)[\[［【](?P<inside>{_NOT_BRACKET}{{0,40}})[\]］】]"
    r"|[\[\]［］【】]"
)
_OPEN_AT_END = re.compile(rf"[\[［【]{{1,2}}{_NOT_BRACKET}{{0,40}}\Z")
_DOUBLED = re.compile(rf"[\[［【]{{2}}({_NOT_BRACKET}{{1,40}})[\]］】]{{2}}")
_SOURCE_WORD = re.compile(
    r"资料|資料|来源|來源|文献|引用|文档|passage|source|ref|doc|\s+", re.IGNORECASE
)
_NUMBER = r"[1-9]\d{0,2}"
_NUMBERS = re.compile(rf"\^?({_NUMBER}(?:-{_NUMBER})?(?:[,;、和及與与]{_NUMBER}(?:-{_NUMBER})?)*)")
_DASHES = str.maketrans("~–—", "---")
_CHINESE_NUMERAL = re.compile(r"[〇零一二三四五六七八九十]+")
# 渝工发[2024]3号: the year of a document's number, in brackets that GB/T 9704 writes 〔〕.
_YEAR = re.compile(r"(?:19|20)\d\d")
_DOCUMENT_NUMBER = re.compile(r"\s*第?\s*\d+\s*[号號]")
_RUN = re.compile(r"\[\d+\](?:[ \u3000]*+[,，、]?[ \u3000]*+\[\d+\])+")
_PLAIN = re.compile(r"\[(\d+)\]")
_SENTENCE_END = re.compile(
    r"""(?:[。！？!?；;…]+|(?<=[A-Za-z0-9%)\]"'])\.(?=\s|$|\[))  # the full stop in its forms
        [”」』）)"'’]*                                           # quotation marks it closes
        (?:[ \u3000]*\[\d+\])*\s*                                # markers put behind it
        |\n\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker as the model spelt it: `text[start:end]`.

    Attributes:
        start: first code point.
        end: end (half-open).
        numbers: the passages it points to, in order; empty when it names no number ([来源]).
    """

    start: int
    end: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence (or clause before a semicolon) of an answer.

    Attributes:
        text: its words, without markers and white space at either end.
        markers: the passages it points to, each once, ascending.
        start: first code point in the answer.
        end: end (half-open) in the answer, markers included.
    """

    text: str
    markers: tuple[int, ...]
    start: int
    end: int


def parse_markers(text: str) -> list[Marker]:
    """Find the markers of a text in every spelling, invented ones included.

    Example:
        >>> [marker.numbers for marker in parse_markers("58万元［１］，6万元【2、3】。[来源]")]
        [(1,), (2, 3), ()]
    """
    found = []
    for match in _BRACKET.finditer(text):
        numbers = _numbers(match)
        if numbers is not None:
            found.append(Marker(match.end("space"), match.end(), numbers))
    return found


def clean_markers(text: str, *, passages: int) -> str:
    """Spell every marker `[n]` and drop those that point to none of 1..passages.

    Repeated ones in a row become one. Brackets that are no marker become 〔〕, except
    【a heading】, so that nothing but a marker looks like one. Cleaning twice changes nothing.
    """

    def spelt(match: re.Match[str]) -> str:
        numbers = _numbers(match)
        if numbers is None:
            return _harmless(match)
        return "".join(f"[{n}]" for n in numbers if 1 <= n <= passages)

    return _RUN.sub(_each_once, _BRACKET.sub(spelt, _DOUBLED.sub(r"[\1]", text)))


def settled(growing: str) -> str:
    """Return a growing text without a bracket that is still open at its end.

    What `statements` then finds, all but the last, stays the same however the text goes on.
    """
    return _OPEN_AT_END.sub("", growing)


def strip_markers(text: str) -> str:
    """Remove every marker, in any spelling."""
    return clean_markers(text, passages=0)


def statements(text: str) -> list[Statement]:
    """Split a cleaned text into its statements, each with the markers that belong to it.

    A marker behind the full stop, or on a line of its own, belongs to the sentence before it.
    """
    found: list[Statement] = []
    for start, end in _sentence_spans(text):
        piece = text[start:end]
        markers = {int(number) for number in _PLAIN.findall(piece)}
        words = _PLAIN.sub("", piece).strip()
        if any(character.isalnum() for character in words):
            found.append(Statement(words, tuple(sorted(markers)), start, end))
        elif found:
            last = found[-1]
            together = tuple(sorted(markers.union(last.markers)))
            found[-1] = Statement(last.text, together, last.start, end)
    return found


def renumber(text: str, used: Collection[int]) -> tuple[str, dict[int, int]]:
    """Number the markers of a cleaned text 1..k in the order in which they first appear.

    Args:
        text: as `clean_markers` left it.
        used: the markers that have a citation; all others are removed.

    Returns:
        The text, and the new number of each marker that is left, one to one.
    """
    mapping: dict[int, int] = {}

    def renewed(match: re.Match[str]) -> str:
        number = int(match[1])
        if number not in used:
            return ""
        return f"[{mapping.setdefault(number, len(mapping) + 1)}]"

    return _PLAIN.sub(renewed, text), mapping


def _numbers(match: re.Match[str]) -> tuple[int, ...] | None:
    """Return the numbers of a bracket, () for a marker without any, None for other brackets."""
    inside = match["inside"]
    if inside is None:
        return None
    folded = unicodedata.normalize("NFKC", inside).translate(_DASHES).partition("†")[0]
    if _YEAR.fullmatch(folded) and _DOCUMENT_NUMBER.match(match.string, match.end()):
        return None
    bare = _SOURCE_WORD.sub("", folded)
    if numbers := _NUMBERS.fullmatch(bare):
        return _listed(numbers[1])
    names_none = not any(character.isalnum() for character in bare)
    invented = names_none or _CHINESE_NUMERAL.fullmatch(bare)
    return () if invented or (folded.isascii() and len(folded) <= MAX_INVENTED_CHARS) else None


def _listed(numbers: str) -> tuple[int, ...]:
    """Return the numbers of "1,2", "1、2" or "1-3", each once."""
    found: list[int] = []
    for part in re.split("[,;、和及與与]", numbers):
        low, _, high = part.partition("-")
        found += range(int(low), int(high or low) + 1)
    return tuple(dict.fromkeys(found))


def _harmless(match: re.Match[str]) -> str:
    whole = match[0]
    if match["inside"] is not None and whole.lstrip(" \u3000")[0] + whole[-1] == "【】":
        return whole
    return whole.translate(str.maketrans("[［【]］】", "〔〔〔〕〕〕"))


def _each_once(run: re.Match[str]) -> str:
    return "".join(dict.fromkeys(f"[{number}]" for number in _PLAIN.findall(run[0])))


def _sentence_spans(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        if text[start : match.start()].strip().isdecimal():
            continue  # "1. " opens an item of a list
        spans.append((start, match.end()))
        start = match.end()
    return [*spans, (start, len(text))] if start < len(text) else spans
