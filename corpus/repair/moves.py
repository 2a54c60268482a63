"""What each place of a damaged line can stand for in bytes: the moves of the search.

A decoder that is one byte late shows true bytes in wrong pairs. Every visible token therefore
gives bytes back, each in its own way; see REPAIR.md §3.2 for how they were found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from corpus.repair import gbk
from corpus.repair.characters import reading_of
from corpus.repair.residue import HALF_TAG, TAG

# "?" and what is left of a closing tag whose "<" was eaten: ?/p> ?br>
_TAG_END = re.compile(r"\?/?(?:p|br|b|div|span|strong|li|td|a|font|h[1-6])\s?/?>")


class Give(Enum):
    """What a move gives to the bytes restored so far."""

    PAIR = auto()  # two known bytes: one closes the open lead, one opens the next
    TRAIL = auto()  # one known byte
    TAG = auto()  # none: a whole tag, evidence for the two bytes before it
    HALF_TAG = auto()  # one unknown byte, which with the byte before it has a known reading
    SIGN = auto()  # one unknown byte at the end of a line or element
    LOST = auto()  # one unknown byte and one character that nothing can bring back


@dataclass(frozen=True, slots=True)
class Move:
    """One way to read the text from some place to `end`."""

    give: Give
    end: int
    pair: tuple[int, int] = (0, 0)
    reading: str = ""
    cost: float = 0.0


def moves(text: str, at: int, line_end: int) -> Iterator[Move]:
    """Yield every way to read what stands at `text[at]`, before `line_end`."""
    for give, pattern in ((Give.TAG, TAG), (Give.HALF_TAG, HALF_TAG)):
        if tag := pattern.match(text, at, line_end):
            yield Move(give, tag.end(), reading=reading_of(tag[1]))
            return
    char = text[at]
    if char == "?":
        yield _eaten(text, at, line_end)
    pair = gbk.bytes_of(char)
    if pair:
        yield Move(Give.PAIR, at + 1, pair=pair)
    elif char in gbk.FOLDED_SIGNS:
        yield Move(Give.PAIR, at + 1, pair=gbk.folded_pair(char))
    elif char.isascii() and char.isalnum():
        yield Move(Give.PAIR, at + 1, pair=gbk.folded_pair(char), cost=4.0)
    if gbk.is_ascii_trail(ord(char)):
        yield Move(Give.TRAIL, at + 1, pair=(ord(char), 0))


def _eaten(text: str, at: int, line_end: int) -> Move:
    """Return how to read a `?` that swallowed the ASCII character behind its byte."""
    tail = _TAG_END.match(text, at, line_end)
    if tail or at + 1 == line_end:
        return Move(Give.SIGN, tail.end() if tail else at + 1)
    return Move(Give.LOST, at + 1)
