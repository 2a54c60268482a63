"""Numbers as Chinese text writes them: 58万, 1.7万, 3500多万, 3万5千, 五十八万, 二〇二三."""

from __future__ import annotations

import re
from decimal import Decimal
from math import prod

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
_CIPHERS = "零〇一二两三四五六七八九"
_SCALES = "十百千万亿"
# 几十, 数百 and 成百上千 say no figure, 上半年 is no half a year, and l2 is a name.
_FIRST = rf"(?:[{_CIPHERS}]|(?<![上下])半|(?<![几数])十|(?<![几数上成])[百千])"
NUMBER = (
    rf"(?<![a-z\d.{_CIPHERS}{_SCALES}])"
    rf"(?:{_DIGITS}(?:[多余几]? ?[{_SCALES}]+[多余]?(?:{_DIGITS}[{_SCALES}]*[多余]?)*)?"
    rf"|{_FIRST}[{_CIPHERS}{_SCALES}]*(?:点[{_CIPHERS}]+)?[多余几]?[{_SCALES}]*)"
)
"""Pattern of a whole number in digits, in Chinese numerals, or in digits with 十百千万亿."""

_ARABIC = re.compile(rf"(?:{_DIGITS}[{_SCALES}]*)+")
_ARABIC_PART = re.compile(rf"({_DIGITS})([{_SCALES}]*)")
_DECIMAL = re.compile(rf"([{_CIPHERS}十百千]+)点([{_CIPHERS}]+)([百千万亿]*)")
_CHINESE = re.compile(rf"[{_CIPHERS}{_SCALES}]+")
_VALUES = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SIZES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_SPELT_OUT = 4  # characters of a number read digit by digit, such as a year: 一九九五


def number_value(text: str) -> float | None:
    """Return the value of a number, or None when the text says no definite one (三五, 几).

    多, 余 and 几 (3500多万, 十几) are passed over.

    Example:
        >>> [number_value(text) for text in ("1.7万", "五十八万", "3万5千", "二〇二三")]
        [17000.0, 580000.0, 35000.0, 2023.0]
    """
    text = re.sub("[多余几 ]", "", text)
    if _ARABIC.fullmatch(text):
        return _arabic(text)
    if text == "半":
        return 0.5
    decimal = _DECIMAL.fullmatch(text)
    if decimal:
        whole, fraction = _whole(decimal[1]), _spelt_out(decimal[2])
        if whole is None:
            return None
        return float(Decimal(f"{whole}.{fraction}") * _scale(decimal[3]))
    value = _whole(text) if _CHINESE.fullmatch(text) else None
    return None if value is None else float(value)


def _arabic(text: str) -> float | None:
    """Return the sum of 1亿, 2000万 …: every part must be smaller than the scale before it."""
    total, room = Decimal(0), Decimal("inf")
    for digits, scales in _ARABIC_PART.findall(text):
        scale = _scale(scales)
        value = Decimal(digits.replace(",", "")) * scale
        if value >= room:
            return None
        total, room = total + value, scale
    return float(total)


def _scale(scales: str) -> Decimal:
    """Return the product of scales. Decimal, so that 75.83万 is 758300 and not nearly so."""
    return prod((Decimal(_SIZES[scale]) for scale in scales), start=Decimal(1))


def _whole(text: str) -> int | None:
    """Return a whole number in Chinese numerals; None for 三五 and 二三十, which are guesses."""
    if all(character in _VALUES for character in text) and len(text) > 1:
        digits = _spelt_out(text)
        return int(digits) if len(text) >= _SPELT_OUT or "0" in digits else None
    for scale in "亿万":
        left, found, right = text.rpartition(scale)
        if found:
            high = _whole(left) if left else 1
            low = _after(right, _SIZES[scale])
            return None if high is None or low is None else high * _SIZES[scale] + low
    return _below_ten_thousand(text)


def _after(text: str, size: int) -> int | None:
    """Return what stands behind a scale; a lone digit counts tenths of it: 三万五 is 35000."""
    if not text:
        return 0
    if len(text) == 1 and text in _VALUES:
        return _VALUES[text] * size // 10
    return _whole(text)


def _below_ten_thousand(text: str) -> int | None:
    total, digit, last = 0, None, 1
    for character in text:
        if character in _SIZES:
            last = _SIZES[character]
            total += (1 if digit is None else digit) * last
            digit = None
        elif character in "零〇":
            last, digit = 1, None
        elif digit is not None:
            return None
        else:
            digit = _VALUES[character]
    return total + (digit or 0) * max(last // 10, 1)


def _spelt_out(text: str) -> str:
    return "".join(str(_VALUES[character]) for character in text)
