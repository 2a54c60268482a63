"""The embedded default: learned vectors of character groups, added up. numpy only.

A text becomes the bag of all Chinese characters and pairs, and of all Latin words and numbers,
that stand in the vocabulary. Their vectors are added and the sum is scaled to unit length.
How much a group counts is the length of its vector, which was learned with it. `embeddings/train`
makes the weights; `embeddings/weights/static/README.md` says from what and how good they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from embeddings.errors import EncoderError
from embeddings.fingerprint import fingerprint_of, sha256_of_files

Vectors = NDArray[np.float32]

DEFAULT_FOLDER = Path(__file__).parent / "weights" / "static"
WEIGHTS_FILE = "weights.safetensors"
VOCABULARY_FILE = "vocabulary.txt"
SETTINGS_FILE = "settings.json"

_RUN = re.compile(r"[0-9a-z]+|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def groups(text: str, *, longest: int) -> Iterator[str]:
    """Yield every group of characters that may stand in a vocabulary.

    Args:
        text: folded text; punctuation and white space separate.
        longest: most characters in a group of Chinese characters.

    Example:
        >>> list(groups("建会 58万", longest=2))
        ['建', '建会', '会', '58', '万']
    """
    for match in _RUN.finditer(text):
        run = match.group()
        if run[0] <= "z":
            yield run
            continue
        for start in range(len(run)):
            for end in range(start + 1, min(start + longest, len(run)) + 1):
                yield run[start:end]


class StaticEncoder:
    """An `Encoder` that adds up vectors from a table.

    Example:
        >>> vectors, scales = np.array([[1, 0], [0, 2]], np.int8), np.ones(2, np.float32)
        >>> rows = {"工": 0, "会": 1}
        >>> encoder = StaticEncoder(vectors, rows, scales=scales, longest=2, weights_sha256="")
        >>> encoder.encode_queries(["会"]).tolist()
        [[0.0, 1.0]]
    """

    def __init__(
        self,
        vectors: NDArray[np.int8],
        vocabulary: Mapping[str, int],
        *,
        scales: Vectors,
        longest: int,
        weights_sha256: str,
        query_prompt: str = "",
        passage_prompt: str = "",
    ) -> None:
        """Make an encoder from plain arrays.

        Args:
            vectors: (groups, dim) directions.
            vocabulary: the row of each group.
            scales: (groups,) what each row is multiplied by; the length of the product is the
                group's weight.
            longest: most characters in a group of Chinese characters.
            weights_sha256: stands for the files it was loaded from.
            query_prompt: put in front of every query.
            passage_prompt: put in front of every passage.
        """
        self._vectors = vectors
        self._scales = scales
        self._vocabulary = vocabulary
        self._longest = longest
        self._query_prompt = query_prompt
        self._passage_prompt = passage_prompt
        self.dim = int(vectors.shape[1])
        self.fingerprint = fingerprint_of(
            {
                "kind": "static",
                "weights": weights_sha256,
                "query_prompt": query_prompt,
                "passage_prompt": passage_prompt,
                "dim": self.dim,
            }
        )

    @classmethod
    def load(
        cls,
        *,
        model: str | None = None,
        query_prompt: str = "",
        passage_prompt: str = "",
        **_unused: object,
    ) -> StaticEncoder:
        """Load the weights in the folder `model`; None means the ones shipped with the house.

        Raises:
            EncoderError: a file is missing or unreadable, or the files do not fit each other.
        """
        folder = DEFAULT_FOLDER if model is None else Path(model).expanduser()
        files = [folder / name for name in (WEIGHTS_FILE, VOCABULARY_FILE, SETTINGS_FILE)]
        try:
            digest = sha256_of_files(files, relative_to=folder)
            arrays = load_file(files[0])
            vocabulary = files[1].read_text(encoding="utf-8").split("\n")
            longest = int(json.loads(files[2].read_bytes())["longest"])
            vectors, scales = arrays["vectors"], arrays["scales"]
        except (OSError, SafetensorError, ValueError, KeyError) as error:
            message = f"static encoder cannot be loaded from {folder}: {error}"
            raise EncoderError(message) from error
        if not len(vocabulary) == len(vectors) == len(scales):
            message = (
                f"static encoder in {folder}: {len(vocabulary)} groups in {VOCABULARY_FILE}, "
                f"{len(vectors)} rows in {WEIGHTS_FILE}; the files are not of one training run"
            )
            raise EncoderError(message)
        return cls(
            vectors,
            dict(zip(vocabulary, range(len(vocabulary)), strict=True)),
            scales=scales,
            longest=longest,
            weights_sha256=digest,
            query_prompt=query_prompt,
            passage_prompt=passage_prompt,
        )

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row a query; zeros where no group of the text is in the vocabulary."""
        return self._encode(texts, self._query_prompt)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a passage; zeros where no group of the text is in the vocabulary."""
        return self._encode(texts, self._passage_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            known = self._known(prompt + text)
            if known:
                vectors[row] = self._scales[known] @ self._vectors[known].astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors

    def _known(self, text: str) -> list[int]:
        find = self._vocabulary.get
        return [
            row for group in groups(text, longest=self._longest) if (row := find(group)) is not None
        ]
