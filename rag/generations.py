"""Derived indexes on disk: immutable generations that follow the store.

A generation is a folder with the vector index, the lexical index and a manifest of checksums. It
is made under another name, brought to the disk, renamed, and only then named by CURRENT; readers
hold the one they opened. A generation that is missing, behind, or damaged is made again from the
store, vectors included: nothing is embedded twice.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from corpus import fold
from embeddings import VectorIndex, VectorIndexError
from rag.retrieval import LexicalIndex
from rag.retrieval.lexical import Tokens
from rag.store import Store

log = logging.getLogger(__name__)

CURRENT, MANIFEST, VECTORS, LEXICAL = "CURRENT", "manifest.json", "vectors.faiss", "lexical"
LEXICAL_LAYOUT = "1"
"""Raise when folding, segmentation or the lexical fields change: older generations are remade."""
KEPT_GENERATIONS = 2

Tokenizer = Callable[[str], Tokens]
Progress = Callable[[str, int, int | None], None]


class GenerationError(Exception):
    """A generation on disk cannot be used; it can be made again from the store."""


@dataclass(frozen=True, slots=True)
class Generation:
    """Both derived indexes as of one store version; immutable."""

    version: int
    vectors: VectorIndex
    lexical: LexicalIndex


@dataclass(frozen=True, slots=True)
class Recipe:
    """What, besides the store, decides a generation's content."""

    tokenizer: Tokenizer
    token_fingerprint: str
    dim: int


def open_generation(folder: Path, recipe: Recipe) -> Generation:
    """Open the current generation after verifying every checksum.

    Raises:
        GenerationError: there is none, a file is missing or changed, or the tokens are of
            another kind.
    """
    name = _current(folder)
    if name is None:
        raise GenerationError("no generation has been published")
    here = folder / name
    try:
        manifest = json.loads((here / MANIFEST).read_text(encoding="utf-8"))
        sums: dict[str, str] = manifest["files"]
        if manifest["tokens"] != recipe.token_fingerprint:
            raise GenerationError("the lexical index was made with other tokens")
        _verify(here, {path: sums[path] for path in sums if path != VECTORS})
        vectors = VectorIndex.load(here / VECTORS, sha256=sums[VECTORS])
        lexical = LexicalIndex.open(here / LEXICAL, recipe.tokenizer)
    except (OSError, ValueError, KeyError, TypeError, VectorIndexError) as error:
        message = f"generation {name}: {error}"
        raise GenerationError(message) from error
    return Generation(int(manifest["version"]), vectors, lexical)


def publish(
    folder: Path,
    store: Store,
    recipe: Recipe,
    *,
    base: Generation | None,
    on_progress: Progress | None = None,
) -> Generation:
    """Make the generation of the store's present version and put it in force.

    Args:
        folder: where the generations live.
        store: the truth.
        recipe: how texts become tokens, and the vectors' dimension.
        base: the current generation, replayed from its version on; None builds from nothing.
        on_progress: told (stage, done, total) now and then.
    """
    name = f"{store.version:08d}"
    work = folder / f".tmp-{os.getpid()}-{name}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        vectors = _make_vectors(store, recipe, base)
        sums = {VECTORS: vectors.save(work / VECTORS)}
        _make_lexical(
            work / LEXICAL,
            store,
            recipe,
            source=folder / f"{store.version if base is None else base.version:08d}" / LEXICAL,
            base=base,
            on_progress=on_progress,
        )
        sums |= {path: _sum(work / path) for path in _files(work) if path != VECTORS}
        manifest = {"version": store.version, "tokens": recipe.token_fingerprint, "files": sums}
        _write(work / MANIFEST, json.dumps(manifest, indent=1))
        _sync_tree(work)
        _swap(work, folder / name)
        _write(folder / CURRENT, name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _sweep(folder, keep=name)
    return open_generation(folder, recipe)


def _make_vectors(store: Store, recipe: Recipe, base: Generation | None) -> VectorIndex:
    if base is None:
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
    source: Path,
    base: Generation | None,
    on_progress: Progress | None,
) -> None:
    if base is None:
        index = LexicalIndex.create(target, recipe.tokenizer)
    else:
        shutil.copytree(source, target, copy_function=_link)
        index = LexicalIndex.open(target, recipe.tokenizer)
    since = 0 if base is None else base.version
    total = store.count_since(since)

    def report(done: int) -> None:
        if on_progress is not None:
            on_progress("index", done, total)

    index.update(_indexed(store, since), store.removed_since(since), on_done=report)


def _indexed(store: Store, since: int) -> Iterator[tuple[int, str]]:
    """Yield (row, folded text): headline, section and kicker are context for the search only."""
    for row, title, section, kicker, text in store.rows_since(since):
        yield row, fold("\n".join(part for part in (section, kicker, title, text) if part))


def _current(folder: Path) -> str | None:
    try:
        return (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def _files(folder: Path) -> list[str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    names = (path.relative_to(folder).as_posix() for path in paths)
    return sorted(name for name in names if not name.endswith(".lock"))


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _verify(folder: Path, sums: dict[str, str]) -> None:
    for path, expected in sums.items():
        if _sum(folder / path) != expected:
            message = f"{path} is damaged"
            raise GenerationError(message)


def _link(source: str, target: str) -> None:
    """Hard-link where the file system can: tantivy replaces its files, it never rewrites them."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync(path.parent)


def _sync_tree(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(work: Path, target: Path) -> None:
    """Put `work` in the place of `target`, which may hold a damaged generation."""
    if target.exists():
        shutil.rmtree(target)
    work.rename(target)
    _sync(target.parent)


def _sweep(folder: Path, *, keep: str) -> None:
    """Drop all but the newest generations, and what a killed build left behind."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    generations = [name for name in names if name.isdigit() and name != keep]
    older = generations[: -(KEPT_GENERATIONS - 1)]
    leftovers = [name for name in names if name.startswith(".tmp-")]
    for name in [*older, *leftovers]:
        log.debug("dropping %s", folder / name)
        shutil.rmtree(folder / name, ignore_errors=True)
