"""Markdown without its markup, by deletions alone, so that every character keeps its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.clean import Header, iso_date
from corpus.offsets import Edit, MappedText

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)\n---[ \t]*\r?(?:\n|\Z)", re.DOTALL)
_PROPERTY = re.compile(r"^(\w+)[ \t]*:(.*)$", re.MULTILINE)
_PROPERTIES = {
    "title": ("title", "标题"),
    "published": ("published", "date", "日期", "发布日期"),
    "outlet": ("outlet", "source", "来源"),
    "author": ("author", "作者"),
    "editor": ("editor", "责任编辑", "编辑"),
    "url": ("url", "链接"),
}
_HEADING = re.compile(r"^[ ]{0,3}\#[ \t]+(.*)(?:\n|\Z)", re.MULTILINE)
# Each pattern's group is kept and the rest of its match deleted, one pattern after another.
# Possessive and bounded repeats keep hostile lines from costing the square of their length.
_MARKUP = (
    re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL),
    re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE),
    re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}\r?$", re.MULTILINE),
    re.compile(
        r"^[ \t]*+\|?(?:[ \t]*+:?-{2,}+:?[ \t]*+\|)++(?:[ \t]*+:?-{2,}+:?)?+[ \t]*+\r?$",
        re.MULTILINE,
    ),
    re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE),
    re.compile(r"^[ ]{0,3}\#{1,6}[ \t]+", re.MULTILINE),
    re.compile(r"^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?", re.MULTILINE),
    re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,500}\)"),
    re.compile(r"\[([^\[\]\n]{1,300})\]\([^()\n]{0,500}\)"),
    re.compile(r"(?<!\\)\*\*(?=\S)([^*\n]{1,1000})\*\*"),
    re.compile(r"(?<![\\*0-9A-Za-z])\*(?=\S)([^*\n]{1,1000})\*(?![*0-9A-Za-z])"),
    re.compile(r"(?<!`)`([^`\n]{1,1000})`(?!`)"),
    re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"),
)


@dataclass(frozen=True, slots=True)
class MarkdownPage:
    """What a Markdown file holds: its headline (None if none is marked), text, front matter."""

    title: str | None
    body: MappedText
    header: Header


def read_page(text: str) -> MarkdownPage:
    """Read a Markdown file: front matter and the first top heading apart, the markup deleted.

    Signs of headings, lists, quotes, emphasis, links and images go; numbers of ordered lists
    and the bars of tables stay, because they can be part of what is said.
    """
    page = MappedText.from_file(text)
    stated: dict[str, str] = {}
    if front := _FRONT_MATTER.match(text):
        stated = {
            match[1].lower(): match[2].strip(" \t\r\"'") for match in _PROPERTY.finditer(front[1])
        }
        page = page.slice(front.end(), len(text))
    title = _first(stated, "title")
    if heading := _HEADING.search(page.text):
        title = title or _without_markup(MappedText.from_file(heading[1])).text.strip("# \t\r")
        page = page.edited([Edit(heading.start(), heading.end(), "")])
    return MarkdownPage(title, _without_markup(page), _header(stated))


def _without_markup(text: MappedText) -> MappedText:
    for pattern in _MARKUP:
        edits = [edit for match in pattern.finditer(text.text) for edit in _deletions(match)]
        if edits:
            text = text.edited(edits)
    return text


def _deletions(match: re.Match[str]) -> list[Edit]:
    if not match.re.groups:
        return [Edit(match.start(), match.end(), "")]
    return [Edit(match.start(), match.start(1), ""), Edit(match.end(1), match.end(), "")]


def _header(stated: dict[str, str]) -> Header:
    return Header(
        published=iso_date(_first(stated, "published") or ""),
        outlet=_first(stated, "outlet"),
        author=_first(stated, "author"),
        editor=_first(stated, "editor"),
        url=_first(stated, "url"),
    )


def _first(stated: dict[str, str], wanted: str) -> str | None:
    return next((stated[name] for name in _PROPERTIES[wanted] if stated.get(name)), None)
