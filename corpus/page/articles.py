"""Pieces of a page shared out among its articles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain, takewhile

from corpus.page.attribution import read_brackets
from corpus.page.headings import (
    GROUP_EVIDENCE,
    OPENING_EVIDENCE,
    Surroundings,
    head_blocks,
    is_head,
    is_section_label,
    opening_evidence,
    shape,
    shared_words,
)
from corpus.page.pieces import Piece, PieceKind
from corpus.page.places import main_place
from corpus.page.types import BlockKind

_PICTURE_NEWS_CHARS = 250
_CAPTION_CHARS = 10
_SUBHEADING_CHARS = 12
_NEARBY = 8
_MOST_SHARED_WORDS = 0.25
_REMEMBERED_CHARS = 3000
_LEAD = re.compile(r"近日|日前|[昨今]日|\d{1,2}月\d{1,2}日|\d{4}年|图为")
_BLOCK_KINDS: dict[PieceKind, BlockKind] = {
    "text": "paragraph",
    "open": "paragraph",
    "short": "heading",
    "caption": "caption",
    "byline": "byline",
    "editor": "editor",
    "credit": "credit",
}

Kinded = tuple[BlockKind, Piece]


@dataclass(frozen=True, slots=True)
class Section:
    """Adjacent headings and the text under them, up to the next heading."""

    heads: list[Piece]
    body: list[Piece]

    @property
    def plain(self) -> str:
        """Return the folded text under the headings."""
        return "\n".join(piece.plain for piece in self.body)


@dataclass(slots=True)
class Draft:
    """The blocks of an article while the page is being read."""

    blocks: list[Kinded] = field(default_factory=list)

    def add(self, pieces: list[Piece], kind: BlockKind | None = None) -> None:
        """Append pieces as blocks of one kind, or of the kind that each says."""
        self.blocks += [(kind or _BLOCK_KINDS[piece.kind], piece) for piece in pieces]

    @property
    def end(self) -> str:
        """Return the folded text, its end if it is long."""
        texts: list[str] = []
        chars = 0
        for _, piece in reversed(self.blocks):
            if chars > _REMEMBERED_CHARS:
                break
            texts.insert(0, piece.plain)
            chars += len(piece.plain)
        return "\n".join(texts)


def one_article(pieces: list[Piece], *, labelled: bool) -> Draft:
    """Return all pieces as one article.

    Args:
        pieces: in page order.
        labelled: a section label may stand above the headline.
    """
    heads = list(takewhile(lambda piece: piece.kind == "short", pieces[:-1]))
    if not (labelled and is_head(heads) and is_section_label(heads[0])):
        heads = heads[:1]
    draft = Draft(head_blocks(heads) if heads else [])
    draft.add(pieces[len(heads) :])
    return draft


def several_articles(pieces: list[Piece]) -> list[Draft]:
    """Return the pieces of a newspaper page as its articles, in the order of their heads."""
    sections = _sections(pieces)
    drafts: list[Draft] = []
    for at, section in enumerate(sections):
        blocks = _heads_as_blocks(sections, at, drafts)
        if not drafts or any(kind == "title" for kind, _ in blocks):
            drafts.append(Draft())
        drafts[-1].blocks += blocks
        drafts[-1].add(section.body)
    return [part for draft in drafts for part in _without_picture_news(draft)]


def has_inner_head(pieces: list[Piece]) -> bool:
    """Tell whether headings in the shape of a head stand between the texts of a page."""
    sections = _sections(pieces)
    return any(
        is_head(section.heads) and not section.heads[0].tight and section.body
        for section in sections[1:]
    )


def with_captions(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces, a line under the hole of a picture named as its caption."""
    marked = list(pieces)
    for at in range(1, len(pieces)):
        piece = pieces[at]
        beside = [pieces[at - 1].kind, *(other.kind for other in pieces[at + 1 : at + 2])]
        long_enough = len(piece.plain) >= _CAPTION_CHARS and " " not in piece.plain
        if piece.kind == "short" and piece.gap and long_enough and "short" in beside:
            marked[at] = piece.become("caption")
    return marked


def _sections(pieces: list[Piece]) -> list[Section]:
    sections = [Section([], [])]
    for piece in pieces:
        if piece.kind != "short":
            sections[-1].body.append(piece)
        elif sections[-1].body:
            sections.append(Section([piece], []))
        else:
            sections[-1].heads.append(piece)
    return sections


def _heads_as_blocks(sections: list[Section], at: int, drafts: list[Draft]) -> list[Kinded]:
    """Return the headings of a section as blocks; a title among them opens an article."""
    heads = sections[at].heads
    if not heads:
        return []
    if drafts and not sections[at].body:
        return [("paragraph", piece) for piece in heads]
    under: list[Kinded] = []
    if len(heads) > 1 and not is_section_label(heads[-2]) and _recurs(sections, at):
        heads, under = heads[:-1], [("heading", heads[-1])]
    if not drafts and len(heads) > 1 and not is_head(heads):
        return one_article(heads, labelled=False).blocks
    if not drafts or _opens(sections, at, heads, drafts[-1]):
        return [*head_blocks(heads), *under]
    kind: BlockKind = "caption" if under else "heading"
    return [*((kind, piece) for piece in heads), *under]


def _opens(sections: list[Section], at: int, heads: list[Piece], draft: Draft) -> bool:
    """Tell whether the headings open an article, rather than go on with the one before."""
    if heads[0].tight or (len(heads) > 1 and not is_head(heads)):
        return False
    title = next(piece for kind, piece in head_blocks(heads) if kind == "title")
    last = draft.blocks[-1][1]
    ended = _ends_article(last)
    around = Surroundings(
        before=draft.end,
        after=sections[at].plain,
        ended=ended,
        under_gap=heads[0].gap and not (last.kind == "text" and last.gap),
        recurs=len(heads) == 1 and not ended and _recurs(sections, at),
    )
    bonus = GROUP_EVIDENCE if len(heads) > 1 else 0.0
    return opening_evidence(title, around) + bonus >= OPENING_EVIDENCE


def _ends_article(piece: Piece) -> bool:
    signed = piece.plain.endswith(")") and read_brackets(piece.plain) is not None
    return signed or piece.kind in {"byline", "editor"}


def _recurs(sections: list[Section], at: int) -> bool:
    """Tell whether single headings nearby have the shape of the last heading of this section."""
    wanted = shape(sections[at].heads[-1])
    if len(wanted) == 1 and wanted[0] > _SUBHEADING_CHARS:
        return False
    back = takewhile(_is_single, reversed(sections[max(0, at - _NEARBY) : at]))
    on = takewhile(_is_single, sections[at + 1 : at + 1 + _NEARBY])
    return any(shape(section.heads[0]) == wanted for section in chain(back, on))


def _is_single(section: Section) -> bool:
    return len(section.heads) == 1


def _without_picture_news(draft: Draft) -> list[Draft]:
    """Return the article without the items that only stand under a picture, and these items."""
    kept, items = Draft(), []
    blocks = draft.blocks
    for at, (kind, piece) in enumerate(blocks):
        alone = piece.gap and (at + 1 == len(blocks) or blocks[at + 1][1].gap)
        begun = any(kept_kind == "paragraph" for kept_kind, _ in kept.blocks)
        if begun and alone and kind == "paragraph" and _is_news(piece, kept):
            items.append(Draft([("caption", piece)]))
        else:
            kept.blocks.append((kind, piece))
    return [kept, *items]


def _is_news(piece: Piece, article: Draft) -> bool:
    """Tell whether a paragraph between holes begins news of its own, not of the article."""
    if len(piece.plain) > _PICTURE_NEWS_CHARS or not _LEAD.match(piece.plain):
        return False
    place, here = main_place(piece.plain), main_place(article.end)
    if place and here and place != here:
        return True
    return shared_words(piece.plain, article.end) < _MOST_SHARED_WORDS
