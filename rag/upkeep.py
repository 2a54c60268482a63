"""Keeping the derived indexes at the store's version, one writer at a time."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexAccessError, IndexBusyError
from rag.generations import (
    Generation,
    GenerationError,
    Progress,
    Recipe,
    current_name,
    open_generation,
    publish,
)
from rag.store import Store

log = logging.getLogger(__name__)

STORE, GENERATIONS, LOCK = "store.sqlite", "generations", "lock"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the index folder's write lock; made where there is none.

    Raises:
        IndexBusyError: another process, or another thread of this one, holds it.
        IndexAccessError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise IndexAccessError(_no_access(folder, error)) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"another process is writing to {folder}: wait until it has finished"
            raise IndexBusyError(message) from error
        yield
    finally:
        os.close(descriptor)


def bring_up(
    folder: Path, store: Store, recipe: Recipe, *, on_progress: Progress | None = None
) -> Generation:
    """Return a generation at the store's version, made when need be; the caller holds the lock.

    Args:
        folder: the index folder.
        store: the truth.
        recipe: what else decides the generation's content.
        on_progress: told (stage, done, total) now and then.

    Raises:
        IndexDamagedError: the store holds something it was not given.
        IndexAccessError: the folder cannot be written.
    """
    generations = folder / GENERATIONS
    base = _usable(generations, store, recipe)
    if base is not None and base.version == store.version:
        return base
    try:
        return publish(generations, store, recipe, base=base, on_progress=on_progress)
    except (GenerationError, OSError) as error:
        raise IndexAccessError(_no_access(generations, error)) from error


def generation_for_reading(
    folder: Path, store: Store, recipe: Recipe, *, held: Generation | None = None
) -> Generation:
    """Return a generation at the store's version, or the last one while another process writes.

    Args:
        folder: the index folder.
        store: the truth.
        recipe: what else decides the generation's content.
        held: the one that the reader has open, if any.

    Raises:
        IndexBusyError: there is none yet, and another process is writing.
        IndexDamagedError, IndexAccessError: see `bring_up`.
    """
    generations = folder / GENERATIONS
    found = held
    if held is None or current_name(generations) != held.folder.name:
        found = _usable(generations, store, recipe) or held
    if found is not None and found.version == store.version:
        return found
    try:
        with writing(folder):
            return bring_up(folder, store, recipe)
    except IndexBusyError:
        if found is None:
            raise
        return found


def _usable(generations: Path, store: Store, recipe: Recipe) -> Generation | None:
    """Return the generation in force if it is whole and came from this store."""
    try:
        found = open_generation(generations, recipe)
    except GenerationError as fault:
        log.info("derived indexes are made from the store: %s", fault)
        return None
    if found.came_from(store):
        return found
    log.warning("derived indexes in %s are another store's: they are made again", generations)
    return None


def _no_access(folder: Path, error: Exception) -> str:
    return f"the index at {folder} cannot be written ({error}): check permissions and free space"
