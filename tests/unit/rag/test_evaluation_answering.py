"""A question set is answered in order, goes on where it stopped, and keeps conversations whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import GeneratorError, QuestionError, QuestionSetError
from rag.evaluation import Question, answer_questions, read_answers
from rag.types import Answer
from tests.fakes import FakeAssistant

QUESTIONS = (
    Question("a", "甲多少"),
    Question("b", "乙多少"),
    Question("c", "那丙呢", follows="a"),
    Question("d", "丁呢", follows="c"),
)


def answer(question: str, text: str) -> Answer:
    return Answer(question=question, status="answered", text=text)


def assistant() -> FakeAssistant:
    answers = {q.question: answer(q.question, f"答{q.id}") for q in QUESTIONS}
    return FakeAssistant(answers=answers)


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()]


def test_one_line_a_question_in_order(tmp_path: Path) -> None:
    out = tmp_path / "new" / "answers.jsonl"
    report = answer_questions(assistant(), QUESTIONS, out)
    assert ids(out) == ["a", "b", "c", "d"]
    assert (report.asked, report.kept, report.failed) == (4, 0, 0)
    first = json.loads(out.read_text("utf-8").splitlines()[0])
    assert first["question"] == "甲多少"
    assert first["text"] == "答a"
    assert list(first)[:6] == ["id", "question", "rewritten", "status", "text", "short"]


def test_a_follow_up_is_asked_with_the_conversation_it_belongs_to(tmp_path: Path) -> None:
    asked = assistant()
    answer_questions(asked, QUESTIONS, tmp_path / "out.jsonl")
    histories = [[(turn.question, turn.answer) for turn in turns] for _, turns in asked.asked]
    first, third = ("甲多少", "答a"), ("那丙呢", "答c")
    assert histories == [[], [], [first], [first, third]]


def test_a_stopped_run_goes_on_with_its_conversations(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    answer_questions(assistant(), QUESTIONS, out)
    whole = out.read_bytes()
    lines = whole.splitlines(keepends=True)
    out.write_bytes(b"".join(lines[:2]) + lines[2][:25])
    again = assistant()
    report = answer_questions(again, QUESTIONS, out)
    assert out.read_bytes() == whole
    assert (report.asked, report.kept) == (2, 2)
    assert [question for question, _ in again.asked] == ["那丙呢", "丁呢"]
    assert [turn.answer for turn in again.asked[0][1]] == ["答a"]


def test_a_finished_run_asks_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    answer_questions(assistant(), QUESTIONS, out)
    again = assistant()
    answer_questions(again, QUESTIONS, out)
    assert again.asked == []


@pytest.mark.parametrize(
    "other",
    [
        (Question("z", "甲多少"), *QUESTIONS[1:]),
        (Question("a", "另一问"), *QUESTIONS[1:]),
        QUESTIONS[:2],
    ],
)
def test_answers_to_another_set_are_left_alone(tmp_path: Path, other: tuple[Question, ...]) -> None:
    out = tmp_path / "out.jsonl"
    answer_questions(assistant(), QUESTIONS, out)
    before = out.read_bytes()
    with pytest.raises(QuestionSetError, match="another question set"):
        answer_questions(assistant(), other, out)
    assert out.read_bytes() == before


def test_a_question_refused_as_such_gets_a_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    questions = (Question("long", "问" * 3000), QUESTIONS[0])
    report = answer_questions(assistant(), questions, out)
    assert report.failed == 1
    answers = read_answers(out, questions)
    assert "3000" in (answers["long"].error or "")
    assert not answers["long"].refused
    assert answers["a"].text == "答a"
    assert answer_questions(assistant(), questions, out).failed == 1


def test_any_other_failure_ends_the_run_and_keeps_what_was_done(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    broken = FakeAssistant(
        answers={"甲多少": answer("甲多少", "答a"), "乙多少": GeneratorError("no answer in 60 s")}
    )
    with pytest.raises(GeneratorError):
        answer_questions(broken, QUESTIONS, out)
    assert ids(out) == ["a"]


def test_a_broken_character_does_not_end_the_run(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    odd = FakeAssistant(answers={"甲多少": answer("甲多少", "坏\ud800字")})
    answer_questions(odd, QUESTIONS[:1], out)
    assert json.loads(out.read_text("utf-8"))["text"] == "坏?字"


def test_progress_tells_how_far_it_is(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    out = tmp_path / "out.jsonl"
    answer_questions(assistant(), QUESTIONS[:2], out, on_progress=lambda *now: seen.append(now))
    assert seen == [(1, 2), (2, 2)]


def test_answers_of_another_system_need_only_three_fields(tmp_path: Path) -> None:
    path = tmp_path / "theirs.jsonl"
    lines = [
        {"id": "b", "status": "answered", "text": "十个"},
        {"id": "a", "status": "not_found", "text": "没有找到", "score": 3},
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    answers = read_answers(path, QUESTIONS)
    assert list(answers) == ["a", "b", "c", "d"]
    assert answers["a"].refused
    assert answers["b"].said == "十个"
    assert answers["c"].error == "no answer line"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "x", "status": "answered", "text": ""}', "no question"),
        ('{"id": "a", "text": ""}', "line 1.*'status'"),
        ('{"id": "a", "status": "maybe", "text": ""}', "line 1.*'status'"),
        ('{"id": "a", "status": "answered", "text": "", "confidence": 2}', "'confidence'"),
        ('{"id": "a", "status": "answered", "text": ""}\n' * 2, "second answer"),
    ],
)
def test_broken_answer_lines_are_refused(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "theirs.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(QuestionSetError, match=reason):
        read_answers(path, QUESTIONS)


def test_a_damaged_line_amid_good_ones_is_named(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    answer_questions(assistant(), QUESTIONS, out)
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(lines[0] + b"{]\n" + lines[2])
    with pytest.raises(QuestionSetError, match="line 2"):
        answer_questions(assistant(), QUESTIONS, out)


def test_the_error_of_a_question_does_not_pass_for_a_wrong_set() -> None:
    assert not issubclass(QuestionSetError, QuestionError)
