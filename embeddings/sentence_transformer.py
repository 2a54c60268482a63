"""Any sentence-transformers model, from a local folder or the hub's cache.

The one module that knows torch and sentence_transformers; both are imported by `load` only, since
that alone takes seconds. What it refuses: code from a model repository, pickled weights, and the
network unless it was asked for.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EncoderError
from embeddings.fingerprint import fingerprint_of, sha256_of_files

Vectors = NDArray[np.float32]

INSTALL_LINE = "pip install 'wenju[models]' -c constraints.txt"

# What a model may consist of: settings, vocabularies and safetensors. No code, no pickle.
MODEL_FILES = ("*.json", "*.jinja", "*.model", "*.safetensors", "*.txt", "*.vocab")
_PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl")


class SentenceTransformerEncoder:
    """An `Encoder` over a loaded sentence-transformers model."""

    def __init__(
        self,
        model: Any,
        *,
        weights_sha256: str,
        batch_size: int = 32,
        query_prompt: str = "",
        passage_prompt: str = "",
    ) -> None:
        """Wrap `model`, a `sentence_transformers.SentenceTransformer`.

        Args:
            model: the model, on its device.
            weights_sha256: stands for the files it was loaded from.
            batch_size: texts encoded at once.
            query_prompt: put in front of every query.
            passage_prompt: put in front of every passage.
        """
        self._model = model
        self._batch_size = batch_size
        self._query_prompt = query_prompt
        self._passage_prompt = passage_prompt
        self.dim = int(model.get_embedding_dimension())
        self.fingerprint = fingerprint_of(
            {
                "kind": "sentence_transformer",
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
        device: str = "cpu",
        batch_size: int = 32,
        query_prompt: str = "",
        passage_prompt: str = "",
        allow_download: bool = False,
    ) -> SentenceTransformerEncoder:
        """Load a model; arguments as for `embeddings.load_encoder`, `model` is required.

        Raises:
            EncoderError: no model is named, the packages are missing, the model is not there, has
                only pickled weights, wants to run its own code, or does not load.
        """
        if not model:
            message = (
                "encoder kind 'sentence_transformer' needs a model: set encoder.model to a local "
                "folder or a hub name such as BAAI/bge-small-zh-v1.5"
            )
            raise EncoderError(message)
        if not allow_download:  # read once, when the libraries are first imported
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        library = _import_library()
        folder = _folder_of(model, allow_download=allow_download)
        _refuse_pickled(folder)
        try:
            loaded = library.SentenceTransformer(
                str(folder),
                device=device,
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, RuntimeError, ImportError, KeyError) as error:
            message = f"model {model!r} cannot be loaded from {folder}: {_first_line(error)}"
            raise EncoderError(message) from error
        return cls(
            loaded,
            weights_sha256=sha256_of_files(_model_files(folder), relative_to=folder),
            batch_size=batch_size,
            query_prompt=query_prompt,
            passage_prompt=passage_prompt,
        )

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a query, the query prompt in front of each."""
        return self._encode(texts, self._query_prompt)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a passage, the passage prompt in front of each."""
        return self._encode(texts, self._passage_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        vectors = self._model.encode(
            list(texts),
            prompt=prompt,
            batch_size=self._batch_size,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.asarray(vectors, dtype=np.float32)


def _import_library() -> Any:
    try:
        import sentence_transformers  # noqa: PLC0415 - costs seconds and torch
    except ImportError as error:
        message = (
            "encoder kind 'sentence_transformer' needs packages that are not installed "
            f"({error.name}): {INSTALL_LINE}"
        )
        raise EncoderError(message) from error
    return sentence_transformers


def _folder_of(model: str, *, allow_download: bool) -> Path:
    """Return the local folder of a model that is one, is in the hub's cache, or is fetched."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - comes with the library
    from huggingface_hub.errors import HFValidationError  # noqa: PLC0415

    try:
        return Path(
            snapshot_download(
                model, allow_patterns=list(MODEL_FILES), local_files_only=not allow_download
            )
        )
    except (OSError, ValueError, HFValidationError) as error:
        advice = (
            f"the download failed ({_first_line(error)})"
            if allow_download
            else "nothing was downloaded, since encoder.allow_download is false"
        )
        message = (
            f"model {model!r} is neither a local folder nor in the hub's cache on this machine; "
            f"{advice}"
        )
        raise EncoderError(message) from error


def _refuse_pickled(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _PICKLED and not any(path.parent.glob("*.safetensors")):
            message = (
                f"model folder {folder} has {path.name} but no safetensors beside it; pickled "
                "weights can run code and are not loaded: convert them to safetensors"
            )
            raise EncoderError(message)


def _model_files(folder: Path) -> list[Path]:
    return [path for pattern in MODEL_FILES for path in folder.rglob(pattern) if path.is_file()]


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
