"""Two evaluations of the same questions, measure by measure and question by question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import EvaluationError
from rag.evaluation.significance import SEED, bootstrap_difference, holm, randomisation_p
from rag.evaluation.stored import read_results
from rag.evaluation.summary import Results, Row, measure_names, values_of

# The measure whose change makes a question "flipped" and by which slices are compared: the first
# of these that was taken.
HEADLINES = ("Correct", "Success@10")


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of both, over the questions they share.

    Attributes:
        measure: its name.
        first: the first one's mean; NaN where it never applies.
        second: the second one's mean.
        difference: second less first.
        low: lower end of its 95 % bootstrap interval.
        high: upper end.
        p: two-sided p-value of the paired randomisation test.
        p_corrected: the same, corrected over all measures (Holm).
        wins: questions where the second is better.
        ties: questions where they are equal.
        losses: questions where the first is better.
    """

    measure: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    p: float
    p_corrected: float
    wins: int
    ties: int
    losses: int


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that one of them gets right and the other does not, with what both said."""

    id: str
    question: str
    gained: bool
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class SliceDifference:
    """The headline measure of one slice."""

    label: str
    questions: int
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from the first to the second.

    Attributes:
        first: name of the first.
        second: name of the second.
        questions: how many they share.
        headline: the measure that flips and slices are told by.
        differences: one a measure.
        flips: questions that changed sides, gains first.
        slices: the headline measure by slice.
        only_first: questions that only the first answered.
        only_second: questions that only the second answered.
    """

    first: str
    second: str
    questions: int
    headline: str
    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]
    slices: tuple[SliceDifference, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, dicts, strings and numbers, ready for JSON; None for no mean."""
        values = asdict(self)
        for row in (*values["differences"], *values["slices"]):
            for key, value in row.items():
                row[key] = None if isinstance(value, float) and math.isnan(value) else value
        return values


def compare(first: Path, second: Path, *, seed: int = SEED) -> Comparison:
    """Compare two results folders.

    Raises:
        EvaluationError: one is no results folder, they share no question, or one identifier stands
            for two questions.
    """
    return compare_stored(read_results(first), read_results(second), seed=seed)


def compare_stored(first: Results, second: Results, *, seed: int = SEED) -> Comparison:
    """Compare two evaluations over the questions they share; see `compare`."""
    pairs = _pairs(first, second)
    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    names = list(dict.fromkeys(measure_names(ours) + measure_names(theirs)))
    headline = next((name for name in HEADLINES if name in names), names[0])
    shared = {row.id for row in ours}
    return Comparison(
        first=first.name,
        second=second.name,
        questions=len(pairs),
        headline=headline,
        differences=_differences(ours, theirs, names, seed=seed),
        flips=_flips(pairs, headline),
        slices=_slices(pairs, headline),
        only_first=tuple(row.id for row in first.rows if row.id not in shared),
        only_second=tuple(row.id for row in second.rows if row.id not in shared),
    )


def _pairs(first: Results, second: Results) -> list[tuple[Row, Row]]:
    theirs = {row.id: row for row in second.rows}
    pairs = [(row, theirs[row.id]) for row in first.rows if row.id in theirs]
    if not pairs:
        raise EvaluationError(_message(first, second, "share no question"))
    for a, b in pairs:
        if a.question != b.question:
            reason = f"mean different questions by {a.id!r}: {a.question!r} and {b.question!r}"
            raise EvaluationError(_message(first, second, reason))
    return pairs


def _message(first: Results, second: Results, reason: str) -> str:
    return f"{first.name} and {second.name} {reason}: only results of one set can be compared"


def _differences(
    ours: Sequence[Row], theirs: Sequence[Row], names: Sequence[str], *, seed: int
) -> tuple[Difference, ...]:
    values = {name: (values_of(ours, name), values_of(theirs, name)) for name in names}
    p_values = [randomisation_p(a, b, seed=seed) for a, b in values.values()]
    differences = []
    for (name, (a, b)), p, corrected in zip(values.items(), p_values, holm(p_values), strict=True):
        low, high = bootstrap_difference(a, b, seed=seed)
        differences.append(
            Difference(
                measure=name,
                first=_mean(a),
                second=_mean(b),
                difference=_mean(b) - _mean(a),
                low=low,
                high=high,
                p=p,
                p_corrected=corrected,
                wins=int((b > a).sum()),
                ties=int((b == a).sum()),
                losses=int((b < a).sum()),
            )
        )
    return tuple(differences)


def _mean(values: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    return float(np.nanmean(values)) if not np.isnan(values).all() else float("nan")


def _flips(pairs: Sequence[tuple[Row, Row]], headline: str) -> tuple[Flip, ...]:
    flips = []
    for a, b in pairs:
        before, after = a.measures.get(headline) == 1.0, b.measures.get(headline) == 1.0
        if before != after:
            flips.append(Flip(a.id, a.question, after, _said(a), _said(b)))
    return tuple(sorted(flips, key=lambda flip: not flip.gained))


def _said(row: Row) -> str:
    """Return what was answered, or the documents found."""
    if "text" in row.detail:
        return str(row.detail["text"])
    return " ".join(row.detail.get("found", ()))


def _slices(pairs: Sequence[tuple[Row, Row]], headline: str) -> tuple[SliceDifference, ...]:
    grouped: dict[str, list[tuple[Row, Row]]] = {}
    for pair in pairs:
        for label in pair[0].slices:
            grouped.setdefault(label, []).append(pair)
    return tuple(
        SliceDifference(
            label,
            len(held),
            _mean(values_of([a for a, _ in held], headline)),
            _mean(values_of([b for _, b in held], headline)),
        )
        for label, held in sorted(grouped.items())
    )
