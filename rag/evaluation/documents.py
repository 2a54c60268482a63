"""From ranked passages to ranked documents, named as the collection names them."""

from __future__ import annotations

from pathlib import Path

from corpus import article_id_of
from rag.errors import EvaluationError
from rag.evaluation.beir import BeirSet
from rag.evaluation.json_lines import json_lines
from rag.evaluation.protocols import Searcher
from rag.evaluation.trec import Run, falling_scores

# Passages asked for at first, for each document wanted; more are asked for while documents lack.
PASSAGES_PER_DOCUMENT = 3


class Documents:
    """The documents of a BEIR folder as an index of them finds them.

    Several passages of one document count as its best. Documents with the same title and text,
    which the index holds once, are all named, one behind the other.
    """

    def __init__(self, searcher: Searcher, beir: BeirSet) -> None:
        self._searcher = searcher
        self._source = beir.corpus or beir.name
        self._twins = {} if beir.corpus is None else _twins(beir.corpus)
        self._ids: dict[str, str] = {}

    def ranked(self, question: str, *, depth: int) -> dict[str, float]:
        """Return the best `depth` documents with strictly falling scores, or as many as there are.

        Raises:
            EvaluationError: the index holds articles without an `_id`.
        """
        wanted = depth * PASSAGES_PER_DOCUMENT
        while True:
            passages = self._searcher.retrieve(question, top_k=wanted)
            best: dict[str, float] = {}
            for scored in passages:
                for doc_id in self._names(scored.passage.article_id):
                    best.setdefault(doc_id, scored.score)
            if len(best) >= depth or len(passages) < wanted:
                return falling_scores(list(best.items())[:depth])
            wanted *= 2

    def check(self, run: Run) -> None:
        """Make sure that a run is one over this collection, where the collection is at hand.

        Raises:
            EvaluationError: there are results, and none of them is a document of the collection.
        """
        found = {doc_id for documents in run.values() for doc_id in documents}
        if self._twins and found and found.isdisjoint(self._twins):
            raise EvaluationError(self._message(f"no result is a document of {self._source}"))

    def _names(self, article_id: str) -> tuple[str, ...]:
        if article_id not in self._ids:
            record_id = self._searcher.article(article_id).record_id
            if record_id is None:
                raise EvaluationError(self._message(f"article {article_id} has no _id of its own"))
            self._ids[article_id] = record_id
        own = self._ids[article_id]
        return self._twins.get(own, (own,))

    def _message(self, reason: str) -> str:
        return (
            f"{reason}: the index was built from another collection; build one from {self._source}"
        )


def _twins(corpus: Path) -> dict[str, tuple[str, ...]]:
    """Return, for each document, all that have its title and text, in the collection's order."""
    groups: dict[str, list[str]] = {}
    for _, values in json_lines(corpus):
        text = article_id_of(str(values.get("title") or ""), str(values.get("text") or ""))
        groups.setdefault(text, []).append(str(values.get("_id")))
    return {doc: tuple(group) for group in groups.values() for doc in group}
