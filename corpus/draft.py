"""What a reader hands on: an article or page as a file holds it, or a record that is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from corpus.clean import NOTHING_STATED, Header
from corpus.offsets import MappedText


@dataclass(frozen=True, slots=True)
class Draft:
    """An article, or a page of them, as a file holds it: located but not yet cleaned.

    Attributes:
        body: the text with its way back to the decoded file.
        encoding: the encoding the file was decoded from, or "docx-text" and the like where
            offsets count in the text taken out of a document (see `original_text`).
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
