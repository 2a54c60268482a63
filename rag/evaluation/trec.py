"""TREC files: judgments (qrels) and ranked lists (runs), the field's own exchange format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from rag.errors import EvaluationError, QuestionSetError
from rag.evaluation.json_lines import text_lines

Qrels = dict[str, dict[str, int]]  # query_id → doc_id → relevance, 0 for judged not relevant
Run = dict[str, dict[str, float]]  # query_id → doc_id → score, higher is better

LOWEST = np.float32(-np.inf)

_HEADER = re.compile(r"query.?id", re.IGNORECASE)
_BEIR_COLUMNS, _TREC_COLUMNS, _RUN_COLUMNS = 3, 4, 6


def read_qrels(path: Path) -> Qrels:
    """Read judgments: BEIR's three tab-separated columns or TREC's four.

    A first line that names the columns is skipped.

    Raises:
        QuestionSetError: a line of another shape, or one document judged twice and differently.
    """
    qrels: Qrels = {}
    for number, line in text_lines(path):
        if number == 1 and _HEADER.match(line):
            continue
        columns = line.split("\t") if "\t" in line else line.split()
        if len(columns) == _TREC_COLUMNS:
            columns.pop(1)
        if len(columns) != _BEIR_COLUMNS:
            message = f"{path} line {number}: expected query-id, corpus-id, score; found {line!r}"
            raise QuestionSetError(message)
        query_id, doc_id, relevance = (column.strip() for column in columns)
        if " " in f"{query_id}{doc_id}":
            message = (
                f"{path} line {number}: an identifier holds white space, which no run can carry"
            )
            raise QuestionSetError(message)
        value = _relevance(relevance, where=f"{path} line {number}")
        if qrels.setdefault(query_id, {}).setdefault(doc_id, value) != value:
            message = f"{path} line {number}: {doc_id!r} was judged otherwise for {query_id!r}"
            raise QuestionSetError(message)
    if not qrels:
        message = f"{path}: holds no judgment"
        raise QuestionSetError(message)
    return qrels


def read_run(path: Path) -> Run:
    """Read a TREC run (`query_id Q0 doc_id rank score tag`); the score decides, not the rank.

    Raises:
        QuestionSetError: a line of another shape, or a document named twice for one query.
    """
    run: Run = {}
    for number, line in text_lines(path):
        columns = line.split()
        if len(columns) != _RUN_COLUMNS:
            message = f"{path} line {number}: expected six columns (qid Q0 docid rank score tag)"
            raise QuestionSetError(message)
        query_id, doc_id, score = columns[0], columns[2], columns[4]
        documents = run.setdefault(query_id, {})
        if doc_id in documents:
            message = f"{path} line {number}: {doc_id!r} stands twice in the list of {query_id!r}"
            raise QuestionSetError(message)
        try:
            documents[doc_id] = float(score)
        except ValueError as error:
            message = f"{path} line {number}: the score {score!r} is no number"
            raise QuestionSetError(message) from error
    return run


def run_lines(run: Mapping[str, Mapping[str, float]], *, tag: str) -> Iterable[str]:
    """Yield the lines of a TREC run, best document first.

    Raises:
        EvaluationError: an identifier holds white space, which the format cannot carry.
    """
    for query_id, documents in run.items():
        ranked = sorted(documents.items(), key=lambda item: -item[1])
        for rank, (doc_id, score) in enumerate(ranked, start=1):
            _refuse_space(query_id, doc_id)
            yield f"{query_id} Q0 {doc_id} {rank} {score!r} {tag}"


def qrels_lines(qrels: Mapping[str, Mapping[str, int]]) -> Iterable[str]:
    """Yield the lines of a TREC judgment file.

    Raises:
        EvaluationError: an identifier holds white space, which the format cannot carry.
    """
    for query_id, documents in qrels.items():
        for doc_id, relevance in documents.items():
            _refuse_space(query_id, doc_id)
            yield f"{query_id} 0 {doc_id} {relevance}"


def falling_scores(ranked: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return the scores of a ranked list so changed that they fall strictly.

    trec_eval and its kin ignore the rank, read scores in single precision and break ties by
    document id, so that equal scores would be measured in another order than they were shown.
    Each score is lowered to the next smaller single-precision number where it does not fall.

    Args:
        ranked: documents and scores, best first; each document once.
    """
    scores: dict[str, float] = {}
    last = np.float32(np.inf)
    for doc_id, score in ranked:
        single = np.float32(score)
        last = single if single < last else np.nextafter(last, LOWEST)
        scores[doc_id] = float(last)
    return scores


def _relevance(text: str, *, where: str) -> int:
    try:
        value = float(text)
    except ValueError as error:
        message = f"{where}: the score {text!r} is no whole number"
        raise QuestionSetError(message) from error
    if value != int(value):
        message = f"{where}: the score {text!r} is no whole number"
        raise QuestionSetError(message)
    return int(value)


def _refuse_space(*identifiers: str) -> None:
    for identifier in identifiers:
        if not identifier or any(character.isspace() for character in identifier):
            message = f"identifier {identifier!r} is empty or holds white space: no TREC file"
            raise EvaluationError(message)
