"""Whether a stated confidence can be trusted: risk against coverage, and calibration error."""

from __future__ import annotations

from collections.abc import Sequence

BINS = 10


def risk_coverage(judged: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """Return the curve of (share answered, share of those wrong) as the bar is lowered.

    Args:
        judged: the confidence and the rightness of each answer; equal confidences are let in
            together, so that their order does not matter.

    Source: El-Yaniv & Wiener, On the Foundations of Noise-free Selective Classification, JMLR 2010.
    """
    curve: list[tuple[float, float]] = []
    wrong = 0
    ordered = sorted(judged, key=lambda item: -item[0])
    for position, (confidence, right) in enumerate(ordered, start=1):
        wrong += not right
        if position == len(ordered) or ordered[position][0] != confidence:
            curve.append((position / len(ordered), wrong / position))
    return curve


def area_under_risk(curve: Sequence[tuple[float, float]]) -> float:
    """Return the area under a risk-coverage curve as steps, 0 (best) to 1.

    Source: Geifman, Uziel & El-Yaniv, Bias-Reduced Uncertainty Estimation, ICLR 2019 (AURC).
    """
    area = last = 0.0
    for coverage, risk in curve:
        area += (coverage - last) * risk
        last = coverage
    return area


def expected_calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """Return the mean gap between confidence and rightness over ten equal bins, 0 (best) to 1.

    Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017, equation 3.
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in judged:
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    gaps = (
        abs(sum(right for _, right in held) - sum(confidence for confidence, _ in held))
        for held in bins.values()
    )
    return sum(gaps) / len(judged) if judged else 0.0
