"""Proven repair of damaged text; every repaired character leads back to the file.

Detection comes first and is cheap: clean text passes unchanged to the byte. Nothing is repaired
without proof from the page itself; what cannot be restored is flagged and left as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus.offsets import Edit, MappedText, RunKind
from corpus.repair import gbk, mojibake, residue, runs
from corpus.repair.lost import losses
from corpus.repair.model import PageModel, dictionary_model
from corpus.repair.starts import START, spared
from corpus.types import Repair, RepairKind

__all__ = ["Repaired", "repair"]

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired page.

    Attributes:
        page: the repaired text in the script of the file.
        repairs: what was damaged, in the order of the file; a place that could not be restored
            is there too, its `after` equal to its `before`.
    """

    page: MappedText
    repairs: tuple[Repair, ...]


def repair(page: MappedText) -> Repaired:
    """Return a page with its damage repaired where that is proved, and flagged where not.

    Source: shared/REPAIR.md, the mechanisms and the measurements behind every bound.

    Example:
        >>> repair(MappedText.from_file("工会你好".encode().decode("gbk"))).page.text
        '工会你好'
    """
    page, untangled = _untangled(page)
    page, mended = _mended(page)
    found = [*untangled, *mended, *_flagged(page)]
    return Repaired(page, tuple(sorted(found, key=lambda one: (one.start, one.end))))


def _untangled(page: MappedText) -> tuple[MappedText, list[Repair]]:
    """Undo mojibake line by line."""
    if not mojibake.is_suspicious(page.text):
        return page, []
    parts: list[MappedText] = []
    found: list[Repair] = []
    at = last = 0
    for line in _LINE.findall(page.text):
        for tangle in mojibake.untangled(line, dictionary_model()):
            start, end = at + tangle.start, at + tangle.end
            part = page.slice(start, end)
            for edits in tangle.steps:
                part = part.edited(edits)
            sure = part.offsets.worst_kind(0, len(part)) is not RunKind.GUESSED
            found.append(_record(page, "mojibake", start, end, after=tangle.after, sure=sure))
            parts += (page.slice(last, start), part)
            last = end
        at += len(line)
    if not found:
        return page, []
    return MappedText.joined([*parts, page.slice(last, len(page))]), found


def _mended(page: MappedText) -> tuple[MappedText, list[Repair]]:
    """Put shifted runs back, then take the tags off; the tags are evidence for the runs."""
    text = page.text
    if not (START.search(text) or residue.is_suspicious(text)):
        return page, []
    evidence = residue.measure(text, _rank)
    found = list(_runs(text, evidence))
    taken = [(run.start, run.end) for run in found]
    tags = list(_outside(_tags(text, evidence), taken))
    edits = [edit for run in found for edit in run.edits]
    edits += [Edit(tag.start - 1, tag.end, text[tag.start - 1]) for tag in tags]
    repairs = [
        _record(page, "shifted_bytes", run.start, run.end, after=run.after, sure=run.sure)
        for run in found
    ]
    repairs += [
        _record(page, "pinyin_residue", tag.start - 1, tag.end, after=text[tag.start - 1])
        for tag in tags
    ]
    edits.sort(key=lambda edit: edit.start)
    return (page.edited(edits) if edits else page), repairs


def _runs(text: str, evidence: residue.Evidence) -> Iterator[runs.Mended]:
    if evidence.is_residue or START.search(text):
        model = PageModel(dictionary_model(), spared(text))
        yield from runs.Mender(text, model=model, evidence=evidence).mended()


def _tags(text: str, evidence: residue.Evidence) -> list[residue.Tag]:
    if not evidence.is_residue:
        return residue.toneless_tags(text)
    tags = [
        *residue.tags(text, evidence, _rank),
        *residue.letter_tags(text, evidence, _joined),
    ]
    return sorted(tags, key=lambda tag: tag.start)


def _outside(tags: Iterable[residue.Tag], taken: list[tuple[int, int]]) -> Iterator[residue.Tag]:
    """Yield the tags that do not touch a stretch already mended; both are in order."""
    ahead = iter([*taken, (1 << 62, 1 << 62)])
    start, end = next(ahead)
    for tag in tags:
        while end < tag.start:
            start, end = next(ahead)
        if tag.end <= start:
            yield tag


def _flagged(page: MappedText) -> Iterator[Repair]:
    """Yield the places where the file itself says that bytes were lost."""
    for span in losses(page.text):
        if page.offsets.worst_kind(span.start, span.end) is RunKind.KEPT:
            after = page.text[span.start : span.end]
            yield _record(page, "lost_bytes", span.start, span.end, after=after, sure=False)


def _record(
    page: MappedText, kind: RepairKind, start: int, end: int, *, after: str, sure: bool = True
) -> Repair:
    """Return the record of a repair of `page.text[start:end]`, in offsets of the file."""
    ranges = page.offsets.file_ranges(start, end)
    low, high = (ranges[0].start, ranges[-1].end) if ranges else (0, 0)
    return Repair(kind, low, high, page.text[start:end], after, sure)


def _joined(char: str, letter: str) -> str:
    """Return the character made of the last byte of a character and a letter, or ""."""
    pair = gbk.bytes_of(char)
    return gbk.pairs().get((pair[1], ord(letter)), "") if pair else ""


def _rank(char: str) -> int:
    return dictionary_model().rank(char)
