"""The types that leave the corpus room: articles, passages, repairs and failures."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from corpus.offsets import OffsetMap, Span

__all__ = ["Article", "Failure", "Passage", "Repair", "Span", "article_id_of"]

RepairKind = Literal["pinyin_residue", "shifted_bytes", "mojibake", "lost_bytes", "page_text"]


@dataclass(frozen=True, slots=True)
class Repair:
    """One place where the file was damaged, and what was done about it.

    Attributes:
        kind: the mechanism of the damage.
        start: first code point of the damaged place in the decoded file.
        end: end (half-open) of the damaged place in the decoded file.
        before: what stood there.
        after: what stands in the article now; equal to `before` when it could only be flagged.
        sure: False when `after` holds a guessed character or nothing could be restored.
    """

    kind: RepairKind
    start: int
    end: int
    before: str
    after: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Article:
    """One article, clean and in the script it was written in.

    Attributes:
        article_id: 16 hexadecimal digits that depend on title and text, never on order or place.
        title: the headline; "" when the source gives none.
        text: the body, paragraphs separated by one line break.
        source: the file it was read from, as the caller named it.
        offsets: leads any span of `text` back to the decoded file.
        display_title: what to show where the source gives no headline: "(无题)" and the clause that
            says what it is about; "" when there is a headline, or nothing better is known.
        url: where the article says it was published, or None.
        published: ISO date (YYYY, YYYY-MM or YYYY-MM-DD) stated by the source, or None.
        author: the byline as written, or None.
        editor: the responsible editor, or None.
        outlet: the paper or site, or None.
        page: the newspaper page, or None.
        section: the label above the headline (工会服务站), or None.
        kicker: the lines between section and headline, or None.
        place: the place the article is about where the page states one, or None.
        record_id: the identifier the collection gave it (a JSON line's `id`), or None.
        encoding: the encoding the file was decoded from.
        repairs: what was mended or flagged within this article.
    """

    article_id: str
    title: str
    text: str
    source: str
    offsets: OffsetMap
    display_title: str = ""
    url: str | None = None
    published: str | None = None
    author: str | None = None
    editor: str | None = None
    outlet: str | None = None
    page: str | None = None
    section: str | None = None
    kicker: str | None = None
    place: str | None = None
    record_id: str | None = None
    encoding: str = "utf-8"
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article, the unit of retrieval: `article.text[start:end]`."""

    passage_id: str
    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, or one record of a file, that could not be read.

    Attributes:
        source: the file as the caller named it.
        where: the place inside it ("line 12"), or None for the whole file.
        reason: what is wrong and what to do about it, one readable sentence.
    """

    source: str
    where: str | None
    reason: str


def article_id_of(title: str, text: str) -> str:
    """Return the content identifier of an article: 16 hexadecimal digits of a SHA-256."""
    digest = sha256(title.encode("utf-8", "surrogatepass"))
    digest.update(b"\0")
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
