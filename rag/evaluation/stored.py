"""A results folder read back: what comparison and gate look at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import EvaluationError, QuestionSetError
from rag.evaluation.json_lines import json_lines
from rag.evaluation.summary import FORMAT, Row

PER_QUESTION, SUMMARY, LATENCY = "per_question.jsonl", "summary.json", "latency.json"


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows and figures of one evaluation, read back: `Results` as an `Evaluation` is.

    Attributes:
        name: the folder's name.
        rows: one a question.
        summary: as in `Evaluation`.
        latency_ms: as in `Evaluation`.
    """

    name: str
    rows: tuple[Row, ...]
    summary: Mapping[str, Any]
    latency_ms: Mapping[str, Mapping[str, float]]


def read_results(folder: Path) -> Stored:
    """Read a results folder that `write_results` wrote.

    Raises:
        EvaluationError: it is not such a folder, or one of another format.
    """
    try:
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        latency = folder / LATENCY
        latency_ms = json.loads(latency.read_text("utf-8")) if latency.exists() else {}
        rows = tuple(_row(values) for _, values in json_lines(folder / PER_QUESTION))
        found = summary["format"]
    except (OSError, ValueError, KeyError, TypeError, QuestionSetError) as error:
        message = f"{folder} is no results folder of wenju evaluate --out: {error}"
        raise EvaluationError(message) from error
    if found != FORMAT:
        message = f"{folder} holds results of format {found}, not {FORMAT}: evaluate again"
        raise EvaluationError(message)
    return Stored(folder.name, rows, summary, latency_ms)


def row_line(row: Row) -> dict[str, Any]:
    """Return a row as its line of the per-question file. Times are not in it: they never repeat."""
    return {
        "id": row.id,
        "question": row.question,
        "measures": dict(row.measures),
        "slices": list(row.slices),
        **row.detail,
    }


def _row(values: dict[str, Any]) -> Row:
    known = {"id", "question", "measures", "slices"}
    return Row(
        id=values["id"],
        question=values["question"],
        measures=values["measures"],
        slices=tuple(values["slices"]),
        detail={key: value for key, value in values.items() if key not in known},
    )
