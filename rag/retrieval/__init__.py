"""The legs that find passages, and the fusion of what they find."""

from rag.retrieval.dense import DenseRetriever
from rag.retrieval.fusion import fuse
from rag.retrieval.lexical import LexicalIndex
from rag.retrieval.types import Hit, Retriever

__all__ = ["DenseRetriever", "Hit", "LexicalIndex", "Retriever", "fuse"]
