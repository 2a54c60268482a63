"""Paragraphs that were broken across columns, made whole again.

A break leaves a line without an end and a next line without a beginning. Evidence from both
sides and from the words across the border is added up; a caption may stand between them.

Source: the signs are those of REPAIR §3.4-4; their weights are log-odds, rounded, of a logistic
regression on 36,000 borders (lines cut at random against headlines above their text) in news of
another publisher; a comma inside weighs less here, because headlines of papers have them.
"""

from __future__ import annotations

import re
from math import inf

from corpus.page.lines import holds_sentence, is_numbered
from corpus.page.pieces import Piece
from corpus.segment import load_segmenter

JOIN_EVIDENCE = 1.5
SURE_EVIDENCE = 3.0
MOST_COLUMNS = 6
_MARK_EVIDENCE = 6.0
_BORDER_CHARS = 12
_EVEN_CHARS = 3
_CLAUSE_CHARS = 12
_SLOGAN_CHARS = 24

_DATED = r"\d{1,4}年|\d{1,2}月|近[日年期来]|日前|[昨今][日天年]|去年|截至|目前"
_STARTS_NEWS = re.compile(rf"{_DATED}|据|记者|随着|此外|截至")
_STARTS_TEXT = re.compile(rf"[“(]|{_STARTS_NEWS.pattern}|随后|同时|另外|为了?|在|作为|由于")
_STARTS_SENTENCE = re.compile(
    rf"[《【]|{_STARTS_TEXT.pattern}|[当这该][日天年是]|下一步|接下来|其中|如[今何]|对此|通过|自|从|会上|活动|本报"
    r"|一[是方]|首先|其次|最后|[一-鿿]{1,8}(?:讯|电|消息)[ (]"
)
_ENDS_OPEN = re.compile(r"[,、(“‘《—·]$|[的和与及或在对把将从向以被让于且到]$")
_ENDS_BEFORE_NUMBER = re.compile(r"[达超为至约近过增降破共计]$")
_STARTS_NUMBER = re.compile(r"[\d一二三四五六七八九十百千]")
_ENDS_DIGIT = re.compile(r"[\d.]$")
_STARTS_MARK = re.compile(r"[,。、;:!?”’)》】%]")
_STARTS_UNIT = re.compile(r"[万亿千百元人个名条次件户家份年月日时岁倍米项场余多%.,\d平公]")
_BOUND = frozenset("的了着们地得等者及和与之性化中把被才就也又还却")
_SAYS = re.compile(r"(?:介绍|表示|告诉|认为|指出|坦言|说|称|强调)(?:道|[一-鿿]{0,3})[,:“]")
_OPENERS, _CLOSERS = "“‘(《【「『", "”’)》】」』"

# Parts of speech (jieba's letters) of the word before and behind a border: how much more often a
# sentence is cut there than a heading ends, or a paragraph begins.
_LAST_WORD = {
    "p": 1.5,
    "r": 1.2,
    "f": 1.0,
    "c": 0.8,
    "n": -0.7,
    "v": -0.9,
    "a": -1.0,
    "l": -1.2,
    "i": -1.4,
}
_FIRST_WORD = {
    "u": 2.0,
    "c": 1.4,
    "v": 1.3,
    "a": 1.2,
    "f": 1.2,
    "m": -1.2,
    "t": -1.3,
    "q": -1.4,
    "s": -2.2,
    "j": -2.3,
}
_FIRST_NAME = {"nt": -2.9, "ns": -1.6, "nr": -0.6, "vn": 2.5}


def join_paragraphs(pieces: list[Piece], *, columns: bool = False) -> list[Piece]:
    """Return the pieces with every broken paragraph whole, captions behind it.

    Args:
        pieces: in page order.
        columns: the page is known to be set in columns; otherwise it must break one paragraph
            beyond doubt before it is taken to break others.
    """
    if not columns and len(_joined(pieces, SURE_EVIDENCE)) == len(pieces):
        return pieces
    return _joined(pieces, JOIN_EVIDENCE)


def _joined(pieces: list[Piece], least: float) -> list[Piece]:
    whole: list[Piece] = []
    at = 0
    while at < len(pieces):
        piece, at = pieces[at], at + 1
        doubt = _doubt(piece, whole)
        between: list[Piece] = []
        for _ in range(MOST_COLUMNS):
            skip = _continuation(piece, pieces[at : at + 2], least + doubt)
            if skip is None:
                break
            between += [caption.become("caption") for caption in pieces[at : at + skip]]
            piece, at = piece.then(pieces[at + skip]), at + skip + 1
        whole += [piece, *between]
    return whole


def _doubt(piece: Piece, before: list[Piece]) -> float:
    """Return how much more evidence a short line needs where a headline is to be expected."""
    if piece.kind != "short":
        return 0.0
    if not before:
        return inf
    return 1.0 if before[-1].kind == "short" else 0.0


def _continuation(piece: Piece, following: list[Piece], least: float) -> int | None:
    """Return how many pieces stand between `piece` and its continuation, None without one."""
    if not following or piece.kind not in {"open", "short", "text"}:
        return None
    first = following[0]
    if _is_running(first) or _is_middle(following, least):
        return 0 if _evidence(piece, first) >= least else None
    if len(following) == 1 or not _is_running(following[1]):
        return None
    evidence = _evidence(piece, following[1])
    if first.kind == "short" and not first.gap:
        # Either of the two may be the line that was cut.
        evidence = -inf if _evidence(first, following[1]) >= evidence else evidence - 1.0
    return 1 if first.kind in {"caption", "short"} and evidence >= least else None


def _is_middle(following: list[Piece], least: float) -> bool:
    """Tell whether a short line is a column of its own: it goes on in the piece after it."""
    if len(following) == 1 or following[0].kind != "short" or not _is_running(following[1]):
        return False
    return _evidence(following[0], following[1]) >= least


def _evidence(left: Piece, right: Piece) -> float:
    """Return the evidence that a sentence goes on from one piece to the other."""
    if left.kind == "text":
        return _MARK_EVIDENCE if _STARTS_MARK.match(right.plain) else 0.0
    return _own_evidence(left) + _border_evidence(left.plain, right.plain)


def _is_running(piece: Piece) -> bool:
    return piece.kind in {"open", "text"}


def _own_evidence(piece: Piece) -> float:
    """Return the evidence that the piece itself stops in the middle of a sentence."""
    plain = piece.plain
    comma = re.search("[,、]", plain) is not None
    if piece.kind == "open":
        evidence = 4.0 if comma or holds_sentence(plain) else 0.0
        return evidence - 2.0 * is_numbered(plain)
    evidence = -1.0
    if comma:
        evidence += 2.0 if _is_slogan(plain) else 3.5
    evidence += 1.0 * bool(_STARTS_TEXT.match(plain)) + 1.5 * bool(_STARTS_NEWS.match(plain))
    evidence -= 1.3 * (" " in plain) + 3.0 * piece.gap + 4.0 * is_numbered(plain)
    return evidence


def _is_slogan(plain: str) -> bool:
    """Tell whether a line with commas reads like a heading: two short clauses, or even ones."""
    lengths = [len(clause) for clause in plain.split(",")]
    even = max(lengths) - min(lengths) <= _EVEN_CHARS and max(lengths) <= _CLAUSE_CHARS
    short = len(lengths) == 2 and len(plain) <= _SLOGAN_CHARS  # noqa: PLR2004 - two clauses
    return (even or short) and re.search(r"\d", plain) is None


def _border_evidence(left: str, right: str) -> float:
    """Return the evidence that `right` continues the sentence in which `left` stops."""
    if _STARTS_MARK.match(right):
        return _MARK_EVIDENCE
    evidence = 0.0
    if _ENDS_OPEN.search(left):
        evidence += 3.0
    if _ENDS_DIGIT.search(left):
        evidence += 7.0 if _STARTS_UNIT.match(right) else 3.0
    if _SAYS.match(right):
        evidence += 3.0
    if _ENDS_BEFORE_NUMBER.search(left) and _STARTS_NUMBER.match(right):
        evidence += 4.0
    if _open_bracket(left) and _first_bracket(right) in _CLOSERS:
        evidence += 4.0
    if _STARTS_SENTENCE.match(right) or is_numbered(right):
        evidence -= 2.5
    return evidence + _word_evidence(left, right)


def _word_evidence(left: str, right: str) -> float:
    """Return the evidence of the words at the border, or of the one that crosses it."""
    before = re.split(r"[^一-鿿]", left)[-1][-_BORDER_CHARS:]
    after = re.split(r"[^一-鿿]", right)[0][:_BORDER_CHARS]
    evidence = 0.0
    if before:
        word, tag = load_segmenter().tagged(before)[-1]
        evidence += _LAST_WORD.get(tag[0], 0.0) + 1.5 * (len(word) == 1)
        evidence += _crossing_evidence(before, after, last=len(word))
    if after:
        word, tag = load_segmenter().tagged(after)[0]
        evidence += _FIRST_NAME.get(tag, _FIRST_WORD.get(tag[0], 0.0)) + 2.7 * (word in _BOUND)
    return evidence


def _crossing_evidence(before: str, after: str, *, last: int) -> float:
    """Return the evidence of a word across the border, unless it would break the `last` before."""
    start = 0
    for word in load_segmenter().words(before + after):
        if start < len(before) < start + len(word):
            if start > len(before) - last:
                return 1.5
            return 4.5 if len(word) > 2 else 3.5  # noqa: PLR2004 - pairs meet by chance
        start += len(word)
    return 0.0


def _open_bracket(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char in _OPENERS) - (char in _CLOSERS)
    return depth > 0


def _first_bracket(text: str) -> str:
    return next((char for char in text if char in _OPENERS + _CLOSERS), "-")
