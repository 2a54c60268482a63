"""The command line on real indexes: results, exit codes, and one readable line for each failure."""

import gzip
import json
import sys
from pathlib import Path

import pytest

import rag
from ui.cli import main

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config.yaml"
QUESTION = "武隆区建会补助多少"


@pytest.fixture
def wenju(monkeypatch, capsys):
    """Run the command in this process; return exit code, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["wenju", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """An index of the sample collection; tests only read it."""
    folder = tmp_path_factory.mktemp("sample") / "index"
    rag.build(rag.load_settings(CONFIG, overrides={"index.dir": str(folder)}))
    return folder


@pytest.fixture
def ask(wenju, sample):
    """Run a command on the sample index."""

    def run(command, *arguments):
        return wenju(command, *arguments, "--config", CONFIG, "--index", sample)

    return run


def test_the_first_question_is_answered_with_both_sums_and_their_source(ask):
    code, out, err = ask("ask", QUESTION)
    assert (code, err) == (0, "")
    assert "58万元" in out
    assert "6万元" in out
    assert "[1] 武隆" in out
    assert "文件: corpus/articles/" in out


def test_for_programs_the_answer_is_one_line_whose_quotes_stand_in_the_article(ask):
    _, out, _ = ask("ask", QUESTION, "--json")
    assert out.count("\n") == 1
    answer = json.loads(out)
    assert answer["status"] == "answered"
    for citation in answer["citations"]:
        article = json.loads(ask("show", citation["article_id"], "--json")[1])
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_what_the_collection_does_not_hold_is_not_found_and_no_failure(ask):
    code, out, _ = ask("ask", "月球背面的工会主席叫什么名字")
    assert code == 0
    assert "没有找到" in out


def test_an_explanation_follows_the_answer(ask):
    _, out, _ = ask("ask", QUESTION, "--explain")
    assert "查看过的段落" in out
    assert "用时（毫秒）" in out


def test_an_article_is_shown_with_its_passages(ask):
    answer = json.loads(ask("ask", QUESTION, "--json")[1])
    article_id = answer["citations"][0]["article_id"]
    code, out, _ = ask("show", article_id)
    assert code == 0
    assert f"  {article_id}:0-" in out


def test_a_whole_index_passes_the_check(ask):
    code, out, _ = ask("check")
    assert code == 0
    assert out.startswith("索引完好")


def test_what_came_in_is_reported_for_people_programs_and_as_a_page(ask, tmp_path):
    _, out, _ = ask("report")
    assert "corpus/articles/news/" in out
    summary = json.loads(ask("report", "--json")[1])
    assert summary["articles"] >= 40
    ask("report", "--html", tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "corpus/articles/news/" in page
    assert "http://" not in page


# --- building ------------------------------------------------------------------------------------


@pytest.fixture
def articles(tmp_path):
    """A folder with two articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "一.txt").write_text(
        "甲区工会办起夜校\n甲区工会夜校去年招生120人。", encoding="utf-8"
    )
    (folder / "二.txt").write_text(
        "乙区工会慰问环卫工\n乙区工会送出清凉包300份。", encoding="utf-8"
    )
    return folder


def test_building_again_leaves_unchanged_files_alone(wenju, articles, tmp_path):
    place = ("--config", CONFIG, "--index", tmp_path / "index", "--json")
    first = json.loads(wenju("build", articles, *place)[1])
    again = json.loads(wenju("build", articles, *place)[1])
    assert (first["added"], first["articles"]) == (2, 2)
    assert (again["added"], again["unchanged"]) == (0, 2)


def test_sources_are_added_and_removed_again(wenju, articles, tmp_path):
    place = ("--config", CONFIG, "--index", tmp_path / "index")
    wenju("build", articles / "一.txt", *place)
    assert "新增 1" in wenju("add", articles / "二.txt", *place)[1]
    assert "120人" in wenju("ask", "甲区工会夜校招生多少人", *place)[1]
    code, out, _ = wenju("remove", articles / "一.txt", *place)
    assert (code, "1 篇文章" in out) == (0, True)
    assert "120人" not in wenju("ask", "甲区工会夜校招生多少人", *place)[1]


def test_bad_files_are_named_with_their_reason_and_the_good_ones_go_in(wenju, articles, tmp_path):
    (articles / "三.jsonl").write_text(
        '{"id": "a", "text": "丙区工会成立。"}\n{坏', encoding="utf-8"
    )
    (articles / "四.txt").write_bytes(b"\xff\xfe\xfa" * 5)
    code, out, err = wenju("build", articles, "--config", CONFIG, "--index", tmp_path / "index")
    assert code == 1
    assert "3 篇文章" in out
    assert "三.jsonl（line 2）" in err
    assert "四.txt：" in err


# --- question sets -------------------------------------------------------------------------------


@pytest.fixture
def questions(tmp_path):
    """Two questions over the sample collection, one that it cannot answer."""
    lines = [
        {"id": "a", "question": QUESTION, "answerable": True, "answers": ["58万元", "6万元"]},
        {"id": "b", "question": "月球背面的工会主席叫什么名字", "answerable": False},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_a_question_set_is_answered_line_by_line_and_taken_up_again(ask, questions, tmp_path):
    out = tmp_path / "answers.jsonl"
    assert "新答 2 题" in ask("answer", questions, "--out", out)[2]
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["a", "b"]
    out.write_text(json.dumps(lines[0]) + "\n", encoding="utf-8")
    assert "新答 1 题，沿用 1 题" in ask("answer", questions, "--out", out)[2]


def test_an_evaluation_prints_measures_and_writes_results(ask, questions, tmp_path):
    code, out, _ = ask(
        "evaluate", questions, "--out", tmp_path / "results", "--run", tmp_path / "run.trec"
    )
    assert code == 0
    assert "Correct                  1.000" in out
    assert (tmp_path / "results" / "per_question.jsonl").exists()
    assert " Q0 " in (tmp_path / "run.trec").read_text(encoding="utf-8")


def test_a_fall_below_the_baseline_is_shown_and_exits_with_1(ask, wenju, questions, tmp_path):
    before = tmp_path / "before"
    ask("evaluate", questions, "--out", before)
    assert ask("evaluate", questions, "--baseline", before)[0] == 0
    empty = tmp_path / "one.txt"
    empty.write_text("丁区工会成立\n丁区工会今天成立。", encoding="utf-8")
    other = ("--config", CONFIG, "--index", tmp_path / "other")
    wenju("build", empty, *other)
    code, out, err = wenju("evaluate", questions, "--baseline", before, *other)
    assert code == 1
    assert "| Correct | 1.000 | 0.500 |" in out
    assert "未达门槛" in err


def test_a_gate_file_decides(ask, questions, tmp_path):
    rules = tmp_path / "gate.yaml"
    rules.write_text("floors: {Correct: 0.9}", encoding="utf-8")
    assert ask("evaluate", questions, "--gate", rules)[0] == 0
    rules.write_text("ceilings: {total.p95: 0.0001}", encoding="utf-8")
    assert ask("evaluate", questions, "--gate", rules)[0] == 1


def test_two_evaluations_are_compared(ask, questions, tmp_path):
    ask("evaluate", questions, "--out", tmp_path / "a")
    code, out, _ = ask("compare", tmp_path / "a", tmp_path / "a")
    assert code == 0
    assert "| Correct | 1.000 | 1.000 |" in out


def test_a_beir_folder_is_searched_by_its_own_identifiers(wenju, tmp_path):
    folder = tmp_path / "beir"
    folder.mkdir()
    documents = [
        {"_id": "d1", "title": "夜校", "text": "甲区工会夜校去年招生120人。"},
        {"_id": "d2", "title": "清凉", "text": "乙区工会送出清凉包300份。"},
    ]
    with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8") as corpus:
        corpus.write("\n".join(json.dumps(line) for line in documents))
    query = {"_id": "q1", "text": "清凉包送出多少份"}
    (folder / "queries.jsonl").write_text(json.dumps(query), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td2\t1\n", encoding="utf-8")
    place = ("--config", CONFIG, "--index", tmp_path / "index")
    wenju("build", folder / "corpus.jsonl.gz", *place)
    code, out, _ = wenju("evaluate", folder, "--run", tmp_path / "run.trec", *place)
    assert code == 0
    assert "Success@1                1.000" in out
    assert (tmp_path / "run.trec").read_text(encoding="utf-8").startswith("q1 Q0 d2 1 ")


def test_a_set_with_its_own_documents_is_asked_over_them(wenju, tmp_path):
    context = "甲区工会夜校去年招生120人，开了七门课。"
    asked = {"id": "q", "question": "甲区工会夜校去年招生多少人？", "answers": [{"text": "120人"}]}
    squad = {"data": [{"title": "夜校", "paragraphs": [{"context": context, "qas": [asked]}]}]}
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(squad), encoding="utf-8")
    code, out, _ = wenju("evaluate", path, "--config", CONFIG, "--index", tmp_path / "none")
    assert code == 0
    assert "Correct                  1.000" in out
    assert not (tmp_path / "none").exists()


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ask", ""), "question is empty"),
        (("ask", "？！"), "question is empty"),
        (("ask", "长" * 100_000), "100000 characters"),
        (("show", "nothing"), "nothing"),
        (("remove", "nothing"), "nothing"),
        (("build", "/does/not/exist"), "/does/not/exist"),
        (("add", "/does/not/exist"), "/does/not/exist"),
        (("answer", "/does/not/exist.jsonl", "--out", "/tmp/never"), "/does/not/exist.jsonl"),
        (("evaluate", "/does/not/exist.jsonl"), "/does/not/exist.jsonl"),
        (("compare", "/does/not/exist", "/does/not/exist"), "/does/not/exist"),
    ],
)
def test_an_expected_failure_is_one_readable_line_and_exit_1(ask, arguments, told):
    code, out, err = ask(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith("错误：")
    assert err.count("\n") == 1
    assert told in err


@pytest.mark.parametrize("command", [("ask", "问题"), ("check",), ("report",), ("show", "x")])
def test_a_missing_index_names_the_command_that_makes_one(wenju, tmp_path, command):
    code, _, err = wenju(*command, "--config", CONFIG, "--index", tmp_path / "none")
    assert code == 1
    assert "wenju build" in err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("retreival: {top_k: 3}", "retrieval"),
        ("retrieval: {topk: 3}", "top_k"),
        ("retrieval: {top_k: 0}", "top_k"),
        ("[1, 2]", "sections"),
        ("a: [", "cannot be read"),
    ],
)
def test_a_mistake_in_the_configuration_is_named(wenju, tmp_path, config, told):
    path = tmp_path / "config.yaml"
    path.write_text(config, encoding="utf-8")
    code, _, err = wenju("ask", "问题", "--config", path)
    assert code == 1
    assert told in err
    assert err.count("\n") == 1


def test_a_missing_configuration_is_named(wenju, tmp_path):
    code, _, err = wenju("ask", "问题", "--config", tmp_path / "none.yaml")
    assert code == 1
    assert "none.yaml" in err


def test_an_index_of_another_model_names_the_command_that_mends_it(wenju, sample, tmp_path):
    other = tmp_path / "config.yaml"
    other.write_text("corpus: {passage_chars: 111}", encoding="utf-8")
    article = tmp_path / "一.txt"
    article.write_text("甲区工会成立\n甲区工会今天成立。", encoding="utf-8")
    code, _, err = wenju("add", article, "--config", other, "--index", sample)
    assert code == 1
    assert "wenju build" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("biuld",), "'build'"),
        (("ask",), "question"),
        (("ask", "问题", "--jsno"), "--json"),
        (("ask", "问题", "--as-of", "昨天"), "--as-of"),
        (("serve", "--port", "99999"), "--port"),
    ],
)
def test_wrong_usage_exits_with_2_and_suggests_what_was_meant(wenju, arguments, told):
    code, out, err = wenju(*arguments)
    assert (code, out) == (2, "")
    assert told in err.lower()


def test_an_unexpected_error_is_one_line(wenju, monkeypatch):
    monkeypatch.setattr("rag.check", lambda _settings: 1 / 0)
    code, _, err = wenju("check", "--config", CONFIG)
    assert code == 1
    assert err.count("\n") == 1
    assert "ZeroDivisionError: division by zero" in err


def test_its_traceback_is_given_on_request(wenju, monkeypatch):
    monkeypatch.setattr("rag.check", lambda _settings: 1 / 0)
    _, _, err = wenju("check", "--config", CONFIG, "-v")
    assert "Traceback (most recent call last)" in err
