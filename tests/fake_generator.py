"""A language model that says what it was told to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.errors import GeneratorError
from rag.prompts import NOT_FOUND, PromptPassage
from rag.types import Turn


class FakeGenerator:
    """Says these pieces, or what a function makes of question and passages; then, maybe, dies.

    What it was asked is kept in `asked`.
    """

    name = "fake"

    def __init__(
        self,
        *pieces: str,
        says: Callable[[str, Sequence[PromptPassage]], str] | None = None,
        dies: bool = False,
    ) -> None:
        self._pieces = pieces
        self._says = says
        self._dies = dies
        self.asked: list[tuple[str, Sequence[PromptPassage], Sequence[Turn]]] = []

    def generate(
        self, question: str, passages: Sequence[PromptPassage], *, history: Sequence[Turn] = ()
    ) -> Iterator[str]:
        """Yield the answer piece by piece."""
        self.asked.append((question, passages, history))
        if not passages:
            yield NOT_FOUND
            return
        if self._says is not None:
            yield self._says(question, passages)
        yield from self._pieces
        if self._dies:
            message = "the model broke off"
            raise GeneratorError(message)
