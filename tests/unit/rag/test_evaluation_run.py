"""Evaluating end to end on fakes: what is counted, by which name, with which figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus import Article, Passage
from rag.errors import EvaluationError
from rag.evaluation import (
    BeirSet,
    Evidence,
    Question,
    QuestionSet,
    evaluate_beir,
    evaluate_questions,
    evaluate_run,
)
from rag.types import ScoredPassage
from tests.fakes import SUBSIDY, SUBSIDY_ANSWER, SUBSIDY_QUESTION, FakeAssistant, make_article

QUESTIONS = QuestionSet(
    "small",
    (
        Question(
            "q1",
            SUBSIDY_QUESTION,
            answers=("58万元", "6万元"),
            evidence=(Evidence("一次性补助共计58万元", file="wulong.txt"),),
            type="amount",
            tags=("short",),
        ),
        Question("q2", "璧山区建会补助多少", answerable=False, tags=("short",)),
        Question("q3", "那是哪年", answers=("2023年",), follows="q1"),
    ),
)


def test_a_question_set_is_asked_and_measured(tmp_path: Path) -> None:
    assistant = FakeAssistant([SUBSIDY], {SUBSIDY_QUESTION: SUBSIDY_ANSWER})
    answers = tmp_path / "answers.jsonl"
    evaluation = evaluate_questions(assistant, QUESTIONS, answers=answers)
    assert [row.id for row in evaluation.rows] == ["q1", "q2", "q3"]
    measures = evaluation.summary["measures"]
    assert measures["Correct"]["mean"] == pytest.approx(2 / 3)
    assert measures["RefusalPrecision"] == {"mean": 0.5, "low": 0.0, "high": 1.0, "n": 2}
    assert measures["QuoteVerbatim"]["mean"] == 1
    assert evaluation.summary["statuses"] == {"answered": 1, "not_found": 2}
    assert evaluation.summary["slices"]["follow-up"]["measures"]["Correct"]["mean"] == 0
    assert evaluation.summary["slices"]["tag: short"]["questions"] == 2
    assert evaluation.latency_ms["total"] == {"p50": 21.0, "p95": pytest.approx(39.9), "n": 3}
    assert len(answers.read_text("utf-8").splitlines()) == 3


def test_the_same_answers_and_seed_give_the_same_figures(tmp_path: Path) -> None:
    assistant = FakeAssistant([SUBSIDY], {SUBSIDY_QUESTION: SUBSIDY_ANSWER})
    first = evaluate_questions(assistant, QUESTIONS)
    second = evaluate_questions(assistant, QUESTIONS)
    assert first == second
    other = evaluate_questions(assistant, QUESTIONS, seed=1)
    assert other.summary["seed"] == 1
    assert other.summary["measures"]["Correct"]["mean"] == pytest.approx(2 / 3)


class FakeSearcher:
    """Gives for every question the same passages, which name articles by position."""

    def __init__(self, articles: Sequence[Article], order: Sequence[int]) -> None:
        self._articles = {article.article_id: article for article in articles}
        self._order = [articles[position].article_id for position in order]
        self.top_ks: list[int] = []

    def article(self, article_id: str) -> Article:
        return self._articles[article_id]

    def retrieve(self, question: str, *, top_k: int) -> list[ScoredPassage]:
        self.top_ks.append(top_k)
        return [
            ScoredPassage(Passage(f"{article_id}:{rank}", article_id, 0, 1), 0.5, rank)
            for rank, article_id in enumerate(self._order[:top_k], start=1)
        ]


def documents(number: int) -> list[Article]:
    return [make_article("", f"文{n}", record_id=f"d{n}") for n in range(number)]


def beir(qrels: dict[str, dict[str, int]], corpus: Path | None = None) -> BeirSet:
    queries = tuple(Question(f"q{n}", f"问{n}") for n in range(1, 4))
    return BeirSet("bench", corpus, queries, qrels)


def test_the_run_names_documents_and_each_of_them_once() -> None:
    searcher = FakeSearcher(documents(3), [2, 2, 0, 2, 1, 0])
    evaluation = evaluate_beir(searcher, beir({"q1": {"d0": 1}}))
    assert list(evaluation.run["q1"]) == ["d2", "d0", "d1"]
    assert evaluation.summary["measures"]["RR@10"]["mean"] == 0.5
    assert evaluation.summary["queries_without_judgment"] == 2


def test_more_passages_are_asked_for_until_there_are_documents_enough() -> None:
    order = [0] * 7 + [1, 2, 3]
    searcher = FakeSearcher(documents(4), order)
    evaluation = evaluate_beir(searcher, beir({"q1": {"d2": 1}}), depth=2)
    assert searcher.top_ks == [6, 12]
    assert list(evaluation.run["q1"]) == ["d0", "d1"]


def test_a_judged_query_without_results_counts_as_zero() -> None:
    searcher = FakeSearcher(documents(1), [])
    evaluation = evaluate_beir(searcher, beir({"q1": {"d0": 1}, "q2": {"d0": 1}}))
    assert evaluation.summary["measures"]["nDCG@10"] == {"mean": 0, "low": 0, "high": 0, "n": 2}
    assert evaluation.summary["queries_without_result"] == 2


def test_a_judged_query_that_nobody_put_counts_as_zero() -> None:
    searcher = FakeSearcher(documents(1), [0])
    evaluation = evaluate_beir(searcher, beir({"q1": {"d0": 1}, "q9": {"d0": 1}}))
    assert evaluation.summary["measures"]["Success@1"]["mean"] == 0.5


def test_documents_with_the_same_words_are_all_named(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    lines = [{"_id": f"d{n}", "text": text} for n, text in enumerate(["同", "异", "同"])]
    corpus.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    held = [make_article("", "同", record_id="d0"), make_article("", "异", record_id="d1")]
    evaluation = evaluate_beir(FakeSearcher(held, [0, 1]), beir({"q1": {"d2": 1}}, corpus))
    assert list(evaluation.run["q1"]) == ["d0", "d2", "d1"]


def test_an_index_of_something_else_is_told() -> None:
    searcher = FakeSearcher([make_article("", "文")], [0])
    with pytest.raises(EvaluationError, match="_id"):
        evaluate_beir(searcher, beir({"q1": {"d0": 1}}))


def test_an_index_of_another_collection_is_told_and_not_scored_zero(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text('{"_id": "x1", "text": "文"}', encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"build one from .*corpus\.jsonl"):
        evaluate_beir(FakeSearcher(documents(2), [0, 1]), beir({"q1": {"x1": 1}}, corpus))


def test_progress_counts_judged_queries() -> None:
    seen: list[tuple[int, int]] = []
    searcher = FakeSearcher(documents(1), [0])
    qrels = {"q1": {"d0": 1}, "q3": {"d0": 1}}
    evaluate_beir(searcher, beir(qrels), on_progress=lambda *now: seen.append(now))
    assert seen == [(1, 2), (2, 2)]


def test_a_run_made_elsewhere_is_measured_on_the_same_judgments() -> None:
    run = {"q1": {"x": 1.0, "d0": 2.0}}
    evaluation = evaluate_run({"q1": {"d0": 1}}, run, name="theirs")
    assert evaluation.summary["measures"]["Success@1"]["mean"] == 1
    assert evaluation.summary["unjudged@10"] == 0.5
    assert evaluation.rows[0].detail["found"] == ["d0", "x"]
