"""Bytes that nobody can bring back: found and flagged, never filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.offsets import Span

# U+FFFD; its UTF-8 bytes read as GBK (锟斤拷, whole or begun anywhere) or as Latin-1 (ï¿½).
_LOST = re.compile("\ufffd+|(?:锟斤拷)+(?:锟斤?)?|(?:ï¿½)+")
_MAX_PLACES = 1000


def losses(text: str) -> Iterator[Span]:
    """Yield the places of a text where bytes were lost.

    On a page full of them the last span covers everything from the 1,000th place on.
    """
    for count, match in enumerate(_LOST.finditer(text), 1):
        if count == _MAX_PLACES:
            tail = max(text.rfind(sign) + 1 for sign in "\ufffd拷½")
            yield Span(match.start(), max(tail, match.end()))
            return
        yield Span(*match.span())
