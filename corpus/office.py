"""Word and Excel documents (OOXML): their text in reading order, nothing of their looks.

The functions here parse; they are called in the child process of `corpus.sandbox`. Word
documents are read with lxml rather than python-docx, which needs 14 s for a document of 29 KB
(300,000 paragraphs) and drops what follows an entity.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from corpus.archive import open_zip, read_entry
from corpus.errors import FormatError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
# What openpyxl lets through on workbooks that are not what they should be.
_FAULTS = (AttributeError, IndexError, KeyError, OSError, SyntaxError, TypeError, ValueError)
_XML = (".xml", ".rels", ".vml")
# Older or stricter writers use other namespaces for the same elements, so only names are read.
_SKIPPED = {"Fallback", "del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sectPr"}
_TITLES = {"title", "heading 1"}


def parse_docx(data: bytes) -> dict[str, str]:
    """Return the `title` ("" if no first paragraph is styled as one) and `text` of a document.

    One line a paragraph and one a row of a table, its cells apart by a blank. Deleted text of
    tracked changes, headers, footers and notes are left out.

    Raises:
        FormatError: it is no Word document, is locked, damaged or over a bound.
    """
    with _opened(data, "word/document.xml", ".docx") as archive:
        body = _parsed(_part(archive, "word/document.xml"))
        titles = _title_styles(archive)
    lines: list[str] = []
    title = ""
    for style, line in _lines(body):
        if not line:
            continue
        if not lines and not title and style in titles:
            title = line
        else:
            lines.append(line)
    return {"title": title, "text": "\n".join(lines)}


def parse_xlsx(data: bytes) -> list[dict[str, Any]]:
    """Return the visible sheets of a workbook: each one's `name` and `rows` of shown values.

    Formulas count with the value they had when the workbook was saved.

    Raises:
        FormatError: it is no Excel workbook, is locked, damaged or over a bound.
    """
    with _opened(data, "xl/workbook.xml", ".xlsx"):
        pass
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # noqa: PLC0415 - slow
    from openpyxl.utils.exceptions import (  # type: ignore[import-untyped]  # noqa: PLC0415
        InvalidFileException,
    )

    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        return [
            {"name": sheet.title, "rows": [_row(row) for row in _rows(sheet)]}
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
    except (*_FAULTS, InvalidFileException) as error:
        message = f"is a damaged workbook ({error}); open it in Excel and save it again"
        raise FormatError(message) from error


def _opened(data: bytes, part: str, suffix: str) -> ZipFile:
    """Open an OOXML document after all checks on its parts."""
    if data.startswith(_OLE):
        message = f"is locked with a password, or an old document renamed; save it as {suffix}"
        raise FormatError(message)
    archive = open_zip(data)
    if part not in archive.namelist():
        message = f"is not what its name says: it holds no {part}; save it as {suffix}"
        raise FormatError(message)
    for entry in archive.infolist():
        if entry.filename.lower().endswith(_XML):
            content = read_entry(archive, entry)
            if any(doctype in content for doctype in _DOCTYPES):
                message = f"declares a document type in {entry.filename}, as attacks do"
                raise FormatError(message)
    return archive


def _part(archive: ZipFile, name: str) -> bytes:
    return read_entry(archive, archive.getinfo(name))


def _parsed(content: bytes) -> Any:
    from lxml import etree  # noqa: PLC0415 - only reading documents needs it

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        message = f"is a damaged document ({error}); open it in Word and save it again"
        raise FormatError(message) from error


def _title_styles(archive: ZipFile) -> set[str]:
    """Return the identifiers of the styles named Title and Heading 1, whatever the language."""
    if "word/styles.xml" not in archive.namelist():
        return set()
    found = set()
    for style in _named(_parsed(_part(archive, "word/styles.xml")), "style"):
        name = next((_value(child) for child in style if _name(child) == "name"), "")
        if name.lower() in _TITLES:
            found.add(next((v for key, v in style.attrib.items() if key.endswith("}styleId")), ""))
    return found


def _lines(element: Any) -> Iterator[tuple[str, str]]:
    """Yield the style and text of each paragraph, and each row of each table, in order."""
    for child in element:
        name = _name(child)
        if name in _SKIPPED:
            continue
        if name == "p":
            style = next((_value(found) for found in _named(child, "pStyle")), "")
            yield from ((style, " ".join(line.split())) for line in _text(child).split("\n"))
        elif name == "tr":
            cells = (" ".join(_text(cell).split()) for cell in child if _name(cell) == "tc")
            yield "", " ".join(cell for cell in cells if cell)
        else:
            yield from _lines(child)


def _text(element: Any) -> str:
    """Return the text inside an element; a paragraph in another (a text box) is a line."""
    parts: list[str] = []
    stack = [iter([element])]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            continue
        name = _name(child)
        if name in _SKIPPED:
            continue
        if name == "t":
            parts.append(child.text or "")
        elif name in {"tab", "br", "cr", "p", "noBreakHyphen"}:
            parts.append({"tab": " ", "noBreakHyphen": "-"}.get(name, "\n"))
        stack.append(iter(child))
    return "".join(parts)


def _named(element: Any, name: str) -> Iterator[Any]:
    return (found for found in element.iter() if _name(found) == name)


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _value(element: Any) -> str:
    return next((value for key, value in element.attrib.items() if key.endswith("}val")), "")


def _rows(sheet: Any) -> Iterator[Any]:
    sheet.reset_dimensions()  # what a sheet states about its size may be wrong
    return iter(sheet.iter_rows())


def _row(row: Any) -> list[str]:
    shown = [_shown(cell) for cell in row]
    while shown and not shown[-1]:
        shown.pop()
    return shown


def _shown(cell: Any) -> str:
    """Return a cell's value as a reader of the sheet sees it, to the digit."""
    value = cell.value
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        percent = "%" in (cell.number_format or "")
        return f"{value * 100:.10g}%" if percent else f"{value:.15g}"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)
