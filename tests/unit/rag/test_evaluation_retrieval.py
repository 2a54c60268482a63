"""Retrieval measures: hand-worked values, and every judged query counts."""

from __future__ import annotations

import sys

import pytest

from rag.errors import EvaluationError
from rag.evaluation.retrieval import RETRIEVAL_MEASURES, measure_run, unjudged_share

QRELS = {"q1": {"a": 1, "b": 1, "z": 0}, "q2": {"c": 1}, "q3": {"d": 1}}
RUN = {
    "q1": {"x": 0.9, "a": 0.8, "y": 0.7, "b": 0.6},
    "q2": {},
    "elsewhere": {"a": 1.0},
}


def test_hand_worked_values() -> None:
    q1 = measure_run(QRELS, RUN)["q1"]
    assert q1["Success@1"] == 0
    assert q1["Success@5"] == 1
    assert q1["RR@10"] == pytest.approx(1 / 2)
    assert q1["R@10"] == 1
    assert q1["AP"] == pytest.approx((1 / 2 + 2 / 4) / 2)
    # Gains at ranks 2 and 4 over the ideal ranks 1 and 2: (1/log2 3 + 1/log2 5) / (1 + 1/log2 3).
    assert q1["nDCG@10"] == pytest.approx(0.6509209298)


def test_a_query_without_results_counts_as_zero() -> None:
    values = measure_run(QRELS, RUN)
    assert list(values) == ["q1", "q2", "q3"]
    assert values["q2"] == values["q3"] == dict.fromkeys(RETRIEVAL_MEASURES, 0.0)


def test_an_empty_run_is_all_zero() -> None:
    assert measure_run(QRELS, {})["q1"] == dict.fromkeys(RETRIEVAL_MEASURES, 0.0)


def test_the_cutoff_is_ten() -> None:
    run = {"q3": {f"x{n}": 1 - n / 100 for n in range(10)} | {"d": 0.1}}
    values = measure_run(QRELS, run)["q3"]
    assert (values["RR@10"], values["nDCG@10"], values["R@10"]) == (0, 0, 0)
    assert values["R@100"] == 1
    assert values["AP"] == pytest.approx(1 / 11)


def test_a_grade_counts_as_its_gain() -> None:
    values = measure_run({"q": {"a": 3, "b": 1}}, {"q": {"b": 2.0, "a": 1.0}}, measures=["nDCG@10"])
    assert values["q"]["nDCG@10"] == pytest.approx((1 + 3 / 1.5849625) / (3 + 1 / 1.5849625))


def test_the_share_of_unjudged_results_is_stated() -> None:
    assert unjudged_share(QRELS, RUN, depth=2) == pytest.approx(1 / 2)
    assert unjudged_share(QRELS, {}, depth=10) == 0


def test_an_unknown_measure_is_named() -> None:
    with pytest.raises(EvaluationError, match="NDGC"):
        measure_run(QRELS, RUN, measures=["NDGC@10"])


def test_a_missing_library_names_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(
        EvaluationError, match=r"pip install 'wenju\[evaluate\]' -c constraints.txt"
    ):
        measure_run(QRELS, RUN)
