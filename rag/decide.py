"""Whether what was found answers: answered, partial or not found."""

from __future__ import annotations

from rag.extract import Extract
from rag.types import Status


def decide(found: Extract, *, min_confidence: float) -> Status:
    """Return the status that the evidence carries.

    Args:
        found: what the articles say; places, years and names were already made to fit.
        min_confidence: a lower chance that the best quote answers is refused, 0 to 1.
    """
    if not found.quotes or found.confidence < min_confidence:
        return "not_found"
    return "answered" if found.complete else "partial"
