"""The article text of a web page, every character with its place in the file.

A small tokenizer of its own rather than `html.parser`: it gives exact positions, and its time
grows with the length of the page, where the library's grows with its square on unclosed markup.
Nothing is run, fetched or resolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from corpus.clean import Header, iso_date
from corpus.offsets import Edit, MappedText, OffsetMap, Run

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|template|noscript|iframe|svg|textarea)\b.*?(?:</(?P=raw)\s*>|\Z)"
    r"|<(?P<close>/?)(?P<tag>[a-z][\w:-]*)(?P<attributes>(?:[^\"'>]|\"[^\"]*\"|'[^']*')*+)>"
    r"|<[a-z/!?][^>]*(?:>|\Z)"
    r"|(?P<reference>&(?:\#[0-9]+|\#x[0-9a-f]+|[a-z][a-z0-9]*);?)"
    r"|(?P<data>[^<&]+|[<&])",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(?<![\w:.-])([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
# No "form": many sites of offices wrap the whole page in one.
_FURNITURE = {"head", "nav", "footer", "aside", "button", "select", "label", "dialog"}
_FURNITURE_OUTSIDE_ARTICLES = {"header"}
_ARTICLE = {"article", "main"}
_BLOCK = re.compile(
    "address|article|blockquote|br|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|h[1-6]"
    "|header|hr|li|main|ol|p|pre|section|summary|table|tbody|thead|tr|ul"
)
_CELLS = {"td", "th"}
_KEPT_OPEN = _FURNITURE | _FURNITURE_OUTSIDE_ARTICLES | _ARTICLE | {"title", "h1"}
# Names of <meta> fields, first choice first; pubdate, contentsource and articletitle are those
# that Chinese government sites must give. Source: 政府网站发展指引, 国办发〔2017〕47号.
_META = {
    "title": ("articletitle", "og:title"),
    "published": (
        "pubdate",
        "publishdate",
        "publish_time",
        "article:published_time",
        "og:published_time",
        "datepublished",
        "date",
    ),
    "outlet": ("contentsource", "source", "og:site_name", "sitename"),
    "author": ("author", "article:author", "og:article:author"),
    "editor": ("editor",),
    "url": ("og:url", "url"),
}
_SEPARATOR = re.compile(r"\s*[_|｜]\s*|\s+[-–—]\s+")
# Stands for a line break between two blocks until the line breaks of the source are gone.
_BLOCK_BREAK = "\u2028"
_SOURCE_BREAK = re.compile(r"(?<![^\S\u2028])[^\S\u2028]*?[\n\r][^\S\u2028]*")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—·]")


@dataclass(frozen=True, slots=True)
class WebPage:
    """What a web page holds: its headline ("" for none), its text, what its head states."""

    title: str
    body: MappedText
    header: Header


@dataclass(slots=True)
class _Scan:
    """Where the tokenizer stands, and what it has gathered so far."""

    inside: list[str] = field(default_factory=list)
    body: list[MappedText] = field(default_factory=list)
    article: list[MappedText] = field(default_factory=list)
    heading: list[str] = field(default_factory=list)
    head_title: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    heading_done: bool = False
    heading_in_article: bool = False


def read_page(text: str) -> WebPage:
    """Read a decoded web page: the text of its article or, if none is marked, of its body.

    Navigation, footers, forms, scripts and the like are left out; the first <h1> is the
    headline and no part of the text.
    """
    scan = _Scan()
    for match in _TOKEN.finditer(text):
        if match["tag"]:
            _take_tag(scan, match)
        elif match["reference"] or match["data"]:
            _take_text(scan, match)
    parts = scan.article if any(part.text.strip() for part in scan.article) else scan.body
    return WebPage(_title(scan), _unwrapped(MappedText.joined(parts)), _header(scan.meta))


def _take_tag(scan: _Scan, match: re.Match[str]) -> None:
    tag = match["tag"].lower()
    if tag == "meta":
        _take_meta(scan, match["attributes"])
    elif match["close"]:
        _close(scan, tag)
    elif tag == "body":
        scan.inside.clear()
    elif tag in _KEPT_OPEN and not match["attributes"].endswith("/"):
        _open(scan, tag)
    if _BLOCK.fullmatch(tag):
        _put(scan, MappedText.inserted(_BLOCK_BREAK))
    elif tag in _CELLS and not match["close"]:
        _put(scan, MappedText.inserted(" "))


def _open(scan: _Scan, tag: str) -> None:
    if tag == "h1" and _in_article(scan) and not scan.heading_in_article:
        scan.heading.clear()  # one outside the article was the name of the site
        scan.heading_done, scan.heading_in_article = False, True
    scan.inside.append(tag)


def _close(scan: _Scan, tag: str) -> None:
    """Close the innermost element of that name, and whatever was left open inside it."""
    if tag not in scan.inside:
        return
    at = len(scan.inside) - 1 - scan.inside[::-1].index(tag)
    del scan.inside[at:]
    if tag == "h1" and "".join(scan.heading).strip():
        scan.heading_done = True


def _take_text(scan: _Scan, match: re.Match[str]) -> None:
    raw = match[0]
    shown = unescape(raw) if match["reference"] else raw
    if "title" in scan.inside:
        scan.head_title.append(shown)
    elif "h1" in scan.inside and not scan.heading_done:
        scan.heading.append(shown)
    elif shown == raw:
        _put(scan, MappedText.from_file(raw, file_start=match.start()))
    else:
        run = Run(0, len(shown), match.start(), match.end())
        _put(scan, MappedText(shown, OffsetMap((run,))))


def _put(scan: _Scan, part: MappedText) -> None:
    in_article = _in_article(scan)
    if any(tag in _FURNITURE for tag in scan.inside):
        return
    if not in_article and any(tag in _FURNITURE_OUTSIDE_ARTICLES for tag in scan.inside):
        return
    scan.body.append(part)
    if in_article:
        scan.article.append(part)


def _in_article(scan: _Scan) -> bool:
    return any(tag in _ARTICLE for tag in scan.inside)


def _take_meta(scan: _Scan, attributes: str) -> None:
    found = {
        match[1].lower(): unescape(match[2] or match[3] or match[4] or "").strip()
        for match in _ATTRIBUTE.finditer(attributes)
    }
    name = found.get("property") or found.get("name") or found.get("itemprop")
    if name and found.get("content"):
        scan.meta.setdefault(name.lower(), " ".join(found["content"].split()))


def _header(meta: dict[str, str]) -> Header:
    return Header(
        published=iso_date(_first(meta, "published") or ""),
        outlet=_first(meta, "outlet"),
        author=_first(meta, "author"),
        editor=_first(meta, "editor"),
        url=_first(meta, "url"),
    )


def _first(meta: dict[str, str], wanted: str) -> str | None:
    return next((meta[name] for name in _META[wanted] if name in meta), None)


def _title(scan: _Scan) -> str:
    heading = " ".join("".join(scan.heading).split())
    head_title = " ".join("".join(scan.head_title).split())
    return heading or _first(scan.meta, "title") or _SEPARATOR.split(head_title)[0]


def _unwrapped(text: MappedText) -> MappedText:
    """Take out the line breaks of the source, which mean a blank or, in Chinese, nothing."""
    return text.edited(list(_unwrapping(text.text)))


def _unwrapping(text: str) -> Iterator[Edit]:
    for match in _SOURCE_BREAK.finditer(text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        edge = before in {"", _BLOCK_BREAK} or after in {"", _BLOCK_BREAK}
        wide = _WIDE.match(before) or _WIDE.match(after)
        yield Edit(match.start(), match.end(), "" if edge or wide else " ")
