"""A release gate: floors, ceilings and the most a measure may drop against a baseline."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from rag.errors import EvaluationError
from rag.evaluation.summary import Results

# Means are rounded to six places in the summary; a limit met to that many places is met.
TOLERANCE = 5e-7


class GateRules(BaseModel):
    """The rules of a gate file.

    Attributes:
        floors: the least mean by measure.
        ceilings: the most milliseconds by stage and percentile (`total.p95`).
        max_drops: the most a mean may fall below the baseline's, by measure.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    floors: Mapping[str, float] = {}
    ceilings: Mapping[str, float] = {}
    max_drops: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that was broken.

    Attributes:
        rule: which kind.
        measure: the measure, or stage and percentile.
        value: what was measured.
        limit: what was allowed; for a drop, the baseline's mean less the drop allowed.
    """

    rule: Literal["floor", "ceiling", "max_drop"]
    measure: str
    value: float
    limit: float

    def __str__(self) -> str:
        """Return the violation as one line."""
        side = "above" if self.rule == "ceiling" else "below"
        return f"{self.measure} = {self.value:.4f}, {side} the {self.rule} {self.limit:.4f}"


def read_gate_rules(path: Path) -> GateRules:
    """Read a gate file (YAML with `floors`, `ceilings`, `max_drops`).

    Raises:
        EvaluationError: the file is missing, no YAML, or holds an unknown key or no number.
    """
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        return GateRules.model_validate({} if values is None else values)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"gate file {path} cannot be read: {' '.join(str(error).split())}"
        raise EvaluationError(message) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = (
            f"gate file {path}: {field!r}: {first['msg']}; sections: floors, ceilings, max_drops"
        )
        raise EvaluationError(message) from error


def gate(
    results: Results, rules: GateRules, *, baseline: Results | None = None
) -> tuple[Violation, ...]:
    """Return the rules that the results break, in the order of the rules; none when all hold.

    Args:
        results: of this version.
        rules: as read by `read_gate_rules`.
        baseline: of the version to compare with; needed by `max_drops`.

    Raises:
        EvaluationError: a rule names a measure that was not taken, there is no baseline for
            `max_drops`, or it is one of other questions.
    """
    if rules.max_drops and baseline is None:
        raise EvaluationError("the gate has max_drops: give a baseline to compare with")
    if baseline is not None:
        _check_same_questions(results, baseline)
    return (
        *_floors(results, rules),
        *_ceilings(results, rules),
        *(_drops(results, rules, baseline) if baseline is not None else ()),
    )


def _floors(results: Results, rules: GateRules) -> Iterator[Violation]:
    for name, limit in rules.floors.items():
        value = _mean(results, name)
        if value < limit - TOLERANCE:
            yield Violation("floor", name, value, limit)


def _ceilings(results: Results, rules: GateRules) -> Iterator[Violation]:
    known = {
        f"{stage}.{percentile}": value
        for stage, times in results.latency_ms.items()
        for percentile, value in times.items()
        if percentile != "n"
    }
    for name, limit in rules.ceilings.items():
        value = _looked_up(known, name, results)
        if value > limit:
            yield Violation("ceiling", name, value, limit)


def _drops(results: Results, rules: GateRules, baseline: Results) -> Iterator[Violation]:
    for name, drop in rules.max_drops.items():
        value, limit = _mean(results, name), _mean(baseline, name) - drop
        if value < limit - TOLERANCE:
            yield Violation("max_drop", name, value, limit)


def _mean(results: Results, name: str) -> float:
    means = {measure: held["mean"] for measure, held in results.summary["measures"].items()}
    return _looked_up(means, name, results)


def _looked_up(known: Mapping[str, float], name: str, results: Results) -> float:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        message = f"the gate names {name!r}, which {results.name} did not measure{hint}"
        raise EvaluationError(message)
    return known[name]


def _check_same_questions(results: Results, baseline: Results) -> None:
    ours = [(row.id, row.question) for row in results.rows]
    theirs = [(row.id, row.question) for row in baseline.rows]
    if ours != theirs:
        message = (
            f"{results.name} and {baseline.name} are not of the same questions "
            f"({len(ours)} and {len(theirs)}): make the baseline anew"
        )
        raise EvaluationError(message)
