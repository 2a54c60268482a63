"""Byte-shifted runs: stretches that a decoder read one byte late, put back where proved.

A run starts where a byte was cut or a tag was driven between the two bytes of a character.
Every reading of the run is scored against the text as it stands; it must win by a wide margin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from corpus.offsets import Edit, RunKind
from corpus.repair import gbk
from corpus.repair.layers import LOST_MARK
from corpus.repair.model import PageModel
from corpus.repair.residue import HALF_TAG, TAG, Evidence
from corpus.repair.search import Search
from corpus.repair.starts import Start, starts
from corpus.repair.states import Reading, Restored

# Costs in nats. Source: REPAIR.md §3.2, set on simulated damage there.
_STRAY_QUESTION_MARK = 11.5
_STRAY_HALF_TAG = 10.0
_MIN_GAIN = 10.0
_GAIN_PER_UNKNOWN = 2.0
_GAIN_PER_LOST = 4.0
_GAIN_WITHOUT_RESIDUE = 7.0
_GAIN_AT_LETTER = 8.0
# Of 2,846 readings ahead by this much and without a guess, 9 were wrong; measured on simulated
# damage of news and encyclopedia texts.
_SURE_LEAD, _SURE_LEAD_IF_WEAK = 4.0, 8.0
_UNBALANCED_QUOTE, _UNBALANCED = 5.0, 1.0
_MIN_KNOWN = 3
_SUSPECT_GAIN = 6.0  # from here on a place is flagged, though not changed
_PAIRED = {"”": "“", "’": "‘", "》": "《", "）": "（", "】": "【"}
# The only figures ever put back: days that are known by them, as in “3·8”.
_DAYS = ("3·8", "5·1", "5·4", "3·15", "3·12")
_MAX_STARTS = 200

_SIGNS = {sign: chr(ord(sign) + 0xFEE0) for sign in gbk.FOLDED_SIGNS}
_FOLDED = {wide: sign for sign, wide in _SIGNS.items()}


@dataclass(frozen=True, slots=True)
class Mended:
    """A run that was restored, or one that is only flagged: its text stands, without edits.

    Attributes:
        start: where the run starts in the page.
        end: where it ends.
        after: the restored text.
        sure: no character is guessed and no other reading comes near.
        edits: the same as edits of the page, one for each restored character where possible.
    """

    start: int
    end: int
    after: str
    sure: bool
    edits: tuple[Edit, ...]


class Mender:
    """Mends the runs of one page."""

    def __init__(self, text: str, *, model: PageModel, evidence: Evidence) -> None:
        """Take the page's text and what is known of it."""
        self._text = text
        self._model = model
        self._evidence = evidence
        self._search = Search(text, model=model, evidence=evidence)
        self._ascii_signs = text.count(",") > text.count("，")

    def mended(self) -> Iterator[Mended]:
        """Yield the runs that could be restored, in order; at most 200 places are tried."""
        at = 0
        line = ""
        for start in islice(starts(self._text, self._search, self._evidence), _MAX_STARTS):
            if start.start < at:
                continue
            passed = self._text[at : start.start]
            line = passed.rpartition("\n")[2] if "\n" in passed else line + passed
            at = start.start
            found = self._restored(start, line)
            if found:
                line += found.after
                at = found.end
                yield found

    def _restored(self, start: Start, line: str) -> Mended | None:
        text = self._text
        stands = _Stands(text, start.start, start.state.before, self._model)
        readings = self._search.readings(start.state, start.at, as_it_stands=stands.score)
        found = [(self._gain(reading, stands, line), reading) for reading in readings]
        if not found:
            return None
        gain, best = max(found, key=lambda one: one[0])
        if gain > self._threshold(start, best, line):
            margin = _SURE_LEAD if start.is_firm else _SURE_LEAD_IF_WEAK
            close = [one for one_gain, one in found if one_gain > gain - margin]
            return self._as_edits(start.start, best, _disputed(best, close))
        if gain < _SUSPECT_GAIN or not self._evidence.is_traditional:
            return None
        stands_at = text[start.start : best.end]
        return Mended(start.start, best.end, stands_at, sure=False, edits=())

    def _gain(self, reading: Reading, stands: _Stands, line: str) -> float:
        following = self._text[reading.end : reading.end + 1] or "\n"
        gain = reading.state.score - stands.score(reading.end)
        gain -= stands.leaving(reading.end, following)
        opened = line
        for restored in reading.restored():
            opening = _PAIRED.get(restored.char)
            if opening and opened.count(opening) <= opened.count(restored.char):
                gain -= _UNBALANCED_QUOTE if restored.char == "”" else _UNBALANCED
            elif restored.char == "“" and opened.count("“") > opened.count("”"):
                gain -= _UNBALANCED_QUOTE
            opened += restored.char
        return gain

    def _threshold(self, start: Start, reading: Reading, line: str) -> float:
        """Return the gain that a reading needs; infinite where it must not be believed."""
        state = reading.state
        needed = _MIN_GAIN + _GAIN_PER_UNKNOWN * state.unknown + _GAIN_PER_LOST * state.lost
        if not start.is_firm and start.state.chars:
            needed += _GAIN_AT_LETTER
        known = sum(not one.guessed for one in reading.restored())
        if state.lost and known < _MIN_KNOWN and not self._is_likely_loss(reading, line):
            return float("inf")
        if self._evidence.is_residue:
            return needed
        if known < _MIN_KNOWN and not self._is_plain_cut(reading):
            return float("inf")
        return needed + _GAIN_WITHOUT_RESIDUE

    def _is_likely_loss(self, reading: Reading, line: str) -> bool:
        """Tell whether a short reading that loses a character ends an open quotation or a day."""
        restored = reading.restored()
        chars = [one.char for one in restored]
        closes = chars == ["。", "”", LOST_MARK] and line.count("“") > line.count("”")
        return closes or bool(_day(restored, self._behind(reading)))

    def _is_plain_cut(self, reading: Reading) -> bool:
        """Tell whether a short reading is what a cut full stop leaves of a Traditional page.

        Either 。” at the end of a line, or 。 and a character whose second byte is a letter.
        """
        first, *rest = (one.char for one in reading.restored())
        if not self._evidence.is_traditional or first != "。" or len(rest) != 1:
            return False
        at_end = self._text[reading.end : reading.end + 1] in {"", "\n"}
        return not reading.state.unknown or (rest[0] == "”" and at_end)

    def _behind(self, reading: Reading) -> str:
        return self._text[reading.end : reading.end + 4]

    def _as_edits(self, start: int, reading: Reading, disputed: set[Restored]) -> Mended:
        restored = reading.restored()
        if day := _day(restored, self._behind(reading)):
            restored[-1] = Restored(day, restored[-1].end, guessed=True)
        edits: list[Edit] = []
        at = start
        for one in restored:
            kind = RunKind.GUESSED if one.guessed or one in disputed else RunKind.MENDED
            char = _FOLDED.get(one.char, one.char) if self._ascii_signs else one.char
            if one.end > at or not edits:
                edits.append(Edit(at, one.end, char, kind))
                at = one.end
            else:
                last = edits[-1]
                edits[-1] = Edit(last.start, last.end, last.new + char, max(last.kind, kind))
        last = edits[-1]
        edits[-1] = Edit(last.start, reading.end, last.new, last.kind)
        sure = all(edit.kind is RunKind.MENDED for edit in edits)
        after = "".join(edit.new for edit in edits)
        return Mended(start, reading.end, after, sure, tuple(edits))


def _disputed(best: Reading, close: list[Reading]) -> set[Restored]:
    """Return the characters of the best reading that one nearly as good has not."""
    chars = set(best.restored())
    return {char for other in close for char in chars.difference(other.restored())}


class _Stands:
    """The text as it stands, scored from the start of a run on."""

    def __init__(self, text: str, start: int, before: str, model: PageModel) -> None:
        self._text = text
        self._model = model
        self._at = start
        self._scores = {start: (0.0, before)}

    def score(self, end: int) -> float:
        """Return the score of the text up to `end`."""
        while self._at < end:
            self._step()
        return self._scores[end][0]

    def leaving(self, end: int, following: str) -> float:
        """Return the score of `following` behind the text up to `end`."""
        return self._model.log(self._scores[end][1], following)

    def _step(self) -> None:
        score, last = self._scores[self._at]
        text, at = self._text, self._at
        half, tag = HALF_TAG.match(text, at), TAG.match(text, at)
        if half:
            at, score = half.end(), score - _STRAY_QUESTION_MARK - _STRAY_HALF_TAG
        elif tag:
            at = tag.end()
        elif text[at] == "?":
            at, score = at + 1, score - _STRAY_QUESTION_MARK
        else:
            score, last, at = score + self._model.log(last, text[at]), text[at], at + 1
        for place in range(self._at, at + 1):
            self._scores.setdefault(place, (score, last))
        self._at = at


def _day(restored: list[Restored], behind: str) -> str:
    """Return the lost first figure of a well-known day where only one day fits, else ""."""
    ending = "".join(one.char for one in restored[-2:])
    if ending not in {f"{sign}{LOST_MARK}" for sign in "“：:"}:
        return ""
    fitting = {day[0] for day in _DAYS if re.match(rf"{day[1:]}(?!\d)", behind)}
    return fitting.pop() if len(fitting) == 1 else ""
