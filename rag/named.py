"""What the settings name, loaded: the encoder, the segmenter, and the recipe made of both."""

from __future__ import annotations

from functools import partial
from hashlib import file_digest
from pathlib import Path

from corpus import CorpusError, Segmenter, load_segmenter
from embeddings import EmbeddingsError, Encoder, load_encoder
from rag.errors import SettingsError
from rag.generations import LEXICAL_LAYOUT, Recipe
from rag.retrieval.lexical import tokenize
from rag.settings import Settings


def named_encoder(settings: Settings) -> Encoder:
    """Load the encoder.

    Raises:
        SettingsError: a package is missing or the model cannot be loaded.
    """
    try:
        return load_encoder(**settings.encoder.model_dump())
    except EmbeddingsError as error:
        message = f"encoder: {error}"
        raise SettingsError(message) from error


def named_segmenter(settings: Settings) -> Segmenter:
    """Load the segmenter with the user dictionary, if there is one.

    Raises:
        SettingsError: the dictionary cannot be read.
    """
    try:
        return load_segmenter(dictionary=settings.corpus.dictionary)
    except CorpusError as error:
        message = f"corpus.dictionary: {error}"
        raise SettingsError(message) from error


def recipe_of(settings: Settings, encoder: Encoder, segmenter: Segmenter) -> Recipe:
    """Return what decides the derived indexes besides the store."""
    dictionary = settings.corpus.dictionary
    words = "" if dictionary is None else file_sum(dictionary)[:16]
    return Recipe(
        tokenizer=partial(tokenize, segmenter=segmenter),
        token_fingerprint=f"{LEXICAL_LAYOUT}:{words}",
        dim=encoder.dim,
    )


def file_sum(path: Path) -> str:
    """Return the SHA-256 of a file's content. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
