"""Evaluating: an assistant on a question set, a retriever on a BEIR folder, a run on judgments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from rag.evaluation.answer_lines import AnswerLine, read_answers
from rag.evaluation.answering import answer_questions
from rag.evaluation.beir import BeirSet
from rag.evaluation.documents import Documents
from rag.evaluation.metrics import QUESTION_RETRIEVAL_MEASURES, measure_answer
from rag.evaluation.protocols import Answerer, Articles, OnProgress, Searcher
from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.retrieval import DEPTH, measure_run, unjudged_share
from rag.evaluation.scored import Collection, Scored, score
from rag.evaluation.significance import SEED
from rag.evaluation.summary import Evaluation, Row, latency, summarise
from rag.evaluation.trec import Qrels, Run

SHOWN = 10  # documents of a ranked list that the per-question results repeat


def evaluate_questions(
    assistant: Answerer,
    question_set: QuestionSet,
    *,
    answers: Path | None = None,
    seed: int = SEED,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Ask a question set and measure the answers.

    Args:
        assistant: answers, and looks articles up.
        question_set: as read by `read_question_set`.
        answers: where the answer lines are kept; those that stand there are not asked again. None
            keeps none.
        seed: of the bootstrap.
        on_progress: called after each question with the number done and the number in all.

    Raises:
        QuestionSetError: `answers` holds answers to other questions.
        EvaluationError: the library of retrieval measures is missing.
    """
    with TemporaryDirectory() as folder:
        out = answers or Path(folder) / "answers.jsonl"
        answer_questions(assistant, question_set.questions, out, on_progress=on_progress)
        given = read_answers(out, question_set.questions)
    return evaluate_answers(question_set, given, articles=assistant, seed=seed)


def evaluate_answers(
    question_set: QuestionSet,
    answers: Mapping[str, AnswerLine],
    *,
    articles: Articles | None = None,
    seed: int = SEED,
) -> Evaluation:
    """Measure answers that are there already, this assistant's or another's.

    Args:
        question_set: the questions.
        answers: by question id, as `read_answers` returns them.
        articles: the collection; without it neither verbatim quotes nor retrieval are measured.
        seed: of the bootstrap.

    Raises:
        EvaluationError: the library of retrieval measures is missing.
    """
    collection = None if articles is None else Collection(articles)
    scored = [score(q, answers[q.id], collection) for q in question_set.questions]
    qrels: Qrels = {s.question.id: dict(s.relevant) for s in scored if s.relevant}
    run: Run = {s.question.id: dict(s.ranking) for s in scored if s.ranking}
    found = measure_run(qrels, run, measures=QUESTION_RETRIEVAL_MEASURES) if qrels else {}
    rows = tuple(_answer_row(s, found.get(s.question.id)) for s in scored)
    return Evaluation(
        name=question_set.name,
        kind="questions",
        rows=rows,
        summary=summarise(rows, name=question_set.name, kind="questions", seed=seed),
        latency_ms=latency(rows),
        run=run,
        qrels=qrels,
    )


def evaluate_beir(
    searcher: Searcher,
    beir: BeirSet,
    *,
    depth: int = DEPTH,
    seed: int = SEED,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Search every judged query of a BEIR folder and measure the ranked lists by document.

    Documents are named by `_id`; see `Documents`.

    Args:
        searcher: its index holds the folder's collection.
        beir: as read by `read_beir`.
        depth: documents a query.
        seed: of the bootstrap.
        on_progress: called after each query with the number done and the number in all.

    Raises:
        EvaluationError: the index holds another collection, or ir_measures is missing.
    """
    judged = [query for query in beir.queries if query.id in beir.qrels]
    measure_run(beir.qrels, {})  # a missing library is told before the work, not after
    documents = Documents(searcher, beir)
    run: Run = {}
    times: dict[str, float] = {}
    for done, query in enumerate(judged, start=1):
        started = perf_counter()
        run[query.id] = documents.ranked(query.question, depth=depth)
        times[query.id] = (perf_counter() - started) * 1000
        if on_progress is not None:
            on_progress(done, len(judged))
    documents.check(run)
    return evaluate_run(
        beir.qrels, run, name=beir.name, queries=beir.queries, seed=seed, times_ms=times
    )


def evaluate_run(
    qrels: Qrels,
    run: Run,
    *,
    name: str,
    queries: Sequence[Question] = (),
    seed: int = SEED,
    times_ms: Mapping[str, float] | None = None,
) -> Evaluation:
    """Measure a run, made here or read from a TREC file; every judged query counts.

    Args:
        qrels: the judgments.
        run: the ranked lists.
        name: what the results are called.
        queries: their texts and tags, for the report.
        seed: of the bootstrap.
        times_ms: milliseconds each query took.

    Raises:
        EvaluationError: the library of retrieval measures is missing.
    """
    asked = {query.id: query for query in queries}
    times = {query_id: {"retrieve": ms} for query_id, ms in (times_ms or {}).items()}
    rows = tuple(
        Row(
            id=query_id,
            question=asked[query_id].question if query_id in asked else query_id,
            measures=measures,
            slices=_labels(asked.get(query_id)),
            timings_ms=times.get(query_id, {}),
            detail={"relevant": qrels[query_id], "found": _best(run.get(query_id, {}))},
        )
        for query_id, measures in measure_run(qrels, run).items()
    )
    summary = summarise(rows, name=name, kind="beir", seed=seed)
    summary["unjudged@10"] = round(unjudged_share(qrels, run, depth=SHOWN), 6)
    summary["queries_without_judgment"] = sum(query.id not in qrels for query in queries)
    summary["queries_without_result"] = sum(not run.get(query_id) for query_id in qrels)
    return Evaluation(name, "beir", rows, summary, latency(rows), run, qrels)


def _answer_row(scored: Scored, found: Mapping[str, float] | None) -> Row:
    question, answer = scored.question, scored.answer
    known: dict[str, float | None] = dict.fromkeys(QUESTION_RETRIEVAL_MEASURES)
    return Row(
        id=question.id,
        question=question.question,
        measures={**measure_answer(scored), **known, **(found or {})},
        slices=_labels(question),
        timings_ms=answer.timings_ms,
        detail=_answer_detail(question, answer),
    )


def _answer_detail(question: Question, answer: AnswerLine) -> dict[str, Any]:
    kept = {"status", "text", "short", "rewritten", "citations", "notes", "versions"}
    return {
        "type": question.type,
        "tags": list(question.tags),
        "follows": question.follows,
        "answerable": question.answerable,
        "answers": list(question.answers),
        "evidence": [asdict(evidence) for evidence in question.evidence],
        **answer.model_dump(mode="json", include=kept | {"confidence", "error"}),
        "retrieved": [line.model_dump(mode="json") for line in answer.retrieved[:SHOWN]],
    }


def _labels(question: Question | None) -> tuple[str, ...]:
    """Return the slices of a question: answerable or not, its type, its tags, follow-up."""
    if question is None:
        return ()
    labels = ["answerable" if question.answerable else "unanswerable"]
    labels += [f"type: {question.type}"] if question.type else []
    labels += [f"tag: {tag}" for tag in dict.fromkeys(question.tags)]
    labels += ["follow-up"] if question.follows else []
    return tuple(labels)


def _best(documents: Mapping[str, float]) -> list[str]:
    return sorted(documents, key=lambda doc_id: -documents[doc_id])[:SHOWN]
