"""Readers of documents that are more than text: tables, workbooks, Word, PDF, saved web pages.

Offsets count in the decoded file. Where a format has no text of its own (.docx, .xlsx, .pdf), the
text that was taken out of it stands for that, and the draft's encoding says so ("docx-text"):
`original_text` takes it out again, to the character.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from corpus import html, spreadsheet
from corpus.clean import Header
from corpus.decode import decode
from corpus.draft import Draft, Problem
from corpus.offsets import MappedText
from corpus.sandbox import parse_apart, read_bounded


def read_csv(file: BinaryIO) -> Iterator[Draft | Problem]:
    """Read a table: one article a row if a column holds texts, else one with a line a row."""
    text, encoding = decode(read_bounded(file))
    for entry in spreadsheet.read_table(spreadsheet.csv_rows(text)):
        yield _table_draft(entry, encoding, "row")


def read_xlsx(file: BinaryIO) -> Iterator[Draft | Problem]:
    """Read a workbook, each visible sheet as a .csv; offsets count in its "xlsx-text"."""
    names, tables, _ = _workbook(read_bounded(file))
    for name, rows in zip(names, tables, strict=True):
        for entry in spreadsheet.read_table(rows, name=name):
            yield _table_draft(entry, "xlsx-text", f"sheet {name}, row")


def read_docx(file: BinaryIO) -> Iterator[Draft | Problem]:
    """Read a Word document: a page like a .txt; offsets count in its "docx-text"."""
    found = parse_apart("docx", read_bounded(file))
    yield Draft(MappedText.from_file(found["text"]), "docx-text", title=found["title"] or None)


def read_pdf(file: BinaryIO) -> Iterator[Draft | Problem]:
    """Read a PDF: a page like a .txt, pages without text reported; offsets in its "pdf-text"."""
    pages: list[str] = parse_apart("pdf", read_bounded(file))
    yield Draft(MappedText.from_file("\n".join(pages)), "pdf-text")
    for number, page in enumerate(pages, start=1):
        if not page.strip():
            yield Problem(f"page {number}", "holds no text; if it is a scan it needs OCR")


def read_mhtml(file: BinaryIO) -> Iterator[Draft | Problem]:
    """Read a saved web page; offsets count in the decoded HTML inside it, its "mhtml-text"."""
    text, url = _saved_page(read_bounded(file))
    page = html.read_page(text)
    header = page.header.or_else(Header(url=url))
    yield Draft(page.body, "mhtml-text", title=page.title or None, header=header)


def original_text(data: bytes, encoding: str) -> str:
    """Return the text that the offsets of an article count in, from the bytes of its file.

    Args:
        data: the file, or the file in an archive, that the article was read from.
        encoding: the article's `encoding`.

    Raises:
        FormatError: the document cannot be parsed (any more).
    """
    if encoding == "docx-text":
        return str(parse_apart("docx", data)["text"])
    if encoding == "pdf-text":
        return "\n".join(parse_apart("pdf", data))
    if encoding == "xlsx-text":
        return _workbook(data)[2]
    if encoding == "mhtml-text":
        return _saved_page(data)[0]
    return data.decode(encoding)


def _workbook(data: bytes) -> tuple[list[str], list[list[spreadsheet.Row]], str]:
    sheets = [(sheet["name"], sheet["rows"]) for sheet in parse_apart("xlsx", data)]
    text, tables = spreadsheet.sheet_rows(sheets)
    return [name for name, _ in sheets], tables, text


def _saved_page(data: bytes) -> tuple[str, str | None]:
    found = parse_apart("mhtml", data)
    return decode(found["html"].encode("latin-1"))[0], found["url"]


def _table_draft(entry: spreadsheet.Entry, encoding: str, where: str) -> Draft:
    return Draft(
        entry.body,
        encoding,
        title=entry.title,
        header=entry.header,
        is_page=False,
        record_id=entry.record_id,
        where=None if entry.row is None else f"{where} {entry.row}",
    )
