"""Reversible mojibake: bytes of one encoding read in another, once or several times over.

Every stretch is turned back into its bytes and read again. That is believed only when the
bytes are strictly valid and the result is far more Chinese than what stands in the file. A
byte that the wrong reader could not read stays lost, its character becomes U+FFFD, unless only
one byte makes sense there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import merge
from math import log

from corpus.offsets import Edit, RunKind
from corpus.repair import gbk
from corpus.repair.characters import simplified_char
from corpus.repair.layers import HOLE, LOST_MARK, Fill, Layer, Piece, layers, utf8_char
from corpus.repair.model import CharModel

_MAX_LAYERS = 3
_MIN_HAN = 2
_MIN_GAIN = 12.0  # nats by which the result must be likelier than what stands there
# Nats a Han character: running text has -7, random ones of GB 2312 -11, of Unicode under -14.
_MIN_MEAN, _MIN_MEAN_IF_LAX = -10.5, -9.3
_WINDOW = 12  # characters read at first; most suspicions die within them
_MAX_POSSIBLE = 30  # a hole that more bytes fit in is never filled
_CLEARLY = 20.0  # times that one character must be commoner than the next one to be guessed
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Tangle:
    """A stretch `line[start:end]` that was misread, and what it was.

    Attributes:
        start: where it starts in the line.
        end: where it ends.
        after: the text that was meant.
        steps: the edits that lead there, one list a layer; those of the first count from
            `start`, those of the next apply to the result of the one before.
        is_strict: most bytes at random would not have been valid.
    """

    start: int
    end: int
    after: str
    steps: tuple[list[Edit], ...]
    is_strict: bool


def is_suspicious(text: str) -> bool:
    """Tell whether a text holds anything that a misreading begins with; cheap on clean text."""
    return not text.isascii() and any(layer.start.search(text) for layer in layers())


def untangled(line: str, model: CharModel) -> Iterator[Tangle]:
    """Yield the stretches of a line that were misread; a line that stands well has none."""
    at = 0
    for start in _starts(line):
        if start < at:
            continue
        best: Tangle | None = None
        best_gain = _MIN_GAIN
        for tangle in _tangles(line, start, model):
            at = max(at, tangle.end)
            gain = _likelihood(tangle.after, model) - _likelihood(line[start : tangle.end], model)
            if gain > best_gain and _is_chinese(tangle, model):
                best, best_gain = tangle, gain
        if best:
            at = best.end
            yield best


def _starts(line: str) -> Iterator[int]:
    return merge(*((match.start() for match in layer.start.finditer(line)) for layer in layers()))


def _tangles(line: str, start: int, model: CharModel) -> Iterator[Tangle]:
    """Yield all ways to read the stretch that starts at a place, believable or not."""
    for layer in layers():
        if not layer.start.match(line, start):
            continue
        edits = _stretch(line, start, layer, _filled(layer, model))
        if edits:
            end = start + edits[-1].end
            after = _applied(line[start:end], edits)
            yield from _peeled(Tangle(start, end, after, (edits,), layer.is_strict), model)


def _peeled(tangle: Tangle, model: CharModel) -> Iterator[Tangle]:
    """Yield a stretch, then what is below further layers of it."""
    yield tangle
    if len(tangle.steps) == _MAX_LAYERS:
        return
    for layer in layers():
        edits = _inverted(tangle.after, layer, model)
        if edits:
            deeper = replace(
                tangle,
                after=_applied(tangle.after, edits),
                steps=(*tangle.steps, edits),
                is_strict=tangle.is_strict and layer.is_strict,
            )
            yield from _peeled(deeper, model)


def _inverted(text: str, layer: Layer, model: CharModel) -> list[Edit]:
    """Return the edits that read every stretch of one layer again."""
    edits: list[Edit] = []
    at = 0
    while start := layer.start.search(text, at):
        first = start.start()
        found = _stretch(text, first, layer, _filled(layer, model))
        edits += [Edit(first + one.start, first + one.end, one.new, one.kind) for one in found]
        at = edits[-1].end if found else first + 1
    return edits


def _stretch(text: str, start: int, layer: Layer, fill: Fill) -> list[Edit]:
    """Return the edits, counted from `start`, for as much as can be read there, strictly valid."""
    window = _WINDOW
    while True:
        here = text[start : start + window]
        data, borders = _bytes(here, layer)
        edits, used = _read(data, borders, layer, fill)
        if used + _WINDOW // 2 < window or start + window >= len(text):
            return [edit for edit in edits if edit.new != here[edit.start : edit.end]]
        window *= 8


def _bytes(text: str, layer: Layer) -> tuple[list[int], dict[int, int]]:
    """Return the bytes of a text up to the first character that has none.

    Also returned: at which byte which character of the text begins.
    """
    data: list[int] = []
    borders = {0: 0}
    for at, char in enumerate(text):
        found = [HOLE] if char == LOST_MARK else layer.bytes_of(char)
        if not found or char == "\n":
            break
        data += found
        borders[len(data)] = at + 1
    return data, borders


def _read(
    data: list[int], borders: dict[int, int], layer: Layer, fill: Fill
) -> tuple[list[Edit], int]:
    """Read bytes as long as they are valid; return the edits and how many characters they took.

    An edit ends wherever a character of the text and one of the result end together.
    """
    edits: list[Edit] = []
    new: list[Piece] = []
    first = at = 0
    while at < len(data) and (piece := layer.read(data, at, fill)):
        at += piece.length
        new.append(piece)
        if at in borders:
            kind = max(one.kind for one in new)
            edits.append(Edit(first, borders[at], "".join(one.char for one in new), kind))
            first, new = borders[at], []
    return edits, first


def _filled(layer: Layer, model: CharModel) -> Fill:
    """Return what fills the hole of a group of bytes where only one byte makes sense in it."""

    def fill(group: list[int], following: int) -> Piece:
        hole = group.index(HOLE)
        possible = layer.eaten([*group, following][hole + 1])
        if group.count(HOLE) > 1 or len(possible) > _MAX_POSSIBLE:
            return Piece(LOST_MARK, len(group), RunKind.GUESSED)
        chars = [utf8_char([*group[:hole], byte, *group[hole + 1 :]]) for byte in possible]
        best = sorted(filter(gbk.bytes_of, chars), key=model.share, reverse=True)
        if len(best) == 1:
            return Piece(best[0], len(group))
        clear = best and model.share(best[0]) > _CLEARLY * model.share(best[1])
        return Piece(best[0] if clear else LOST_MARK, len(group), RunKind.GUESSED)

    return fill


def _applied(text: str, edits: list[Edit]) -> str:
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (text[at : edit.start], edit.new)
        at = edit.end
    return "".join([*parts, text[at:]])


def _is_chinese(tangle: Tangle, model: CharModel) -> bool:
    """Tell whether a text reads as Chinese: common characters, and not many others."""
    han = _HAN.findall(tangle.after)
    others = sum(not char.isascii() for char in tangle.after) - len(han)
    if len(set(han)) < _MIN_HAN or others > 2 * len(han):
        return False
    mean = _likelihood("".join(han), model) / len(han)
    return mean > (_MIN_MEAN if tangle.is_strict else _MIN_MEAN_IF_LAX)


def _likelihood(text: str, model: CharModel) -> float:
    return sum(log(model.share(simplified_char(char))) for char in text)
