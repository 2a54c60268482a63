"""Two evaluations side by side: what rose, what fell, by how much, on which questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import EvaluationError
from rag.evaluation import Stored, compare, comparison_markdown, evaluate_run, runs_table
from rag.evaluation.comparison import compare_stored
from rag.evaluation.results import write_results
from rag.evaluation.summary import Row


def stored(name: str, values: dict[str, float | None], *, text: str = "答") -> Stored:
    rows = tuple(
        Row(
            id=identifier,
            question=f"问{identifier}",
            measures={"Correct": value, "F1": value},
            slices=("tag: odd" if int(identifier[1:]) % 2 else "tag: even",),
            detail={"text": f"{text}{identifier}"},
        )
        for identifier, value in values.items()
    )
    return Stored(name, rows, {}, {})


OLD = stored("old", {"q1": 1.0, "q2": 0.0, "q3": 0.0, "q4": 1.0, "q5": None}, text="旧")
NEW = stored("new", {"q1": 1.0, "q2": 1.0, "q3": 1.0, "q4": 0.0, "q6": 1.0}, text="新")


def test_wins_ties_losses_and_means_are_counted_over_shared_questions() -> None:
    comparison = compare_stored(OLD, NEW)
    correct = comparison.differences[0]
    assert comparison.questions == 4
    assert (correct.wins, correct.ties, correct.losses) == (2, 1, 1)
    assert (correct.first, correct.second, correct.difference) == (0.5, 0.75, 0.25)
    assert (comparison.only_first, comparison.only_second) == (("q5",), ("q6",))


def test_flipped_questions_show_both_answers_gains_first() -> None:
    flips = compare_stored(OLD, NEW).flips
    assert [(f.id, f.gained, f.first, f.second) for f in flips] == [
        ("q2", True, "旧q2", "新q2"),
        ("q3", True, "旧q3", "新q3"),
        ("q4", False, "旧q4", "新q4"),
    ]


def test_slices_tell_where_it_changed() -> None:
    slices = {s.label: (s.questions, s.first, s.second) for s in compare_stored(OLD, NEW).slices}
    assert slices == {"tag: even": (2, 0.5, 0.5), "tag: odd": (2, 0.5, 1.0)}


def test_an_evaluation_does_not_differ_from_itself() -> None:
    comparison = compare_stored(OLD, OLD)
    assert comparison.flips == ()
    assert {(d.difference, d.p, d.p_corrected) for d in comparison.differences} == {(0, 1, 1)}


def test_p_values_are_corrected_over_the_measures() -> None:
    first = stored("a", {f"q{n}": 0.0 for n in range(8)})
    second = stored("b", {f"q{n}": 1.0 for n in range(8)})
    difference = compare_stored(first, second).differences[0]
    assert difference.p == pytest.approx(2 / 2**8)
    assert difference.p_corrected == pytest.approx(2 * 2 / 2**8)


def test_a_comparison_is_json_even_where_there_is_no_mean() -> None:
    first = stored("a", {"q1": None, "q2": None})
    second = stored("b", {"q1": 1.0, "q2": 1.0})
    values = compare_stored(first, second).to_dict()
    assert json.loads(json.dumps(values, allow_nan=False))["differences"][0]["first"] is None


def test_results_of_different_questions_are_not_compared() -> None:
    with pytest.raises(EvaluationError, match="share no question"):
        compare_stored(OLD, stored("x", {"q9": 1.0}))
    changed = Stored("x", (Row("q1", "另一问", {"Correct": 1.0}),), {}, {})
    with pytest.raises(EvaluationError, match="different questions by 'q1'"):
        compare_stored(OLD, changed)


def test_folders_are_compared_by_their_names(tmp_path: Path) -> None:
    qrels = {"q1": {"d1": 1}, "q2": {"d2": 1}}
    write_results(evaluate_run(qrels, {"q1": {"d1": 1.0}}, name="s"), tmp_path / "before")
    write_results(evaluate_run(qrels, {"q2": {"d2": 1.0}}, name="s"), tmp_path / "after")
    comparison = compare(tmp_path / "before", tmp_path / "after")
    assert (comparison.first, comparison.second) == ("before", "after")
    assert comparison.headline == "Success@10"
    assert [(f.id, f.first, f.second) for f in comparison.flips] == [
        ("q2", "", "d2"),
        ("q1", "d1", ""),
    ]


def test_the_comparison_reads_as_markdown() -> None:
    text = comparison_markdown(compare_stored(OLD, NEW))
    assert "| Correct | 0.500 | 0.750 | +0.250 |" in text
    assert "## Gained: 2" in text
    assert "| q4 | 问q4 | 旧q4 | 新q4 |" in text


def test_a_cell_does_not_break_its_table() -> None:
    first = stored("a", {"q1": 1.0}, text="一|二\n三")
    second = stored("b", {"q1": 0.0})
    assert r"一\|二 三q1" in comparison_markdown(compare_stored(first, second))


def test_any_number_of_runs_stand_side_by_side() -> None:
    worse = stored("worse_run", {f"q{n}": 0.0 for n in range(12)})
    better = stored("better", {f"q{n}": 1.0 for n in range(12)})
    table = runs_table([worse, better, worse])
    assert "| measure | worse_run | better | worse_run |" in table
    assert "| Correct | 0.000 | 1.000* | 0.000 |" in table
    latex = runs_table([worse, better], latex=True)
    assert r"measure & worse\_run & better \\" in latex
    assert r"\begin{tabular}{lrr}" in latex
