"""Where a shifted run can start: nothing else on a page is ever read another way.

A byte was cut off in front of a full stop (?! ?, ?: and the like) or of a quotation mark, or a
tag was driven between the two bytes of a character (half a tag behind a question mark).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from corpus.repair import gbk
from corpus.repair.characters import reading_of
from corpus.repair.residue import HALF_TAG, TAG, Evidence
from corpus.repair.search import Search, read_as
from corpus.repair.states import State

# In front of a letter or figure it follows Chinese: a.php?id=1 is an address.
START = re.compile(
    rf"{HALF_TAG.pattern}|\?(?:(?=[!,:;?！，：；？])"
    r"|(?<=[^\x00-\x7f]\?)(?=[A-Za-zＡ-Ｚａ-ｚ0-9０-９]))"
)
_CONTEXT = 40  # characters behind a suspicious place that the page's model does not read
_QUOTE_TRAIL = 0xB1  # ” is A1 B1


@dataclass(frozen=True, slots=True)
class Start:
    """A place where a run may start.

    Attributes:
        start: where it starts in the page.
        at: from where on it is searched.
        state: what is known there.
        is_firm: a sign or the page's own list speaks for it, not a letter or a mere reading.
    """

    start: int
    at: int
    state: State
    is_firm: bool = True


def spared(text: str) -> str:
    """Return the text of a page without its tags and without what follows suspicious places.

    The same garble often occurs twice; a model that had read it would vote for it.
    """
    kept: list[str] = []
    at = 0
    for match in _suspicious().finditer(text):
        kept.append(text[at : max(match.start(), at)])
        at = max(at, match.end() + _CONTEXT)
    kept.append(text[at:])
    return TAG.sub("", "\n".join(kept))


def starts(text: str, search: Search, evidence: Evidence) -> Iterator[Start]:
    """Yield the places where a run may start, in order."""
    pattern = _suspicious() if evidence.is_residue else START
    for place in pattern.finditer(text):
        if place[0] == "!":
            yield _cut_quote(text, place.end(), search)
        elif place[1] is None:
            found = _cut_stop(text, place.start(), search)
            if found:
                yield found
        elif found := _split(text, place, evidence):
            yield found


@cache
def _suspicious() -> re.Pattern[str]:
    """Return `START`, or a ! in front of what a quotation mark without its A1 would show."""
    shown = "".join(gbk.chars_led_by(_QUOTE_TRAIL).values())
    return re.compile(f"{START.pattern}|!(?=[{shown}])")


def _cut_stop(text: str, at: int, search: Search) -> Start | None:
    """Return the start at a `?` that was the first byte of a full stop, A1 A3.

    Its A3 shows with the first byte of the next character, as a full-width form.
    """
    shown = text[at + 1]
    pair = gbk.folded_pair(shown) if shown.isascii() else gbk.bytes_of(shown)
    if pair is None or pair[0] != gbk.FULL_WIDTH_LEAD:
        return None
    before = _visible_before(text, at)
    state = search.begun(before, "。", at + 2, leads=(pair[1],))
    return Start(at, at + 2, state, is_firm=not shown.isalnum())


def _cut_quote(text: str, at: int, search: Search) -> Start:
    """Return the start behind a ! whose quotation mark lost its first byte."""
    _, second = gbk.bytes_of(text[at]) or (0, 0)
    return Start(at, at + 1, search.begun("!", "”", at + 1, leads=(second,)))


def _split(text: str, place: re.Match[str], evidence: Evidence) -> Start | None:
    """Return the start at half a tag: its character was found across two others.

    That character is the last byte of the one before and the byte that the `?` ate.
    """
    before, reading = _visible_before(text, place.start()), reading_of(place[1])
    pair = gbk.folded_pair(before) if before in gbk.FOLDED_SIGNS else gbk.bytes_of(before)
    last = pair[1] if pair else ord(before) & 0xFF
    chars = read_as((last,), reading, evidence)
    leads = {pair[1] for char in chars if (pair := gbk.bytes_of(char))} & {*gbk.LEADS}
    if not leads:
        return None
    firm = any(char in evidence.listed for char in chars)
    state = State(tuple(sorted(leads)), before)
    return Start(place.start(), place.end(), state, is_firm=firm)


def _visible_before(text: str, at: int) -> str:
    """Return the character in front of a place, past a tag of its own."""
    head = text[max(at - 12, 0) : at]
    for tag in TAG.finditer(head):
        if tag.end() == len(head):
            head = head[: tag.start()]
    return head[-1:] or "\n"
