"""Articles in, passages out: files are decoded, mended, split into articles and cut."""

from corpus.chunk import make_passages, sentences
from corpus.errors import CorpusError, DecodeError, DictionaryError, SourceError
from corpus.fold import fold, to_simplified
from corpus.ingest import find_files, read_articles
from corpus.offsets import Edit, MappedText, OffsetMap, Run, RunKind, Span
from corpus.report import Duplicate, SourceSummary, Summary, summarise
from corpus.segment import SEGMENTERS, Segmenter, load_segmenter
from corpus.types import Article, Failure, Passage, Repair, article_id_of

__all__ = [
    "SEGMENTERS",
    "Article",
    "CorpusError",
    "DecodeError",
    "DictionaryError",
    "Duplicate",
    "Edit",
    "Failure",
    "MappedText",
    "OffsetMap",
    "Passage",
    "Repair",
    "Run",
    "RunKind",
    "Segmenter",
    "SourceError",
    "SourceSummary",
    "Span",
    "Summary",
    "article_id_of",
    "find_files",
    "fold",
    "load_segmenter",
    "make_passages",
    "read_articles",
    "sentences",
    "summarise",
    "to_simplified",
]
