"""The SQLite store, the one truth that every derived index follows: how it is read.

`rag/store_writer.py` changes it. Every change is one transaction with a version of its own, so a
kill at any moment loses nothing that was acknowledged and mixes nothing. Passage rows are numbered
once and never reused, so an index that is behind is brought up by the rows added and removed since
its version.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from corpus import Article, Failure, OffsetMap, Passage, Repair, article_id_of
from rag.errors import IndexMissingError
from rag.tables import checksum, connect, damaged, explained

_OCCURRENCE = """
    a.article_id, a.title, a.text, f.source, o.offsets, o.details, o.published, o.record_id, o.crc
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the store holds, and the span of its publication dates."""

    articles: int
    passages: int
    sources: int
    published_from: str | None
    published_to: str | None


class Store:
    """Articles, passages and vectors in one SQLite file, open for reading."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._inode = path.stat().st_ino
        self.path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing store for reading.

        Raises:
            IndexMissingError: there is no file.
            IndexDamagedError: the file is no store of this layout.
        """
        if not path.exists():
            message = f"no index at {path.parent}: run `wenju build SOURCE…` first"
            raise IndexMissingError(message)
        return cls(connect(path, writable=False), path)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def is_replaced(self) -> bool:
        """Tell whether the file was deleted, or another put in its place, since it was opened."""
        try:
            return self.path.stat().st_ino != self._inode
        except FileNotFoundError:
            return True

    @property
    def version(self) -> int:
        """Number of changes committed so far."""
        return int(self._one("SELECT coalesce(max(version), 0) FROM changes")[0])

    def stamp(self, version: int) -> str | None:
        """Return what tells this store's change number `version` from any other store's, or None.

        A store put back from a backup goes on to the same version numbers with other content.
        """
        row = self._first("SELECT stamp FROM changes WHERE version = ?", version)
        return None if row is None else str(row[0])

    def only_grew_since(self, version: int) -> bool:
        """Tell whether nothing was dropped after `version`."""
        row = self._one("SELECT coalesce(max(dropped), 0) FROM changes WHERE version > ?", version)
        return not row[0]

    def meta(self, key: str) -> str | None:
        """Return what was recorded under `key`, or None."""
        row = self._first("SELECT value FROM meta WHERE key = ?", key)
        return None if row is None else str(row[0])

    # -- files and articles -------------------------------------------------------------------

    def file_hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every file by its source name; "" for one to be read anew."""
        return dict(self._rows("SELECT source, sha256 FROM files ORDER BY file_id"))

    def failures(self) -> list[Failure]:
        """Return every failure on record, by file."""
        query = """SELECT source, place, reason FROM failures f JOIN files USING (file_id)
                   ORDER BY file_id, f.rowid"""
        return [Failure(*row) for row in self._rows(query)]

    def article(self, article_id: str) -> Article | None:
        """Return an article as its first file gives it, or None."""
        query = f"""SELECT {_OCCURRENCE} FROM articles a
                    JOIN occurrences o USING (article_id) JOIN files f USING (file_id)
                    WHERE a.article_id = ? ORDER BY f.file_id, o.ordinal LIMIT 1"""  # noqa: S608
        row = self._first(query, article_id)
        return None if row is None else self._article(row)

    def articles(self) -> Iterator[Article]:
        """Yield every article of every file, in file order; one in two files comes twice."""
        query = f"""SELECT {_OCCURRENCE} FROM files f
                    JOIN occurrences o USING (file_id) JOIN articles a USING (article_id)
                    ORDER BY f.file_id, o.ordinal"""  # noqa: S608 - no value is put in
        return map(self._article, self._rows(query))

    def article_ids(self) -> list[str]:
        """Return the articles' identifiers, sorted."""
        return [row[0] for row in self._rows("SELECT article_id FROM articles ORDER BY 1")]

    def titles(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Return the titles of these articles by identifier; unknown ones are left out."""
        query = """SELECT article_id, title FROM articles
                   WHERE article_id IN (SELECT value FROM json_each(?))"""
        return dict(self._rows(query, json.dumps(list(article_ids))))

    def published(self, article_ids: Sequence[str]) -> dict[str, str | None]:
        """Return the publication dates of these articles by identifier, the earliest stated."""
        query = """SELECT article_id, min(published) FROM occurrences
                   WHERE article_id IN (SELECT value FROM json_each(?)) GROUP BY 1"""
        return dict(self._rows(query, json.dumps(list(article_ids))))

    # -- passages and vectors -----------------------------------------------------------------

    def passage_rows(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Return passages by row; unknown rows are left out."""
        query = """SELECT row, passage_id, article_id, start, stop FROM passages
                   WHERE row IN (SELECT value FROM json_each(?))"""
        numbers = json.dumps([int(row) for row in rows])
        return {int(row): self._passage(*rest) for row, *rest in self._rows(query, numbers)}

    def passages(self, article_id: str) -> list[Passage]:
        """Return an article's passages in order."""
        query = """SELECT passage_id, article_id, start, stop FROM passages
                   WHERE article_id = ? ORDER BY start"""
        return [self._passage(*row) for row in self._rows(query, article_id)]

    def row_numbers(self) -> list[int]:
        """Return the rows of all passages, ascending."""
        return [row[0] for row in self._rows("SELECT row FROM passages ORDER BY row")]

    def rows_since(self, version: int) -> Iterator[tuple[int, str, str, str, str]]:
        """Yield (row, title, section, kicker, passage text) of passages added after `version`."""
        query = """
            SELECT p.row, a.title, substr(a.text, p.start + 1, p.stop - p.start),
                   (SELECT o.details FROM occurrences o WHERE o.article_id = a.article_id
                    ORDER BY o.file_id, o.ordinal LIMIT 1)
            FROM passages p JOIN articles a USING (article_id) WHERE p.added > ? ORDER BY p.row"""
        for row, title, text, raw in self._rows(query, version):
            details = json.loads(raw) if raw else {}
            yield row, title, details.get("section") or "", details.get("kicker") or "", text

    def count_since(self, version: int) -> int:
        """Return how many passages were added after `version` and are still there."""
        return int(self._one("SELECT count(*) FROM passages WHERE added > ?", version)[0])

    def removed_since(self, version: int) -> list[int]:
        """Return the rows of passages removed after `version`."""
        query = "SELECT row FROM removals WHERE removed > ?"
        return [row[0] for row in self._rows(query, version)]

    def vectors_since(
        self, version: int, *, dim: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return rows (n,) and vectors (n, dim) of the passages added after `version`.

        Raises:
            IndexDamagedError: a vector is not what was stored, or has another dimension.
        """
        query = "SELECT row, passage_id, vector, crc FROM passages WHERE added > ? ORDER BY row"
        rows: list[int] = []
        chunks: list[bytes] = []
        for row, passage_id, vector, crc in self._rows(query, version):
            if len(vector) != 2 * dim or checksum(passage_id, vector) != crc:
                raise damaged(self.path, f"the vector of passage {passage_id} has changed")
            rows.append(row)
            chunks.append(vector)
        halves = np.frombuffer(b"".join(chunks), dtype="<f2").reshape(len(rows), dim)
        return np.asarray(rows, dtype=np.int64), halves.astype(np.float32)

    # -- the whole ----------------------------------------------------------------------------

    def counts(self) -> Counts:
        """Return how much the store holds."""
        query = """SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages),
                          (SELECT count(*) FROM files), min(published), max(published)
                   FROM occurrences"""
        return Counts(*self._one(query))

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the store: damaged pages, changed rows, passages astray."""
        try:
            yield from self._page_faults()
            yield from self._article_faults()
            yield from self._passage_faults()
        except sqlite3.DatabaseError as error:
            yield f"store: {error}"

    def _page_faults(self) -> Iterator[str]:
        for (line,) in self._db.execute("PRAGMA integrity_check"):
            if line != "ok":
                yield f"store: {line}"
        for table, row, parent, _ in self._db.execute("PRAGMA foreign_key_check"):
            yield f"store: row {row} of {table} names a row of {parent} that is not there"

    def _article_faults(self) -> Iterator[str]:
        for article_id, title, text in self._db.execute("SELECT * FROM articles"):
            if article_id_of(title, text) != article_id:
                yield f"article {article_id}: its text is not what was stored"
        query = """SELECT article_id, offsets, details, published, record_id, crc
                   FROM occurrences"""
        for article_id, *rest, crc in self._db.execute(query):
            if checksum(article_id, *rest) != crc:
                yield f"article {article_id}: its offsets or details are not what was stored"

    def _passage_faults(self) -> Iterator[str]:
        query = """SELECT passage_id, p.article_id, start, stop, length(a.text), vector, crc
                   FROM passages p LEFT JOIN articles a USING (article_id)"""
        for passage_id, article_id, start, stop, length, vector, crc in self._db.execute(query):
            inside = length is not None and 0 <= start < stop <= length
            if not inside or passage_id != _passage_id(article_id, start, stop):
                yield f"passage {passage_id}: it lies outside its article"
            elif checksum(passage_id, vector) != crc:
                yield f"passage {passage_id}: its vector is not what was stored"

    # -- rows ---------------------------------------------------------------------------------

    def _rows(self, query: str, *values: object) -> Iterator[Any]:
        try:
            yield from self._db.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise explained(self.path, error) from error

    def _first(self, query: str, *values: object) -> Any:
        return next(self._rows(query, *values), None)

    def _one(self, query: str, *values: object) -> Any:
        return next(self._rows(query, *values))

    def _article(self, row: Sequence[Any]) -> Article:
        article_id, title, text, source, offsets, raw, published, record_id, crc = row
        stored = (article_id, offsets, raw, published, record_id)
        if article_id_of(title, text) != article_id or checksum(*stored) != crc:
            raise damaged(self.path, f"article {article_id} is not what was stored")
        details = json.loads(raw)
        repairs = tuple(Repair(**repair) for repair in details.pop("repairs"))
        return Article(
            article_id=article_id,
            title=title,
            text=text,
            source=source,
            offsets=OffsetMap.unpack(offsets),
            published=published,
            record_id=record_id,
            repairs=repairs,
            **details,
        )

    def _passage(self, passage_id: str, article_id: str, start: int, stop: int) -> Passage:
        if passage_id != _passage_id(article_id, start, stop):
            raise damaged(self.path, f"passage {passage_id} has changed")
        return Passage(passage_id, article_id, start, stop)


def _passage_id(article_id: str, start: int, stop: int) -> str:
    return f"{article_id}:{start}-{stop}"
