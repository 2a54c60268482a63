"""Retrieval measures, by document: what of the relevant was found, and how far up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.errors import EvaluationError
from rag.evaluation.trec import Qrels, Run

DEPTH = 100  # documents a query; TREC and BEIR report Recall@100 at this depth

# As ir_measures spells them. Success@k: whether any relevant document is among the first k.
# R@k: share of the relevant documents among the first k. RR@10: one over the rank of the first
# relevant one (MS MARCO). nDCG@10: Järvelin & Kekäläinen 2002, linear gains, as trec_eval.
# AP: average precision (its mean is MAP) over the whole list.
RETRIEVAL_MEASURES = (
    "nDCG@10",
    "RR@10",
    "Success@1",
    "Success@5",
    "Success@10",
    "R@10",
    "R@100",
    "AP",
)


def measure_run(
    qrels: Qrels, run: Run, *, measures: Sequence[str] = RETRIEVAL_MEASURES
) -> dict[str, dict[str, float]]:
    """Return each measure of each judged query: query_id → measure → value.

    Every query of `qrels` is counted: one without results, or without a relevant document, is 0.
    Queries of `run` that nobody judged are left out.

    Args:
        qrels: the judgments; relevance 1 and above is relevant.
        run: the ranked lists; ties in score are broken by the measure's provider.
        measures: names as ir_measures spells them.

    Raises:
        EvaluationError: ir_measures is not installed, or does not know a measure.

    Source: ir_measures (MacAvaney, Macdonald, Ounis: Streamlining Evaluation with ir-measures,
    ECIR 2022), which hands all but RR@10 to trec_eval's own code.
    """
    library = _ir_measures()
    try:
        parsed = [library.parse_measure(name) for name in measures]
    except (NameError, ValueError, KeyError) as error:
        message = f"unknown retrieval measure: {error}"
        raise EvaluationError(message) from error
    names = dict(zip(parsed, measures, strict=True))
    judged = {q: dict(run[q]) for q in qrels if run.get(q)}
    values: dict[str, dict[str, float]] = {query_id: {} for query_id in qrels}
    for metric in library.iter_calc(parsed, qrels, judged):
        values[metric.query_id][names[metric.measure]] = float(metric.value)
    return {q: {name: values[q].get(name, 0.0) for name in measures} for q in qrels}


def unjudged_share(qrels: Qrels, run: Mapping[str, Mapping[str, float]], *, depth: int) -> float:
    """Return the share of the first `depth` results that nobody judged, 0 without results."""
    first = [
        (query_id, doc_id)
        for query_id in qrels
        for doc_id in sorted(run.get(query_id, {}), key=lambda d: -run[query_id][d])[:depth]
    ]
    unjudged = sum(doc_id not in qrels[query_id] for query_id, doc_id in first)
    return unjudged / len(first) if first else 0.0


def _ir_measures() -> Any:
    try:
        import ir_measures  # noqa: PLC0415 - optional, imported by the one who asked
    except ImportError as error:
        message = (
            "retrieval measures need the 'evaluate' extra: "
            "pip install 'wenju[evaluate]' -c constraints.txt"
        )
        raise EvaluationError(message) from error
    return ir_measures
