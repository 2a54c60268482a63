"""Draw training pairs: something short that is asked, and the passage it should find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.static import groups
from embeddings.train.texts import Document

Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Bags:
    """Many bags of vocabulary rows, one behind the other; bag i starts at `starts[i]`."""

    rows: Rows
    starts: NDArray[np.int64]


class PairSource:
    """All documents as vocabulary rows, from which pairs are drawn.

    A pair is a headline and a stretch of its text, or a sentence (or a part of one) and the
    sentences around it. The sentence itself is mostly taken out of its surroundings, so that
    what is learned is more than matching the same characters.
    """

    def __init__(
        self,
        documents: Iterable[Document],
        vocabulary: Mapping[str, int],
        *,
        longest: int,
        window_groups: int = 200,
    ) -> None:
        """Turn the documents into rows, once.

        Args:
            documents: what to draw from; documents with fewer than two sentences are skipped.
            vocabulary: the row of each group.
            longest: most characters in a group of Chinese characters.
            window_groups: about how many groups a passage holds at most.
        """
        self._window_groups = window_groups
        flat: list[Rows] = []
        starts = [0]
        self._documents: list[tuple[int, int, bool]] = []
        find = vocabulary.get
        for document in documents:
            if len(document.sentences) < 2:  # noqa: PLR2004 - nothing to pair
                continue
            first = len(flat)
            for text in (document.title, *document.sentences):
                found = map(find, groups(text, longest=longest))
                rows = np.array([row for row in found if row is not None], dtype=np.int32)
                flat.append(rows)
                starts.append(starts[-1] + len(rows))
            self._documents.append((first, len(flat), bool(len(flat[first]))))
        self._rows = np.concatenate(flat)
        self._starts = np.array(starts)
        sizes = np.array([last - first for first, last, _ in self._documents], dtype=float)
        weights = np.sqrt(np.minimum(sizes, 64))  # long texts hold more pairs, but much alike
        self._cumulative = np.cumsum(weights / weights.sum())

    def draw(self, rng: np.random.Generator, *, count: int) -> tuple[Bags, Bags]:
        """Return `count` queries and their passages, no two from one document."""
        queries: list[Rows] = []
        passages: list[Rows] = []
        seen: set[int] = set()
        while len(queries) < count:
            number = int(np.searchsorted(self._cumulative, rng.random()))
            number = min(number, len(self._documents) - 1)
            if number in seen:
                continue
            seen.add(number)
            query, passage = self._pair(number, rng)
            if len(query) and len(passage):
                queries.append(query)
                passages.append(passage)
        return _bags(queries), _bags(passages)

    def _pair(self, number: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        first, last, has_title = self._documents[number]
        picked = int(rng.integers(first + 1, last))
        if has_title and rng.random() < 0.35:  # noqa: PLR2004 - share of headlines
            return self._sentence(first), self._around(picked, first, last, leave_out=None)
        query = _part(self._sentence(picked), rng)
        leave_out = picked if rng.random() < 0.8 else None  # noqa: PLR2004
        return query, self._around(picked, first, last, leave_out=leave_out)

    def _sentence(self, number: int) -> Rows:
        return self._rows[self._starts[number] : self._starts[number + 1]]

    def _around(self, picked: int, first: int, last: int, *, leave_out: int | None) -> Rows:
        low, high = picked, picked + 1
        size = 0 if leave_out == picked else len(self._sentence(picked))
        while size < self._window_groups and (low > first + 1 or high < last):
            if low > first + 1:
                low -= 1
                size += len(self._sentence(low))
            if high < last:
                size += len(self._sentence(high))
                high += 1
        kept = [self._sentence(i) for i in range(low, high) if i != leave_out]
        return np.concatenate(kept) if kept else self._rows[:0]


def _part(rows: Rows, rng: np.random.Generator) -> Rows:
    """Return the whole sentence, or a stretch of it as long as a question is."""
    if len(rows) < 20 or rng.random() < 0.3:  # noqa: PLR2004 - groups, about eight characters
        return rows
    length = int(rng.integers(15, min(len(rows), 80) + 1))
    start = int(rng.integers(0, len(rows) - length + 1))
    return rows[start : start + length]


def _bags(bags: list[Rows]) -> Bags:
    sizes = np.array([len(bag) for bag in bags])
    return Bags(np.concatenate(bags), np.concatenate([[0], np.cumsum(sizes)[:-1]]))


def batches(
    source: PairSource, *, seed: int, first: int, steps: int, size: int
) -> Iterator[tuple[int, Bags, Bags]]:
    """Yield (step, queries, passages) from step `first` on; a step's batch depends on its number.

    So a run that was broken off goes on as if it had not been.
    """
    for step in range(first, steps):
        queries, passages = source.draw(np.random.default_rng((seed, step)), count=size)
        yield step, queries, passages
