"""The figures in a text, whatever their spelling: 58万元, 580,000元 and 五十八万元 are one.

Kept apart from the figures that the answer path finds, so that one does not judge itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from corpus import fold

EXACT_UNITS = frozenset({"元", "%"})  # units under which two spellings mean the same thing

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4}
_DIGITS |= {"五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}

# One ideograph is a figure only before a word that counts (三名, not 第三者 or 一次性); two or
# more in a row are one unless they are a pair of bare digits (三八, 五一 are holidays).
_COUNTED = "元年月日号时分秒岁届个名位人家次项场天类种条件倍成台份户所"
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?(?:[十百千]?[万亿]亿?|[百千])?"
_ONES = "零〇一二两三四五六七八九"
_ANY = f"[{_ONES}十百千万亿]*"
_CHINESE = rf"(?:{_ANY}[十百千万亿]{_ANY}|[{_ONES}]{{4}}(?=年)|[{_ONES}](?=[{_COUNTED}](?!性)))"
_QUANTITY = re.compile(
    rf"(?P<hundredth>百分之)?(?P<number>{_ARABIC}|{_CHINESE})\s*(?P<unit>%|元|年|月|日)?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure: its value in base units and its unit (元, %, 年, 月, 日 or "" for any other)."""

    value: Decimal
    unit: str
    text: str = field(compare=False, default="")

    def covers(self, text: str) -> bool:
        """Tell whether the figure is all that `text` says."""
        return self.text == fold(text).strip()


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the figures of a text in order. A date gives one for each of its parts."""
    return tuple(_found(fold(text)))


def _found(folded: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(folded):
        value = _value(match["number"])
        if value is None:
            continue
        unit = "%" if match["hundredth"] else match["unit"] or ""
        yield Quantity(value, unit, match.group().strip())


def _value(number: str) -> Decimal | None:
    arabic = re.match(r"[\d,.]+", number)
    if arabic is None:
        return _chinese(number)
    value = Decimal(arabic.group().replace(",", ""))
    for character in number[arabic.end() :]:
        value *= (_SMALL | _LARGE)[character]
    return value


def _chinese(number: str) -> Decimal | None:
    """Return the value of Chinese numerals, or None for a unit without a digit (万州, 千方)."""
    if not set(number) & set(_DIGITS) and number[0] != "十":
        return None
    if set(number) <= set(_DIGITS):
        return Decimal("".join(str(_DIGITS[character]) for character in number))
    total = section = digit = 0
    for character in number:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _SMALL:
            section += (digit or 1) * _SMALL[character]
            digit = 0
        else:
            total = (total + section + digit) * _LARGE[character]
            section = digit = 0
    return Decimal(total + section + digit)
