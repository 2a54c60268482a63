"""What header and footer lines say: date of publication, hits, source, writer, address.

Only a line that names the date of publication gives one: the year beside © is that of a site, a
date inside the text that of an event.
"""

from __future__ import annotations

import re
from datetime import date

from corpus.fold import fold
from corpus.page.lines import Line
from corpus.page.types import PageMetadata

LONGEST_SINGLE_CHARS = 60
"""A header line that states one thing holds hardly more than that."""

LONGEST_CHARS = 200
_DATE = r"(?P<year>(?:19|20)\d\d)[-/.年](?P<month>\d\d?)(?:[-/.月](?P<day>\d\d?)日?|月)?(?!\d)"
_PUBLISHED = re.compile(rf"(?:发布|发表|发稿|更新|刊发)(?:时间|日期)?[: ] *{_DATE}")
_DATED = re.compile(rf"(?:(?:时间|日期)[: ] *|^|[ |]){_DATE}")
_DATE_ALONE = re.compile(rf"{_DATE}(?P<time> *(?:星期.|周.)? *\d\d?:\d\d(?::\d\d)?)?")
_HITS = re.compile(r"(?:点击|浏览|阅读|访问)(?:次数|人次|量|数|率)?[: ] *\[?(\d+)")
_SOURCE = re.compile(
    r"(?:^|[ |\[【(])(?:信息|稿件|文章|新闻|内容|消息)?(?:来源|出处|稿源)[:/] *([^ |\]】]{2,40})"
)
_WRITER = re.compile(r"(?:^|[ |\[【(])(?:作者|撰稿|供稿)[:/] *([^ |\]】]{2,20})")
_URL = re.compile(r"https?://[^\s\"'<>）)]+")
_SINGLE = re.compile(
    rf"[\[【(]?(?:{_SOURCE.pattern}|{_WRITER.pattern}|(?:(?:网址|原文链接|链接): *)?{_URL.pattern}"
    rf"|日期: *{_DATE})[\]】)]?"
)
_SITE = re.compile(r"^([一-鿿]{2,20}) *https?://")
_OWNER = re.compile(
    r"([一-鿿]{2,14}(?:报|报社|网|台|通讯社|客户端|杂志|杂志社|总工会))"
    r"(?=[ (]*(?:©|版权所有|copyright))"
)
_NO_SOURCE = re.compile(r"系统管理|管理员|本站|原创|未知|本网|admin|网络|互联网|转载")
_EVENT = re.compile(r"地点:|截止|报名")


def is_header(plain: str) -> bool:
    """Tell whether a line states where, when or by whom the page was published, nothing else."""
    if _EVENT.search(plain) or len(plain) > LONGEST_CHARS or "。" in plain:
        return False
    alone = _PUBLISHED.search(plain) or _HITS.search(plain) or _SINGLE.fullmatch(plain)
    if alone and len(plain) <= LONGEST_SINGLE_CHARS:
        return True
    keys = (_PUBLISHED, _HITS, _DATED, _SOURCE, _WRITER, _URL)
    return sum(key.search(plain) is not None for key in keys) > 1


def is_date_alone(plain: str) -> bool:
    """Tell whether a line is a date as a site prints it, and nothing else.

    2023年9月7日 without a time of day may be the date of a decision: it belongs to the text.
    """
    match = _DATE_ALONE.fullmatch(plain)
    if match is None or _iso_date(match) is None:
        return False
    return match["time"] is not None or "年" not in plain


def read_metadata(head: list[Line], foot: list[Line], credit: list[Line]) -> PageMetadata:
    """Return what the header, footer and credit lines of a page say."""
    hits = _first(_HITS, [*head, *foot])
    return PageMetadata(
        published=_published(head, foot),
        hits=int(hits) if hits else None,
        outlet=_source(head) or _first(_SITE, head) or _source(foot) or _first(_OWNER, foot),
        author=_first(_WRITER, [*head, *foot]),
        url=_first(_URL, head),
        page_credit="\n".join(line.text for line in credit) or None,
    )


def _published(head: list[Line], foot: list[Line]) -> str | None:
    for pattern, lines in ((_PUBLISHED, [*head, *foot]), (_DATED, head)):
        for line in lines:
            match = pattern.search(line.plain)
            if match and (found := _iso_date(match)):
                return found
    return None


def _iso_date(match: re.Match[str]) -> str | None:
    """Return the date in the groups year, month, day, as exact as given.

    A day or month that no calendar has gives None, not a neighbouring one.
    """
    year, month, day = match.group("year", "month", "day")
    try:
        whole = date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
    return whole.isoformat() if day else whole.isoformat()[:7]


def _source(lines: list[Line]) -> str | None:
    name = _first(_SOURCE, lines)
    return None if name is None or _NO_SOURCE.search(fold(name)) else name


def _first(pattern: re.Pattern[str], lines: list[Line]) -> str | None:
    """Return the first match (its last group, if it has one) as it stands in the file."""
    for line in lines:
        match = pattern.search(line.plain)
        if match:
            group = pattern.groups
            return line.text[match.start(group) : match.end(group)]
    return None
