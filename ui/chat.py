"""What the chat page does, without Gradio and without markup: questions in, conversations out."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from rag import (
    Answer,
    Article,
    Assistant,
    GeneratorError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    QuestionError,
    Turn,
    WenjuError,
)
from ui import text as words

logger = logging.getLogger(__name__)

ExchangeState = Literal["running", "done", "stopped", "failed"]
PlaceKind = Literal["cite", "near"]

_TARGET = re.compile(r"(cite|near)-(\d{1,6})-(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question of a conversation and what has come of it so far."""

    question: str
    answer: Answer | None = None
    state: ExchangeState = "running"
    problem: str | None = None


Conversation = tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What a link in the conversation points to.

    Attributes:
        exchange: the number of the exchange, from 1.
        kind: `cite` for a citation, `near` for a passage that was looked at.
        index: the citation's marker, or the passage's rank.
    """

    exchange: int
    kind: PlaceKind
    index: int

    @property
    def target(self) -> str:
        """Return the place as it stands in a link, without "#"."""
        return f"{self.kind}-{self.exchange}-{self.index}"

    @classmethod
    def parse(cls, target: str) -> Place | None:
        """Return the place that `target` names, or None if it names none."""
        match = _TARGET.fullmatch(target)
        if match is None:
            return None
        kind: PlaceKind = "cite" if match[1] == "cite" else "near"
        return cls(int(match[2]), kind, int(match[3]))


@dataclass(frozen=True, slots=True)
class Evidence:
    """An article to show, and the place in it that an answer points to; None once removed."""

    place: Place
    answer: Answer
    article: Article | None


class Chat:
    """The conversations of the page. Keeps none of them: each is handed in and handed back."""

    def __init__(self, assistant: Assistant, *, max_question_chars: int) -> None:
        self._assistant = assistant
        self._max_question_chars = max_question_chars

    def ask(self, question: str, conversation: Conversation) -> Iterator[Conversation]:
        """Yield the conversation with the new exchange as its answer grows; the last is final.

        A blank question changes nothing. A failure becomes the exchange's `problem`: this is the
        border where whatever goes wrong is logged and said in words.
        """
        question = question.strip()
        if not question:
            yield conversation
            return
        asked = Exchange(question)
        try:
            yield (*conversation, asked)
            for answer in self._assistant.stream(question, history=_turns(conversation)):
                asked = replace(asked, answer=answer)
                yield (*conversation, asked)
            asked = replace(asked, state="done")
        except WenjuError as error:
            logger.warning("a question was not answered: %s", error)
            asked = replace(asked, state="failed", problem=self._explain(error))
        except Exception:  # the top of the chat: whatever happens is logged and said
            logger.exception("unexpected failure while answering a question")
            asked = replace(asked, state="failed", problem=words.PROBLEM_UNEXPECTED)
        yield (*conversation, asked)

    def stop(self, conversation: Conversation) -> Conversation:
        """Return the conversation with a still running last exchange ended."""
        if not conversation or conversation[-1].state != "running":
            return conversation
        return (*conversation[:-1], replace(conversation[-1], state="stopped"))

    def evidence(self, place: Place, conversation: Conversation) -> Evidence | None:
        """Return the article a place points to, or None if the conversation has no such place."""
        if not 1 <= place.exchange <= len(conversation):
            return None
        answer = conversation[place.exchange - 1].answer
        article_id = None if answer is None else _article_id(answer, place)
        if answer is None or article_id is None:
            return None
        try:
            return Evidence(place, answer, self._assistant.article(article_id))
        except WenjuError:
            logger.info("article %s is no longer in the index", article_id)
            return Evidence(place, answer, None)

    def first_evidence(self, conversation: Conversation) -> Evidence | None:
        """Return the first citation's article of the last answer, or None if nothing is cited."""
        answer = conversation[-1].answer if conversation else None
        if answer is None or not answer.citations:
            return None
        place = Place(len(conversation), "cite", answer.citations[0].marker)
        return self.evidence(place, conversation)

    def _explain(self, error: WenjuError) -> str:
        match error:
            case QuestionError():
                return words.PROBLEM_QUESTION.format(limit=self._max_question_chars)
            case GeneratorError():
                return words.PROBLEM_GENERATOR
            case IndexMissingError() | IndexMismatchError() | IndexDamagedError():
                return words.PROBLEM_INDEX
            case _:
                return words.PROBLEM_EXPECTED


def _turns(conversation: Conversation) -> tuple[Turn, ...]:
    return tuple(
        Turn(exchange.question, exchange.answer.text)
        for exchange in conversation
        if exchange.state == "done" and exchange.answer is not None
    )


def _article_id(answer: Answer, place: Place) -> str | None:
    if place.kind == "cite":
        found = [c.article_id for c in answer.citations if c.marker == place.index]
    else:
        found = [entry.article_id for entry in answer.retrieved if entry.rank == place.index]
    return found[0] if found else None
