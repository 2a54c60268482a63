"""How sure a figure is: bootstrap intervals and the paired randomisation test.

Values come as arrays with one row a question, NaN where a measure does not apply. Everything is
drawn from a seeded generator: the same values and seed give the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

SEED = 20260101
RESAMPLES = 2000
PERMUTATIONS = 10_000
LEVEL = 0.95
_CHUNK = 250  # draws held in memory at once: 250 x 10,000 questions are 20 MB


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % interval over `n` questions; all NaN when `n` is 0."""

    mean: float
    low: float
    high: float
    n: int


def bootstrap(values: Values, *, seed: int = SEED, resamples: int = RESAMPLES) -> Interval:
    """Return the mean and its percentile interval, questions drawn with replacement.

    Questions where the measure does not apply are drawn too, so that a measure over few of them
    (refusal precision) gets the wide interval it deserves.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    applies = ~np.isnan(values)
    n = int(applies.sum())
    if n == 0:
        return Interval(np.nan, np.nan, np.nan, 0)
    sums, counts = _resampled(np.nan_to_num(values), applies, seed=seed, resamples=resamples)
    low, high = _percentiles(sums[counts > 0] / counts[counts > 0])
    return Interval(float(values[applies].mean()), low, high, n)


def bootstrap_difference(
    first: Values, second: Values, *, seed: int = SEED, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Return the 95 % interval of mean(second) - mean(first), questions drawn together."""
    means = []
    for values in (first, second):
        applies = ~np.isnan(values)
        sums, counts = _resampled(np.nan_to_num(values), applies, seed=seed, resamples=resamples)
        with np.errstate(invalid="ignore"):
            means.append(sums / counts)
    differences = means[1] - means[0]
    differences = differences[~np.isnan(differences)]
    return _percentiles(differences) if differences.size else (np.nan, np.nan)


def randomisation_p(
    first: Values, second: Values, *, seed: int = SEED, permutations: int = PERMUTATIONS
) -> float:
    """Return the two-sided p-value of the difference in means under swapped labels.

    For each question the two systems' values are exchanged or not, by a fair coin. Every one of
    the 2^n exchanges is tried where they are no more than `permutations`; otherwise that many are
    drawn, and the observed one is counted among them. 1.0 where either mean is undefined.

    Source: Smucker, Allan & Carterette, A Comparison of Statistical Significance Tests for
    Information Retrieval Evaluation, CIKM 2007; Phipson & Smyth 2010 for counting the observed.
    """
    differing = ~((first == second) | (np.isnan(first) & np.isnan(second)))
    observed = abs(_difference(first, second))
    if np.isnan(observed):
        return 1.0
    n = int(differing.sum())
    exact = 2**n <= permutations
    swaps = _all_swaps(n) if exact else _random_swaps(n, permutations, seed)
    extreme = total = 0
    for block in swaps:
        differences = np.abs(_swapped_differences(first, second, differing, block))
        # Sums of the same numbers in another order differ in their last digits.
        extreme += int((differences >= observed - 1e-12).sum())
        total += len(block)
    return extreme / total if exact else (extreme + 1) / (total + 1)


def holm(p_values: list[float]) -> list[float]:
    """Return p-values corrected for testing several measures at once, in the given order.

    Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure, 1979.
    """
    corrected = [1.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = highest
    return corrected


def _resampled(
    values: Values, applies: NDArray[np.bool_], *, seed: int, resamples: int
) -> tuple[Values, Values]:
    generator = np.random.default_rng(seed)
    n = len(values)
    sums, counts = np.empty(resamples), np.empty(resamples)
    for start in range(0, resamples, _CHUNK):
        size = min(_CHUNK, resamples - start)
        drawn = generator.integers(0, n, size=(size, n))
        sums[start : start + size] = values[drawn].sum(axis=1)
        counts[start : start + size] = applies[drawn].sum(axis=1)
    return sums, counts


def _percentiles(draws: Values) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return float(low), float(high)


def _difference(first: Values, second: Values) -> float:
    if np.isnan(first).all() or np.isnan(second).all():
        return float("nan")
    return float(np.nanmean(second) - np.nanmean(first))


def _all_swaps(n: int) -> list[NDArray[np.bool_]]:
    codes = np.arange(2**n)[:, None]
    return [(codes >> np.arange(n)) % 2 == 1]


def _random_swaps(n: int, permutations: int, seed: int) -> list[NDArray[np.bool_]]:
    generator = np.random.default_rng(seed)
    return [
        generator.integers(0, 2, size=(min(_CHUNK, permutations - start), n), dtype=np.int8) == 1
        for start in range(0, permutations, _CHUNK)
    ]


def _swapped_differences(
    first: Values, second: Values, differing: NDArray[np.bool_], swaps: NDArray[np.bool_]
) -> Values:
    """Return mean(second) - mean(first) for each row of `swaps` over the differing questions."""
    a, b = first[differing], second[differing]
    fixed_a, fixed_b = first[~differing], second[~differing]
    swapped_a, swapped_b = np.where(swaps, b, a), np.where(swaps, a, b)
    means = []
    for moved, fixed in ((swapped_a, fixed_a), (swapped_b, fixed_b)):
        sums = np.nansum(moved, axis=1) + np.nansum(fixed)
        counts = (~np.isnan(moved)).sum(axis=1) + (~np.isnan(fixed)).sum()
        with np.errstate(invalid="ignore", divide="ignore"):
            means.append(sums / counts)
    differences: Values = np.nan_to_num(means[1] - means[0])
    return differences
