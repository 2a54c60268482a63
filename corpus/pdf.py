"""The text of PDF files: lines joined to paragraphs, columns one after the other.

Read with pypdfium2 (Apache-2.0 or BSD-3-Clause). The text order is that in which the file draws it,
which for the columns of word processors and newspaper systems is the reading order; pages drawn
row by row across their columns are put in order.
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_right
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
# A gap of so many characters parts columns or cells; parts so long, so many times, are columns.
_GUTTER = 1.2
_TEXT_CHARS = 8
_TEXT_ROWS = 2
_FIRST_WIDE = "\u2e80"
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\u00ad]")
_UNKNOWN = re.compile("[\ue000-\uf8ff\ufffd]")
_MOST_UNKNOWN = 0.1
_ASCII_WORD = re.compile(r"[!-~]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or row of a table, and the box around it in points from the lower left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    height: float
    is_row: bool = False


_NOWHERE = Line("", 0, 0, 0, 0, 1)
_Char = tuple[str, tuple[float, float, float, float]]


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
        pages = ["\n".join(paragraphs(_lines(page))) for page in document]
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
    resized = abs(line.height - following.height) > _SAME_SIZE * line.height
    if resized or line.is_row or following.is_row:
        return False
    right = max(one.right for one in lines if _in_column(one, line))
    left = min(one.left for one in lines if _in_column(one, following))
    full = right - line.right < _FULL_WITHIN * line.height
    return full and following.left - left < _INDENT_FROM * following.height


def _in_column(one: Line, line: Line) -> bool:
    """Tell whether a line, of the same size of type, begins about where another does."""
    alike = abs(one.height - line.height) <= _SAME_SIZE * line.height
    return alike and abs(one.left - line.left) < 3 * line.height


def in_columns(rows: Sequence[Sequence[Line]]) -> list[Line]:
    """Return the lines of a page drawn row by row across its columns, column after column.

    A row whose parts are short is one of a table and stays one line.

    Args:
        rows: each row of the page, cut where a gap is wider than any between words.
    """
    texts = [row for row in rows if sum(len(part.text) >= _TEXT_CHARS for part in row) > 1]
    cut = [row for row in rows if len(row) > 1]
    if len(texts) < _TEXT_ROWS or 2 * len(texts) < len(cut):
        return [_whole(row) for row in rows]
    starts = _starts([part for row in texts for part in row[1:]])
    lines: list[Line] = []
    run: list[Line] = []
    for row in rows:
        if any(part.left + part.height < start < part.right for part in row for start in starts):
            lines += [*_by_column(run, starts), *row]
            run = []
        else:
            run += row
    return [*lines, *_by_column(run, starts)]


def _starts(parts: Sequence[Line]) -> list[float]:
    """Return where columns begin; a start within three characters of another is an indent."""
    starts: list[float] = []
    for part in sorted(parts, key=lambda one: one.left):
        if not starts or part.left - starts[-1] > 3 * part.height:
            starts.append(part.left)
    return starts


def _by_column(run: Sequence[Line], starts: Sequence[float]) -> list[Line]:
    return sorted(run, key=lambda line: bisect_right(starts, line.left + line.height))


def _whole(row: Sequence[Line]) -> Line:
    return Line(
        " ".join(part.text for part in row),
        min(part.left for part in row),
        min(part.bottom for part in row),
        max(part.right for part in row),
        max(part.top for part in row),
        row[0].height,
        is_row=len(row) > 1,
    )


def _lines(page: Any) -> list[Line]:
    """Return the lines of a page in reading order."""
    rows = (
        [part for part in map(_line, _parts(chars)) if part.text]
        for chars in _rows(page.get_textpage())
    )
    return in_columns([row for row in rows if row])


def _rows(shown: Any) -> Iterator[list[_Char]]:
    """Yield the characters of each row with their boxes, hidden ones as blanks."""
    row: list[_Char] = []
    for at, char in enumerate(shown.get_text_range()):
        box = shown.get_charbox(at, loose=True)
        blank = bool(char.isspace() or _HIDDEN.match(char))
        last = next((kept for kind, kept in reversed(row) if kind != " "), box)
        below_or_above = not blank and not (box[1] < last[3] and last[1] < box[3])
        if char in "\r\n" or below_or_above:
            yield row
            row = []
        row.append((" " if blank else char, box))
    yield row


def _parts(chars: Sequence[_Char]) -> Iterator[list[_Char]]:
    """Cut the characters of a row where a gap is wider than any between words."""
    part: list[_Char] = []
    last: _Char | None = None
    for one in chars:
        if one[0] == " ":
            part.append(one)
            continue
        if last and one[1][0] - last[1][2] > _GUTTER * _size(last):
            yield part
            part = []
        part.append(one)
        last = one
    yield part


def _line(chars: Sequence[_Char]) -> Line:
    shown = [one for one in chars if one[0] != " "]
    if not shown:
        return _NOWHERE
    lefts, bottoms, rights, tops = zip(*(box for _, box in shown), strict=True)
    text = " ".join("".join(char for char, _ in chars).split())
    size = statistics.median(map(_size, shown))
    return Line(text, min(lefts), min(bottoms), max(rights), max(tops), size)


def _size(one: _Char) -> float:
    """Return the size of type: the width of a Chinese character, 0.7 of the height of others."""
    char, (left, bottom, right, top) = one
    return right - left if char >= _FIRST_WIDE else 0.7 * (top - bottom)


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
