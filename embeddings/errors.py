"""The errors of the embeddings room. Each message says what failed, on what, and what to do."""

from __future__ import annotations


class EmbeddingsError(Exception):
    """Base of everything this room raises on purpose."""


class EncoderError(EmbeddingsError):
    """An encoder is unknown, cannot be loaded, or is not one this house is willing to run."""


class VectorIndexError(EmbeddingsError):
    """Vectors or ids do not fit the index, or its file is missing or not the one recorded."""
