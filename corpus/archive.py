"""Zip files within bounds, for archives of articles and for documents that are zip files inside.

Nothing is ever unpacked to disk, so a name in an archive is only a name.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from corpus.errors import FormatError

MOST_ENTRIES = 2_000
MOST_UNPACKED_BYTES = 100_000_000
MOST_RATIO = 100

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its name, and its bytes or the reason why they cannot be had."""

    name: str
    data: bytes | None
    reason: str = ""


def open_zip(data: bytes) -> ZipFile:
    """Open a zip file whose size, once unpacked, is known to be within bounds.

    Raises:
        FormatError: it is no zip file, is encrypted, holds more than 2,000 entries, or would
            unpack to more than 100 MB or to more than 100 times its size.
    """
    if not data.startswith(_MAGIC):
        raise FormatError("is not what its name says: it does not begin like a zip file")
    try:
        archive = ZipFile(BytesIO(data))
    except (BadZipFile, NotImplementedError, ValueError) as error:
        message = f"is a damaged zip file ({error}); copy or pack it again"
        raise FormatError(message) from error
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        message = f"holds more than {MOST_ENTRIES:,} entries; split it and try again"
        raise FormatError(message)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise FormatError("is locked with a password; unlock it and try again")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED_BYTES:
        raise FormatError("would unpack to more than 100 MB; split it and try again")
    if unpacked > MOST_RATIO * len(data):
        message = f"would unpack to more than {MOST_RATIO} times its size, as bombs do"
        raise FormatError(message)
    return archive


def read_entry(archive: ZipFile, entry: ZipInfo) -> bytes:
    """Return the bytes of an entry; never more than the archive stated.

    Raises:
        FormatError: the entry is damaged or packed in a way that cannot be read.
    """
    try:
        return archive.read(entry)
    except (BadZipFile, NotImplementedError, EOFError, OSError, zlib.error) as error:
        message = f"is damaged inside its zip file ({error}); copy or pack it again"
        raise FormatError(message) from error


def members(data: bytes) -> Iterator[Member]:
    """Yield the visible files of an archive, in its order.

    Raises:
        FormatError: `open_zip` refuses the archive.
    """
    with open_zip(data) as archive:
        for entry in archive.infolist():
            name = name_of(entry)
            if entry.is_dir() or _is_hidden(name):
                continue
            try:
                yield Member(name, read_entry(archive, entry))
            except FormatError as error:
                yield Member(name, None, str(error))


def name_of(entry: ZipInfo) -> str:
    """Return the name of an entry, which Chinese Windows writes in GBK and does not say so.

    Source: APPNOTE.TXT 4.4.4, bit 11: a name without that mark is in "code page 437", which
    `zipfile` takes at its word; packers use the code page of the system, or UTF-8.
    """
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _is_hidden(name: str) -> bool:
    """Tell whether a name or a folder of it is hidden, or macOS's shadow of another file."""
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or any(part.startswith(".") and part.strip(".") for part in parts)
