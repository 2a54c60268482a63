"""What is doubtful about a question set is told before anything is measured with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.evaluation import BeirSet, Evidence, Question, check_beir, check_questions
from tests.fakes import SUBSIDY, make_article

SOUND = Question(
    "a",
    "示范区补助多少",
    answers=("58万元",),
    evidence=(Evidence("一次性补助共计58万元", file="wulong.txt"),),
)


def found(*questions: Question, articles: list | None = None) -> list[tuple[str, str]]:
    return [(p.kind, p.question_id) for p in check_questions(questions, articles)]


def test_a_sound_set_has_no_problems() -> None:
    refusal = Question("b", "另一区补助多少", answerable=False)
    assert found(SOUND, refusal, articles=[SUBSIDY]) == []


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (Question("q", "多少"), "no_answer"),
        (
            Question("q", "多少", answerable=False, answers=("5",)),
            "answers_although_unanswerable",
        ),
        (Question("q", "补助是不是58萬元", answers=("58万元",)), "question_holds_answer"),
        (
            Question("q", "多少", answers=("8万元",), evidence=(Evidence("补助58万元"),)),
            "answer_not_in_evidence",
        ),
    ],
)
def test_a_doubtful_question_is_told(question: Question, kind: str) -> None:
    assert found(question) == [(kind, "q")]


def test_the_same_question_twice_is_told_and_worse_when_the_answers_differ() -> None:
    again = Question("b", "示范區补助多少？", answers=("58万元",))
    otherwise = Question("c", "示范区补助多少", answerable=False)
    assert found(SOUND, again, otherwise) == [
        ("asked_twice", "b"),
        ("asked_twice_differently", "c"),
    ]


def test_a_follow_up_may_repeat_the_words_of_another_conversation() -> None:
    one = Question("b", "那是哪年", answers=("2023年",), follows="a")
    other = Question("c", "那是哪年", answers=("2024年",), follows="x")
    assert found(SOUND, one, other) == []


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence("给予一百万元的奖励和表彰", file="wulong.txt"),
        Evidence("一次性补助共计58万元", file="other.txt"),
        Evidence("", article="别的题目"),
        Evidence("一次性补助共计58万元", document="rec-9"),
    ],
)
def test_evidence_that_the_collection_does_not_hold_is_told(evidence: Evidence) -> None:
    question = Question("q", "问", answers=("甲",), evidence=(evidence,))
    kinds = [kind for kind, _ in found(question, articles=[SUBSIDY])]
    assert "evidence_not_in_collection" in kinds


def test_evidence_is_found_with_a_damaged_character_or_by_title() -> None:
    evidence = (
        Evidence("对开展建会入会的乡镇街道和园区工会,一次姓补助共计58万元"),
        Evidence("", article=SUBSIDY.title),
    )
    question = Question("q", "问", answers=("58万元",), evidence=evidence)
    assert found(question, articles=[SUBSIDY]) == []


def test_an_unanswerable_question_whose_answer_stands_there_is_told() -> None:
    question = Question("q", "问", answerable=False, answers=("43个",))
    assert found(question, articles=[SUBSIDY, SUBSIDY])[-1] == (
        "unanswerable_is_in_collection",
        "q",
    )
    assert len(found(question, articles=[SUBSIDY, SUBSIDY])) == 2
    assert len(found(question, articles=[make_article("题", "别的")])) == 1


def test_a_beir_folder_is_checked_against_its_collection(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps({"_id": "d1", "text": "文"}), encoding="utf-8")
    queries = (Question("q1", "甲"), Question("q2", "乙"))
    qrels = {"q1": {"d1": 1, "d2": 1, "d3": 0}, "q9": {"d1": 1}}
    problems = check_beir(BeirSet("b", corpus, queries, qrels))
    assert [(p.kind, p.question_id, p.detail) for p in problems] == [
        ("not_judged", "q2", "乙"),
        ("no_such_query", "q9", ""),
        ("relevant_not_in_collection", "q1", "d2"),
    ]
