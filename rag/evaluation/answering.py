"""A question set through the assistant: one answer line a question, in order, resumable."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import QuestionError, QuestionSetError
from rag.evaluation.answer_lines import AnswerLine, parse_answer
from rag.evaluation.protocols import Answerer, OnProgress
from rag.evaluation.questions import Question
from rag.types import Answer, Turn


@dataclass(frozen=True, slots=True)
class AnsweringReport:
    """How many questions were answered now, kept from an earlier run, and refused as questions."""

    asked: int
    kept: int
    failed: int


def answer_questions(
    assistant: Answerer,
    questions: Sequence[Question],
    out: Path,
    *,
    on_progress: OnProgress | None = None,
) -> AnsweringReport:
    """Ask every question and append one answer line each to `out`, in order.

    Lines that stand there already are kept, so that an interrupted run goes on where it stopped; a
    last line that was cut off in writing is asked again. A question that follows another is asked
    with the exchanges it follows as history. A question that the assistant refuses as such (too
    long, say) gets a line with `error`; any other failure ends the run and leaves what was done.

    Args:
        assistant: who is asked.
        questions: as read by `read_question_set`.
        out: the file of answer lines; made with its folder when missing.
        on_progress: told the number done and the number in all after each question.

    Raises:
        QuestionSetError: `out` holds answers to other questions.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    kept, size = _kept(out, questions)
    failed = sum(answer.error is not None for answer in kept)
    turns = _Turns(questions)
    for question, answer in zip(questions, kept, strict=False):
        turns.add(question, answer.text)
    with out.open("ab") as stream:
        stream.truncate(size)
        for done, question in enumerate(questions[len(kept) :], start=len(kept) + 1):
            line = _ask(assistant, question, turns.before(question))
            turns.add(question, line["text"])
            failed += line.get("error") is not None
            stream.write(_encoded(line))
            stream.flush()
            if on_progress is not None:
                on_progress(done, len(questions))
    return AnsweringReport(asked=len(questions) - len(kept), kept=len(kept), failed=failed)


class _Turns:
    """The exchanges so far, kept only for the questions that another one follows."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._followed = {question.follows for question in questions}
        self._turns: dict[str, tuple[Question, Turn]] = {}

    def add(self, question: Question, answer: str) -> None:
        if question.id in self._followed:
            self._turns[question.id] = (question, Turn(question.question, answer))

    def before(self, question: Question) -> tuple[Turn, ...]:
        """Return the conversation that leads up to a question, oldest exchange first."""
        turns: list[Turn] = []
        earlier = question.follows
        while earlier is not None:
            followed, turn = self._turns[earlier]
            turns.append(turn)
            earlier = followed.follows
        return tuple(reversed(turns))


def _ask(assistant: Answerer, question: Question, history: Sequence[Turn]) -> dict[str, Any]:
    try:
        answer = assistant.query(question.question, history=history)
    except QuestionError as error:
        answer = Answer(question=question.question, status="not_found", text="")
        return {**answer.to_dict(), "id": question.id, "error": str(error)}
    return {**answer.to_dict(), "id": question.id, "question": question.question}


def _encoded(line: Mapping[str, Any]) -> bytes:
    """Return a line of JSON; a lone surrogate, which UTF-8 has no form for, becomes "?"."""
    return f"{json.dumps(line, ensure_ascii=False)}\n".encode("utf-8", "replace")


def _kept(out: Path, questions: Sequence[Question]) -> tuple[list[AnswerLine], int]:
    """Return the answers that stand in `out` and the number of bytes they take."""
    if not out.exists():
        return [], 0
    kept: list[AnswerLine] = []
    size = 0
    for line in _whole_lines(out):
        where = f"{out} line {len(kept) + 1}"
        answer = parse_answer(line, where=where)
        expected = questions[len(kept)] if len(kept) < len(questions) else None
        if expected is None or (answer.id, answer.question) != (expected.id, expected.question):
            wanted = "no further question" if expected is None else repr(expected.id)
            message = (
                f"{where}: answers {answer.id!r} where {wanted} was expected; the file belongs to "
                "another question set: give another --out or delete it"
            )
            raise QuestionSetError(message)
        kept.append(answer)
        size += len(line)
    return kept, size


def _whole_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        for line in stream:
            if line.endswith(b"\n"):
                yield line
