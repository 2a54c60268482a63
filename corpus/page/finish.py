"""A draft made an article: fields read from its blocks, its body put together."""

from __future__ import annotations

import re

from corpus.offsets import MappedText
from corpus.page.articles import Draft, Kinded
from corpus.page.attribution import (
    Credit,
    read_brackets,
    read_byline,
    read_editor,
    read_photo_credit,
)
from corpus.page.places import main_place
from corpus.page.types import HEADLINE_KINDS, UNTITLED, Block, BlockKind, PageArticle

_LEAST_CLAUSE_CHARS = 8
_MOST_CLAUSE_CHARS = 40
_MOST_TIME_CHARS = 24

_DATELINE = re.compile(r"^[一-鿿\d]{0,14}(?:讯|电) *(?:\([^()]{1,40}\))? *")
_CLAUSE = re.compile(r"[^,。!?;:！？…]+")
_TIME = re.compile(
    r"(?:近|日前|近[日年期来]来?|[昨今当][日天年]|去年|[前次]日|[\d一二三四五六七八九十]+[年月日号时点]"
    r"|[初中末底上下旬午晚起止以来前后间至到\-— ])+"
    r"|.{0,20}(?:之际|以来|期间|前夕|来临|当天|之后)"
)


def finished(draft: Draft) -> PageArticle:
    """Return the article of a draft."""
    blocks = draft.blocks
    title = _line(blocks, "title")
    credit = _writer(blocks)
    return PageArticle(
        title=title or "",
        display_title=title or _display_title(blocks),
        section=_line(blocks, "section"),
        kicker=_line(blocks, "kicker"),
        subtitle=_line(blocks, "subtitle"),
        author=credit.names if credit else None,
        author_role=credit.role if credit else None,
        editor=next(filter(None, (read_editor(t) for t in _texts(blocks, "editor"))), None),
        photo_credit=_photo_credit(blocks),
        place=_place(blocks),
        blocks=tuple(Block(kind, piece.text) for kind, piece in blocks),
        body=_body(blocks),
    )


def _body(blocks: list[Kinded]) -> MappedText:
    parts: list[MappedText] = []
    for kind, piece in blocks:
        if kind not in HEADLINE_KINDS:
            parts += [MappedText.inserted("\n"), piece.text]
    return MappedText.joined(parts[1:])


def _texts(blocks: list[Kinded], *kinds: BlockKind) -> list[str]:
    return [piece.text.text for kind, piece in blocks if kind in kinds]


def _line(blocks: list[Kinded], kind: BlockKind) -> str | None:
    return " ".join(_texts(blocks, kind)) or None


def _writer(blocks: list[Kinded]) -> Credit | None:
    for line in _texts(blocks, "byline"):
        return read_byline(line)
    paragraphs = _texts(blocks, "paragraph")
    found = (read_brackets(text) for text in [*paragraphs[-1:], *paragraphs[:1]])
    return next(filter(None, found), None)


def _photo_credit(blocks: list[Kinded]) -> str | None:
    for line in _texts(blocks, "credit"):
        return line
    found = (read_photo_credit(text) for text in _texts(blocks, "caption"))
    return next(filter(None, found), None)


def _place(blocks: list[Kinded]) -> str | None:
    pieces = [piece for kind, piece in blocks if kind in {"title", "paragraph", "caption"}]
    plain = "\n".join(piece.plain for piece in pieces)
    name = main_place(plain)
    if name is None:
        return None
    at = plain.index(name)
    return "\n".join(piece.text.text for piece in pieces)[at : at + len(name)]


def _display_title(blocks: list[Kinded]) -> str:
    pieces = [piece for kind, piece in blocks if kind in {"paragraph", "caption"}]
    piece = (pieces or [piece for _, piece in blocks])[0]
    text, plain = piece.text.text, piece.plain
    dateline = _DATELINE.match(plain)
    clauses = [m.span() for m in _CLAUSE.finditer(plain, dateline.end() if dateline else 0)]
    while len(clauses) > 1 and _is_time(plain[slice(*clauses[0])]):
        clauses.pop(0)
    if not clauses:
        return UNTITLED + text[:_MOST_CLAUSE_CHARS]
    first, end = clauses[0]
    for _, later in clauses[1:]:
        if end - first >= _LEAST_CLAUSE_CHARS:
            break
        end = later
    return UNTITLED + text[first : min(end, first + _MOST_CLAUSE_CHARS)]


def _is_time(clause: str) -> bool:
    return len(clause) <= _MOST_TIME_CHARS and _TIME.fullmatch(clause) is not None
