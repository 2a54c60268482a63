"""A page read from file to articles."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from corpus.offsets import Edit, MappedText, RunKind
from corpus.page.articles import Draft, has_inner_head, one_article, several_articles, with_captions
from corpus.page.attribution import is_person
from corpus.page.finish import finished
from corpus.page.furniture import take_furniture
from corpus.page.join import join_paragraphs
from corpus.page.lines import LONG_LINE_CHARS, BlankLines, blank_lines, holds_sentence, read_lines
from corpus.page.pieces import Piece, read_pieces, tight_headings
from corpus.page.types import Page
from corpus.types import Repair

LONGEST_TITLE_CHARS = 120
"""The first line is a headline up to this length. Source: the longest of 29,694 broadcast items
has 110."""

MOST_LINES = 2000
"""A page of a paper has some hundred lines; what has more is a book, a table or a list."""

_AND = re.compile(r"(?<=[一-鿿”》）)]) and (?=[一-鿿“《（(])")


def split_page(page: MappedText) -> Page:
    """Return the articles of a page with what the page says of them.

    Args:
        page: the decoded, repaired text; its offsets lead to the file.

    Returns:
        One article for anything but a page that shows several: blank lines between its
        paragraphs, and heads or the holes of pictures between its texts. No character is lost:
        each is in a block of an article, in `furniture`, or white space.
    """
    page, repairs = _mended(page)
    trimmed = take_furniture(read_lines(page))
    lines = trimmed.lines
    pieces = _with_byline(_with_title(read_pieces(page, lines)))
    drafts = _drafts(pieces, blank_lines(lines), bool(trimmed.metadata.page_credit))
    furniture = [
        span
        for line in trimmed.furniture
        for span in page.offsets.file_ranges(line.start, line.end)
    ]
    articles = tuple(finished(draft) for draft in drafts)
    if len(articles) == 1 and articles[0].author is None:
        articles = (replace(articles[0], author=trimmed.metadata.author),)
    return Page(articles, trimmed.metadata, tuple(furniture), repairs)


def _mended(page: MappedText) -> tuple[MappedText, tuple[Repair, ...]]:
    """Write 和 for an " and " between two Chinese words, left by some converter of pages."""
    edits = [Edit(m.start(), m.end(), "和", RunKind.MENDED) for m in _AND.finditer(page.text)]
    repairs = [
        Repair("page_text", spans[0].start, spans[-1].end, " and ", edit.new, sure=True)
        for edit in edits
        if (spans := page.offsets.file_ranges(edit.start, edit.end))
    ]
    return (page.edited(edits) if edits else page), tuple(repairs)


def _drafts(pieces: list[Piece], blank: BlankLines, credited: bool) -> list[Draft]:
    """Return one article unless the page shows what an article alone has not."""
    if not pieces:
        return []
    if len(pieces) > MOST_LINES or not any(piece.kind in {"text", "open"} for piece in pieces):
        blank = "none"
    if blank == "most":
        headed = tight_headings(pieces)
        paper = credited or any(piece.gap for piece in headed) or has_inner_head(headed)
        joined = join_paragraphs(headed, columns=paper)
        if paper or len(joined) < len(pieces):
            return several_articles(with_captions(joined))
    elif blank == "some" and (credited or has_inner_head(pieces)):
        return several_articles(pieces)
    return [one_article(pieces, labelled=blank != "none")]


def _with_title(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces, a long first line without a sentence named a heading as well."""
    if len(pieces) < 2:  # noqa: PLR2004 - a line alone is text
        return pieces
    plain = pieces[0].plain
    most = LONG_LINE_CHARS if holds_sentence(plain) else LONGEST_TITLE_CHARS
    complete = "。" not in plain and not plain.endswith((",", "、", ":", ";"))
    if pieces[0].kind in {"open", "text"} and len(plain) <= most and complete:
        return [pieces[0].become("short"), *pieces[1:]]
    return pieces


def _with_byline(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces, a name alone above the text named a byline.

    The name of somebody whom the text tells of is a heading.
    """
    for at, (piece, after) in enumerate(pairwise(pieces)):
        if at and pieces[at - 1].kind != "short":
            break
        running = after.kind in {"text", "open"} and piece.plain not in after.plain
        if piece.kind == "short" and running and is_person(piece.plain):
            return [*pieces[:at], piece.become("byline"), *pieces[at + 1 :]]
    return pieces
