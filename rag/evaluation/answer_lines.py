"""Answer lines as evaluation reads them, from this assistant or from another system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import QuestionSetError
from rag.evaluation.json_lines import json_lines
from rag.evaluation.questions import Question

MARKER = re.compile(r"\[(\d+)\]")


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class CitationLine(_Line):
    """A citation; `start` and `end` are None when its source keeps no offsets."""

    marker: int
    quote: str
    article_id: str = ""
    title: str = ""
    source: str = ""
    start: int | None = None
    end: int | None = None


class RetrievedLine(_Line):
    """A passage that was looked at."""

    rank: int
    article_id: str
    score: float = 0.0
    title: str = ""
    start: int | None = None
    end: int | None = None


class AnswerLine(_Line):
    """An answer line; only `id`, `status` and `text` are required of other systems.

    `error` says why a question could not be answered at all; such a line scores zero throughout.
    `confidence` (0 to 1, that the answer is right) is scored where a system states it.
    """

    id: str
    status: Literal["answered", "partial", "not_found"]
    text: str
    question: str | None = None
    rewritten: str | None = None
    short: str | None = None
    citations: tuple[CitationLine, ...] = ()
    retrieved: tuple[RetrievedLine, ...] = ()
    notes: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = {}
    versions: Mapping[str, str | int | None] = {}
    confidence: float | None = Field(default=None, ge=0.0, le=1.0)
    error: str | None = None

    @property
    def refused(self) -> bool:
        """Tell whether the assistant declined to answer; a partial answer is an answer."""
        return self.status == "not_found" and self.error is None

    @property
    def said(self) -> str:
        """Return what was answered, without markers; "" for a refusal or an error."""
        return "" if self.status == "not_found" else MARKER.sub("", self.text).strip()

    @property
    def spans(self) -> tuple[str, ...]:
        """Return the short answer's spans, or the whole text where there is no short answer."""
        if self.status == "not_found":
            return ()
        return tuple(part for part in (self.short or "").split("；") if part) or (self.said,)


def parse_answer(line: str | bytes | Mapping[str, object], *, where: str) -> AnswerLine:
    """Return one answer line.

    Raises:
        QuestionSetError: it is not JSON, or a field is missing or wrong; names place and field.
    """
    try:
        if isinstance(line, Mapping):
            return AnswerLine.model_validate(line)
        return AnswerLine.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = f"{where}: field {field!r}: {first['msg']}"
        raise QuestionSetError(message) from error


def read_answers(path: Path, questions: Iterable[Question]) -> dict[str, AnswerLine]:
    """Read a file of answer lines, in any order: question id → answer.

    A question without a line gets one that says so in `error`, and so scores zero.

    Raises:
        QuestionSetError: a broken line, two for one question, or one for a question that is not
            in the set.
    """
    asked = {question.id: question for question in questions}
    answers: dict[str, AnswerLine] = {}
    for number, values in json_lines(path):
        where = f"{path} line {number}"
        answer = parse_answer(values, where=where)
        if answer.id not in asked:
            message = f"{where}: no question of the set has the id {answer.id!r}"
            raise QuestionSetError(message)
        if answer.id in answers:
            message = f"{where}: a second answer to question {answer.id!r}"
            raise QuestionSetError(message)
        answers[answer.id] = answer
    return {identifier: answers.get(identifier) or _unanswered(identifier) for identifier in asked}


def _unanswered(identifier: str) -> AnswerLine:
    return AnswerLine(id=identifier, status="not_found", text="", error="no answer line")
