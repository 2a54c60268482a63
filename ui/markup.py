"""Text from outside made safe to show, and laid under marks. All markup passes through here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape as html_escape
from itertools import pairwise

from ui.labels import cut_at

_BREAKS = {ord("\n"): "&#10;", ord("\r"): "&#13;"}
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Layer:
    """Put `text[start:end]` of an article between two tags; later layers stand inside earlier."""

    start: int
    end: int
    open: str
    close: str


def escape(text: str) -> str:
    """Return `text` as HTML that shows exactly these characters, on one line."""
    return html_escape(_SURROGATES.sub("\ufffd", text), quote=True).translate(_BREAKS)


def emphasised(text: str, phrases: Iterable[str]) -> str:
    """Return escaped `text` with every occurrence of a phrase in `<strong>`."""
    return "".join(
        f"<strong>{escape(piece)}</strong>" if at % 2 else escape(piece)
        for at, piece in enumerate(cut_at(text, phrases))
    )


def article_body(text: str, layers: Sequence[Layer]) -> str:
    """Return an article's paragraphs with the layers laid over; the characters stay as they are."""
    paragraphs, start = [], 0
    for line in text.split("\n"):
        end = start + len(line)
        edges = {edge for layer in layers for edge in (layer.start, layer.end)}
        cuts = sorted({start, end} | {edge for edge in edges if start < edge < end})
        shown = []
        for low, high in pairwise(cuts):
            over = [layer for layer in layers if layer.start <= low and high <= layer.end]
            inner = escape(text[low:high])
            shown += [*(one.open for one in over), inner, *(one.close for one in reversed(over))]
        if shown:
            paragraphs.append(f"<p>{''.join(shown)}</p>")
        start = end + 1
    return "".join(paragraphs)
