"""BEIR folders and TREC files are read and written as the field's other tools do."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import EvaluationError, QuestionSetError
from rag.evaluation import is_beir_folder, read_beir, read_qrels, read_run
from rag.evaluation.trec import falling_scores, qrels_lines, run_lines


def make_beir(folder: Path, *, packed: bool = False, qrels: str = "qrels.tsv") -> Path:
    queries = [{"_id": "q1", "text": "甲"}, {"_id": "q2", "text": "乙", "answers": ["a", "b"]}]
    lines = "".join(json.dumps(query) + "\n" for query in queries)
    if packed:
        (folder / "queries.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    else:
        (folder / "queries.jsonl").write_text(lines, encoding="utf-8")
    (folder / qrels).parent.mkdir(exist_ok=True)
    (folder / qrels).write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n", "utf-8")
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_a_beir_folder_is_read(tmp_path: Path, packed: bool) -> None:
    beir = read_beir(make_beir(tmp_path, packed=packed))
    assert [(q.id, q.question) for q in beir.queries] == [("q1", "甲"), ("q2", "乙")]
    assert beir.queries[1].match == "any"
    assert beir.qrels == {"q1": {"d1": 2, "d2": 0}}
    assert beir.corpus is None


def test_the_test_split_stands_for_a_folder_with_several(tmp_path: Path) -> None:
    make_beir(tmp_path, qrels="qrels/test.tsv")
    (tmp_path / "qrels" / "train.tsv").write_text("q2\td9\t1\n", encoding="utf-8")
    assert set(read_beir(tmp_path).qrels) == {"q1"}


def test_splits_by_other_names_are_read_together(tmp_path: Path) -> None:
    make_beir(tmp_path, qrels="qrels/dev.tsv")
    (tmp_path / "qrels" / "train.tsv").write_text("q2\td9\t1\n", encoding="utf-8")
    assert read_beir(tmp_path).qrels["q2"] == {"d9": 1}


def test_the_collection_is_found_when_it_is_there(tmp_path: Path) -> None:
    make_beir(tmp_path)
    (tmp_path / "corpus.jsonl").write_text("", encoding="utf-8")
    assert read_beir(tmp_path).corpus == tmp_path / "corpus.jsonl"


def test_a_folder_without_queries_is_no_beir_folder(tmp_path: Path) -> None:
    assert not is_beir_folder(tmp_path)
    with pytest.raises(QuestionSetError, match=r"queries\.jsonl"):
        read_beir(tmp_path)


def test_a_folder_without_judgments_says_so(tmp_path: Path) -> None:
    make_beir(tmp_path)
    (tmp_path / "qrels.tsv").unlink()
    assert is_beir_folder(tmp_path)
    with pytest.raises(QuestionSetError, match="judgments"):
        read_beir(tmp_path)


def test_trec_judgments_with_four_columns_are_read(tmp_path: Path) -> None:
    path = tmp_path / "qrels.txt"
    path.write_text("q1 0 d1 1\nq1 0 d1 1\nq2 0 d3 0\n", encoding="utf-8")
    assert read_qrels(path) == {"q1": {"d1": 1}, "q2": {"d3": 0}}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("q1\td1\n", "line 1"),
        ("q1\td1\t1\nq1\td1\t0\n", "line 2.*otherwise"),
        ("q1\td1\thigh\n", "no whole number"),
        ("q1\td1\t0.5\n", "no whole number"),
        ("query-id\tcorpus-id\tscore\n", "no judgment"),
    ],
)
def test_broken_judgments_are_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionSetError, match=reason):
        read_qrels(path)


def test_a_run_that_is_written_is_read_again(tmp_path: Path) -> None:
    run = {"q1": {"d2": 0.5, "d1": 0.25}, "q2": {"d1": 7.0}}
    path = tmp_path / "run.trec"
    path.write_text("\n".join(run_lines(run, tag="wenju")) + "\n", encoding="utf-8")
    assert path.read_text("utf-8").splitlines()[1] == "q1 Q0 d1 2 0.25 wenju"
    assert read_run(path) == run


def test_judgments_that_are_written_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "qrels.trec"
    path.write_text("\n".join(qrels_lines({"q1": {"d1": 1, "d2": 0}})), encoding="utf-8")
    assert read_qrels(path) == {"q1": {"d1": 1, "d2": 0}}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("q1 d1 1 0.5\n", "six columns"),
        ("q1 Q0 d1 1 0.5 t\nq1 Q0 d1 2 0.4 t\n", "line 2.*twice"),
        ("q1 Q0 d1 1 best t\n", "no number"),
    ],
)
def test_a_broken_run_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "run.trec"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionSetError, match=reason):
        read_run(path)


@pytest.mark.parametrize("identifier", ["a b", "a\tb", ""])
def test_an_identifier_that_would_break_the_format_is_refused(identifier: str) -> None:
    with pytest.raises(EvaluationError, match="white space"):
        list(run_lines({"q": {identifier: 1.0}}, tag="t"))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_scores_fall_strictly_in_single_precision(scores: list[float]) -> None:
    ranked = [(f"d{n}", score) for n, score in enumerate(sorted(scores, reverse=True))]
    fallen = falling_scores(ranked)
    assert list(fallen) == [doc_id for doc_id, _ in ranked]
    singles = np.array(list(fallen.values()), dtype=np.float32)
    assert (np.diff(singles) < 0).all()
    assert np.allclose(singles, [score for _, score in ranked], rtol=1e-5, atol=1e-5)
