"""Question sets are read from the forms people keep them in, or refused by file and line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from rag.errors import QuestionSetError
from rag.evaluation import Evidence, csv_template, read_question_set
from rag.evaluation.sheets import COLUMNS

STAFF = Path(__file__).parents[3] / ".." / "shared" / "questions" / "staff.jsonl"


def write_lines(path: Path, *lines: dict | str) -> Path:
    texts = (
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines
    )
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_a_question_line_is_read_whole(tmp_path: Path) -> None:
    line = {
        "id": "a1",
        "question": "示范区补助多少",
        "answers": ["5万元", "5万元", " "],
        "evidence": [{"file": "x.txt", "article": "题", "quote": "补助5万元", "start": 3}],
        "type": "amount",
        "tags": ["short"],
        "notes": "not read",
    }
    question = read_question_set(write_lines(tmp_path / "set.jsonl", line)).questions[0]
    assert question.answerable
    assert question.answers == ("5万元",)
    assert question.match == "all"
    assert question.evidence == (Evidence("补助5万元", file="x.txt", article="题"),)
    assert (question.type, question.tags, question.follows) == ("amount", ("short",), None)


def test_packed_lines_with_a_byte_order_mark_and_blank_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl.gz"
    path.write_bytes(gzip.compress('\ufeff{"id": 1, "question": "问"}\r\n\r\n'.encode()))
    assert [q.id for q in read_question_set(path).questions] == ["1"]


def test_golden_answers_are_alternatives(tmp_path: Path) -> None:
    line = {"id": "a", "question": "问", "golden_answers": ["甲", "乙"]}
    question = read_question_set(write_lines(tmp_path / "f.jsonl", line)).questions[0]
    assert (question.answers, question.match) == (("甲", "乙"), "any")


@pytest.mark.parametrize(
    ("lines", "place", "reason"),
    [
        (['{"id": "a", "question": "问"}', "{broken"], "line 2", "not JSON"),
        (['["a"]'], "line 1", "one JSON object"),
        (['{"question": "问"}'], "line 1", "'id'"),
        (['{"id": "a"}'], "line 1", "'question'"),
        (['{"id": "a", "question": "  "}'], "line 1", "'question'"),
        (['{"id": "a", "question": "问", "answers": "五"}'], "line 1", "'answers'"),
        (['{"id": "a", "question": "问"}', '{"id": "a", "question": "再"}'], "line 2", "line 1"),
        (['{"id": "a", "question": "问", "follows": "b"}'], "line 1", "'b'"),
        ([""], "", "no question"),
    ],
)
def test_a_broken_set_is_refused_by_file_line_and_reason(
    tmp_path: Path, lines: list[str], place: str, reason: str
) -> None:
    path = write_lines(tmp_path / "set.jsonl", *lines)
    with pytest.raises(QuestionSetError) as caught:
        read_question_set(path)
    message = str(caught.value)
    assert str(path) in message
    assert place in message
    assert reason in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "name", ["missing.jsonl", "missing.jsonl.gz", "missing.csv", "missing.json"]
)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(QuestionSetError, match="missing"):
        read_question_set(tmp_path / name)


def test_an_unknown_suffix_lists_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "set.docx"
    path.touch()
    with pytest.raises(QuestionSetError, match=r"\.jsonl.*\.csv"):
        read_question_set(path)


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes('{"id": "a", "question": "问"}'.encode("gb18030"))
    with pytest.raises(QuestionSetError, match="UTF-8"):
        read_question_set(path)


def test_damaged_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl.gz"
    lines = "".join(f'{{"id": {number}, "question": "b"}}\n' for number in range(100))
    path.write_bytes(gzip.compress(lines.encode())[:-12])
    with pytest.raises(QuestionSetError, match="cannot be read"):
        read_question_set(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_the_encodings_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    table = (
        "编号,问题,答案,可答,出处,原文,追问,标签\n"
        'a,补助多少,"5万元；3万元",是,示范区建会,"补助5万元,另3万元",,短\n'
        "b,谁领,,否,,,a,\n"
        ",,,,,,,\n"
        ",第三问,甲;乙,,,,,\n"
    )
    path = tmp_path / "set.csv"
    path.write_bytes(table.encode(encoding))
    first, second, third = read_question_set(path).questions
    assert first.answers == ("5万元", "3万元")
    assert first.evidence == (Evidence("补助5万元,另3万元", article="示范区建会"),)
    assert (second.answerable, second.follows, second.evidence) == (False, "a", ())
    assert (third.id, third.answerable, third.answers) == ("5", True, ("甲", "乙"))


def test_a_tab_separated_table_needs_no_other_column_than_the_question(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("备注\t问题\n,\t甲,乙\n", encoding="utf-8")
    assert read_question_set(path).questions[0].question == "甲,乙"


def test_the_template_for_staff_is_itself_a_question_set(tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    path.write_text(csv_template(), encoding="utf-8")
    questions = read_question_set(path).questions
    assert csv_template().splitlines()[0].split(",") == list(COLUMNS)
    assert [q.answerable for q in questions] == [True, True, False]
    assert questions[0].answers == ("5万元", "3万元")
    assert questions[1].follows == "1"


@pytest.mark.parametrize(
    ("table", "reason"),
    [("question\n问\n", "问题"), ("问题,可答\n问,也许\n", "row 2.*也许")],
)
def test_a_table_that_cannot_be_understood_is_refused(
    tmp_path: Path, table: str, reason: str
) -> None:
    path = tmp_path / "set.csv"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(QuestionSetError, match=reason):
        read_question_set(path)


NESTED = {
    "data": [
        {
            "title": "甲县",
            "paragraphs": [
                {
                    "id": "P1",
                    "context": "甲县在北。它有3个镇！人口不多。",
                    "qas": [
                        {
                            "id": "Q1",
                            "question": "有几个镇",
                            "answers": [{"text": "3个镇"}, {"text": "3个"}, {"text": "3个镇"}],
                        },
                        {"id": "Q2", "question": "县长是谁", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        }
    ]
}
FLAT = [
    {
        "context_id": "P1",
        "title": "甲县",
        "context_text": "甲县在北。它有3个镇！人口不多。",
        "qas": [{"query_id": "Q1", "query_text": "有几个镇", "answers": ["3个镇", "3个", "3个镇"]}],
    }
]


@pytest.mark.parametrize("content", [NESTED, FLAT])
def test_both_reading_comprehension_forms_give_the_same_question(
    tmp_path: Path, content: object
) -> None:
    path = tmp_path / "set.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    read = read_question_set(path)
    question = read.questions[0]
    assert (question.id, question.question) == ("Q1", "有几个镇")
    assert (question.answers, question.match) == (("3个镇", "3个"), "any")
    assert question.evidence == (Evidence("它有3个镇！", document="P1"),)
    assert [(d.id, d.title, d.text[:4]) for d in read.documents] == [("P1", "甲县", "甲县在北")]


def test_squad_2_marks_what_cannot_be_answered(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(json.dumps(NESTED), encoding="utf-8")
    assert [q.answerable for q in read_question_set(path).questions] == [True, False]


@pytest.mark.parametrize("content", ['{"data": [{}]}', '[{"context_id": 1}]', "{", '{"data": [1]}'])
def test_other_json_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "set.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(QuestionSetError, match=r"set\.json"):
        read_question_set(path)


@pytest.mark.skipif(not STAFF.exists(), reason="the shared staff questions are not at hand")
def test_the_staff_questions_are_read() -> None:
    questions = read_question_set(STAFF).questions
    assert len(questions) == 27
    assert sum(not question.answerable for question in questions) == 6
    assert [q.follows for q in questions if q.follows] == ["q07", "q19"]
