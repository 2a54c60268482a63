"""The tables of the store, and how its SQLite file is made and opened."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from zlib import crc32

from rag.errors import IndexAccessError, IndexBusyError, IndexDamagedError, WenjuError

LAYOUT = "2"
"""Layout of the tables below; an index with another one is refused and must be built anew."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE changes (
    version INTEGER PRIMARY KEY AUTOINCREMENT, stamp TEXT NOT NULL, dropped INTEGER NOT NULL
) STRICT;
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
    crc INTEGER NOT NULL,
    PRIMARY KEY (file_id, ordinal)
) STRICT;
CREATE INDEX occurrences_by_article ON occurrences (article_id);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, passage_id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL REFERENCES articles, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    added INTEGER NOT NULL, vector BLOB NOT NULL, crc INTEGER NOT NULL
) STRICT;
CREATE INDEX passages_by_article ON passages (article_id);
CREATE INDEX passages_by_version ON passages (added);
CREATE TABLE removals (row INTEGER PRIMARY KEY, removed INTEGER NOT NULL) STRICT;
"""

_NO_ACCESS = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)  # fmt: skip
_PRIMARY = 0xFF  # extended error codes carry the primary one in their lowest byte


def make_file(path: Path) -> None:
    """Make a store without articles, whole or not at all: it is filled under another name.

    What an earlier store of that name left beside itself (its write-ahead log) is dropped, or
    SQLite would replay it into the new one.
    """
    temporary = path.with_name(f".{path.name}.new")
    for stale in (temporary, Path(f"{path}-wal"), Path(f"{path}-shm")):
        stale.unlink(missing_ok=True)
    with closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(TABLES)
        connection.execute("INSERT INTO meta VALUES ('layout', ?)", (LAYOUT,))
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


def connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    """Return a connection in autocommit mode to an existing store of this layout.

    Raises:
        IndexDamagedError: the file is no store of this layout.
        IndexAccessError: it cannot be opened.
    """
    uri = f"{path.resolve().as_uri()}?mode={'rw' if writable else 'ro'}"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA busy_timeout = 10000")
        found = connection.execute("SELECT value FROM meta WHERE key = 'layout'").fetchone()
        layout = None if found is None else found[0]
        if layout == LAYOUT and writable:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.DatabaseError as error:
        raise explained(path, error) from error
    if layout != LAYOUT:
        connection.close()
        message = (
            f"{path} has layout {layout}, this version reads {LAYOUT}: delete the folder "
            "and run `wenju build`"
        )
        raise IndexDamagedError(message)
    return connection


def explained(path: Path, error: sqlite3.DatabaseError) -> WenjuError:
    """Return what SQLite's error means for the person at the keyboard."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & _PRIMARY
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexBusyError(f"another process is writing to {path}: wait until it has finished")
    if primary in _NO_ACCESS:
        return IndexAccessError(
            f"{path} cannot be read or written ({error}): check permissions and free space"
        )
    return damaged(path, str(error))


def damaged(path: Path, what: str) -> IndexDamagedError:
    """Return the error for a store whose content cannot be trusted."""
    return IndexDamagedError(
        f"the index store {path} is damaged ({what}): restore a backup, or delete the folder "
        "and run `wenju build`"
    )


def checksum(*parts: str | bytes | None) -> int:
    """Return the CRC-32 that stands beside a row: SQLite itself checks no content."""
    value = 0
    for part in parts:
        raw = part if isinstance(part, bytes) else b"\xff" if part is None else part.encode()
        value = crc32(b"\0", crc32(raw, value))
    return value


def sync(path: Path) -> None:
    """Bring a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
