"""Evaluation against second opinions (ranx, scipy), and whole, on a real index."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from scipy.stats import permutation_test

import rag
from rag.evaluation import (
    GateRules,
    check_beir,
    compare,
    evaluate_beir,
    evaluate_questions,
    evaluate_run,
    gate,
    read_beir,
    read_qrels,
    read_question_set,
    read_results,
    read_run,
    write_results,
)
from rag.evaluation.retrieval import RETRIEVAL_MEASURES, measure_run
from rag.evaluation.significance import bootstrap, randomisation_p
from rag.evaluation.trec import Qrels, Run, falling_scores

RANX_NAMES = {
    "Success@1": "hit_rate@1",
    "Success@5": "hit_rate@5",
    "Success@10": "hit_rate@10",
    "R@10": "recall@10",
    "R@100": "recall@100",
    "RR@10": "mrr@10",
    "nDCG@10": "ndcg@10",
    "AP": "map",
}


def random_set(seed: int, queries: int) -> tuple[Qrels, Run]:
    """Return judgments with grades and a run of uneven lists; every tenth query finds nothing."""
    drawn = random.Random(seed)
    documents = [f"d{n}" for n in range(160)]
    qrels: Qrels = {}
    run: Run = {}
    for number in range(queries):
        relevant = drawn.sample(documents, drawn.randint(1, 12))
        qrels[f"q{number}"] = {doc: drawn.randint(1, 3) for doc in relevant}
        if number % 10:
            found = drawn.sample(documents, drawn.choice([5, 20, 120]))
            ranked = [(doc, drawn.choice([0.5, 0.25, drawn.random()])) for doc in found]
            run[f"q{number}"] = falling_scores(sorted(ranked, key=lambda item: -item[1]))
    return qrels, run


# In a process of its own: compiling ranx takes a minute and a half, running it uncompiled seconds.
RANX = """
import json, sys, ranx
qrels, run, names = json.load(sys.stdin)
run = ranx.Run.from_dict(run)
ranx.evaluate(ranx.Qrels.from_dict(qrels), run, names, return_mean=False)
json.dump({name: dict(run.scores[name]) for name in names}, sys.stdout)
"""


def ranx_scores(qrels: Qrels, run: Run) -> dict[str, dict[str, float]]:
    """Return measure → query → value by ranx, which refuses an empty list."""
    listed = {query_id: run.get(query_id) or {"none": 0.0} for query_id in qrels}
    done = subprocess.run(
        [sys.executable, "-c", RANX],
        input=json.dumps([qrels, listed, list(RANX_NAMES.values())]),
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    scores = json.loads(done.stdout)
    return {name: scores[theirs] for name, theirs in RANX_NAMES.items()}


def test_measures_equal_ranx_query_by_query_on_a_thousand_random_lists() -> None:
    qrels, run = random_set(1, 1000)
    ours, theirs = measure_run(qrels, run), ranx_scores(qrels, run)
    for name in RETRIEVAL_MEASURES:
        assert {q: values[name] for q, values in ours.items()} == pytest.approx(
            theirs[name], abs=1e-4
        ), name


def test_means_equal_those_of_ir_measures_on_a_thousand_random_lists() -> None:
    qrels, run = random_set(2, 1000)
    ours = measure_run(qrels, run)
    parsed = [ir_measures.parse_measure(name) for name in RETRIEVAL_MEASURES]
    theirs = ir_measures.calc_aggregate(parsed, qrels, run)
    for measure, value in theirs.items():
        mean = np.mean([values[str(measure)] for values in ours.values()])
        assert mean == pytest.approx(value, abs=1e-4), measure


@pytest.mark.parametrize("shift", [0.0, 0.02, 0.06])
def test_p_values_agree_with_scipy(shift: float) -> None:
    generator = np.random.default_rng(7)
    first = generator.random(60)
    second = np.clip(first + generator.normal(shift, 0.15, 60), 0, 1)

    def difference(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
        return np.mean(b, axis=axis) - np.mean(a, axis=axis)

    theirs = permutation_test(
        (first, second), difference, permutation_type="samples", vectorized=True,
        n_resamples=20_000, rng=generator,
    ).pvalue  # fmt: skip
    ours = randomisation_p(first, second, permutations=20_000)
    error = 4 * np.sqrt(max(theirs * (1 - theirs), 1e-4) * 2 / 20_000)
    assert ours == pytest.approx(theirs, abs=error)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    generator = np.random.default_rng(11)
    covered = 0
    for seed in range(200):
        interval = bootstrap(generator.binomial(1, 0.6, 80).astype(float), seed=seed, resamples=400)
        covered += interval.low <= 0.6 <= interval.high
    assert 0.88 <= covered / 200 <= 0.99


ARTICLES = {
    "d1": (
        "北山县建会补助",
        "北山县总工会对新建工会的企业给予一次性补助共计12万元。活动在三月举行。",
    ),
    "d2": ("南河县技能大赛", "南河县女职工技能大赛共有9位选手进入决赛，最后评出3名优胜者。"),
    "d3": ("东岭区消费券", "东岭区总工会向职工发放消费券20万元，吸引上万名职工参与。"),
    "d4": ("西塘区义诊", "西塘区总工会组织义诊，服务老人150位，发放药品若干。"),
}
QUERIES = {
    "q1": ("北山县建会补助多少", {"d1": 1}),
    "q2": ("南河县技能大赛几位选手进入决赛", {"d2": 1}),
    "q3": ("东岭区发放了多少消费券", {"d3": 1}),
    "q4": ("西塘区义诊服务了多少位老人", {"d4": 1}),
}


def lines(*values: dict) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a BEIR folder that is also the collection of a question set beside it."""
    made = tmp_path_factory.mktemp("bench")
    corpus = [{"_id": d, "title": title, "text": text} for d, (title, text) in ARTICLES.items()]
    (made / "corpus.jsonl").write_text(lines(*corpus), encoding="utf-8")
    queries = [{"_id": q, "text": text} for q, (text, _) in QUERIES.items()]
    (made / "queries.jsonl").write_text(lines(*queries), encoding="utf-8")
    judged = "".join(f"{q}\t{d}\t1\n" for q, (_, docs) in QUERIES.items() for d in docs)
    (made / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", encoding="utf-8")
    questions = [
        {"id": "a", "question": "北山县建会补助多少", "answers": ["12万元"],
         "evidence": [{"article": "北山县建会补助", "quote": "给予一次性补助共计12万元"}]},
        {"id": "b", "question": "灵江县建会补助多少", "answerable": False},
    ]  # fmt: skip
    (made / "questions.jsonl").write_text(lines(*questions), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def assistant(folder: Path) -> rag.Assistant:
    settings = rag.load_settings(
        Path(__file__).parents[2] / "config.yaml", overrides={"index.dir": folder / "index"}
    )
    rag.build(settings, [folder / "corpus.jsonl"])
    return rag.Assistant.open(settings)


def test_a_beir_folder_on_a_real_index_names_its_own_documents(
    folder: Path, assistant: rag.Assistant, tmp_path: Path
) -> None:
    beir = read_beir(folder)
    assert check_beir(beir) == ()
    evaluation = evaluate_beir(assistant, beir)
    assert evaluation.summary["measures"]["Success@1"]["mean"] == 1.0
    assert set(evaluation.run["q1"]) <= set(ARTICLES)
    write_results(evaluation, tmp_path / "out")
    again = evaluate_run(read_qrels(folder / "qrels.tsv"), read_run(tmp_path / "out" / "run.trec"),
                         name="again")  # fmt: skip
    assert again.summary["measures"] == evaluation.summary["measures"]


def test_a_question_set_on_a_real_index_repeats_byte_for_byte(
    folder: Path, assistant: rag.Assistant, tmp_path: Path
) -> None:
    questions = read_question_set(folder / "questions.jsonl")
    for out in (tmp_path / "one", tmp_path / "two"):
        evaluation = evaluate_questions(assistant, questions, answers=out / "answers.jsonl")
        write_results(evaluation, out)
    measures = evaluation.summary["measures"]
    assert measures["Contains"]["mean"] == 1.0
    assert measures["QuoteVerbatim"]["mean"] == 1.0
    assert measures["Success@1"]["mean"] == 1.0
    for name in ("per_question.jsonl", "summary.json", "run.trec", "qrels.trec", "junit.xml"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    comparison = compare(tmp_path / "one", tmp_path / "two")
    assert (comparison.questions, comparison.flips) == (2, ())
    results = read_results(tmp_path / "two")
    assert gate(results, GateRules(floors={"Contains": 1.0}, max_drops={"Correct": 0.0}),
                baseline=read_results(tmp_path / "one")) == ()  # fmt: skip
