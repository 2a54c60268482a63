"""What evaluation asks of the assistant under test: two questions and one look-up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from corpus import Article
from rag.types import Answer, ScoredPassage, Turn

OnProgress = Callable[[int, int], None]  # called with the number done and the number in all


class Articles(Protocol):
    """Articles by identifier."""

    def article(self, article_id: str) -> Article:
        """Return an article."""
        ...


class Searcher(Articles, Protocol):
    """What retrieval is measured on."""

    def retrieve(self, question: str, *, top_k: int) -> Sequence[ScoredPassage]:
        """Return the best passages, best first, at most `top_k`."""
        ...


class Answerer(Articles, Protocol):
    """What answers are measured on; `rag.Assistant` is one."""

    def query(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        """Return the answer to a question asked after `history`."""
        ...
