"""Intervals and tests: known cases, known limits, and the same figures from the same seed."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from rag.evaluation.calibration import (
    area_under_risk,
    expected_calibration_error,
    risk_coverage,
)
from rag.evaluation.significance import bootstrap, bootstrap_difference, holm, randomisation_p

NAN = float("nan")


def test_the_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few = bootstrap(np.array([0.0, 1.0] * 10))
    many = bootstrap(np.array([0.0, 1.0] * 200))
    assert few.mean == many.mean == 0.5
    assert few.low < many.low < 0.5 < many.high < few.high
    # The standard error of a fair coin over 400 questions is 0.025.
    assert many.low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.01)


def test_a_constant_has_an_interval_without_width() -> None:
    interval = bootstrap(np.ones(30))
    assert (interval.mean, interval.low, interval.high, interval.n) == (1, 1, 1, 30)


def test_questions_where_a_measure_does_not_apply_are_left_out_of_the_mean() -> None:
    interval = bootstrap(np.array([NAN, 1.0, NAN, 0.0]))
    assert (interval.mean, interval.n) == (0.5, 2)


def test_a_measure_that_never_applies_has_no_mean() -> None:
    interval = bootstrap(np.array([NAN, NAN]))
    assert interval.n == 0
    assert np.isnan(interval.mean)


def test_the_same_seed_gives_the_same_figures() -> None:
    values = np.random.default_rng(1).random(50)
    others = np.random.default_rng(2).random(50)
    assert bootstrap(values, seed=3) == bootstrap(values, seed=3)
    assert bootstrap(values, seed=3) != bootstrap(values, seed=4)
    assert randomisation_p(values, others, seed=3) == randomisation_p(values, others, seed=3)


def brute_force_p(first: list[float], second: list[float]) -> float:
    observed = abs(np.mean(second) - np.mean(first))
    differences = [
        abs(np.mean([(b - a) * sign for a, b, sign in zip(first, second, signs, strict=True)]))
        for signs in product((1, -1), repeat=len(first))
    ]
    return float(np.mean([d >= observed - 1e-12 for d in differences]))


def test_few_questions_are_tried_in_every_way() -> None:
    first, second = [0.1, 0.5, 0.2, 0.9, 0.4], [0.3, 0.6, 0.1, 1.0, 0.9]
    exact = randomisation_p(np.array(first), np.array(second))
    assert exact == pytest.approx(brute_force_p(first, second))


def test_equal_systems_do_not_differ() -> None:
    values = np.array([0.0, 1.0, NAN, 0.5])
    assert randomisation_p(values, values) == 1.0
    assert bootstrap_difference(values, values) == (0.0, 0.0)


def test_a_clear_difference_is_seen_and_never_impossible() -> None:
    p = randomisation_p(np.zeros(40), np.ones(40), permutations=999)
    assert p == pytest.approx(1 / 1000)


def test_the_test_holds_where_one_system_has_no_value() -> None:
    first = np.array([1.0, NAN, 0.0, 1.0])
    second = np.array([1.0, 1.0, NAN, NAN])
    assert 0 < randomisation_p(first, second) <= 1
    assert randomisation_p(np.array([NAN, NAN]), np.array([1.0, 0.0])) == 1.0


def test_p_values_are_uniform_when_nothing_differs() -> None:
    generator = np.random.default_rng(5)
    p_values = [
        randomisation_p(generator.random(12), generator.random(12), permutations=199, seed=seed)
        for seed in range(60)
    ]
    assert np.mean([p <= 0.05 for p in p_values]) <= 0.15
    assert 0.3 < np.mean(p_values) < 0.7


def test_the_difference_interval_points_from_first_to_second() -> None:
    low, high = bootstrap_difference(np.zeros(30), np.tile([0.4, 0.6], 15))
    assert 0.4 < low < 0.5 < high < 0.6


def test_holm_on_a_textbook_case() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_risk_rises_as_doubtful_answers_are_let_in() -> None:
    curve = risk_coverage([(0.9, True), (0.8, True), (0.5, False), (0.5, True)])
    assert curve == [(0.25, 0.0), (0.5, 0.0), (1.0, 0.25)]
    assert area_under_risk(curve) == pytest.approx(0.5 * 0.25)


def test_calibration_error_is_the_mean_gap() -> None:
    assert expected_calibration_error([(1.0, True), (0.0, False)]) == 0
    assert expected_calibration_error([(0.75, True), (0.75, False)]) == pytest.approx(0.25)
    assert expected_calibration_error([]) == 0
