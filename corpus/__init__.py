"""Articles in, passages out: files are decoded, mended, split into articles and cut."""

from corpus.offsets import Edit, MappedText, OffsetMap, Run, RunKind, Span
from corpus.types import Article, Failure, Passage, Repair, article_id_of

__all__ = [
    "Article",
    "Edit",
    "Failure",
    "MappedText",
    "OffsetMap",
    "Passage",
    "Repair",
    "Run",
    "RunKind",
    "Span",
    "article_id_of",
]
