"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rag import Assistant, Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put the counting encoder in the place of the default; returns all passages it encodes."""
    from embeddings import ENCODERS
    from tests.small_index import CountingEncoder

    passages: list[str] = []

    def load(*, model: str | None = None, **_unused: object) -> CountingEncoder:
        return CountingEncoder(model=model, encoded=passages)

    monkeypatch.setitem(ENCODERS, "static", load)
    return passages


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: a test's files need not outlive a power cut."""
    monkeypatch.setattr("os.fsync", lambda _descriptor: None)


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of an index of the sample collection, built once; tests only read it."""
    import rag

    index = tmp_path_factory.mktemp("sample") / "index"
    settings = rag.load_settings(ROOT / "config.yaml", overrides={"index.dir": str(index)})
    rag.build(settings)
    return settings


@pytest.fixture(scope="session")
def sample(sample_settings: Settings) -> Assistant:
    """Return an assistant over the sample collection."""
    from rag import Assistant

    return Assistant.open(sample_settings)
