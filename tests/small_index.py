"""A tiny world for index tests: an encoder that counts what it encodes, and files made of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

import rag
from embeddings.fingerprint import fingerprint_of
from rag.settings import Settings

DIM, WIDE_DIM = 8, 12


class CountingEncoder:
    """Adds up one vector a character; remembers every passage it was given.

    The model "wide" makes longer vectors than all others.
    """

    encoded: list[str]

    def __init__(self, *, model: str | None = None, encoded: list[str] | None = None) -> None:
        self.dim = WIDE_DIM if model == "wide" else DIM
        self.encoded = [] if encoded is None else encoded
        self.fingerprint = fingerprint_of({"kind": "counting", "model": model or ""})

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row a query."""
        return _rows(texts, self.dim)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row a passage, and remember the passages."""
        self.encoded.extend(texts)
        return _rows(texts, self.dim)


def _rows(texts: Sequence[str], dim: int) -> NDArray[np.float32]:
    vectors = np.zeros((len(texts), dim), dtype=np.float32)
    for row, text in enumerate(texts):
        for character in text:
            vectors[row] += np.random.default_rng(crc32(character.encode())).standard_normal(dim)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def settings_in(folder: Path, **dotted: Any) -> Settings:
    """Return settings whose index and sources lie in `folder`; `corpus__passage_chars=50` sets."""
    values: dict[str, Any] = {"folder": folder, "index": {"dir": folder / "index"}}
    values["corpus"] = {"sources": (folder / "articles",)}
    for name, value in dotted.items():
        section, key = name.split("__")
        values.setdefault(section, {})[key] = value
    return Settings.model_validate(values)


def write_files(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write articles as text files, first line the headline; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def found(settings: Settings, questions: Sequence[str]) -> list[list[tuple[str, float]]]:
    """Return (passage_id, score) of what each question retrieves from a freshly opened index."""
    assistant = rag.Assistant.open(settings)
    return [
        [(hit.passage.passage_id, hit.score) for hit in assistant.retrieve(question)]
        for question in questions
    ]


NEWS = {
    "夜校.txt": "甲区工会办起夜校\n\n甲区总工会夜校去年招生120人。课程一共十二门。",
    "清凉.txt": "乙区工会慰问环卫工\n\n乙区总工会送出清凉包300份。环卫工人很高兴。",
    "技能.txt": "丙区职工比技能\n\n丙区举行职工技能大赛，共有58人参赛。张三夺得第一名。",
    "互助.txt": "丁区互助保障\n\n丁区职工互助保障计划参保6400人。住院每天补助30元。",
}
"""Four files with one article each."""

QUESTIONS = ("夜校招生多少人", "清凉包多少份", "技能大赛", "互助保障参保多少人", "职工")
