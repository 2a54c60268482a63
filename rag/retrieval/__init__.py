"""The legs that find passages, and the fusion of what they find."""

from collections.abc import Callable

from embeddings import Encoder, VectorIndex
from rag.retrieval.dense import DenseRetriever
from rag.retrieval.fusion import fuse
from rag.retrieval.lexical import LexicalIndex
from rag.retrieval.types import Hit, Retriever

__all__ = ["RETRIEVERS", "DenseRetriever", "Hit", "LexicalIndex", "Retriever", "fuse"]

# Every leg is made of the encoder and the derived indexes, and takes of them what it needs.
RETRIEVERS: dict[str, Callable[[Encoder, VectorIndex, LexicalIndex], Retriever]] = {
    "lexical": lambda _encoder, _vectors, lexical: lexical,
    "dense": lambda encoder, vectors, _lexical: DenseRetriever(encoder, vectors),
}
