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


def general_nouns() -> frozenset[str]:
    """Return nouns so general that asking for them names nothing: 方面, 办法, 人."""
    return _question_words()[0]


def function_words() -> frozenset[str]:
    """Return words that stand in questions and say nothing of the matter: 的, 有关, 请."""
    return _question_words()[1]


@lru_cache(maxsize=1)
def _question_words() -> tuple[frozenset[str], frozenset[str]]:
    text = files("rag").joinpath("data/question_words.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    sections = "\n".join(lines).split("\n[")[1:]
    general, function = (frozenset(section.partition("]")[2].split()) for section in sections)
    return general, function
