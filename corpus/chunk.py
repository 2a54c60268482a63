"""Sentences, and passages made of whole sentences; the text itself is never altered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.offsets import Span
from corpus.types import Article, Passage

_CLOSERS = r"”’」』｣）)】》〉］\]｝}"
_NEVER_FIRST = rf"{_CLOSERS}，、：；。！？,:;!?"
_STOPS = "。！？!?；;"
_BREAKS = "\n\r\v\f\x85\u2028\u2029"
# Web addresses and character references hold stops that end nothing; they are stepped over.
# Every alternative takes its whole run at once, which keeps hostile text linear.
_BOUNDARY = re.compile(
    r"(?P<token>(?:https?://|www\.)[!-~]*[0-9A-Za-z/=]|&#?\w{1,8};)"
    rf"|[{_STOPS}]++(?:[{_CLOSERS}]++[{_STOPS}]*+)*+"
    rf"|(?<!\s)\s*?(?P<line_break>[{_BREAKS}])\s*+"
)
_GOES_ON = re.compile(rf"\s*[{_NEVER_FIRST}]")
_STARTS_BADLY = re.compile(rf"\s{{0,8}}[{_NEVER_FIRST}—…]")
_PAUSE = re.compile(r"[，、：—…\s]|[,:](?!\d)")
_WORD_CHAR = re.compile(r"[0-9A-Za-z.%]")
_LONGEST_BACKWARDS = 20


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the sentences of `text[start:end]`, in order, without the blanks between them.

    A sentence ends after 。！？!?；; or at a line break. Closing quotes and brackets stay with
    the sentence they close, and no sentence begins with closing punctuation: where a stop or a
    line break is followed by some, the sentence goes on. Stops inside web addresses end nothing.

    Example:
        >>> [text[s.start:s.end] for text in ["他说：“来。”大家都来了"] for s in sentences(text)]
        ['他说：“来。”', '大家都来了']
    """
    stop = len(text) if end is None else end
    spans: list[Span] = []
    at = start
    for cut in (*_boundaries(text, start, stop), stop):
        piece = text[at:cut]
        low = at + len(piece) - len(piece.lstrip())
        high = at + len(piece.rstrip())
        if low < high:
            spans.append(Span(low, high))
        at = cut
    return spans


def make_passages(
    article: Article, *, passage_chars: int = 300, overlap_sentences: int = 1
) -> list[Passage]:
    """Cut an article into passages of whole sentences, each at most `passage_chars` long.

    Neighbouring passages share `overlap_sentences` sentences where these leave room for a new
    one. Only a sentence longer than a passage is cut, at a comma if there is one in its second
    half. An article without text has no passages: a title alone cannot be quoted.

    Args:
        article: the article; its title is context for the index and not part of any passage.
        passage_chars: longest passage, in code points, 1 or more.
        overlap_sentences: how many sentences two neighbours share, 0 or more.
    """
    spans = [
        piece
        for sentence in sentences(article.text)
        for piece in _fitting(article.text, sentence, passage_chars)
    ]
    return [
        Passage(f"{article.article_id}:{start}-{end}", article.article_id, start, end)
        for start, end in _packed(spans, passage_chars, overlap_sentences)
    ]


def _boundaries(text: str, start: int, stop: int) -> Iterator[int]:
    quotes = 0  # straight ones since the line began: after an odd number one is open
    counted = start
    for match in _BOUNDARY.finditer(text, start, stop):
        if match["token"]:
            continue
        cut = match.end()
        quotes += text.count('"', counted, cut)
        counted = cut
        if match["line_break"]:
            quotes = 0
        elif quotes % 2 and text.startswith('"', cut, stop):
            cut += 1
        if not _GOES_ON.match(text, cut, stop):
            yield cut


def _fitting(text: str, sentence: Span, limit: int) -> list[Span]:
    """Return the sentence in pieces that fit, whole if it does."""
    pieces: list[Span] = []
    at = sentence.start
    while sentence.end - at > limit:
        cut = _cut_before(text, at, at + limit)
        high = at + len(text[at:cut].rstrip())
        pieces.append(Span(at, high))
        at = cut + len(text[cut : sentence.end]) - len(text[cut : sentence.end].lstrip())
    pieces.append(Span(at, sentence.end))
    return pieces


def _cut_before(text: str, start: int, limit: int) -> int:
    """Return the best place to cut in the second half of `text[start:limit]`."""
    middle = (start + limit) // 2
    pauses = [match.end() for match in _PAUSE.finditer(text, middle, limit)]
    for pause in reversed(pauses):
        if not _STARTS_BADLY.match(text, pause):
            return pause
    cut = limit
    while cut > max(middle, limit - _LONGEST_BACKWARDS, start + 1) and _splits(text, cut):
        cut -= 1
    return limit if _splits(text, cut) else cut


def _splits(text: str, cut: int) -> bool:
    """Tell whether a cut would part a number or Latin word, or leave punctuation in front."""
    if _STARTS_BADLY.match(text, cut):
        return True
    return bool(_WORD_CHAR.match(text, cut - 1) and _WORD_CHAR.match(text, cut))


def _packed(spans: Sequence[Span], limit: int, overlap: int) -> list[tuple[int, int]]:
    packed: list[tuple[int, int]] = []
    first, count = 0, len(spans)
    while first < count:
        beyond = first + 1
        while beyond < count and spans[beyond].end - spans[first].start <= limit:
            beyond += 1
        packed.append((spans[first].start, spans[beyond - 1].end))
        if beyond == count:
            break
        first = max(first + 1, beyond - overlap)
        while first < beyond and spans[beyond].end - spans[first].start > limit:
            first += 1
    return packed
