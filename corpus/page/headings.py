"""Heading lines: which open an article, which stand inside one, and what each line of a head is.

Source: the shapes are those of REPAIR §3.4-7. The weights are log-odds, rounded, of a logistic
regression on 4,200 headings of pages set from articles of another publisher (tests/pages.py);
length counts for less than there, since the sub-headings of papers are longer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.page.lines import is_numbered
from corpus.page.pieces import Piece
from corpus.page.places import main_place, places_in
from corpus.page.types import BlockKind
from corpus.segment import load_segmenter

OPENING_EVIDENCE = 3.0
"""A heading with so much evidence opens an article."""

GROUP_EVIDENCE = 4.0
"""Two or more adjacent headings are a head rather than a sub-heading by so much."""

_SECTION_CHARS = 8
_TITLE_CHARS = 6
_MOST_HEAD_PIECES = 4
_COMPARED_CHARS = 300

_LEAD = re.compile(
    r"近日|日前|昨[日天]|今[日天]|\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月|本报讯|[一-鿿]{2,6}讯|为(?:深入|贯彻|进一步|切实)|随着"
)
_GOES_ON = re.compile(
    r"同时|此外|随[后即]|另外|与此同时|接下来|不仅如此|对此|为此|其[中间次]|该|他|她|这|除了"
)
_OFFICE = re.compile(r"工会|公司|集团|法院|医院|学校|大学|政府|协会|委员|银行|[一-鿿]局|[一-鿿]部")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands before and after a heading.

    Attributes:
        before: folded text of the article that would go on, its end if it is long.
        after: folded text under the heading, up to the next heading.
        ended: a writer or editor was named last, as at the end of an article.
        under_gap: the hole of a picture stands directly above, as over a caption.
        recurs: headings of the same length stand nearby.
    """

    before: str
    after: str
    ended: bool
    under_gap: bool
    recurs: bool


def head_blocks(group: list[Piece]) -> list[tuple[BlockKind, Piece]]:
    """Return the pieces of a head with their kinds: section, kicker, title, subtitle."""
    rest = list(group)
    blocks: list[tuple[BlockKind, Piece]] = []
    if len(rest) > 1 and is_section_label(rest[0]):
        blocks.append(("section", rest.pop(0)))
    under: list[tuple[BlockKind, Piece]] = []
    while len(rest) > 1 and "," in rest[-1].plain:
        under.insert(0, ("subtitle", rest.pop()))
    blocks += [("kicker", piece) for piece in rest[:-1]]
    return [*blocks, ("title", rest[-1]), *under]


def is_section_label(piece: Piece) -> bool:
    """Tell whether a heading is as short as the label of a section (工会服务站)."""
    short = piece.kind == "short" and len(piece.plain) <= _SECTION_CHARS
    return short and " " not in piece.plain and not is_numbered(piece.plain)


def is_head(group: list[Piece]) -> bool:
    """Tell whether adjacent headings have the shape of the head of an article."""
    return (
        1 < len(group) <= _MOST_HEAD_PIECES
        and all(piece.kind == "short" for piece in group)
        and not any(is_numbered(piece.plain) for piece in group)
        and max(len(piece.plain) for piece in group) >= _TITLE_CHARS
    )


def shape(piece: Piece) -> tuple[int, ...]:
    """Return the lengths of the parts of a heading; sub-headings of an article share it."""
    return tuple(map(len, piece.plain.split()))


def opening_evidence(heading: Piece, around: Surroundings) -> float:
    """Return the evidence that a heading opens an article rather than a part of one."""
    if is_numbered(heading.plain):
        return -OPENING_EVIDENCE
    evidence = _own_evidence(heading.plain)
    evidence += 3.0 * around.ended - 3.0 * around.under_gap - 4.0 * around.recurs
    evidence += 0.8 * bool(_LEAD.match(around.after)) - 1.6 * bool(_GOES_ON.match(around.after))
    return evidence + _place_evidence(heading.plain, around) + _word_evidence(heading.plain, around)


def _own_evidence(plain: str) -> float:
    """Return what the heading's own shape says: headlines are long, in parts, and name offices."""
    steps = ((15, 2.0), (12, 1.2), (10, 0.0), (8, -0.5), (0, -2.0))
    evidence = next(weight for least, weight in steps if len(plain) >= least)
    evidence += 1.5 * (" " in plain) + 2.0 * plain.startswith("【")
    evidence -= 2.0 * bool(_LEAD.match(plain))
    return evidence + 0.5 * bool(_OFFICE.search(plain))


def _place_evidence(plain: str, around: Surroundings) -> float:
    """Return what the places say: another article is often about another district."""
    evidence = 1.5 * bool(places_in(plain).keys() - places_in(around.before).keys())
    before, after = main_place(around.before), main_place(around.after + plain)
    if before and after:
        evidence += 2.0 if before != after else -2.0
    return evidence


def _word_evidence(plain: str, around: Surroundings) -> float:
    """Return what the words say: an article goes on with the words it has used before."""
    known = shared_words(around.after[:_COMPARED_CHARS], around.before)
    own = shared_words(plain, around.after) - shared_words(plain, around.before)
    return max(-3.0, min(3.0, 3.0 - 12.0 * known)) + 2.0 * own


def shared_words(text: str, other: str) -> float:
    """Return the share of the words of two characters or more of `text` that `other` has."""
    words = [word for word in load_segmenter().words(text) if len(word) > 1]
    known = set(load_segmenter().words(other))
    return sum(word in known for word in words) / max(len(words), 1)
