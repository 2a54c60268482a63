"""Lines of a page as pieces: running text, text cut short, headings, captions, bylines.

A piece is a line at first; `corpus.page.join` makes one piece of several lines that were one
paragraph, `tight_headings` one of the lines of a headline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from corpus.fold import fold
from corpus.offsets import MappedText
from corpus.page.attribution import attribution_kind, is_caption
from corpus.page.lines import (
    LONG_LINE_CHARS,
    Line,
    ends_sentence,
    holds_sentence,
    picture_gap,
)

PieceKind = Literal["text", "open", "short", "caption", "byline", "editor", "credit"]
"""`open` is text without an end, `short` a line that may be a heading or the start of a text."""

MOST_HEADING_LINES = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a page with its kind.

    Attributes:
        text: the characters, led back to the file.
        plain: folded, of the same length.
        gap: the hole of a picture stands before it.
        tight: no blank line stands before it.
    """

    kind: PieceKind
    text: MappedText
    plain: str
    gap: bool = False
    tight: bool = False

    def become(self, kind: PieceKind) -> Piece:
        """Return the piece as one of another kind."""
        return replace(self, kind=kind)

    def then(self, other: Piece) -> Piece:
        """Return the piece and its continuation as one, nothing between them."""
        text = MappedText.joined([self.text, other.text])
        return Piece(other.kind, text, self.plain + other.plain, self.gap, self.tight)


def read_pieces(page: MappedText, lines: list[Line]) -> list[Piece]:
    """Return a piece for each line."""
    gap = picture_gap(lines)
    return [
        Piece(
            kind_of(line.plain),
            page.slice(line.start, line.end),
            line.plain,
            gap=at > 0 and line.blanks >= gap,
            tight=at > 0 and line.blanks == 0,
        )
        for at, line in enumerate(lines)
    ]


def kind_of(plain: str) -> PieceKind:
    """Return the kind of a folded line, judged by itself."""
    attributed = attribution_kind(plain)
    if attributed:
        return attributed
    if is_caption(plain):
        return "caption"
    bracketed = plain.startswith("(") and plain.endswith(")")
    if bracketed or ends_sentence(plain) or plain.endswith((":", ";")):
        return "text"
    if len(plain) > LONG_LINE_CHARS or holds_sentence(plain):
        return "open"
    return "short"


def tight_headings(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with headings of two or three lines, no blank line between, as one.

    The last lines of a page are no heading.
    """
    runs: list[list[Piece]] = []
    for piece in pieces:
        if runs and piece.tight and piece.kind == runs[-1][-1].kind == "short":
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return [merged for run in runs[:-1] for merged in _as_heading(run)] + runs[-1]


def _as_heading(run: list[Piece]) -> list[Piece]:
    whole = sum(len(piece.plain) for piece in run)
    if not 1 < len(run) <= MOST_HEADING_LINES or whole > LONG_LINE_CHARS:
        return run
    return [_heading_of(run)]


def _heading_of(run: list[Piece]) -> Piece:
    """Return the lines of one heading as a piece, a blank where a line ended."""
    parts = [run[0].text]
    for piece in run[1:]:
        parts += [MappedText.inserted(" "), piece.text]
    text = MappedText.joined(parts)
    return Piece("short", text, fold(text.text), run[0].gap, run[0].tight)
