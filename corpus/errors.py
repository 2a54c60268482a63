"""The errors of the corpus room. Each message says what failed, on what, and what to do."""

from __future__ import annotations


class CorpusError(Exception):
    """Something expected went wrong with the articles or the files around them."""


class SourceError(CorpusError):
    """A source is missing, empty, or of a kind that cannot be read."""


class DecodeError(CorpusError):
    """The bytes of a file are not text in any encoding that could be told for certain."""


class DictionaryError(CorpusError):
    """The user dictionary of the segmenter cannot be read."""


class FormatError(CorpusError):
    """A document is not what its name says, is locked or too large, or its parser gave up."""
