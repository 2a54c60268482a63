"""Our retriever and encoder as LangChain ones, for programs that are built on LangChain.

Importing this module imports `langchain_core`; nothing else in the house imports this module.
"""

from __future__ import annotations

from typing import Annotated, Any, Protocol

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import SkipValidation

from corpus import Article, fold
from embeddings.encoder import Encoder
from rag.types import ScoredPassage


class PassageSource(Protocol):
    """What `as_retriever` needs of an `Assistant`."""

    def retrieve(self, question: str, *, top_k: int | None = None) -> list[ScoredPassage]:
        """Return the best passages, best first."""
        ...

    def article(self, article_id: str) -> Article:
        """Return an article of the index."""
        ...


class WenjuRetriever(BaseRetriever):
    """A LangChain retriever over an `Assistant`; `as_retriever` builds it.

    Attributes:
        assistant: where passages come from.
        top_k: how many documents to return; None is the assistant's own setting. It may be given
            at each call too: `retriever.invoke(question, top_k=3)`.
    """

    assistant: Annotated[PassageSource, SkipValidation]
    top_k: int | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's signature
        top_k: int | None = None,
    ) -> list[Document]:
        wanted = self.top_k if top_k is None else top_k
        found = self.assistant.retrieve(query, top_k=wanted)
        return [_document(scored, self.assistant) for scored in found]


class EncoderEmbeddings(Embeddings):
    """LangChain embeddings over an `Encoder`; `as_embeddings` builds it.

    Texts are folded first (script, width, case), as the index folds them.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector a text, of unit length."""
        vectors: list[list[float]] = self._encoder.encode_passages(
            [fold(text) for text in texts]
        ).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question, of unit length."""
        vector: list[float] = self._encoder.encode_queries([fold(text)])[0].tolist()
        return vector


def as_retriever(assistant: PassageSource, *, top_k: int | None = None) -> WenjuRetriever:
    """Offer an assistant's retrieval as a LangChain retriever.

    A document's `page_content` is the passage, word for word; its `metadata` holds article_id,
    passage_id, title, source, published (ISO date or None), start, end (code points of the
    article's text) and score (higher is better).

    Args:
        assistant: an open `rag.Assistant`.
        top_k: how many documents to return; None is the assistant's own setting.
    """
    return WenjuRetriever(assistant=assistant, top_k=top_k)


def as_embeddings(encoder: Encoder) -> EncoderEmbeddings:
    """Offer an encoder as LangChain embeddings."""
    return EncoderEmbeddings(encoder)


def _document(scored: ScoredPassage, source: PassageSource) -> Document:
    passage = scored.passage
    article = source.article(passage.article_id)
    metadata: dict[str, Any] = {
        "article_id": passage.article_id,
        "passage_id": passage.passage_id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "start": passage.start,
        "end": passage.end,
        "score": scored.score,
    }
    words = article.text[passage.start : passage.end]
    return Document(id=passage.passage_id, page_content=words, metadata=metadata)
