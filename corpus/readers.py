"""One small function per document format; `READERS` maps a file's suffix to its reader.

A reader takes an open binary file and yields what it finds, in order: a `Draft` for an article
or a page, a `Problem` for a record that cannot be read. What spoils the whole file is raised.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from corpus import html, markdown
from corpus.clean import NOTHING_STATED, Header, iso_date
from corpus.decode import Line, decode, decode_lines
from corpus.jsonl import Located, located_text, read_object
from corpus.offsets import MappedText

# BEIR collections call the identifier _id.
_STATED_BY_COLLECTIONS = ("id", "_id", "title", "published", "outlet", "author", "url")


@dataclass(frozen=True, slots=True)
class Draft:
    """An article, or a page of them, as a file holds it: located but not yet cleaned.

    Attributes:
        body: the text with its way back to the decoded file.
        encoding: the encoding the file was decoded from.
        title: the headline, "" for none; None when it still stands in `body`, if anywhere.
        header: what the file states about the article beside its text.
        is_page: whether headline, byline and other lines around the article may still stand in
            `body`; a collection's record has none.
        record_id: the identifier a collection gives it, or None.
        where: its place inside the file ("line 12"), or None for the whole file.
    """

    body: MappedText
    encoding: str
    title: str | None = None
    header: Header = NOTHING_STATED
    is_page: bool = True
    record_id: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that cannot be read: its place in the file, what is wrong, what to do."""

    where: str
    reason: str


Reader = Callable[[BinaryIO], Iterator[Draft | Problem]]


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


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".jsonl": read_jsonl,
    ".jsonl.gz": read_jsonl_gz,
}


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
