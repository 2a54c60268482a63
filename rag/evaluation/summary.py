"""One evaluation: a row a question, and the figures that sum them up."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np

from rag.evaluation.calibration import area_under_risk, expected_calibration_error, risk_coverage
from rag.evaluation.significance import LEVEL, RESAMPLES, SEED, bootstrap
from rag.evaluation.trec import Qrels, Run

FORMAT = 1  # of the results folder; raised when a field is renamed or dropped
MEDIAN, TAIL = 50, 95  # percentiles reported of every stage's time


@dataclass(frozen=True, slots=True)
class Row:
    """One question's results.

    Attributes:
        id: the question's identifier.
        question: as asked.
        measures: by name; None where a measure does not apply.
        slices: the groups it is counted in ("tag: short").
        timings_ms: milliseconds by stage.
        detail: what else a reader of the results wants to see, ready for JSON.
    """

    id: str
    question: str
    measures: Mapping[str, float | None]
    slices: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


class Results(Protocol):
    """What comparison, gate and report look at: an `Evaluation`, or one read back (`Stored`)."""

    @property
    def name(self) -> str:
        """What to call it."""
        ...

    @property
    def rows(self) -> tuple[Row, ...]:
        """One a question, in the set's order."""
        ...

    @property
    def summary(self) -> Mapping[str, Any]:
        """The figures, ready for JSON."""
        ...

    @property
    def latency_ms(self) -> Mapping[str, Mapping[str, float]]:
        """Stage → p50, p95, n."""
        ...


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All results of one set.

    Attributes:
        name: the set's name.
        kind: whether answers or ranked lists were measured.
        rows: one a question, in the set's order.
        summary: the figures, ready for JSON; no clock time is among them.
        latency_ms: stage → p50, p95, n; empty where nothing was timed.
        run: the ranked lists by document.
        qrels: the judgments they were measured against.
    """

    name: str
    kind: Literal["questions", "beir"]
    rows: tuple[Row, ...]
    summary: Mapping[str, Any]
    latency_ms: Mapping[str, Mapping[str, float]]
    run: Run
    qrels: Qrels


def summarise(rows: Sequence[Row], *, name: str, kind: str, seed: int = SEED) -> dict[str, Any]:
    """Return the figures of a set: means with bootstrap intervals, slices, confidence."""
    return {
        "format": FORMAT,
        "name": name,
        "kind": kind,
        "questions": len(rows),
        "seed": seed,
        "resamples": RESAMPLES,
        "level": LEVEL,
        "measures": _intervals(rows, seed=seed),
        "slices": _slices(rows),
        **_answer_counts(rows),
        **_calibration(rows),
    }


def measure_names(rows: Iterable[Row]) -> list[str]:
    """Return the names of all measures that apply to some row, in the order they stand."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(n for n, value in row.measures.items() if value is not None))
    order = {name: at for row in rows for at, name in enumerate(row.measures)}
    return sorted(names, key=order.__getitem__)


def values_of(rows: Iterable[Row], name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a measure's value of every row, NaN where it does not apply."""
    values = (row.measures.get(name) for row in rows)
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def latency(rows: Iterable[Row]) -> dict[str, dict[str, float]]:
    """Return p50 and p95 in milliseconds of every stage that was timed."""
    stages: dict[str, list[float]] = {}
    for row in rows:
        for stage, milliseconds in row.timings_ms.items():
            stages.setdefault(stage, []).append(milliseconds)
    return {
        stage: {
            "p50": float(np.percentile(times, MEDIAN)),
            "p95": float(np.percentile(times, TAIL)),
            "n": len(times),
        }
        for stage, times in stages.items()
    }


def _intervals(rows: Sequence[Row], *, seed: int) -> dict[str, dict[str, float]]:
    measures: dict[str, dict[str, float]] = {}
    for name in measure_names(rows):
        interval = bootstrap(values_of(rows, name), seed=seed)
        measures[name] = {
            "mean": _rounded(interval.mean),
            "low": _rounded(interval.low),
            "high": _rounded(interval.high),
            "n": interval.n,
        }
    return measures


def _slices(rows: Sequence[Row]) -> dict[str, Any]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        for label in row.slices:
            grouped.setdefault(label, []).append(row)
    return {
        label: {
            "questions": len(held),
            "measures": {
                name: {
                    "mean": _rounded(float(np.nanmean(values_of(held, name)))),
                    "n": int((~np.isnan(values_of(held, name))).sum()),
                }
                for name in measure_names(held)
            },
        }
        for label, held in sorted(grouped.items())
    }


def _answer_counts(rows: Sequence[Row]) -> dict[str, Any]:
    answers = [row.detail for row in rows if "status" in row.detail]
    if not answers:
        return {}
    versions = {
        tuple((key, value) for key, value in (answer.get("versions") or {}).items())
        for answer in answers
    }
    return {
        "answerable": sum(bool(answer["answerable"]) for answer in answers),
        "errors": sum(answer.get("error") is not None for answer in answers),
        "statuses": dict(sorted(Counter(answer["status"] for answer in answers).items())),
        "versions": [dict(held) for held in sorted(versions, key=repr)],
    }


def _calibration(rows: Sequence[Row]) -> dict[str, Any]:
    judged = [
        (float(row.detail["confidence"]), row.measures["Correct"] == 1.0)
        for row in rows
        if row.detail.get("confidence") is not None and row.measures.get("Correct") is not None
    ]
    if not judged:
        return {}
    curve = risk_coverage(judged)
    return {
        "calibration": {
            "n": len(judged),
            "ECE": _rounded(expected_calibration_error(judged)),
            "AURC": _rounded(area_under_risk(curve)),
            "risk_coverage": [[_rounded(x), _rounded(y)] for x, y in curve],
        }
    }


def _rounded(value: float) -> float:
    return round(value, 6)
