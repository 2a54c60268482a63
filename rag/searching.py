"""The passages that best fit a question: every configured leg asked, the lists made one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.index import OpenIndex
from rag.retrieval import RETRIEVERS, Hit, fuse
from rag.settings import RetrievalSettings
from rag.types import Retrieved, ScoredPassage

DEEPER = 8
"""How many times deeper the legs are searched while most of what they find is too young."""


def search(
    index: OpenIndex,
    folded: str,
    *,
    chosen: RetrievalSettings,
    top_k: int | None = None,
    as_of: date | None = None,
) -> list[ScoredPassage]:
    """Return the passages that best fit a folded question, best first.

    Args:
        index: what is searched.
        folded: the question in its search form.
        chosen: legs, weights and depth.
        top_k: passages returned at most; None takes `chosen.top_k`.
        as_of: articles published later are left out; None takes all. Undated ones are taken to
            have been there, and of an incomplete date (2024-05) the earliest day counts.
    """
    wanted = chosen.top_k if top_k is None else top_k
    depth = max(chosen.candidates, wanted)
    while True:
        hits = _fused(index, folded, chosen, depth)
        found = _known(index, hits, as_of)
        if as_of is None or len(found) >= wanted or depth >= len(index.generation.vectors):
            return found[:wanted]
        depth *= DEEPER


def described(index: OpenIndex, found: Sequence[ScoredPassage]) -> tuple[Retrieved, ...]:
    """Return the lines of an answer's list of passages looked at."""
    titles = index.store.titles([scored.passage.article_id for scored in found])
    return tuple(
        Retrieved(
            rank=scored.rank,
            score=round(scored.score, 4),
            passage_id=scored.passage.passage_id,
            article_id=scored.passage.article_id,
            title=titles.get(scored.passage.article_id, ""),
            start=scored.passage.start,
            end=scored.passage.end,
        )
        for scored in found
    )


def _fused(index: OpenIndex, folded: str, chosen: RetrievalSettings, depth: int) -> list[Hit]:
    weights = {"dense": chosen.dense_weight, "lexical": 1 - chosen.dense_weight}
    generation = index.generation
    legs = [
        (
            weights[name],
            RETRIEVERS[name](index.encoder, generation.vectors, generation.lexical).retrieve(
                folded, top_k=depth
            ),
        )
        for name in chosen.retrievers
    ]
    return fuse(legs, top_k=depth)


def _known(index: OpenIndex, hits: Sequence[Hit], as_of: date | None) -> list[ScoredPassage]:
    """Return the passages of the hits that are still in the store and were out by a date."""
    passages = index.store.passage_rows([hit.row for hit in hits])
    kept = [hit for hit in hits if hit.row in passages]
    if as_of is not None:
        dates = index.store.published([passage.article_id for passage in passages.values()])
        day = as_of.isoformat()
        kept = [hit for hit in kept if (dates.get(passages[hit.row].article_id) or "") <= day]
    return [
        ScoredPassage(passages[hit.row], hit.score, rank) for rank, hit in enumerate(kept, start=1)
    ]
