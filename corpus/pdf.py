"""The text of PDF files: lines joined to paragraphs, columns one after the other.

Read with pypdfium2 (Apache-2.0 or BSD-3-Clause). The text order is that in which the file draws it,
which for the columns of word processors and newspaper systems is the reading order.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.errors import FormatError

_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024
_MOST_PAGES = 2_000
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY of fpdfview.h
# A line is part of the paragraph above if that one is full, up to so many character heights.
_FULL_WITHIN = 1.6
_INDENT_FROM = 1.2
_SAME_SIZE = 0.25
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\u00ad]")
_UNKNOWN = re.compile("[\ue000-\uf8ff\ufffd]")
_MOST_UNKNOWN = 0.1
_ASCII_WORD = re.compile(r"[!-~]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line on a page: its text and the box around it, in points from the lower left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    height: float


def parse_pdf(data: bytes) -> list[str]:
    """Return the text of each page, "" for a page that is a picture.

    Meant for the child process of `corpus.sandbox`.

    Raises:
        FormatError: it is no PDF, is locked or damaged, shows characters that it does not name,
            or is scanned.
    """
    if _MAGIC not in data[:_MAGIC_WITHIN]:
        raise FormatError("is not what its name says: it does not begin like a PDF")
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to import

    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) > _MOST_PAGES:
            message = f"has more than {_MOST_PAGES:,} pages; split it and try again"
            raise FormatError(message)
        pages = ["\n".join(paragraphs(list(_lines(page)))) for page in document]
    except pypdfium2.PdfiumError as error:
        raise FormatError(_why(error)) from error
    _check(pages)
    return pages


def paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    """Join the lines of a page to paragraphs.

    A line goes on in the next one when it is full to the right edge of its column and the next
    one, of the same size of type, is not indented in its own.
    """
    text = ""
    for at, line in enumerate(lines):
        words = at and _ASCII_WORD.match(text[-1]) and _ASCII_WORD.match(line.text)
        if at and _goes_on(lines[at - 1], line, lines):
            text += f"{' ' if words else ''}{line.text}"
            continue
        if text:
            yield text
        text = line.text
    if text:
        yield text


def _goes_on(line: Line, following: Line, lines: Sequence[Line]) -> bool:
    if abs(line.height - following.height) > _SAME_SIZE * line.height:
        return False
    right = max(one.right for one in lines if _in_column(one, line))
    left = min(one.left for one in lines if _in_column(one, following))
    full = right - line.right < _FULL_WITHIN * line.height
    return full and following.left - left < _INDENT_FROM * following.height


def _in_column(one: Line, line: Line) -> bool:
    """Tell whether a line, of the same size of type, begins about where another does."""
    alike = abs(one.height - line.height) <= _SAME_SIZE * line.height
    return alike and abs(one.left - line.left) < 3 * line.height


def _lines(page: Any) -> Iterator[Line]:
    """Yield the lines of a page in the order in which it draws them."""
    shown = page.get_textpage()
    text = shown.get_text_range()
    at = 0
    for raw in re.split("(\r\n|\n|\r)", text):
        boxes = [shown.get_charbox(at + n) for n, char in enumerate(raw) if not char.isspace()]
        at += len(raw)
        clean = " ".join(_HIDDEN.sub("", raw).split())
        if not clean or not boxes:
            continue
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        height = statistics.median(
            max(top - bottom, right - left) for left, bottom, right, top in boxes
        )
        yield Line(clean, min(lefts), min(bottoms), max(rights), max(tops), height)


def _check(pages: Sequence[str]) -> None:
    text = "".join(pages)
    if not text.strip():
        message = (
            f"is scanned: its {len(pages)} page(s) are pictures without text; it needs OCR: "
            "recognise it with an OCR program and add the text, or a searchable PDF"
        )
        raise FormatError(message)
    if len(_UNKNOWN.findall(text)) > _MOST_UNKNOWN * len(text):
        raise FormatError(
            "shows characters that its fonts do not name, so that its text cannot be taken out; "
            "it needs OCR, or the document it was made from"
        )


def _why(error: Any) -> str:
    if getattr(error, "err_code", None) in {_PASSWORD, _SECURITY}:
        return "is locked with a password; save a copy without one"
    return f"is a damaged PDF ({error}); save it again and try once more"
