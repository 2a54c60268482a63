"""What a page is made of: articles, their blocks, and what the page says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus.offsets import MappedText, Span
from corpus.types import Repair

BlockKind = Literal[
    "section",
    "kicker",
    "title",
    "subtitle",
    "byline",
    "paragraph",
    "heading",
    "caption",
    "credit",
    "editor",
]

HEADLINE_KINDS: frozenset[BlockKind] = frozenset({"section", "kicker", "title"})
"""Kinds that stand in fields of the article and not in its body."""

UNTITLED = "(无题)"
"""Put before the first clause of an item that has no headline of its own."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, caption … of an article, without its line break."""

    kind: BlockKind
    text: MappedText


@dataclass(frozen=True, slots=True)
class PageArticle:
    """One article of a page.

    Attributes:
        title: the headline, its lines joined by a blank; "" when the page gives none.
        display_title: `title`, or `UNTITLED` and the first clause that is more than a date.
        section: the label above the headline (工会服务站), or None.
        kicker: the lines between section and headline, or None.
        subtitle: the line under the headline, or None; also the first block of the body.
        author: names or office as written, or None.
        author_role: 通讯员, 本报记者 … as written, or None.
        editor: the responsible editor, or None.
        photo_credit: who took or gave the pictures, as written, or None.
        place: the district, county or city the article is about, or None.
        blocks: every block in reading order; a caption follows the paragraph it interrupted.
        body: the blocks that are no headline (`HEADLINE_KINDS`), one line break between two.
    """

    title: str
    display_title: str
    section: str | None
    kicker: str | None
    subtitle: str | None
    author: str | None
    author_role: str | None
    editor: str | None
    photo_credit: str | None
    place: str | None
    blocks: tuple[Block, ...]
    body: MappedText


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What header and footer lines say of the whole page; None where they say nothing.

    Attributes:
        published: ISO date (YYYY, YYYY-MM or YYYY-MM-DD) given as the date of publication.
        hits: how often the page was read.
        outlet: the paper or site.
        author: the writer a header line names; also the author of a page's only article.
        url: the address as in the file. Never shown as a link: it may be the address of a
            hijacked copy.
        page_credit: a line that credits the whole page (本版稿件…供稿), as written.
    """

    published: str | None = None
    hits: int | None = None
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    page_credit: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What was read from one page.

    Attributes:
        articles: in the order of their heads; none for a page without text.
        metadata: what header and footer lines say of all of them.
        furniture: the dropped lines, as spans of the file.
        repairs: words mended while the page was read.
    """

    articles: tuple[PageArticle, ...]
    metadata: PageMetadata
    furniture: tuple[Span, ...]
    repairs: tuple[Repair, ...] = ()
