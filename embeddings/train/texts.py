"""Read collections and pairs, and choose the groups of characters that get a vector."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from embeddings.static import groups

Fold = Callable[[str], str]

_SENTENCE = re.compile(r"[^。！？!?；;\n]+")


@dataclass(frozen=True, slots=True)
class Document:
    """One folded text: its headline ("" for none) and its sentences, in order."""

    title: str
    sentences: tuple[str, ...]


def read_documents(path: Path, *, fold: Fold, before: str | None = None) -> Iterator[Document]:
    """Yield the documents of a collection (`title`, `text`) or of pairs (`query`, `passage`).

    Args:
        path: gzipped JSON lines.
        fold: the folding that index and queries go through.
        before: documents published on this ISO date or later are left out, to be tested on.
    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for record in map(json.loads, file):
            published = record.get("published") or record.get("date") or ""
            if before and published >= before:
                continue
            title = fold(record.get("title") or record.get("query") or "")
            text = fold(record.get("text") or record["passage"])
            sentences = tuple(found.strip() for found in _SENTENCE.findall(text))
            yield Document(title, tuple(sentence for sentence in sentences if sentence))


def choose_groups(texts: Iterable[str], *, size: int, longest: int, least: int = 5) -> list[str]:
    """Return the groups worth a vector: the most frequent, less those a longer one explains.

    A group that nearly always stands inside one and the same longer group (人民代 in 人民代表)
    says nothing of its own; its place is given to the next.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(groups(text, longest=longest))
    counts = Counter({group: count for group, count in counts.items() if count >= least})
    inside: Counter[str] = Counter()
    for group, count in counts.items():
        for part in {group[:-1], group[1:]} - {""}:
            inside[part] = max(inside[part], count)
    kept = [
        group
        for group, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if len(group) == 1 or inside[group] < 0.8 * count
    ]
    return kept[:size]
