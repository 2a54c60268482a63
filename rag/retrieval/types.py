"""The seam every retriever stands behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage row with its score in one leg; higher is better, comparable within one list."""

    row: int
    score: float


class Retriever(Protocol):
    """Find the rows of the passages that best fit a question."""

    def retrieve(self, query: str, *, top_k: int) -> list[Hit]:
        """Return at most `top_k` hits for a folded query, best first; [] when nothing fits."""
        ...
