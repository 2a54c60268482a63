"""One small function per document format; `READERS` maps a file's suffix to its reader.

A reader takes an open binary file and yields what it finds, in order: a `Draft` for an article
or a page, a `Problem` for a record that cannot be read. What spoils the whole file is raised.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from corpus import html, markdown
from corpus.archive import members
from corpus.clean import Header, iso_date
from corpus.decode import Line, decode, decode_lines
from corpus.documents import read_csv, read_docx, read_mhtml, read_pdf, read_xlsx
from corpus.draft import Draft, Problem, Reader
from corpus.errors import CorpusError, FormatError
from corpus.jsonl import Located, located_text, read_object
from corpus.offsets import MappedText
from corpus.sandbox import read_bounded

# BEIR collections call the identifier _id.
_STATED_BY_COLLECTIONS = ("id", "_id", "title", "published", "outlet", "author", "url")


def suffix_of(path: Path) -> str | None:
    """Return the key of `READERS` that a file name ends in, the longest one, or None."""
    name = path.name.lower()
    return max((suffix for suffix in READERS if name.endswith(suffix)), key=len, default=None)


def read_text(file: BinaryIO) -> Iterator[Draft | Problem]:
    """Read plain text: one page, whose headline stands in it."""
    text, encoding = decode(file.read())
    yield Draft(MappedText.from_file(text), encoding)


def read_markdown(file: BinaryIO) -> Iterator[Draft | Problem]:
    """Read Markdown: one page without its markup."""
    text, encoding = decode(file.read())
    page = markdown.read_page(text)
    yield Draft(page.body, encoding, title=page.title, header=page.header)


def read_html(file: BinaryIO) -> Iterator[Draft | Problem]:
    """Read a web page: the text of its article, and what its head states."""
    text, encoding = decode(file.read())
    page = html.read_page(text)
    yield Draft(page.body, encoding, title=page.title or None, header=page.header)


def read_jsonl(file: BinaryIO) -> Iterator[Draft | Problem]:
    """Read a collection: one article a JSON line, a broken line reported and stepped over."""
    for line in decode_lines(file):
        if line.text is None:
            reason = f"is not valid {line.encoding} text; save it as UTF-8"
            yield Problem(f"line {line.number}", reason)
        elif line.text.strip():
            yield _record(line, line.text)


def read_jsonl_gz(file: BinaryIO) -> Iterator[Draft | Problem]:
    """Read a gzipped collection; offsets count in the unpacked text."""
    with gzip.open(file) as unpacked:
        yield from read_jsonl(cast("BinaryIO", BufferedReader(unpacked)))


def read_zip(file: BinaryIO) -> Iterator[Draft | Problem]:
    """Read an archive: each file in it as if it stood alone, offsets counting in that file.

    The name of the file in the archive becomes the identifier of the record, or goes before it.
    """
    for member in members(read_bounded(file)):
        suffix = suffix_of(Path(member.name))
        if member.data is None:
            yield Problem(member.name, member.reason)
        elif suffix == ".zip":
            yield Problem(member.name, "is an archive in an archive; unpack it and add it itself")
        elif suffix is None:
            yield Problem(member.name, "is of a kind that cannot be read")
        else:
            yield from _member_drafts(member.name, READERS[suffix], member.data)


def refuse(reason: str) -> Reader:
    """Return the reader of a format that cannot be read: it says what to do instead."""

    def read(_file: BinaryIO) -> Iterator[Draft | Problem]:
        raise FormatError(reason)

    return read


_OLD_WORD = (
    "is in a format that cannot be read; open it in Word or LibreOffice and save it as .docx "
    "(or: soffice --headless --convert-to docx FILE)"
)
_OLD_EXCEL = (
    "is in a format that cannot be read; open it in Excel or LibreOffice and save it as .xlsx "
    "(or: soffice --headless --convert-to xlsx FILE)"
)
REFUSED: dict[str, Reader] = {
    ".doc": refuse(_OLD_WORD),
    ".rtf": refuse(_OLD_WORD),
    ".wps": refuse(_OLD_WORD),
    ".xls": refuse(_OLD_EXCEL),
}
READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".mhtml": read_mhtml,
    ".mht": read_mhtml,
    ".jsonl": read_jsonl,
    ".jsonl.gz": read_jsonl_gz,
    ".csv": read_csv,
    ".xlsx": read_xlsx,
    ".docx": read_docx,
    ".pdf": read_pdf,
    ".zip": read_zip,
    **REFUSED,
}


def _member_drafts(name: str, read: Reader, data: bytes) -> Iterator[Draft | Problem]:
    """Yield what a file in an archive holds, and a `Problem` for what spoils that file alone."""
    try:
        for one in read(BytesIO(data)):
            where = f"{name}, {one.where}" if one.where else name
            if isinstance(one, Problem):
                yield Problem(where, one.reason)
            else:
                record_id = f"{name}#{one.record_id}" if one.record_id else name
                yield replace(one, where=where, record_id=record_id)
    except CorpusError as error:
        yield Problem(name, str(error))
    except (OSError, EOFError, zlib.error) as error:
        yield Problem(name, f"cannot be read to its end: {error}")


def _record(line: Line, text: str) -> Draft | Problem:
    where = f"line {line.number}"
    try:
        members = read_object(text)
        stated = {name: _stated(members, name) for name in _STATED_BY_COLLECTIONS}
        body = _body(members)
    except (TypeError, ValueError, RecursionError) as error:
        reason = f"is not an article (an object with 'id' and 'text'): {error}"
        return Problem(where, reason)
    return Draft(
        located_text(text, body, file_start=line.start),
        line.encoding,
        title=stated["title"] or "",
        header=Header(
            published=iso_date(stated["published"] or ""),
            outlet=stated["outlet"],
            author=stated["author"],
            url=stated["url"],
        ),
        is_page=False,
        record_id=stated["id"] or stated["_id"],
        where=where,
    )


def _body(members: dict[str, Located]) -> Located:
    body = members.get("text")
    if body is None or not isinstance(body.value, str):
        raise ValueError("'text' is missing or not a string")
    return body


def _stated(members: dict[str, Located], name: str) -> str | None:
    """Return a field of a record as text, None where it is missing, null or empty."""
    value = members[name].value if name in members else None
    if isinstance(value, list | dict | bool):
        message = f"'{name}' is not a string"
        raise TypeError(message)
    return None if value is None else " ".join(str(value).split()) or None
