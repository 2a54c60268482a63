"""Questions: what is asked, what a right answer holds, and what makes a set of them sound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import QuestionSetError

Match = Literal["all", "any"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the collection that a right answer rests on.

    Attributes:
        quote: the words; "" when only the article is known.
        file: the name of the file they stand in, or None.
        article: the headline of the article, or None.
        document: the collection's own identifier of the article (`id`, `_id`), or None.
    """

    quote: str
    file: str | None = None
    article: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what is known about its answer.

    Attributes:
        id: unique in its set.
        question: as it is put.
        answerable: whether the collection holds the answer.
        answers: strings of a right answer; see `match`.
        match: `all` when a full answer holds every one of `answers`, `any` when they are
            alternatives for one another (SQuAD and its kin).
        evidence: where the answer stands.
        follows: the question it is asked after, in the same conversation, or None.
        type: what is asked for (amount, count, list …), or None.
        tags: slices it belongs to.
    """

    id: str
    question: str
    answerable: bool = True
    answers: tuple[str, ...] = ()
    match: Match = "all"
    evidence: tuple[Evidence, ...] = ()
    follows: str | None = None
    type: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A text that came with the questions (SQuAD, CMRC): one line of a collection."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions in the order they are asked; `documents` are theirs to be indexed, if any."""

    name: str
    questions: tuple[Question, ...]
    documents: tuple[Document, ...] = ()


class _EvidenceLine(BaseModel):
    model_config = ConfigDict(extra="ignore")

    quote: str = ""
    file: str | None = None
    article: str | None = None
    document: str | None = None


class QuestionLine(BaseModel):
    """A question line as it is written; other fields (`notes` …) are let through unread."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1, pattern=r"\S")
    answerable: bool = True
    answers: list[str] = []
    golden_answers: list[str] | None = None  # FlashRAG's name; its answers are alternatives
    match: Match | None = None
    evidence: list[_EvidenceLine] = []
    follows: str | None = None
    type: str | None = None
    tags: list[str] = []

    def to_question(self, *, default_match: Match = "all") -> Question:
        """Return the question; FlashRAG's `golden_answers` match when any of them does."""
        alternatives = self.golden_answers is not None and not self.answers
        answers = self.golden_answers if alternatives else self.answers
        return Question(
            id=self.id,
            question=self.question,
            answerable=self.answerable,
            answers=tuple(dict.fromkeys(answer for answer in answers or () if answer.strip())),
            match=self.match or ("any" if alternatives else default_match),
            evidence=tuple(Evidence(**line.model_dump()) for line in self.evidence),
            follows=self.follows or None,
            type=self.type,
            tags=tuple(self.tags),
        )


def parse_question(
    values: Mapping[str, Any], *, where: str, default_match: Match = "all"
) -> Question:
    """Return the question of one line.

    Args:
        values: the fields by name.
        where: the file and line, for the message.
        default_match: how `answers` are meant where the line does not say.

    Raises:
        QuestionSetError: a field is missing or of the wrong kind; names place and field.
    """
    try:
        return QuestionLine.model_validate(values).to_question(default_match=default_match)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = (
            f"{where}: field {field!r}: {first['msg']} "
            "(a question needs at least 'id' and 'question')"
        )
        raise QuestionSetError(message) from error


def checked(placed: Iterable[tuple[str, Question]], *, name: str) -> tuple[Question, ...]:
    """Return the questions in order once their identifiers are known to be sound.

    Args:
        placed: each question with its place ("line 7") in the set.
        name: the set, for the message.

    Raises:
        QuestionSetError: there is none, an identifier occurs twice or holds white space, or a
            question follows one that does not stand before it.
    """
    places: dict[str, str] = {}
    questions: list[Question] = []
    for place, question in placed:
        if any(character.isspace() for character in question.id):
            message = (
                f"{name} {place}: id {question.id!r} holds white space, which no run can carry"
            )
            raise QuestionSetError(message)
        if question.id in places:
            message = (
                f"{name} {place}: id {question.id!r} was used at {places[question.id]}; "
                "every question needs an id of its own"
            )
            raise QuestionSetError(message)
        if question.follows is not None and question.follows not in places:
            message = (
                f"{name} {place}: question {question.id!r} follows {question.follows!r}, which "
                "does not stand before it"
            )
            raise QuestionSetError(message)
        places[question.id] = place
        questions.append(question)
    if not questions:
        message = f"{name}: holds no question"
        raise QuestionSetError(message)
    return tuple(questions)
