"""The vocabulary of union work: words that may stand for each other, editable as data."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from corpus import fold


@lru_cache(maxsize=1)
def synonyms() -> dict[str, tuple[str, ...]]:
    """Return the words that may stand for each word, from `rag/data/synonyms.txt`."""
    groups: dict[str, tuple[str, ...]] = {}
    text = files("rag").joinpath("data/synonyms.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            words = fold(line).split()
            for word in words:
                others = tuple(other for other in words if other != word)
                groups[word] = (*groups.get(word, ()), *others)
    return groups
