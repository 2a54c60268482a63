"""Question in, cited answer out: the public face of the house.

>>> import rag
>>> rag.query("武隆区建会补助多少").text  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from corpus import Article, Passage
from rag.cite import display_title
from rag.errors import (
    EvaluationError,
    GeneratorError,
    IndexAccessError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    QuestionError,
    QuestionSetError,
    SettingsError,
    SourcesError,
    WenjuError,
)
from rag.index import BuildReport, Problem, add, build, check, ingest_report, remove
from rag.pipeline import Assistant, IndexStats
from rag.settings import Settings, load_settings
from rag.types import Answer, Citation, Fact, Retrieved, ScoredPassage, Turn

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "BuildReport",
    "Citation",
    "EvaluationError",
    "Fact",
    "GeneratorError",
    "IndexAccessError",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexMismatchError",
    "IndexMissingError",
    "IndexStats",
    "Passage",
    "Problem",
    "QuestionError",
    "QuestionSetError",
    "Retrieved",
    "ScoredPassage",
    "Settings",
    "SettingsError",
    "SourcesError",
    "Turn",
    "WenjuError",
    "add",
    "build",
    "check",
    "display_title",
    "ingest_report",
    "load_settings",
    "query",
    "remove",
]

DEFAULT_CONFIG = Path("config.yaml")


def query(
    question: str,
    *,
    history: Sequence[Turn] = (),
    as_of: date | None = None,
    settings: Settings | None = None,
) -> Answer:
    """Answer a question from the index; the index is opened once and kept.

    Args:
        question: what is asked, in either script.
        history: the conversation so far, oldest first.
        as_of: articles published later are left out; None takes all.
        settings: which index and how; None reads `config.yaml` in the working directory.

    Raises:
        WenjuError: see `Assistant.open` and `Assistant.stream`.
    """
    chosen = load_settings(DEFAULT_CONFIG) if settings is None else settings
    return _assistant(chosen).query(question, history=history, as_of=as_of)


@lru_cache(maxsize=4)
def _assistant(settings: Settings) -> Assistant:
    return Assistant.open(settings)
