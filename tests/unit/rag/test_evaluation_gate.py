"""A gate opens only when every floor, ceiling and drop is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import EvaluationError
from rag.evaluation import GateRules, Stored, gate, read_gate_rules
from rag.evaluation.summary import Row

LATENCY = {"total": {"p50": 20.0, "p95": 80.0, "n": 3}}


def stored(mean: float, *, questions: tuple[str, ...] = ("a", "b")) -> Stored:
    rows = tuple(Row(id=one, question=one, measures={"Correct": mean}) for one in questions)
    return Stored("now", rows, {"measures": {"Correct": {"mean": mean}}}, LATENCY)


@pytest.mark.parametrize(
    ("rules", "broken"),
    [
        ({"floors": {"Correct": 0.8}}, None),
        ({"floors": {"Correct": 0.81}}, "Correct = 0.8000, below the floor 0.8100"),
        ({"ceilings": {"total.p95": 80}}, None),
        ({"ceilings": {"total.p95": 79}}, "total.p95 = 80.0000, above the ceiling 79.0000"),
        ({"max_drops": {"Correct": 0.1}}, None),
        ({"max_drops": {"Correct": 0.05}}, "Correct = 0.8000, below the max_drop 0.8500"),
        ({}, None),
    ],
)
def test_each_rule_is_kept_or_told(rules: dict, broken: str | None) -> None:
    violations = gate(stored(0.8), GateRules(**rules), baseline=stored(0.9))
    assert [str(violation) for violation in violations] == ([broken] if broken else [])


def test_a_rise_never_breaks_a_drop() -> None:
    rules = GateRules(max_drops={"Correct": 0.0})
    assert gate(stored(0.9), rules, baseline=stored(0.8)) == ()
    assert gate(stored(1 / 3), rules, baseline=stored(0.333333)) == ()


def test_drops_need_a_baseline_of_the_same_questions() -> None:
    rules = GateRules(max_drops={"Correct": 0.1})
    with pytest.raises(EvaluationError, match="baseline"):
        gate(stored(0.8), rules)
    with pytest.raises(EvaluationError, match="same questions"):
        gate(stored(0.8), rules, baseline=stored(0.8, questions=("a",)))


@pytest.mark.parametrize("rules", [{"floors": {"Corect": 0.1}}, {"ceilings": {"total.p59": 1}}])
def test_a_rule_on_what_was_not_measured_is_an_error_with_a_hint(rules: dict) -> None:
    with pytest.raises(EvaluationError, match=r"did you mean '(Correct|total\.p95)'"):
        gate(stored(0.8), GateRules(**rules))


def test_a_gate_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "gate.yaml"
    path.write_text("floors:\n  Correct: 0.8\nmax_drops:\n  F1: 0.02\n", encoding="utf-8")
    rules = read_gate_rules(path)
    assert (dict(rules.floors), dict(rules.max_drops)) == ({"Correct": 0.8}, {"F1": 0.02})


@pytest.mark.parametrize("text", ["floor:\n  F1: 1\n", "floors:\n  F1: high\n", "a: [", "- 1\n"])
def test_a_gate_file_with_a_mistake_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gate.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"gate\.yaml"):
        read_gate_rules(path)


def test_a_missing_gate_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"none\.yaml"):
        read_gate_rules(tmp_path / "none.yaml")
