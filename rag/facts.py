"""Figures and dates in Chinese text, found and normalised: 58万元 = 580000 元 = 五十八万元."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.numbers import NUMBER, number_value
from rag.types import FactKind

_YEAR_DIGITS = "〇零一二三四五六七八九"
_MONTH = r"\d{1,2}|十[一二]?|[一二三四五六七八九]"
_DAY = r"\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_MEASURES = (
    "个月|个小时|个星期|个人|人次|摄氏度|平方米|个|人|名|位|家|场次|次|场|条|件|项|份|本|篇|首|天|日|"
    "年(?![代级])|岁|届次|届|户|对(?!于)|套|辆|台|张|期|处|座|所|支|队|批|笔|种|类|级|部|册|间|棵|亩|公里|千米|米|公斤|吨|小时|分钟|周|"
    "倍|折|星期|课时|学时|步|局|门|起|宗|例|只|头|组|席|轮|遍|班|团|盏|块|度|℃"
)
_MONEY_UNITS = r"元(?![旦素宵月])|块钱|块(?=[,。;、!?\s)]|$)|美元|欧元|英镑|港元|日元"
_PATTERNS = (
    (
        "date",
        re.compile(
            rf"(?<!\d)(?P<y>\d{{4}}|[{_YEAR_DIGITS}]{{4}}) ?年"
            rf"(?: ?(?P<m>{_MONTH}) ?月份?(?: ?(?P<d>{_DAY}) ?[日号])?)?"
            rf"|(?:[去今前明]年 ?)?(?<![\d.第几十])(?P<m2>{_MONTH}) ?月份?"
            rf"(?: ?(?P<d2>{_DAY}) ?[日号])?"
        ),
    ),
    (
        "percent",
        re.compile(
            rf"(?P<n>{NUMBER}) ?%|百分之(?P<n2>{NUMBER})|千分之(?P<mille>{NUMBER})"
            rf"|(?P<points>{NUMBER}) ?个百分点"
        ),
    ),
    ("money", re.compile(rf"(?P<n>{NUMBER})[多余]? ?(?P<u>{_MONEY_UNITS})")),
    ("count", re.compile(rf"(?<!第)(?P<n>{NUMBER})[多余]? ?(?P<u>{_MEASURES})")),
)
_ONE_WORD = {"个人": "人", "个小时": "小时", "个星期": "星期"}
_PEOPLE = frozenset({"人", "名", "位"})
_SAME_MEASURES = (
    _PEOPLE | {"个"}, {"天", "日"}, {"家", "个", "户"}, {"月", "个月"}, {"周", "星期"},
    {"度", "℃", "摄氏度"}, {"项", "个", "条", "种", "类"}, {"场", "次", "场次"}, {"届", "届次"},
)  # fmt: skip
_SOME = re.compile(
    "一(?:个|次|种|位|名|项|条|家|场|批|件|支|天|起|对|日|年|部|月|份|级|线|期|班|块)"
)
_OTHER_NUMBER = re.compile(rf"(?P<rank>第)?(?P<n>{NUMBER})")
_LOOSE_CHINESE = 2  # characters of a Chinese numeral without a measure word that is a figure


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure or date as it stands in a folded text.

    Attributes:
        text: as written, without 约, 近, 共.
        kind: money, percent, date or count.
        value: in base units (58万元 → 580000.0); for dates None.
        unit: 元, %, 百分点, or the measure word; for dates the normalised date (2023-03, --03-07).
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
        """Tell whether both may state the same figure; of two dates neither contradicts."""
        if self.kind != other.kind:
            return False
        if self.kind == "date":
            return _dates_agree(self.unit, other.unit)
        return self.value == other.value and measures_agree(self.unit, other.unit)

    def is_stated_by(self, other: Mention) -> bool:
        """Tell whether `other` says all that this says.

        3月 is stated by 2023年3月7日 and not by 2023年; 43人 is not by 43个, which may be things.
        """
        if self.kind != other.kind:
            return False
        if self.kind == "date":
            pairs = zip(_date_parts(self.unit), _date_parts(other.unit), strict=True)
            return all(not mine or mine == its for mine, its in pairs)
        people = self.unit in _PEOPLE, other.unit in _PEOPLE
        return people[0] == people[1] and self.agrees(other)


def find_mentions(text: str) -> list[Mention]:
    """Return the figures and dates of a folded text in order, longest reading first.

    Ordinals (第四届) are no counts, and neither is a bare 一个, 一次, which says "a", nor what
    names no figure (几十人, 三五个).
    """
    taken: list[tuple[int, int]] = []
    found: list[Mention] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < b and a < end for a, b in taken):
                continue
            mention = _mention(kind, match)
            if mention is not None:
                taken.append((start, end))
                found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def loose_numbers(text: str, mentions: Sequence[Mention]) -> set[tuple[bool, float]]:
    """Return (is an ordinal, value) of the numbers of a folded text that stand in no mention.

    Numbers in digits, ordinals (第五届), and Chinese numerals of two characters or more: 五十八万
    without its 元. A lone 一 or 三 is too often part of a word.
    """
    inside = {at for mention in mentions for at in range(mention.start, mention.end)}
    found: set[tuple[bool, float]] = set()
    for match in _OTHER_NUMBER.finditer(text):
        number = match["n"]
        if inside.intersection(range(*match.span())):
            continue
        is_figure = match["rank"] or number[0].isdigit() or len(number) >= _LOOSE_CHINESE
        value = number_value(number) if is_figure else None
        if value is not None:
            found.add((bool(match["rank"]), value))
    return found


def measures_agree(one: str, other: str) -> bool:
    """Tell whether two measure words may count the same things: 人 and 名, 天 and 日."""
    return one == other or any(one in group and other in group for group in _SAME_MEASURES)


def years_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield (position, year) of every year named in a folded text (2023年, 二〇二三年)."""
    for match in re.finditer(rf"(?<!\d)((?:19|20)\d{{2}}|[一二][{_YEAR_DIGITS}]{{3}}) ?年", text):
        value = number_value(match[1])
        if value is not None:
            yield match.start(), int(value)


def _mention(kind: str, match: re.Match[str]) -> Mention | None:
    start, end = match.span()
    if kind == "date":
        return Mention(match.group(), "date", None, _iso(match), start, end)
    if kind == "percent":
        return _percent(match)
    value, unit = number_value(match["n"]), match["u"]
    if value is None:
        return None
    if kind == "money":
        unit = "元" if unit.startswith("块") else unit
        return Mention(match.group(), "money", value, unit, start, end)
    if _SOME.match(match.group()):
        return None
    return Mention(match.group(), "count", value, _ONE_WORD.get(unit, unit), start, end)


def _percent(match: re.Match[str]) -> Mention | None:
    value = number_value(match["n"] or match["n2"] or match["mille"] or match["points"])
    if value is None:
        return None
    if match["mille"]:
        value = round(value / 10, 6)
    unit = "百分点" if match["points"] else "%"
    return Mention(match.group(), "percent", value, unit, *match.span())


def _iso(match: re.Match[str]) -> str:
    year, month, day = match["y"], match["m"] or match["m2"], match["d"] or match["d2"]
    stated = [f"{number_value(part) or 0:02.0f}" for part in (month, day) if part]
    return "-".join(["-" if year is None else f"{number_value(year):04.0f}", *stated])


def _date_parts(date: str) -> tuple[str, str, str]:
    """Return year, month and day of a normalised date, "" for what it leaves open."""
    year, *rest = ("", *date[2:].split("-")) if date.startswith("--") else date.split("-")
    month, day = (*rest, "", "")[:2]
    return year, month, day


def _dates_agree(one: str, other: str) -> bool:
    """Two dates agree when both give a year or month in common and nothing contradicts."""
    pairs = [(a, b) for a, b in zip(_date_parts(one), _date_parts(other), strict=True) if a and b]
    return bool(pairs) and all(a == b for a, b in pairs)
