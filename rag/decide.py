"""Whether what was found answers: answered, partial or not found."""

from __future__ import annotations

from rag.extract import Extract
from rag.types import Status

MAX_MISSING = 0.45
"""Share of the question's words that the quoted article may lack altogether.
Source: set on the sample collection's questions (tests/bench/refusal.py prints the curve)."""


def decide(found: Extract, *, min_evidence: float) -> Status:
    """Return the status that the evidence carries.

    Args:
        found: what the articles say; places, years and names were already made to fit.
        min_evidence: evidence below this is refused, 0 to 1.
    """
    if not found.quotes or found.evidence < min_evidence or found.missing > MAX_MISSING:
        return "not_found"
    return "answered" if found.complete else "partial"
