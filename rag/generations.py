"""Derived indexes on disk: immutable generations that follow the store.

A generation is a folder with the vector index, the lexical index and a manifest of checksums. It
is made under another name, brought to the disk, renamed, and only then named by CURRENT together
with its manifest's checksum. Readers hold the one they opened, even when it is swept away. One that
is missing, behind, or damaged is made again from the store, vectors included: nothing is embedded
twice.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from corpus import fold
from embeddings import VectorIndex, VectorIndexError
from rag.retrieval import LexicalIndex
from rag.retrieval.lexical import Tokens
from rag.store import Store
from rag.tables import sync

log = logging.getLogger(__name__)

CURRENT, MANIFEST, VECTORS, LEXICAL = "CURRENT", "manifest.json", "vectors.faiss", "lexical"
LEXICAL_LAYOUT = "1"
"""Raise when folding, segmentation or the lexical fields change: older generations are remade."""

_CURRENT = re.compile(r"(?P<name>\d{8,}-[0-9a-f]{8}) (?P<sum>[0-9a-f]{64})\n")

Tokenizer = Callable[[str], Tokens]
Progress = Callable[[str, int, int | None], None]


class GenerationError(Exception):
    """A generation on disk cannot be used; it can be made again from the store."""


@dataclass(frozen=True, slots=True)
class Generation:
    """Both derived indexes as of one store version; immutable.

    Attributes:
        folder: where its files are.
        version: the store's version it was made from.
        stamp: that version's stamp, see `Store.stamp`.
        vectors: the dense leg's index.
        lexical: the lexical leg's index.
    """

    folder: Path
    version: int
    stamp: str
    vectors: VectorIndex
    lexical: LexicalIndex

    def came_from(self, store: Store) -> bool:
        """Tell whether it was made from this store, now or at an earlier version."""
        return store.stamp(self.version) == self.stamp


@dataclass(frozen=True, slots=True)
class Recipe:
    """What, besides the store, decides a generation's content."""

    tokenizer: Tokenizer
    token_fingerprint: str
    dim: int


def current_name(folder: Path) -> str | None:
    """Return the name of the generation in force, None when there is none."""
    try:
        named = _CURRENT.fullmatch((folder / CURRENT).read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        return None
    return None if named is None else named["name"]


def open_generation(folder: Path, recipe: Recipe) -> Generation:
    """Open the generation in force after verifying every checksum.

    Raises:
        GenerationError: there is none, a file is missing or changed, or the tokens are of
            another kind.
    """
    while True:
        name = current_name(folder)
        try:
            return _open(folder, recipe)
        except GenerationError:
            if current_name(folder) == name:
                raise  # else another one was published, and the one named before swept away


def publish(
    folder: Path,
    store: Store,
    recipe: Recipe,
    *,
    base: Generation | None,
    on_progress: Progress | None = None,
) -> Generation:
    """Make the generation of the store's present version, put it in force, sweep the others.

    Args:
        folder: where the generations live.
        store: the truth; it must not change meanwhile.
        recipe: how texts become tokens, and the vectors' dimension.
        base: a generation that came from this store, brought up from its version on; None builds
            from nothing.
        on_progress: told (stage, done, total) now and then.
    """
    name = f"{store.version:08d}-{secrets.token_hex(4)}"
    work = folder / f".tmp-{name}"
    work.mkdir(parents=True)
    try:
        manifest = _fill(work, store, recipe, base=base, on_progress=on_progress)
        work.rename(folder / name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _put_in_force(folder, f"{name} {sha256(manifest).hexdigest()}\n")
    _sweep(folder, keep=name)
    return open_generation(folder, recipe)


def _fill(
    work: Path,
    store: Store,
    recipe: Recipe,
    *,
    base: Generation | None,
    on_progress: Progress | None,
) -> bytes:
    """Write both indexes and their manifest into a folder, and bring all to the disk."""
    sums = {VECTORS: _make_vectors(store, recipe, base).save(work / VECTORS)}
    _make_lexical(work / LEXICAL, store, recipe, base=base, on_progress=on_progress)
    sums |= {path: _sum(work / path) for path in _files(work) if path != VECTORS}
    manifest = {
        "version": store.version,
        "stamp": store.stamp(store.version),
        "tokens": recipe.token_fingerprint,
        "files": sums,
    }
    content = json.dumps(manifest, indent=1).encode()
    (work / MANIFEST).write_bytes(content)
    for path in [*work.rglob("*"), work]:
        sync(path)
    return content


def _open(folder: Path, recipe: Recipe) -> Generation:
    try:
        here, manifest = _manifest(folder)
        sums: dict[str, str] = manifest["files"]
        for path, expected in sums.items():
            if path != VECTORS and _sum(here / path) != expected:
                message = f"{here.name}/{path} is damaged"
                raise GenerationError(message)
        if manifest["tokens"] != recipe.token_fingerprint:
            raise GenerationError("the lexical index was made with other tokens")
        return Generation(
            here,
            int(manifest["version"]),
            manifest["stamp"],
            VectorIndex.load(here / VECTORS, sha256=sums[VECTORS]),
            LexicalIndex.open(here / LEXICAL, recipe.tokenizer),
        )
    except (OSError, ValueError, KeyError, VectorIndexError) as error:
        message = f"generation in force: {error}"
        raise GenerationError(message) from error


def _manifest(folder: Path) -> tuple[Path, dict[str, Any]]:
    try:
        content = (folder / CURRENT).read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise GenerationError("no generation has been published") from error
    named = _CURRENT.fullmatch(content)
    if named is None:
        raise GenerationError("CURRENT is damaged")
    here = folder / named["name"]
    manifest = (here / MANIFEST).read_bytes()
    if sha256(manifest).hexdigest() != named["sum"]:
        message = f"{here.name}/{MANIFEST} is damaged"
        raise GenerationError(message)
    return here, json.loads(manifest)


def _make_vectors(store: Store, recipe: Recipe, base: Generation | None) -> VectorIndex:
    if base is None or base.vectors.dim != recipe.dim:
        return VectorIndex.build(*store.vectors_since(0, dim=recipe.dim))
    held = {int(row) for row in base.vectors.ids}
    gone = [row for row in store.removed_since(base.version) if row in held]
    vectors = base.vectors.remove(gone) if gone else base.vectors
    rows, values = store.vectors_since(base.version, dim=recipe.dim)
    return vectors.add(rows, values) if len(rows) else vectors


def _make_lexical(
    target: Path,
    store: Store,
    recipe: Recipe,
    *,
    base: Generation | None,
    on_progress: Progress | None,
) -> None:
    """Make the lexical index: the base's with what was added, or anew when anything was dropped.

    tantivy keeps the words of deleted documents in its dictionary and in its statistics until it
    happens to merge them away; removed text must be gone, and scores must not tell the history.
    """
    since = 0
    if base is not None and store.only_grew_since(base.version):
        since = base.version
        ignored = shutil.ignore_patterns("*.lock")
        shutil.copytree(base.folder / LEXICAL, target, copy_function=_link, ignore=ignored)
        index = LexicalIndex.open(target, recipe.tokenizer)
    else:
        index = LexicalIndex.create(target, recipe.tokenizer)
    total = store.count_since(since)

    def report(done: int) -> None:
        if on_progress is not None:
            on_progress("index", done, total)

    if total:
        index.add(_indexed(store, since), on_done=report)


def _indexed(store: Store, since: int) -> Iterator[tuple[int, str]]:
    """Yield (row, folded text): headline, section and kicker are context for the search only."""
    for row, title, section, kicker, text in store.rows_since(since):
        yield row, fold("\n".join(part for part in (section, kicker, title, text) if part))


def _files(folder: Path) -> list[str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _link(source: str, target: str) -> None:
    """Hard-link where the file system can: tantivy replaces its files, it never rewrites them."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _put_in_force(folder: Path, line: str) -> None:
    sync(folder)
    temporary = folder / f".{CURRENT}.tmp"
    temporary.write_text(line, encoding="ascii")
    sync(temporary)
    temporary.replace(folder / CURRENT)
    sync(folder)


def _sweep(folder: Path, *, keep: str) -> None:
    """Drop all other generations, and what a killed build left behind.

    Whoever reads one of them goes on: its files are open, or mapped, and the disk keeps them.
    """
    for path in folder.iterdir():
        if path.name not in (keep, CURRENT):
            log.debug("dropping %s", path)
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
