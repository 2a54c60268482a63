"""The two-byte code GBK as a damaged page shows it: pairs, and pairs that leave no trace."""

from __future__ import annotations

from functools import cache

LEADS = range(0x81, 0xFF)
_ASCII_TRAILS = range(0x40, 0x7F)
TRAILS = (*_ASCII_TRAILS, *range(0x80, 0xFF))
FULL_WIDTH_LEAD = 0xA3
# The signs that the crawl turned into ASCII; each was a pair A3 xx.
FOLDED_SIGNS = ",!?:;()"


@cache
def pairs() -> dict[tuple[int, int], str]:
    """Return the character of every pair that GBK assigns."""
    found: dict[tuple[int, int], str] = {}
    for lead in LEADS:
        for trail in TRAILS:
            try:
                found[lead, trail] = bytes((lead, trail)).decode("gbk")
            except UnicodeDecodeError:
                continue
    return found


@cache
def _bytes_by_char() -> dict[str, tuple[int, int]]:
    return {char: pair for pair, char in pairs().items()}


def bytes_of(char: str) -> tuple[int, int] | None:
    """Return the pair of a character, or None when GBK has none."""
    return _bytes_by_char().get(char)


@cache
def chars_led_by(lead: int) -> dict[int, str]:
    """Return the characters that start with a byte, by their second byte."""
    table = pairs()
    return {trail: table[lead, trail] for trail in TRAILS if (lead, trail) in table}


@cache
@cache
def vanishing_trails(lead: int) -> tuple[int, ...]:
    """Return the second bytes that could be leads too and make an unassigned pair with `lead`.

    Such a pair lies in the private area and disappears from the page without a trace.
    """
    if lead not in LEADS:
        return ()
    table = pairs()
    return tuple(trail for trail in TRAILS if trail in LEADS and (lead, trail) not in table)


def chars_between(leads: tuple[int, ...], trail: int) -> list[str]:
    """Return the characters made of one of some leads and a second byte."""
    table = pairs()
    return [table[lead, trail] for lead in leads if (lead, trail) in table]


def chars_led_by_any(leads: tuple[int, ...]) -> list[str]:
    """Return the characters made of one of some leads and any second byte."""
    return [char for lead in leads for char in chars_led_by(lead).values()]


def vanishing_chars(lead: int) -> list[str]:
    """Return the characters led by a byte whose second byte can be lost in a vanished pair."""
    return [char for trail, char in chars_led_by(lead).items() if vanishing_trails(trail)]


def folded_pair(char: str) -> tuple[int, int]:
    """Return the pair of the full-width form of an ASCII character."""
    return FULL_WIDTH_LEAD, ord(char) | 0x80


def is_ascii_trail(byte: int) -> bool:
    """Tell whether a byte can be the second of a pair and is an ASCII character by itself."""
    return byte in _ASCII_TRAILS
