"""Nearest rows by inner product: the one module that knows FAISS.

An index that a reader holds is never changed: `add` and `remove` return new ones. FAISS indexes
are not safe to search while they grow (HNSW search during add crashed the process in 5 of 6 runs
measured for this house), and their files carry no checksum of their own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256 as _sha256
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.errors import VectorIndexError

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]

PADDING_ID = -1
PADDING_SCORE = np.float32(-np.inf)

# What kind of FAISS index holds how many vectors: the last row whose count is reached wins, and
# `build` asks this table. Kinds that need training or lose recall (SQ8, IVF, HNSW) get a row here
# once their recall against the exact one is measured.
KINDS: tuple[tuple[int, str], ...] = ((0, "IDMap,Flat"),)


class VectorIndex:
    """Vectors with ids, searched exactly by inner product; immutable.

    Example:
        >>> index = VectorIndex.build(np.array([7, 9]), np.eye(2, dtype=np.float32))
        >>> ids, scores = index.search(np.array([[0.0, 1.0]], dtype=np.float32), top_k=1)
        >>> ids.tolist(), scores.tolist()
        ([[9]], [[1.0]])
    """

    def __init__(self, index: Any) -> None:
        """Wrap a FAISS index with an id map; use `build` or `load` instead."""
        self._index = index
        ids: Ids = faiss.vector_to_array(index.id_map).astype(np.int64)
        ids.flags.writeable = False
        self._ids = ids

    @classmethod
    def build(cls, ids: Ids, vectors: Vectors) -> VectorIndex:
        """Return an index over `vectors` (n, dim), row i under `ids[i]`; n may be 0.

        Raises:
            VectorIndexError: shapes do not fit, an id is negative or given twice, a value is not
                finite.
        """
        if vectors.ndim != 2 or vectors.shape[1] == 0:  # noqa: PLR2004 - rows by columns
            message = f"vectors must be (n, dim) with dim > 0, not {vectors.shape}"
            raise VectorIndexError(message)
        count, dim = vectors.shape
        kind = [name for least, name in KINDS if count >= least][-1]
        empty = cls(faiss.index_factory(dim, kind, faiss.METRIC_INNER_PRODUCT))
        return empty.add(ids, vectors)

    @classmethod
    def load(cls, path: Path, *, sha256: str) -> VectorIndex:
        """Read the index that `save` wrote, after its checksum has been found right.

        Raises:
            VectorIndexError: the file is missing, has another checksum, or is no such index.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            message = f"vector index {path} cannot be read: {error.strerror}; rebuild it"
            raise VectorIndexError(message) from error
        found = _sha256(content).hexdigest()
        if found != sha256:
            message = (
                f"vector index {path} is damaged or from another build: its checksum is "
                f"{found[:12]}…, {sha256[:12]}… was recorded; rebuild it"
            )
            raise VectorIndexError(message)
        try:
            index = faiss.deserialize_index(np.frombuffer(content, dtype=np.uint8))
        except RuntimeError as error:
            message = f"vector index {path} is not a FAISS index; rebuild it"
            raise VectorIndexError(message) from error
        if not isinstance(index, faiss.IndexIDMap):
            message = f"vector index {path} has no ids ({type(index).__name__}); rebuild it"
            raise VectorIndexError(message)
        return cls(index)

    def save(self, path: Path) -> str:
        """Write the index, whole or not at all, and return the file's SHA-256.

        The content reaches the disk under another name before it takes the place of `path`.
        """
        content = faiss.serialize_index(self._index).tobytes()
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _fsync_folder(path.parent)
        return _sha256(content).hexdigest()

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self._ids)

    @property
    def dim(self) -> int:
        """Return the length of every vector."""
        return int(self._index.d)

    @property
    def ids(self) -> Ids:
        """Return the ids in the order they were added; read-only."""
        return self._ids

    def add(self, ids: Ids, vectors: Vectors) -> VectorIndex:
        """Return a new index that also holds these vectors.

        Raises:
            VectorIndexError: as for `build`, or an id is already there.
        """
        self._check(ids, vectors)
        grown = faiss.clone_index(self._index)
        grown.add_with_ids(_rows(vectors), np.ascontiguousarray(ids, dtype=np.int64))
        return VectorIndex(grown)

    def remove(self, ids: Ids | Sequence[int]) -> VectorIndex:
        """Return a new index without these ids.

        Raises:
            VectorIndexError: an id is not there.
        """
        gone = np.unique(np.asarray(ids, dtype=np.int64))
        unknown = gone[~np.isin(gone, self._ids)]
        if len(unknown):
            message = f"vector index has no id {_some(unknown)} to remove"
            raise VectorIndexError(message)
        shrunk = faiss.clone_index(self._index)
        shrunk.remove_ids(faiss.IDSelectorBatch(gone))
        return VectorIndex(shrunk)

    def search(self, vectors: Vectors, *, top_k: int) -> tuple[Ids, NDArray[np.float32]]:
        """Return the ids and inner products of the best rows for each query row.

        Args:
            vectors: (n, dim) query rows; a row of zeros finds nothing.
            top_k: columns of the result, at least 1.

        Returns:
            ids (n, top_k) and scores (n, top_k), best first, equal scores by ascending id. Where
            there is nothing more to find, the id is -1 and the score minus infinity.

        Raises:
            VectorIndexError: the dimension is not the index's, or `top_k` is less than 1.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.dim:  # noqa: PLR2004 - rows by columns
            message = f"queries are {vectors.shape}, the vector index holds rows of {self.dim}"
            raise VectorIndexError(message)
        if top_k < 1:
            message = f"top_k must be at least 1, not {top_k}"
            raise VectorIndexError(message)
        with _threads(1 if len(vectors) == 1 else None):
            scores, ids = self._index.search(_rows(vectors), top_k)
        nothing = (ids == PADDING_ID) | ~vectors.any(axis=1, keepdims=True)
        ids = np.where(nothing, PADDING_ID, ids)
        scores = np.where(nothing, PADDING_SCORE, scores)
        order = np.lexsort((ids, -scores), axis=1)
        return np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1)

    def _check(self, ids: Ids, vectors: Vectors) -> None:
        if vectors.shape != (len(ids), self.dim):
            message = (
                f"{len(ids)} ids and vectors of shape {vectors.shape} do not fit; expected "
                f"({len(ids)}, {self.dim})"
            )
            raise VectorIndexError(message)
        if not np.isfinite(vectors).all():
            raise VectorIndexError("a vector holds a value that is not finite")
        if len(ids) and ids.min() < 0:
            message = f"ids must not be negative: {_some(ids[ids < 0])}"
            raise VectorIndexError(message)
        unique, counts = np.unique(ids, return_counts=True)
        twice = unique[(counts > 1) | np.isin(unique, self._ids)]
        if len(twice):
            message = f"vector index would hold id {_some(twice)} twice; remove it first"
            raise VectorIndexError(message)


@contextmanager
def _threads(count: int | None) -> Iterator[None]:
    """Let FAISS use so many threads of this one's; None leaves the choice to it.

    Source: one query, two cores under load, p50: over 100 rows 0.05 ms by one thread, 15 ms by
    two, which wait for each other; over 100,000 rows of 256, 12 ms and 63 ms.
    """
    usual = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(usual if count is None else count)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(usual)


def _rows(vectors: Vectors) -> Vectors:
    return np.ascontiguousarray(vectors, dtype=np.float32)


def _some(ids: Ids) -> str:
    shown = ", ".join(map(str, ids[:3].tolist()))
    return shown if len(ids) <= 3 else f"{shown} and {len(ids) - 3} more"  # noqa: PLR2004


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
