"""What an evaluation leaves behind: the same bytes, readable again, safe to open, well worded."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import pytest

from rag.errors import EvaluationError
from rag.evaluation import (
    Evaluation,
    Evidence,
    Problem,
    Question,
    QuestionSet,
    Violation,
    evaluate_answers,
    evaluate_run,
    read_results,
    write_results,
)
from rag.evaluation import report_text as words
from rag.evaluation.answer_lines import AnswerLine
from rag.evaluation.health import ProblemKind
from rag.evaluation.metrics import METRICS, QUESTION_RETRIEVAL_MEASURES
from rag.evaluation.retrieval import RETRIEVAL_MEASURES
from tests.fakes import SUBSIDY, FakeAssistant

NASTY = "<script>alert('x')</script> & \x00 \ud800"


def evaluation(**changes: object) -> Evaluation:
    questions = QuestionSet(
        "set",
        (
            Question(
                "q1",
                "补助多少",
                answers=("58万元",),
                evidence=(Evidence("一次性补助共计58万元", file="wulong.txt"),),
                type="amount",
            ),
            Question("q2", f"谁{NASTY}", answers=("甲",)),
            Question("q3", "哪年", answerable=False),
            Question("q4", "问"),
        ),
    )
    citation = {
        "marker": 1,
        "quote": "一次性补助共计58万元",
        "article_id": SUBSIDY.article_id,
        "source": SUBSIDY.source,
        "title": SUBSIDY.title,
    }
    retrieved = {"rank": 1, "article_id": SUBSIDY.article_id, "score": 2.5}
    lines = [
        {"status": "answered", "text": "58万元[1]", "short": "58万元", "citations": [citation],
         "retrieved": [retrieved], "timings_ms": {"total": 12.5}, "confidence": 0.9},
        {"status": "answered", "text": NASTY, "timings_ms": {"total": 7.5}, "confidence": 0.4},
        {"status": "not_found", "text": "没有找到", "confidence": 0.2},
        {"status": "not_found", "text": "", "error": "the question is too long"},
    ]  # fmt: skip
    answers = {
        f"q{n}": AnswerLine.model_construct(**AnswerLine(id=f"q{n}", **line | changes).__dict__)
        for n, line in enumerate(lines, start=1)
    }
    return evaluate_answers(questions, answers, articles=FakeAssistant([SUBSIDY]))


def retrieval() -> Evaluation:
    return evaluate_run({"q1": {"d1": 1}, "q2": {"d2": 1}}, {"q1": {"d1": 1.0}}, name="bench")


FILES = {
    "per_question.jsonl",
    "summary.json",
    "latency.json",
    "run.trec",
    "qrels.trec",
    "junit.xml",
    "report.html",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("made", [evaluation, retrieval])
def test_the_same_evaluation_leaves_the_same_bytes(tmp_path: Path, made: object) -> None:
    write_results(made(), tmp_path / "a")
    write_results(made(), tmp_path / "b")
    first = contents(tmp_path / "a")
    assert first == contents(tmp_path / "b")
    assert set(first) >= FILES | {"charts/measures.svg"}


def test_times_stand_apart_so_that_the_rest_repeats(tmp_path: Path) -> None:
    write_results(evaluation(), tmp_path / "a")
    write_results(evaluation(timings_ms={"total": 99.0}), tmp_path / "b")
    first, second = contents(tmp_path / "a"), contents(tmp_path / "b")
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"latency.json", "report.html", "charts/latency.svg"}


def test_results_are_read_back(tmp_path: Path) -> None:
    made = evaluation()
    write_results(made, tmp_path / "out")
    read = read_results(tmp_path / "out")
    assert read.name == "out"
    assert [row.measures for row in read.rows] == [dict(row.measures) for row in made.rows]
    assert read.summary["measures"] == made.summary["measures"]
    assert read.latency_ms == made.latency_ms


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no results folder"):
        read_results(tmp_path)
    write_results(retrieval(), tmp_path)
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    (tmp_path / "summary.json").write_text(json.dumps(summary | {"format": 99}), "utf-8")
    with pytest.raises(EvaluationError, match="format 99"):
        read_results(tmp_path)


def test_the_run_and_its_judgments_measure_the_same_again(tmp_path: Path) -> None:
    made = evaluation()
    write_results(made, tmp_path)
    assert (tmp_path / "run.trec").read_text("utf-8").startswith(f"q1 Q0 {SUBSIDY.article_id} 1")
    assert (tmp_path / "qrels.trec").read_text("utf-8") == f"q1 0 {SUBSIDY.article_id} 1\n"


def test_junit_tells_right_wrong_error_and_gate_apart(tmp_path: Path) -> None:
    write_results(evaluation(), tmp_path, violations=[Violation("floor", "F1", 0.5, 0.6)])
    suites = ElementTree.parse(tmp_path / "junit.xml").getroot()
    counts = [(s.get("name"), s.get("tests"), s.get("failures"), s.get("errors")) for s in suites]
    assert counts == [("set", "4", "1", "1"), ("gate", "1", "1", "0")]
    failed = [c.get("name") for c in suites[0] if c.find("failure") is not None]
    assert [str(name).split()[0] for name in failed] == ["q2"]


class Page(HTMLParser):
    """Collects the tags, the text and whatever would reach for the network."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [v or "" for name, v in attrs if name in {"src", "href", "srcset", "action"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def page(made: Evaluation, folder: Path, **more: object) -> Page:
    write_results(made, folder, **more)
    parsed = Page()
    parsed.feed((folder / "report.html").read_text("utf-8"))
    return parsed


def test_the_report_runs_nothing_and_fetches_nothing(tmp_path: Path) -> None:
    parsed = page(evaluation(), tmp_path)
    assert "script" not in parsed.tags
    assert parsed.links == []
    assert "url(" not in parsed.text
    assert "@import" not in parsed.text


def test_the_report_shows_a_hostile_answer_as_text(tmp_path: Path) -> None:
    assert "<script>alert('x')</script> &" in page(evaluation(), tmp_path).text


def test_the_report_says_how_many_were_right_and_shows_the_wrong_ones(tmp_path: Path) -> None:
    text = page(evaluation(), tmp_path).text
    assert "答对 2 道，占 50%" in text
    assert "回答“没有找到” 1 道，出错 1 道" in text
    wrong = text[text.index(words.WORST_TITLE) :]
    assert "q2" in wrong
    assert "the question is too long" in wrong
    assert "q1" not in wrong


def test_the_report_of_a_retrieval_run_reads_as_one(tmp_path: Path) -> None:
    text = page(retrieval(), tmp_path).text
    assert "nDCG@10 为 0.500" in text
    assert words.NOTHING_FOUND in text


def test_the_report_tells_broken_rules_and_doubtful_questions(tmp_path: Path) -> None:
    violation = Violation("floor", "F1", 0.5, 0.6)
    problem = Problem("question_holds_answer", "q1", "58万元")
    text = page(evaluation(), tmp_path, violations=[violation], problems=[problem]).text
    assert str(violation) in text
    assert f"q1 {words.PROBLEMS[problem.kind]}：58万元" in text


def test_every_picture_says_what_it_shows(tmp_path: Path) -> None:
    write_results(evaluation(), tmp_path)
    pictures = sorted((tmp_path / "charts").glob("*.svg"))
    assert {p.stem for p in pictures} >= {"measures", "distribution-F1", "latency", "risk-coverage"}
    for picture in pictures:
        root = ElementTree.parse(picture).getroot()
        assert root.findtext("{http://www.w3.org/2000/svg}title")


def test_every_measure_and_problem_has_its_words() -> None:
    measures = {*METRICS, *RETRIEVAL_MEASURES, *QUESTION_RETRIEVAL_MEASURES}
    assert set(words.MEASURES) == measures
    assert set(words.PROBLEMS) == set(get_args(ProblemKind))
