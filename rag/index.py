"""Build, change and verify the index; open it for reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from corpus import Segmenter, Summary, summarise
from embeddings import Encoder
from rag.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from rag.generations import (
    CURRENT,
    Generation,
    GenerationError,
    Progress,
    Recipe,
    open_generation,
)
from rag.named import named_encoder, named_segmenter, recipe_of
from rag.settings import Settings
from rag.store import Store
from rag.update import REBUILD, BuildReport, files_of, updating
from rag.upkeep import GENERATIONS, STORE, generation_for_reading

__all__ = [
    "BuildReport",
    "OpenIndex",
    "Problem",
    "add",
    "build",
    "check",
    "ingest_report",
    "open_index",
    "refreshed",
    "remove",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the index, and the command that mends it."""

    what: str
    command: str


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """An index opened for reading: the truth, one generation, and what reads them."""

    store: Store
    generation: Generation
    encoder: Encoder
    segmenter: Segmenter
    recipe: Recipe

    @property
    def is_current(self) -> bool:
        """Tell whether nothing was changed since it was opened."""
        return not self.store.is_replaced and self.store.version == self.generation.version


def build(
    settings: Settings,
    sources: Sequence[Path] | None = None,
    *,
    on_progress: Progress | None = None,
) -> BuildReport:
    """Make the index hold exactly these sources; unchanged files are left alone.

    Args:
        settings: which encoder, passages and folder.
        sources: files and folders; None takes the ones of the settings.
        on_progress: told (stage, done, total) now and then; total None when unknown.

    Raises:
        SourcesError: a source is missing or empty, or nothing in them could be read.
        IndexBusyError: another process is writing to the index.
        IndexDamagedError: the store cannot be read.
        IndexAccessError: the index folder cannot be written.
        SettingsError: the encoder or the user dictionary cannot be loaded.
    """
    files = files_of(settings, settings.corpus.sources if sources is None else sources)
    with updating(settings, on_progress) as update:
        return update.sync(files, drop_others=True)


def add(
    settings: Settings, sources: Sequence[Path], *, on_progress: Progress | None = None
) -> BuildReport:
    """Add files to the index, or replace those that changed; the rest stays.

    Raises:
        IndexMismatchError: the index was built with other settings.
        SourcesError, IndexBusyError, IndexDamagedError, IndexAccessError, SettingsError: as for
            `build`; also damaged: the store is missing where there was one.
    """
    folder = settings.index.dir
    if not (folder / STORE).exists() and (folder / GENERATIONS / CURRENT).exists():
        message = (
            f"the store of the index at {folder} is missing: restore a backup, or {REBUILD} "
            "with all your sources"
        )
        raise IndexDamagedError(message)
    files = files_of(settings, sources)
    with updating(settings, on_progress) as update:
        update.require_same_recipe()
        return update.sync(files, drop_others=False)


def remove(
    settings: Settings, targets: Sequence[str], *, on_progress: Progress | None = None
) -> BuildReport:
    """Remove articles (by identifier) or files (by name or folder); the rest stays.

    Afterwards no file of the index holds the removed text. A file that held an article removed
    by its identifier is read anew when it is built or added again: remove it from there too.

    Raises:
        SourcesError: a target is neither an article nor a source of the index.
        IndexMissingError, IndexMismatchError, IndexBusyError, IndexDamagedError,
            IndexAccessError: see there.
    """
    Store.open(settings.index.dir / STORE).close()
    with updating(settings, on_progress) as update:
        update.require_same_recipe()
        return update.remove(targets)


def open_index(settings: Settings) -> OpenIndex:
    """Open the index for reading; derived indexes that are behind or damaged are made again.

    Raises:
        IndexMissingError: there is no index.
        IndexMismatchError: it was built with another encoder.
        IndexDamagedError: the store cannot be read.
        IndexBusyError: it has no derived indexes yet, and another process is making them.
        SettingsError: the encoder or the user dictionary cannot be loaded.
    """
    store = Store.open(settings.index.dir / STORE)
    encoder, segmenter = named_encoder(settings), named_segmenter(settings)
    _require_same_encoder(settings, store, encoder)
    recipe = recipe_of(settings, encoder, segmenter)
    generation = generation_for_reading(settings.index.dir, store, recipe)
    return OpenIndex(store, generation, encoder, segmenter, recipe)


def refreshed(settings: Settings, index: OpenIndex) -> OpenIndex:
    """Return the index as it is now: itself when nothing was changed since it was opened.

    Raises:
        WenjuError: see `open_index`.
    """
    if index.is_current:
        return index
    if index.store.is_replaced:
        return open_index(settings)
    _require_same_encoder(settings, index.store, index.encoder)
    generation = generation_for_reading(
        settings.index.dir, index.store, index.recipe, held=index.generation
    )
    return replace(index, generation=generation)


def check(settings: Settings) -> list[Problem]:
    """Verify the whole index; [] when everything agrees.

    Raises:
        IndexMissingError, IndexDamagedError: the store cannot be opened.
        SettingsError: the encoder or the user dictionary cannot be loaded.
    """
    with closing(Store.open(settings.index.dir / STORE)) as store:
        advice = f"restore a backup, or delete {settings.index.dir} and {REBUILD}"
        problems = [Problem(fault, advice) for fault in store.faults()]
        encoder, segmenter = named_encoder(settings), named_segmenter(settings)
        if store.meta("encoder") != encoder.fingerprint:
            return [*problems, Problem("the vectors are another encoder's", REBUILD)]
        recipe = recipe_of(settings, encoder, segmenter)
        problems += _derived_problems(settings.index.dir / GENERATIONS, store, recipe)
        return problems


def ingest_report(settings: Settings) -> Summary:
    """Return what came in: encodings, repairs, duplicates, missing dates, failures.

    Raises:
        IndexMissingError, IndexDamagedError: see `open_index`.
    """
    with closing(Store.open(settings.index.dir / STORE)) as store:
        return summarise(chain(store.articles(), store.failures()))


def _require_same_encoder(settings: Settings, store: Store, encoder: Encoder) -> None:
    built_with = store.meta("encoder")
    if built_with is None:
        message = f"the index at {settings.index.dir} is empty: {REBUILD} first"
        raise IndexMissingError(message)
    if built_with != encoder.fingerprint:
        message = (
            f"the index at {settings.index.dir} was built with another embedding model "
            f"({built_with}) than the configuration names ({encoder.fingerprint}): "
            f"{REBUILD} to embed it anew, or set encoder back"
        )
        raise IndexMismatchError(message)


def _derived_problems(folder: Path, store: Store, recipe: Recipe) -> Iterator[Problem]:
    """Yield where the derived indexes disagree with the store."""
    mend = "ask any question (`wenju ask`): they are made again from the store"
    try:
        generation = open_generation(folder, recipe)
    except GenerationError as fault:
        yield Problem(f"derived indexes: {fault}", mend)
        return
    if not generation.came_from(store):
        yield Problem("the derived indexes are another store's", mend)
        return
    if generation.version != store.version:
        what = f"derived indexes stand at version {generation.version}, store at {store.version}"
        yield Problem(what, mend)
        return
    rows = store.row_numbers()
    held = {"vector": sorted(generation.vectors.ids), "lexical": generation.lexical.rows()}
    for name, found in held.items():
        if list(found) != rows:
            differing = len(set(found) ^ set(rows))
            what = f"the {name} index and the store differ in {differing} passages"
            yield Problem(what, f"delete {folder}, then ask any question")
