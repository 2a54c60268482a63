"""The store opened for writing: one transaction a change."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus import Article, Failure, Passage
from rag.store import Store
from rag.tables import checksum, connect, explained, make_file

_DETAILS = (
    "display_title", "url", "author", "editor", "outlet", "page", "section", "kicker", "place",
    "encoding",
)  # fmt: skip


class StoreWriter(Store):
    """The store with the means to change it; all of them are called inside `change`.

    Only one may be open at a time: whoever opens it holds the index folder's lock.
    """

    _dropped = False

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the store for writing; make an empty one where there is none.

        Raises:
            IndexDamagedError: the file is there and is no store of this layout.
            IndexAccessError: it cannot be written.
        """
        if not path.exists():
            make_file(path)
        return cls(connect(path, writable=True), path)

    @contextmanager
    def change(self) -> Iterator[int]:
        """Run one transaction; yields the version it will have. An exception undoes it whole."""
        self._dropped = False
        self._run("BEGIN IMMEDIATE")
        try:
            made = self._run("INSERT INTO changes (stamp, dropped) VALUES (hex(randomblob(8)), 0)")
            version = int(made.lastrowid or 0)
            yield version
            if self._dropped:
                self._run("UPDATE changes SET dropped = 1 WHERE version = ?", version)
            self._run("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def set_meta(self, key: str, value: str) -> None:
        """Record a value."""
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    # -- files and articles -------------------------------------------------------------------

    def put_file(self, source: str, sha256: str) -> int:
        """Record a file, replacing what was known of it; returns its number."""
        self.drop_file(source)
        made = self._run("INSERT INTO files (source, sha256) VALUES (?, ?)", source, sha256)
        return int(made.lastrowid or 0)

    def drop_file(self, source: str) -> None:
        """Forget a file and its occurrences; articles stay until `drop_orphans`."""
        self._drop("DELETE FROM files WHERE source = ?", source)

    def put_failure(self, file_id: int, failure: Failure) -> None:
        """Record what of a file could not be read."""
        self._run("INSERT INTO failures VALUES (?, ?, ?)", file_id, failure.where, failure.reason)

    def put_article(self, article: Article, *, file_id: int, ordinal: int) -> bool:
        """Record an article found in a file; returns whether its text is new to the store."""
        inserted = self._run(
            "INSERT OR IGNORE INTO articles VALUES (?, ?, ?)",
            article.article_id,
            article.title,
            article.text,
        )
        details = {name: getattr(article, name) for name in _DETAILS}
        details["repairs"] = [asdict(repair) for repair in article.repairs]
        stored = (
            article.article_id,
            article.offsets.pack(),
            json.dumps(details, ensure_ascii=False),
            article.published,
            article.record_id,
        )
        self._run(
            "INSERT INTO occurrences VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            file_id,
            ordinal,
            *stored,
            checksum(*stored),
        )
        return inserted.rowcount == 1

    def drop_article(self, article_id: str) -> None:
        """Forget an article's occurrences; it goes with `drop_orphans`.

        The files that hold it are marked to be read anew, so that a later build makes the index
        hold exactly its sources again.
        """
        self._run(
            "UPDATE files SET sha256 = '' WHERE file_id IN"
            " (SELECT file_id FROM occurrences WHERE article_id = ?)",
            article_id,
        )
        self._drop("DELETE FROM occurrences WHERE article_id = ?", article_id)

    def drop_orphans(self, version: int) -> int:
        """Drop articles that no file holds any more, with their passages; returns how many."""
        orphans = "SELECT article_id FROM articles EXCEPT SELECT article_id FROM occurrences"
        self._run(
            f"""INSERT INTO removals SELECT row, ? FROM passages
                WHERE article_id IN ({orphans})""",  # noqa: S608 - no value is put in
            version,
        )
        self._drop(f"DELETE FROM passages WHERE article_id IN ({orphans})")  # noqa: S608
        return self._drop(f"DELETE FROM articles WHERE article_id IN ({orphans})")  # noqa: S608

    # -- passages and vectors -----------------------------------------------------------------

    def put_passages(
        self, passages: Sequence[Passage], vectors: NDArray[np.float32], *, version: int
    ) -> None:
        """Record passages with their vectors, shape (len(passages), dim).

        They are kept in half precision, which moves the inner product of two rows of unit length
        by 2⁻¹¹ (0.0005) at most.
        """
        halves = [half.tobytes() for half in vectors.astype("<f2")]
        self._run_many(
            "INSERT INTO passages (passage_id, article_id, start, stop, added, vector, crc)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    passage.passage_id,
                    passage.article_id,
                    passage.start,
                    passage.end,
                    version,
                    half,
                    checksum(passage.passage_id, half),
                )
                for passage, half in zip(passages, halves, strict=True)
            ],
        )

    # -- the file -----------------------------------------------------------------------------

    def settle(self) -> None:
        """Empty the write-ahead log, and give back the pages of dropped text; outside `change`.

        Afterwards no file holds text that was dropped; a reader in the middle of a long query can
        put it off to the next call.
        """
        version = self.version
        compacted = int(self.meta("compacted") or 0)
        if not self.only_grew_since(compacted):
            self._run("VACUUM")
        busy, *_ = self._one("PRAGMA wal_checkpoint(TRUNCATE)")
        if not busy and compacted != version:
            self.set_meta("compacted", str(version))

    def _drop(self, query: str, *values: object) -> int:
        count = self._run(query, *values).rowcount
        self._dropped = self._dropped or count > 0
        return count

    def _run(self, query: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._db.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise explained(self.path, error) from error

    def _run_many(self, query: str, rows: Iterable[tuple[object, ...]]) -> None:
        try:
            self._db.executemany(query, rows)
        except sqlite3.DatabaseError as error:
            raise explained(self.path, error) from error
