"""Text to vectors, vectors to nearest rows."""

from embeddings.encoder import ENCODERS, Encoder, load_encoder
from embeddings.errors import EmbeddingsError, EncoderError, VectorIndexError
from embeddings.vector_index import VectorIndex

__all__ = [
    "ENCODERS",
    "EmbeddingsError",
    "Encoder",
    "EncoderError",
    "VectorIndex",
    "VectorIndexError",
    "load_encoder",
]
