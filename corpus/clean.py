"""File furniture off, metadata out; the words of the article stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from corpus.fold import to_simplified
from corpus.offsets import Edit, MappedText

_LONGEST_TITLE = 60
_LONGEST_VALUE = 60
_MOST_FIELD_LINES = 8
_BREAKS = "\n\r\v\f\x85\u2028\u2029"
# Zero-width, soft-hyphen, direction and tag characters: they hide text from the reader and
# words from the search. The joiners U+200C and U+200D stay, they shape other scripts and emoji.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\U000e0000-\U000e007f"
)
_UNTIDY = re.compile(rf"[\s{_INVISIBLE}]{{2,}}|[\r\v\f\x85\u2028\u2029{_INVISIBLE}]|\A\s|\s\Z")
_INVISIBLES = re.compile(rf"[{_INVISIBLE}]+")
_BREAK = re.compile(rf"[{_BREAKS}]")
_KEYS = {
    "published": ("发布时间", "发布日期", "发表时间", "发表日期", "发稿时间", "日期"),
    "outlet": ("来源", "稿源", "信息来源", "文章来源", "来源媒体", "媒体"),
    "author": ("作者", "通讯员", "记者", "本报记者", "撰稿"),
    "editor": ("责任编辑", "责编", "编辑"),
    "url": ("网址", "原文链接", "原文网址", "链接"),
    "": ("点击量", "点击数", "点击", "阅读量", "浏览量", "浏览次数", "访问量"),
}
_FIELD_OF = {key: field for field, keys in _KEYS.items() for key in keys}
_FIELD = re.compile(
    rf"(?<![^\s|｜])({'|'.join(sorted(_FIELD_OF, key=len, reverse=True))})[^\S\n]*[:：]"
)
_DATE = re.compile(
    r"(?<!\d)(\d{4})(?:年|[-/.年]\s?(\d{1,2})(?:月|[-/.月]\s?(\d{1,2})日?)?)?"
    r"(?:[T\s]?\d{1,2}:\d{2}(?::\d{2})?)?(?![\d])"
)


@dataclass(frozen=True, slots=True)
class Header:
    """What the lines around an article state about it; None where they state nothing."""

    published: str | None = None
    outlet: str | None = None
    author: str | None = None
    editor: str | None = None
    url: str | None = None

    def or_else(self, other: Header) -> Header:
        """Return these fields, the missing ones taken from another header."""
        mine = {key: value for key, value in asdict(self).items() if value is not None}
        return Header(**{**asdict(other), **mine})


NOTHING_STATED = Header()


def tidy(text: MappedText) -> MappedText:
    """Return the text with one line break between paragraphs and no blanks around them.

    Indentation, blank lines and invisible characters go; every other character stays.
    """
    edits = [edit for match in _UNTIDY.finditer(text.text) for edit in _tidying(text.text, match)]
    return text.edited(edits) if edits else text


def take_title(text: MappedText) -> tuple[str, MappedText]:
    """Part a tidy text into its headline and the rest; the headline is "" if there is none.

    The first line is a headline when it is at most 60 characters long, holds no 。 or ； and
    does not break off at a comma or colon, and something follows it.
    """
    line, found, _ = text.text.partition("\n")
    if not found or len(line) > _LONGEST_TITLE or re.search("[。；]|[，、：,:]$", line):
        return "", text
    return line, text.slice(len(line) + 1, len(text))


def take_header(text: MappedText) -> tuple[Header, MappedText]:
    """Part a tidy text into what its first and last lines state about it and the rest.

    Only lines that consist of known labels and short values count (日期：2023-03-10,
    `来源：工人日报  作者：李四`); the first other line ends the header.
    """
    lines = text.text.split("\n")
    stated = Header()
    first, last = 0, len(lines)
    while first < min(last - 1, _MOST_FIELD_LINES) and (top := _stated(lines[first])):
        stated, first = stated.or_else(top), first + 1
    while last - 1 > first and (bottom := _stated(lines[last - 1])):
        stated, last = stated.or_else(bottom), last - 1
    start = sum(len(line) + 1 for line in lines[:first])
    return stated, text.slice(start, start + len("\n".join(lines[first:last])))


def iso_date(stated: str) -> str | None:
    """Return the first date of a text as YYYY, YYYY-MM or YYYY-MM-DD, None if there is none.

    Nothing is filled in: a date without a year is none, and one that does not exist neither.

    Example:
        >>> iso_date("2023年3月10日 09:12"), iso_date("3月10日"), iso_date("2023-02-30")
        ('2023-03-10', None, None)
    """
    match = _DATE.search(stated)
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])


def _tidying(text: str, match: re.Match[str]) -> Iterator[Edit]:
    start, end = match.span()
    if start == 0 or end == len(text):
        yield Edit(start, end, "")
    elif not _BREAK.search(match[0]):
        for hidden in _INVISIBLES.finditer(text, start, end):
            yield Edit(hidden.start(), hidden.end(), "")
    elif (kept := text.find("\n", start, end)) < 0:
        yield Edit(start, end, "\n")
    else:
        yield Edit(start, kept, "")
        yield Edit(kept + 1, end, "")


def _stated(line: str) -> Header | None:
    """Return what a line states if it consists of labelled fields alone, otherwise None."""
    labels = list(_FIELD.finditer(to_simplified(line)))
    if not labels:
        return None
    before = line[: labels[0].start()].strip()
    stated = {"published": iso_date(before)} if _DATE.fullmatch(before) else {}
    if before and not stated:
        return None
    ends = [label.start() for label in labels[1:]] + [len(line)]
    for label, end in zip(labels, ends, strict=True):
        field = _FIELD_OF[label[1]]
        value = line[label.end() : end].strip(" \t\u3000\xa0|｜")
        if not value or len(value) > _LONGEST_VALUE or "。" in value:
            return None
        if field == "published" and (value := iso_date(value) or "") == "":
            return None
        if field:
            stated.setdefault(field, value)
    return Header(**stated)
