"""The dense leg: the encoder's vectors, searched in the vector index."""

from __future__ import annotations

from dataclasses import dataclass

from embeddings import Encoder, VectorIndex
from rag.retrieval.types import Hit


@dataclass(frozen=True, slots=True)
class DenseRetriever:
    """Finds passages whose vectors agree with the question's."""

    encoder: Encoder
    index: VectorIndex

    def retrieve(self, query: str, *, top_k: int) -> list[Hit]:
        """Return at most `top_k` hits by inner product, best first."""
        if not len(self.index):
            return []
        ids, scores = self.index.search(self.encoder.encode_queries([query]), top_k=top_k)
        return [
            Hit(int(row), float(score))
            for row, score in zip(ids[0], scores[0], strict=True)
            if row >= 0
        ]
