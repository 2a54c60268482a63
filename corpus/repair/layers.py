"""The ways in which bytes are misread: for each, how a character tells its bytes again.

A layer of mojibake is a pair of encodings: the one the bytes were written in, and the one they
were read in. Bytes that the reader could not read show as U+FFFD or as `?`: a hole. A `?` is one
only inside a character; between two of them it is a question mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from corpus.offsets import RunKind
from corpus.repair import gbk

HOLE = -1
LOST_MARK = "\ufffd"

_LINE_BREAK, _QUESTION_MARK = 0x0A, 0x3F
_ASCII = range(HOLE, 0x80)
_CONTINUATIONS = range(0x80, 0xC0)
_LENGTHS = ((range(0xC2, 0xE0), 2), (range(0xE0, 0xF0), 3), (range(0xF0, 0xF5), 4))
_CHINESE_LEADS = (*range(0xE2, 0xEA), 0xEF)  # punctuation, Han, full-width forms in UTF-8
_GB2312 = range(0xA1, 0xFF)
# Bytes that Windows-1252 does not define; browsers make control characters of them.
_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
# Two characters of GB 2312 as Latin-1 shows them; figures may stand between them.
_GB_AS_LATIN = re.compile("[¡-£°-÷][¡-þ][ -~]{0,12}[¡-£°-÷][¡-þ]")
_BYTE_ORDER_MARK = "\ufeff"


class Piece(NamedTuple):
    """A character read from bytes, how many they were, and how it was come by."""

    char: str
    length: int
    kind: RunKind = RunKind.MENDED


Fill = Callable[[list[int], int], Piece]
Reader = Callable[[list[int], int, Fill], Piece | None]


@dataclass(frozen=True, slots=True)
class Layer:
    """One way in which bytes are misread.

    Attributes:
        start: what a stretch of it begins with; cheap to search for in clean text.
        bytes_of: the bytes of a character that was misread, or None.
        read: the character at a place of the bytes, or None when they are not valid there; it
            calls what it is given for a group of bytes with a hole and the byte behind them.
        eaten: the bytes that can hide in a hole, given the byte behind it.
        is_strict: most bytes at random would not be valid.
    """

    start: re.Pattern[str]
    bytes_of: Callable[[str], bytes | None]
    read: Reader
    eaten: Callable[[int], Sequence[int]]
    is_strict: bool = True


@cache
def layers() -> tuple[Layer, ...]:
    """Return UTF-8 read as GBK, as Windows-1252 or Latin-1, and GB 2312 read as the latter."""
    return (
        Layer(_gbk_start(), _gbk_bytes, _read_utf8, _eaten_by_gbk),
        Layer(_latin_start(), _latin_bytes, _read_utf8, _eaten_by_latin),
        Layer(_GB_AS_LATIN, _latin_bytes, _read_gb2312, _eaten_by_latin, is_strict=False),
    )


def utf8_char(group: Iterable[int]) -> str:
    """Return the character of a group of UTF-8 bytes, or "" when they are none."""
    try:
        return bytes(group).decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _read_utf8(data: list[int], at: int, fill: Fill) -> Piece | None:
    lead = data[at]
    if lead in _ASCII:
        return _ascii(lead)
    length = next((length for leads, length in _LENGTHS if lead in leads), 0)
    group = [HOLE if byte == _QUESTION_MARK else byte for byte in data[at : at + length]]
    if not length or len(group) < length:
        return None
    if any(byte != HOLE and byte not in _CONTINUATIONS for byte in group[1:]):
        return None
    if HOLE in group:
        return fill(group, data[at + length] if at + length < len(data) else _LINE_BREAK)
    char = utf8_char(group)
    return Piece(char.replace(_BYTE_ORDER_MARK, ""), length) if char else None


def _read_gb2312(data: list[int], at: int, _: Fill) -> Piece | None:
    lead = data[at]
    if lead in _ASCII:
        return _ascii(lead)
    pair = data[at : at + 2]
    char = gbk.pairs().get((pair[0], pair[-1])) if min(pair) in _GB2312 else None
    return Piece(char, 2) if char and len(pair) > 1 else None


def _ascii(byte: int) -> Piece:
    return Piece(LOST_MARK if byte == HOLE else chr(byte), 1, RunKind.KEPT)


def _eaten_by_gbk(following: int) -> Sequence[int]:
    """Return 80, which GBK never reads, and the leads that make no pair with what follows.

    In front of ASCII every lead is unreadable, and nothing is known.
    """
    if following in _ASCII:
        return _CONTINUATIONS
    table = gbk.pairs()
    return [0x80, *(lead for lead in _CONTINUATIONS[1:] if (lead, following) not in table)]


def _eaten_by_latin(_: int) -> Sequence[int]:
    return _UNDEFINED


def _gbk_start() -> re.Pattern[str]:
    """Match a GBK character whose bytes can begin one of UTF-8, and one that can go on."""
    pairs = gbk.pairs().items()
    first = [
        char for (lead, trail), char in pairs if lead in _CHINESE_LEADS and trail in _CONTINUATIONS
    ]
    then = [re.escape(char) for (lead, _), char in pairs if lead in _CONTINUATIONS]
    return re.compile(f"[{''.join(first)}][{''.join(then)}?\ufffd€\ue000-\uf8ff]")


def _latin_start() -> re.Pattern[str]:
    """Match what Windows-1252 or Latin-1 makes of the first two bytes of a UTF-8 character."""
    then = "".join(char for char, byte in _latin_table().items() if byte in _CONTINUATIONS)
    return re.compile(f"[ÂÃâ-éï][{re.escape(then)}?\ufffd]")


def _gbk_bytes(char: str) -> bytes | None:
    if char == "€":  # what Windows makes of the lone byte 80
        return b"\x80"
    try:
        return char.encode("gb18030")
    except UnicodeEncodeError:
        return None


def _latin_bytes(char: str) -> bytes | None:
    if char.isascii():
        return char.encode()
    byte = _latin_table().get(char)
    return None if byte is None else bytes((byte,))


@cache
def _latin_table() -> dict[str, int]:
    table = {chr(byte): byte for byte in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        if byte not in _UNDEFINED:
            table[bytes((byte,)).decode("cp1252")] = byte
    return table
