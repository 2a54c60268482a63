"""Figures and dates in Chinese text, found and normalised: 58万元 = 580000 元 = 五十八万元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.types import FactKind


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure or date as it stands in a folded text.

    Attributes:
        text: as written, without 约, 近, 共.
        kind: money, percent, date or count.
        value: in base units (58万元 → 580000.0); for dates None.
        unit: 元, %, or the measure word; for dates the normalised date (2023-03, --03-07).
        start: first code point.
        end: end (half-open).
    """

    text: str
    kind: FactKind
    value: float | None
    unit: str
    start: int
    end: int

    def agrees(self, other: Mention) -> bool:
        """Tell whether both state the same figure: kind, value and, for dates, the date."""
        if self.kind != other.kind:
            return False
        if self.kind == "date":
            return _dates_agree(self.unit, other.unit)
        return self.value == other.value and measures_agree(self.unit, other.unit)


_DIGITS = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CHINESE = "零〇一二两三四五六七八九十百千万亿半"
_NUMBER = (
    rf"(?:(?:{_DIGITS})[多余]?[十百千]?[多余]?[万亿]?"
    rf"|[零〇一二两三四五六七八九十百千半][{_CHINESE}]*[多余几]?[十百千]?[万亿]?)"
)
_MEASURES = (
    "个月|人次|摄氏度|度|℃|人|名|位|个|家|场次|次|场|条|件|项|份|本|篇|首|天|日|年|岁|届|届次|户|对|套|辆|台|张|期|处|座|所|"
    "支|队|批|笔|种|类|级|部|册|间|棵|亩|平方米|公里|千米|米|公斤|吨|小时|分钟|周|月|倍|折|"
    "星期|课时|学时|步|局|门|起|宗|例|只|头|组|席|轮|遍|班|团|盏|块"
)
_MONEY_UNITS = "元|块钱|块|美元|欧元|港元|日元"
_PATTERNS = (
    (
        "date",
        re.compile(
            r"(?P<y>\d{4})年(?:(?P<m>\d{1,2})月(?:份)?(?:(?P<d>\d{1,2})[日号])?)?"
            r"|(?:[去今前明]年)?(?P<m2>\d{1,2})月(?:份)?(?:(?P<d2>\d{1,2})[日号])?"
        ),
    ),
    (
        "percent",
        re.compile(rf"(?P<n>{_DIGITS})[%％]|百分之(?P<n2>{_NUMBER})|(?P<n3>{_NUMBER})个百分点"),
    ),
    ("money", re.compile(rf"(?P<n>{_NUMBER})[多余]?(?P<u>{_MONEY_UNITS})")),
    ("count", re.compile(rf"(?P<n>{_NUMBER})[多余]?(?P<u>{_MEASURES})")),
)
_SAME_MEASURES = (
    {"人", "名", "位", "个"}, {"天", "日"}, {"家", "个", "户"}, {"月", "个月"}, {"周", "星期"},
    {"度", "℃", "摄氏度"}, {"项", "个", "条", "种", "类"}, {"场", "次", "场次"},
)  # fmt: skip
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_CIPHERS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_RANK = re.compile(r"第$")
_NO_COUNT = re.compile(
    r"^(?:一(?:个|次|种|位|名|项|条|家|场|批|件|支|天|起|对|日|年|部|月|份|级|线|期|班))"
)


def find_mentions(text: str) -> list[Mention]:
    """Return the figures and dates of a folded text in order, longest reading first.

    Ordinals (第四届) are no counts, and neither is a bare 一个, 一次, which says "a".
    """
    taken: list[tuple[int, int]] = []
    found: list[Mention] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < b and a < end for a, b in taken):
                continue
            mention = _mention(kind, match, text)
            if mention is not None:
                taken.append((start, end))
                found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def number_value(text: str) -> float | None:
    """Return the value of a number in digits, Chinese numerals or both (1.7万, 五十八万, 3千)."""
    text = text.replace(",", "").strip("多余几")
    match = re.fullmatch(rf"({_DIGITS})[多余]?([十百千]?)[多余]?([万亿]?)", text)
    if match:
        value = float(match[1])
        for unit in match.group(2, 3):
            value *= _UNITS.get(unit, 1)
        return _clean(value)
    return _chinese_value(text)


def _chinese_value(text: str) -> float | None:
    total = section = digit = 0
    for character in text:
        if character in _CIPHERS:
            digit = _CIPHERS[character]
        elif character in ("万", "亿"):
            section = (section + digit) or 1
            total = (total + section) * _UNITS[character]
            section = digit = 0
        elif character in _UNITS:
            section += (digit or 1) * _UNITS[character]
            digit = 0
        elif character not in "多余几":
            return None
    return float(total + section + digit)


def _clean(value: float) -> float:
    """Undo the noise of binary fractions: 75.83 × 10000 is 758300."""
    return round(value, 6)


def _mention(kind: str, match: re.Match[str], text: str) -> Mention | None:
    start, end = match.span()
    if kind == "date":
        return Mention(match.group(), "date", None, _iso(match), start, end)
    if kind == "percent":
        number = match["n"] or match["n2"] or match["n3"]
        value = number_value(number)
        return None if value is None else Mention(match.group(), "percent", value, "%", start, end)
    value, unit = number_value(match["n"]), match["u"]
    if value is None:
        return None
    if kind == "money":
        unit = "元" if unit.startswith("块") else unit
        return Mention(match.group(), "money", value, unit, start, end)
    if _RANK.search(text[:start]) or _NO_COUNT.match(match.group()):
        return None
    return Mention(match.group(), "count", value, unit, start, end)


def _iso(match: re.Match[str]) -> str:
    year, month, day = match["y"], match["m"] or match["m2"], match["d"] or match["d2"]
    parts = [year or "-", *(f"{int(part):02d}" for part in (month, day) if part)]
    return "-".join(parts)


def _dates_agree(one: str, other: str) -> bool:
    """Two dates agree when neither contradicts the other where both speak."""
    a, b = one.split("-"), other.split("-")
    if one.startswith("--") or other.startswith("--"):
        a, b = one.removeprefix("--").split("-"), other.removeprefix("--").split("-")
        if not one.startswith("--"):
            a = one.split("-")[1:]
        if not other.startswith("--"):
            b = other.split("-")[1:]
    return all(x == y for x, y in zip(a, b, strict=False)) and bool(a) and bool(b)


def measures_agree(one: str, other: str) -> bool:
    """Tell whether two measure words count the same things: 人 and 名, 天 and 日."""
    return one == other or any(one in group and other in group for group in _SAME_MEASURES)


def years_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield (position, year) of every four-digit year named in a text (2023年)."""
    for match in re.finditer(r"(?<!\d)((?:19|20)\d{2})年", text):
        yield match.start(), int(match[1])
