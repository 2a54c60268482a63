"""When two strings say the same words: folded comparison that figures survive."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from corpus import fold
from rag.evaluation.quantities import EXACT_UNITS, quantities

# Stretches shorter than this are shared by any two sentences and prove nothing.
MIN_SHARED_CHARS = 4
# Two quotes overlap when the shorter one shares at least half of its characters with the other.
MIN_SHARED = 0.5

_GROUPING = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DROPPED = re.compile(r"(?<=\d)[^\w%.]+(?=\d)|(?<=\d)\.(?!\d)|[^\w%.]+|(?<!\d)\.|_+")
_TENS = "十百千"
_ONES = "一二三四五六七八九"


@lru_cache(maxsize=1024)
def skeleton(text: str) -> str:
    """Return the folded letters, figures and ideographs of a text, without white space and marks.

    Decimal points and per-cent signs stay, grouping commas go (1,200 → 1200), and a mark between
    two figures becomes a space so that 「3、5」 does not turn into 35.
    """
    grouped = _GROUPING.sub("", fold(text))
    return _DROPPED.sub(_gap, grouped)


def contains(text: str, answer: str) -> bool:
    """Tell whether `text` says `answer`: the same words after `skeleton`, no figure cut in two.

    8万元 is not in 58万元, nor 5 in 5.3. An answer that is a sum or a percentage and nothing else
    is also found under another spelling (580,000元, 五十八万元).
    """
    wanted, held = skeleton(answer), skeleton(text)
    at = held.find(wanted)
    while wanted and at >= 0:
        if _stands_alone(held, at, at + len(wanted)):
            return True
        at = held.find(wanted, at + 1)
    return _as_quantity(text, answer)


def shared_chars(first: str, second: str) -> int:
    """Return how many characters two texts share in stretches that stand in the same order.

    Counted on skeletons; stretches below `MIN_SHARED_CHARS` count only when they are all of a text.
    """
    a, b = skeleton(first), skeleton(second)
    if a in b or b in a:
        return min(len(a), len(b))
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= MIN_SHARED_CHARS)


def overlaps(first: str, second: str) -> bool:
    """Tell whether two quotes are about the same words: see `MIN_SHARED`."""
    shorter = min(len(skeleton(first)), len(skeleton(second)))
    return shorter > 0 and shared_chars(first, second) >= MIN_SHARED * shorter


def covers(text: str, quote: str) -> bool:
    """Tell whether a text holds a quote but for a few damaged characters.

    At least half (`MIN_SHARED`) of the quote's stretches of four characters must stand in it.
    """
    held, wanted = skeleton(text), skeleton(quote)
    if len(wanted) < MIN_SHARED_CHARS or wanted in held:
        return bool(wanted) and wanted in held
    grams = [wanted[i : i + MIN_SHARED_CHARS] for i in range(len(wanted) - MIN_SHARED_CHARS + 1)]
    return sum(gram in held for gram in grams) >= MIN_SHARED * len(grams)


def _gap(match: re.Match[str]) -> str:
    before = match.start() > 0 and match.string[match.start() - 1].isdigit()
    after = match.end() < len(match.string) and match.string[match.end()].isdigit()
    return " " if before and after else ""


def _stands_alone(held: str, start: int, end: int) -> bool:
    first, last = held[start], held[end - 1]
    before, after = held[start - 1 : start], held[end : end + 2]
    if first.isdigit() and before and (before.isdigit() or before == "."):
        return False
    if first in _ONES and before and before in _TENS:
        return False
    return not (last.isdigit() and re.match(r"\.?\d", after))


def _as_quantity(text: str, answer: str) -> bool:
    wanted = quantities(answer)
    if len(wanted) != 1 or wanted[0].unit not in EXACT_UNITS:
        return False
    return wanted[0].covers(answer) and wanted[0] in quantities(text)
