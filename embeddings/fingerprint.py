"""One short name for everything that decides what vectors a text gets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import file_digest, sha256
from pathlib import Path


def fingerprint_of(facts: Mapping[str, str | int]) -> str:
    """Return 32 hexadecimal digits that depend on the facts and not on their order.

    Two encoders with the same fingerprint give the same text the same vector, so stored vectors
    may be searched with the one when they were made by the other.
    """
    canonical = json.dumps(dict(facts), sort_keys=True, ensure_ascii=False)
    return sha256(canonical.encode()).hexdigest()[:32]


def sha256_of_files(paths: Iterable[Path], *, relative_to: Path) -> str:
    """Return one SHA-256 over the names (below `relative_to`) and contents of the files."""
    digest = sha256()
    for path in sorted(paths):
        with path.open("rb") as file:
            content = file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(relative_to).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()
