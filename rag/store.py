"""The SQLite store: the one truth that every derived index follows.

Every change is one transaction and raises `version` by one, so a kill at any moment loses nothing
that was acknowledged and mixes nothing. Passage rows are numbered once and never reused, so that
an index that is behind can be brought up by the rows added and removed since its version.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus import Article, Failure, OffsetMap, Passage, Repair, article_id_of
from rag.errors import IndexDamagedError, IndexMissingError

LAYOUT = "1"
"""Layout of the tables below; an index with another one is refused and must be built anew."""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE files (
    file_id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL
) STRICT;
CREATE TABLE failures (
    file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE, place TEXT, reason TEXT NOT NULL
) STRICT;
CREATE TABLE articles (
    article_id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE TABLE occurrences (
    file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles,
    offsets BLOB NOT NULL, details TEXT NOT NULL, published TEXT, record_id TEXT,
    PRIMARY KEY (file_id, ordinal)
) STRICT;
CREATE INDEX occurrences_by_article ON occurrences (article_id);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, passage_id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL REFERENCES articles, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    added INTEGER NOT NULL, vector BLOB NOT NULL
) STRICT;
CREATE INDEX passages_by_article ON passages (article_id);
CREATE INDEX passages_by_version ON passages (added);
CREATE TABLE removals (row INTEGER PRIMARY KEY, removed INTEGER NOT NULL) STRICT;
"""

_DETAILS = (
    "url", "author", "editor", "outlet", "page", "section", "kicker", "place", "encoding",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the store holds, and the span of its publication dates."""

    articles: int
    passages: int
    sources: int
    published_from: str | None
    published_to: str | None


class Store:
    """Articles, passages and vectors in one SQLite file."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self.path = path

    @classmethod
    def create(cls, path: Path) -> Store:
        """Open the store for writing; make an empty one where there is none.

        Raises:
            IndexDamagedError: the file is there and is no store of this layout.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        store = cls(_connect(path, mode="rwc"), path)
        if fresh:
            store._db.executescript(f"BEGIN; {_TABLES} COMMIT;")
            store._db.executemany(
                "INSERT INTO meta VALUES (?, ?)", [("layout", LAYOUT), ("version", "0")]
            )
        store._verify_layout()
        return store

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open an existing store for reading.

        Raises:
            IndexMissingError: there is no file.
            IndexDamagedError: the file is no store of this layout.
        """
        if not path.exists():
            message = f"no index at {path.parent}: run `wenju build SOURCE…` first"
            raise IndexMissingError(message)
        store = cls(_connect(path, mode="ro"), path)
        store._verify_layout()
        return store

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def version(self) -> int:
        """Number of changes committed so far."""
        return int(self.meta("version") or 0)

    def meta(self, key: str) -> str | None:
        """Return what was recorded under `key`, or None."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Record a value; call inside `change`."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @contextmanager
    def change(self) -> Iterator[int]:
        """Run one transaction; yields the version it will have. An exception undoes it whole."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            version = self.version + 1
            yield version
            self.set_meta("version", str(version))
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    # -- files ------------------------------------------------------------------------------

    def file_hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every file by its source name."""
        return dict(self._db.execute("SELECT source, sha256 FROM files"))

    def drop_file(self, source: str) -> None:
        """Forget a file and its occurrences; articles stay until `drop_orphans`."""
        self._db.execute("DELETE FROM files WHERE source = ?", (source,))

    def put_file(self, source: str, sha256: str) -> int:
        """Record a file, replacing what was known of it; returns its number."""
        self.drop_file(source)
        cursor = self._db.execute(
            "INSERT INTO files (source, sha256) VALUES (?, ?)", (source, sha256)
        )
        return int(cursor.lastrowid or 0)

    def put_failure(self, file_id: int, failure: Failure) -> None:
        """Record what of a file could not be read."""
        self._db.execute(
            "INSERT INTO failures VALUES (?, ?, ?)", (file_id, failure.where, failure.reason)
        )

    def failures(self) -> list[Failure]:
        """Return every failure on record, by source."""
        query = "SELECT source, place, reason FROM failures JOIN files USING (file_id) ORDER BY 1"
        return [Failure(*row) for row in self._db.execute(query)]

    # -- articles ---------------------------------------------------------------------------

    def put_article(self, article: Article, *, file_id: int, ordinal: int) -> bool:
        """Record an article found in a file; returns whether its text is new to the store."""
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO articles VALUES (?, ?, ?)",
            (article.article_id, article.title, article.text),
        )
        details = {name: getattr(article, name) for name in _DETAILS}
        details["repairs"] = [asdict(repair) for repair in article.repairs]
        self._db.execute(
            "INSERT INTO occurrences VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                file_id,
                ordinal,
                article.article_id,
                article.offsets.pack(),
                json.dumps(details, ensure_ascii=False),
                article.published,
                article.record_id,
            ),
        )
        return cursor.rowcount == 1

    def drop_articles_of(self, article_ids: Iterable[str]) -> None:
        """Forget these articles' occurrences; the articles go with `drop_orphans`."""
        self._db.executemany(
            "DELETE FROM occurrences WHERE article_id = ?", [(one,) for one in article_ids]
        )

    def drop_orphans(self, version: int) -> int:
        """Drop articles that no file holds any more, with their passages; returns how many."""
        orphans = "SELECT article_id FROM articles EXCEPT SELECT article_id FROM occurrences"
        gone = [str(row[0]) for row in self._db.execute(orphans)]
        for article_id in gone:
            self.drop_passages(article_id, version=version)
        self._db.executemany("DELETE FROM articles WHERE article_id = ?", [(one,) for one in gone])
        return len(gone)

    def article(self, article_id: str) -> Article | None:
        """Return an article as its first file gives it, or None."""
        query = """
            SELECT a.article_id, a.title, a.text, f.source, o.offsets, o.details, o.published,
                   o.record_id
            FROM articles a JOIN occurrences o USING (article_id) JOIN files f USING (file_id)
            WHERE a.article_id = ? ORDER BY f.file_id, o.ordinal LIMIT 1"""
        row = self._db.execute(query, (article_id,)).fetchone()
        return None if row is None else _article(row)

    def articles(self) -> Iterator[Article]:
        """Yield every article of every file, in file order; one in two files comes twice."""
        query = """
            SELECT a.article_id, a.title, a.text, f.source, o.offsets, o.details, o.published,
                   o.record_id
            FROM files f JOIN occurrences o USING (file_id) JOIN articles a USING (article_id)
            ORDER BY f.file_id, o.ordinal"""
        for row in self._db.execute(query):
            yield _article(row)

    def article_ids(self, *, source: str | None = None) -> list[str]:
        """Return the articles' identifiers, of one file or of all."""
        if source is None:
            rows = self._db.execute("SELECT article_id FROM articles ORDER BY 1")
        else:
            query = """SELECT DISTINCT article_id FROM occurrences JOIN files USING (file_id)
                       WHERE source = ?"""
            rows = self._db.execute(query, (source,))
        return [str(row[0]) for row in rows]

    def titles(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Return the titles of these articles by identifier."""
        marks = ",".join("?" * len(article_ids))
        query = f"SELECT article_id, title FROM articles WHERE article_id IN ({marks})"  # noqa: S608
        return dict(self._db.execute(query, list(article_ids)))

    # -- passages and vectors ---------------------------------------------------------------

    def put_passages(
        self, passages: Sequence[Passage], vectors: NDArray[np.float32], *, version: int
    ) -> None:
        """Record passages with their vectors, shape (len(passages), dim)."""
        halves = vectors.astype("<f2")
        self._db.executemany(
            "INSERT INTO passages (passage_id, article_id, start, stop, added, vector)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (p.passage_id, p.article_id, p.start, p.end, version, half.tobytes())
                for p, half in zip(passages, halves, strict=True)
            ],
        )

    def drop_passages(self, article_id: str, *, version: int) -> None:
        """Drop an article's passages and note their rows as removed."""
        self._db.execute(
            "INSERT INTO removals SELECT row, ? FROM passages WHERE article_id = ?",
            (version, article_id),
        )
        self._db.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))

    def passage_rows(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Return passages by row; unknown rows are left out."""
        marks = ",".join("?" * len(rows))
        query = f"""SELECT row, passage_id, article_id, start, stop FROM passages
                    WHERE row IN ({marks})"""  # noqa: S608 - only question marks are put in
        return {
            int(row[0]): Passage(row[1], row[2], row[3], row[4])
            for row in self._db.execute(query, [int(row) for row in rows])
        }

    def passages(self, article_id: str) -> list[Passage]:
        """Return an article's passages in order."""
        query = """SELECT passage_id, article_id, start, stop FROM passages
                   WHERE article_id = ? ORDER BY start"""
        return [Passage(*row) for row in self._db.execute(query, (article_id,))]

    def rows_since(self, version: int) -> Iterator[tuple[int, str, str, str, str]]:
        """Yield (row, title, section, kicker, passage text) of passages added after `version`."""
        query = """
            SELECT p.row, a.title, substr(a.text, p.start + 1, p.stop - p.start),
                   (SELECT o.details FROM occurrences o WHERE o.article_id = a.article_id
                    ORDER BY o.file_id, o.ordinal LIMIT 1)
            FROM passages p JOIN articles a USING (article_id) WHERE p.added > ? ORDER BY p.row"""
        for row, title, text, raw in self._db.execute(query, (version,)):
            details = json.loads(raw) if raw else {}
            yield row, title, details.get("section") or "", details.get("kicker") or "", text

    def count_since(self, version: int) -> int:
        """Return how many passages were added after `version` and are still there."""
        query = "SELECT count(*) FROM passages WHERE added > ?"
        return int(self._db.execute(query, (version,)).fetchone()[0])

    def removed_since(self, version: int) -> list[int]:
        """Return the rows of passages removed after `version`."""
        query = "SELECT row FROM removals WHERE removed > ?"
        return [int(row[0]) for row in self._db.execute(query, (version,))]

    def vectors_since(
        self, version: int, *, dim: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return rows (n,) and vectors (n, dim) of the passages added after `version`."""
        query = "SELECT row, vector FROM passages WHERE added > ? ORDER BY row"
        rows: list[int] = []
        chunks: list[bytes] = []
        for row, vector in self._db.execute(query, (version,)):
            rows.append(row)
            chunks.append(vector)
        halves = np.frombuffer(b"".join(chunks), dtype="<f2").reshape(len(rows), dim)
        return np.asarray(rows, dtype=np.int64), halves.astype(np.float32)

    # -- the whole --------------------------------------------------------------------------

    def counts(self) -> Counts:
        """Return how much the store holds."""

        def one(query: str) -> int:
            return int(self._db.execute(query).fetchone()[0])

        dates = self._db.execute("SELECT min(published), max(published) FROM occurrences")
        first, last = dates.fetchone()
        return Counts(
            articles=one("SELECT count(*) FROM articles"),
            passages=one("SELECT count(*) FROM passages"),
            sources=one("SELECT count(*) FROM files"),
            published_from=first,
            published_to=last,
        )

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the store: damaged pages, changed texts, passages astray."""
        for (line,) in self._db.execute("PRAGMA integrity_check"):
            if line != "ok":
                yield f"store: {line}"
        for article_id, title, text in self._db.execute("SELECT * FROM articles"):
            if article_id_of(title, text) != article_id:
                yield f"article {article_id}: its text is not what was stored"
        query = """SELECT passage_id, p.article_id, start, stop, length(a.text) FROM passages p
                   LEFT JOIN articles a USING (article_id)"""
        for passage_id, article_id, start, stop, length in self._db.execute(query):
            inside = length is not None and 0 <= start < stop <= length
            if not inside or passage_id != f"{article_id}:{start}-{stop}":
                yield f"passage {passage_id}: it lies outside its article"

    def compact(self) -> None:
        """Give back free pages, so that removed text is gone from the file too."""
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _verify_layout(self) -> None:
        try:
            layout = self.meta("layout")
        except sqlite3.DatabaseError as error:
            message = (
                f"{self.path} is not a readable index store ({error}): restore a backup, or delete "
                "the folder and run `wenju build`"
            )
            raise IndexDamagedError(message) from error
        if layout != LAYOUT:
            message = (
                f"{self.path} has layout {layout}, this version reads {LAYOUT}: delete the folder "
                "and run `wenju build`"
            )
            raise IndexDamagedError(message)


def _connect(path: Path, *, mode: str) -> sqlite3.Connection:
    """Return a connection in autocommit mode; transactions are begun by `Store.change` alone."""
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA busy_timeout = 10000")
    if mode != "ro":
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _article(row: tuple[str, str, str, str, bytes, str, str | None, str | None]) -> Article:
    article_id, title, text, source, offsets, raw, published, record_id = row
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
