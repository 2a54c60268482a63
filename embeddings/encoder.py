"""The seam between text and vectors, and the encoders that stand behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EncoderError
from embeddings.sentence_transformer import SentenceTransformerEncoder
from embeddings.static import StaticEncoder

Vectors = NDArray[np.float32]


@runtime_checkable
class Encoder(Protocol):
    """Turn texts into vectors whose inner product says how well query and passage agree.

    Texts are given folded (script, width, case), the same way for queries and passages.

    Attributes:
        dim: the length of every vector.
        fingerprint: stands for everything that decides the vectors: the kind, the weights, the
            prompts, the dimension. Vectors with different fingerprints must not be compared.
    """

    @property
    def dim(self) -> int: ...  # noqa: D102 - described above

    @property
    def fingerprint(self) -> str: ...  # noqa: D102 - described above

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return a (len(texts), dim) float32 array, one row a query.

        Rows have unit length, except that a text of which the encoder knows nothing (empty,
        only punctuation) may get a row of zeros: it agrees with nothing.
        """
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return a (len(texts), dim) float32 array, one row a passage; zeros as for queries."""
        ...


# Every loader takes the keywords of `load_encoder` and ignores those that mean nothing to it.
ENCODERS: dict[str, Callable[..., Encoder]] = {
    "static": StaticEncoder.load,
    "sentence_transformer": SentenceTransformerEncoder.load,
}


def load_encoder(
    kind: str,
    *,
    model: str | None = None,
    device: str = "cpu",
    batch_size: int = 32,
    query_prompt: str = "",
    passage_prompt: str = "",
    allow_download: bool = False,
) -> Encoder:
    """Load the encoder of this kind; its libraries are imported only now.

    Args:
        kind: a key of `ENCODERS`.
        model: a local folder or, where the kind allows it, a hub name; None is the kind's own.
        device: "cpu", "cuda", "cuda:1", "mps"; of no meaning to the static encoder.
        batch_size: texts encoded at once; of no meaning to the static encoder.
        query_prompt: put in front of every query.
        passage_prompt: put in front of every passage.
        allow_download: whether a hub name may be fetched from the network.

    Raises:
        EncoderError: the kind is unknown, a package is missing, or the model cannot be loaded.
    """
    if kind not in ENCODERS:
        message = f"unknown encoder kind {kind!r}; there are: {', '.join(sorted(ENCODERS))}"
        raise EncoderError(message)
    return ENCODERS[kind](
        model=model,
        device=device,
        batch_size=batch_size,
        query_prompt=query_prompt,
        passage_prompt=passage_prompt,
        allow_download=allow_download,
    )
