"""A page as lines: where each stands, how many blank lines precede it, how it reads.

Patterns are matched on the folded line (`plain`), which has the length of the line itself, so
that a match in either script leads back to the characters of the file.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from corpus.fold import fold
from corpus.offsets import MappedText

LONG_LINE_CHARS = 45
"""A longer line without a full stop is text that was cut, not a heading. Source: REPAIR §3.4."""

PICTURE_GAP_LINES = 3
"""So many blank lines are the hole a picture left. Source: REPAIR §3.4, seed pages."""

_MOST = 0.7

BlankLines = Literal["none", "some", "most"]

_ENDS_SENTENCE = re.compile(r"[。！？!?…][”’」』）)》】\"]*(?:\([^()]{2,40}\))?$")
_HOLDS_SENTENCE = re.compile(r"[。！？!?]")
_NUMBERED = re.compile(
    r"#|[-*·•●◆■□▲]|第[一二三四五六七八九十百零〇\d]+[章节条编篇部款]|[一二三四五六七八九十]+[、.:,]"
    r"|\([一二三四五六七八九十\d]+\)|\d+[.、)](?!\d)|[①-⑳]|附[件录表:]|步骤|问[:：]|答[:：]"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without the white space around it: `page.text[start:end]`.

    Attributes:
        blanks: number of blank lines directly before it.
        text: as it stands on the page.
        plain: folded, of the same length.
    """

    start: int
    end: int
    blanks: int
    text: str
    plain: str

    def head(self, length: int) -> Line:
        """Return the first `length` characters of the line."""
        end = self.start + length
        return Line(self.start, end, self.blanks, self.text[:length], self.plain[:length])

    def after(self, length: int) -> Line:
        """Return the line without its first `length` characters and the blanks behind them."""
        rest = self.text[length:]
        cut = length + len(rest) - len(rest.lstrip())
        start = self.start + cut
        return Line(start, self.end, self.blanks, self.text[cut:], self.plain[cut:])


def read_lines(page: MappedText) -> list[Line]:
    """Return the lines of the page that hold more than white space."""
    plain = fold(page.text)
    lines: list[Line] = []
    at = blanks = 0
    for raw in page.text.split("\n"):
        text = raw.strip()
        if text:
            start = at + raw.index(text)
            end = start + len(text)
            lines.append(Line(start, end, blanks, text, plain[start:end]))
            blanks = 0
        else:
            blanks += 1
        at += len(raw) + 1
    return lines


def blank_lines(lines: list[Line]) -> BlankLines:
    """Return how a page uses blank lines: before most lines, before some, or not at all."""
    rest = lines[1:]
    share = sum(line.blanks > 0 for line in rest) / max(len(rest), 1)
    return "most" if share >= _MOST else "some" if share else "none"


def picture_gap(lines: list[Line]) -> int:
    """Return the number of blank lines from which on a hole on this page was a picture.

    On a page with blank lines only here and there each of them sets an item apart.
    """
    if blank_lines(lines) == "some":
        return 1
    usual = Counter(line.blanks for line in lines[1:]).most_common(1)
    return max(PICTURE_GAP_LINES, (usual[0][0] if usual else 0) + 2)


def ends_sentence(plain: str) -> bool:
    """Tell whether the line ends as a sentence does, closing quotes and brackets aside."""
    return _ENDS_SENTENCE.search(plain) is not None


def holds_sentence(plain: str) -> bool:
    """Tell whether a sentence ends anywhere in the line."""
    return _HOLDS_SENTENCE.search(plain) is not None


def is_numbered(plain: str) -> bool:
    """Tell whether the line opens with a number, a bullet or the like: part of one article."""
    return _NUMBERED.match(plain) is not None
