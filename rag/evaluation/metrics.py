"""Every measure of an answer by its name: what `wenju evaluate` reports, in this order."""

from __future__ import annotations

from collections.abc import Callable

from rag.evaluation.answer_measures import (
    answer_contains,
    answer_recall,
    answered,
    character_f1,
    correct,
    exact_match,
    number_exact,
    number_recall,
    refusal_precision,
    refusal_recall,
    rouge_l,
    short_contains,
)
from rag.evaluation.citation_measures import (
    citation_precision,
    citation_recall,
    evidence_precision,
    evidence_recall,
    number_support,
    quote_verbatim,
)
from rag.evaluation.scored import Scored

METRICS: dict[str, Callable[[Scored], float | None]] = {
    "Correct": correct,
    "Contains": answer_contains,
    "AnswerRecall": answer_recall,
    "ShortContains": short_contains,
    "EM": exact_match,
    "F1": character_f1,
    "ROUGE-L": rouge_l,
    "NumberRecall": number_recall,
    "NumberExact": number_exact,
    "Answered": answered,
    "RefusalPrecision": refusal_precision,
    "RefusalRecall": refusal_recall,
    "EvidenceRecall": evidence_recall,
    "EvidencePrecision": evidence_precision,
    "CitationRecall": citation_recall,
    "CitationPrecision": citation_precision,
    "QuoteVerbatim": quote_verbatim,
    "NumberSupport": number_support,
}

# Of the articles an answer looked at, where the questions name their evidence; the list an answer
# carries is short, so that deeper measures would say nothing.
QUESTION_RETRIEVAL_MEASURES = ("nDCG@10", "RR@10", "Success@1", "Success@5", "Success@10", "R@10")


def measure_answer(scored: Scored) -> dict[str, float | None]:
    """Return the value of every measure of one answer; None where one does not apply."""
    return {name: function(scored) for name, function in METRICS.items()}
