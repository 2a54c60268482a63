"""Text that remembers where each of its characters stood in the decoded file.

Every step between a file and an article only deletes, replaces or reorders characters. A
`MappedText` carries the text together with the runs it came from, so that any span of the
result can be led back to the file (`OffsetMap.file_ranges`), whatever was done in between.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum


class RunKind(IntEnum):
    """How the characters of a run relate to the file: as they stood, restored, or guessed."""

    KEPT = 0
    MENDED = 1
    GUESSED = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points, `start <= end`."""

    start: int
    end: int

    def __len__(self) -> int:
        """Return the number of code points covered."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Run:
    """`text[start:end]` was read from `file[file_start:file_end]`.

    A run whose two lengths are equal maps character by character; any other run maps as one
    block (an HTML entity, a restored character). An empty file range means the characters were
    put there by the reader (a line break between two blocks).
    """

    start: int
    end: int
    file_start: int
    file_end: int
    kind: RunKind = RunKind.KEPT

    @property
    def is_linear(self) -> bool:
        """Tell whether the run maps character by character."""
        return self.end - self.start == self.file_end - self.file_start


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `text[start:end]` by `new`; `kind` says how the new characters were come by."""

    start: int
    end: int
    new: str
    kind: RunKind = RunKind.KEPT


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """The runs that lead a text back to its file, sorted, gapless, covering the whole text."""

    runs: tuple[Run, ...]

    def file_ranges(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the ranges of the decoded file that hold `text[start:end]`, in text order.

        Ranges that touch or overlap are merged. A sentence with a caption in its middle has
        two; an empty span has none.
        """
        ranges: list[Span] = []
        for run in self._overlapping(start, end):
            if run.is_linear:
                low = run.file_start + max(start - run.start, 0)
                high = run.file_end - max(run.end - end, 0)
            else:
                low, high = run.file_start, run.file_end
            if low == high:
                continue
            if ranges and ranges[-1].start <= low <= ranges[-1].end:
                ranges[-1] = Span(ranges[-1].start, max(high, ranges[-1].end))
            else:
                ranges.append(Span(low, high))
        return tuple(ranges)

    def worst_kind(self, start: int, end: int) -> RunKind:
        """Return the least certain `RunKind` of any character in `text[start:end]`."""
        return max((run.kind for run in self._overlapping(start, end)), default=RunKind.KEPT)

    def guessed_spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the parts of `text[start:end]` that hold guessed characters."""
        return tuple(
            Span(max(run.start, start), min(run.end, end))
            for run in self._overlapping(start, end)
            if run.kind is RunKind.GUESSED
        )

    def pack(self) -> bytes:
        """Return the runs as little bytes: five unsigned 32-bit integers a run."""
        flat = array("I")
        for run in self.runs:
            flat.extend((run.start, run.end, run.file_start, run.file_end, run.kind))
        return flat.tobytes()

    @classmethod
    def unpack(cls, packed: bytes) -> OffsetMap:
        """Return the map that `pack` wrote."""
        flat = array("I")
        flat.frombytes(packed)
        return cls(
            tuple(
                Run(flat[i], flat[i + 1], flat[i + 2], flat[i + 3], RunKind(flat[i + 4]))
                for i in range(0, len(flat), 5)
            )
        )

    def _overlapping(self, start: int, end: int) -> Iterable[Run]:
        if start >= end:
            return
        first = max(bisect_right(self.runs, start, key=lambda run: run.start) - 1, 0)
        for index in range(first, len(self.runs)):
            run = self.runs[index]
            if run.start >= end:
                return
            if run.end > start:
                yield run


@dataclass(frozen=True, slots=True)
class MappedText:
    """A text and the runs it came from. All operations return a new one.

    Example:
        >>> page = MappedText.from_file("區(qū)會")
        >>> mended = page.edited([Edit(1, 5, "")])
        >>> mended.text, mended.offsets.file_ranges(0, 2)
        ('區會', (Span(start=0, end=1), Span(start=5, end=6)))
    """

    text: str
    offsets: OffsetMap

    @classmethod
    def from_file(cls, text: str, *, file_start: int = 0) -> MappedText:
        """Return `text` as it stands in the decoded file from `file_start` on."""
        runs = (Run(0, len(text), file_start, file_start + len(text)),) if text else ()
        return cls(text, OffsetMap(runs))

    @classmethod
    def inserted(cls, text: str) -> MappedText:
        """Return characters that have no counterpart in the file, such as a line break."""
        return cls(text, OffsetMap((Run(0, len(text), 0, 0),) if text else ()))

    @classmethod
    def joined(cls, parts: Iterable[MappedText]) -> MappedText:
        """Return the parts one behind the other, with nothing between them."""
        texts: list[str] = []
        runs: list[Run] = []
        at = 0
        for part in parts:
            texts.append(part.text)
            for run in part.offsets.runs:
                _append(runs, _moved(run, at))
            at += len(part.text)
        return cls("".join(texts), OffsetMap(tuple(runs)))

    def __len__(self) -> int:
        """Return the length of the text in code points."""
        return len(self.text)

    def slice(self, start: int, end: int) -> MappedText:
        """Return `text[start:end]` with its runs."""
        runs = [
            _clipped(run, start, end)
            for run in self.offsets._overlapping(start, end)  # noqa: SLF001 - same module
        ]
        return MappedText(self.text[start:end], OffsetMap(tuple(_moved(r, -start) for r in runs)))

    def edited(self, edits: Sequence[Edit]) -> MappedText:
        """Return the text with all edits made; they must be sorted and must not overlap.

        The new characters map to the file range that the replaced ones came from; where these
        came from several places out of order, to the first. An edit with an empty `new` deletes.
        """
        parts: list[MappedText] = []
        at = 0
        for edit in edits:
            if edit.start < at:
                message = f"edits overlap or are unsorted at {edit.start}"
                raise ValueError(message)
            parts.append(self.slice(at, edit.start))
            if edit.new:
                parts.append(self._replacement(edit))
            at = edit.end
        parts.append(self.slice(at, len(self.text)))
        return MappedText.joined(parts)

    def stripped(self) -> MappedText:
        """Return the text without white space at either end."""
        start = len(self.text) - len(self.text.lstrip())
        return self.slice(start, max(len(self.text.rstrip()), start))

    def _replacement(self, edit: Edit) -> MappedText:
        ranges = self.offsets.file_ranges(edit.start, edit.end)
        low, high = (ranges[0].start, ranges[-1].end) if ranges else (0, 0)
        if low > high:
            high = ranges[0].end
        return MappedText(edit.new, OffsetMap((Run(0, len(edit.new), low, high, edit.kind),)))


def _moved(run: Run, by: int) -> Run:
    return Run(run.start + by, run.end + by, run.file_start, run.file_end, run.kind)


def _clipped(run: Run, start: int, end: int) -> Run:
    low, high = max(run.start, start), min(run.end, end)
    if not run.is_linear:
        return Run(low, high, run.file_start, run.file_end, run.kind)
    shift = run.file_start - run.start
    return Run(low, high, low + shift, high + shift, run.kind)


def _append(runs: list[Run], run: Run) -> None:
    """Append `run`, melting it into the last one where both are one linear stretch."""
    if run.start == run.end:
        return
    if runs:
        last = runs[-1]
        touching = last.file_end == run.file_start and last.kind is run.kind
        if touching and last.is_linear and run.is_linear:
            runs[-1] = Run(last.start, run.end, last.file_start, run.file_end, run.kind)
            return
    runs.append(run)
