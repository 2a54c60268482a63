"""BEIR folders: a collection, its queries, and judgments of which documents are relevant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rag.errors import QuestionSetError
from rag.evaluation.json_lines import json_lines
from rag.evaluation.questions import Question, checked, parse_question
from rag.evaluation.trec import Qrels, read_qrels


@dataclass(frozen=True, slots=True)
class BeirSet:
    """A BEIR folder.

    Attributes:
        name: the folder's name.
        corpus: the collection file, or None where the folder leaves it to the caller.
        queries: as questions; `answers`, where a line carries them, are alternatives.
        qrels: query_id → document `_id` → relevance.
    """

    name: str
    corpus: Path | None
    queries: tuple[Question, ...]
    qrels: Qrels


def is_beir_folder(path: Path) -> bool:
    """Tell whether `path` is a folder with a queries file."""
    return path.is_dir() and _one_of(path, "queries.jsonl") is not None


def read_beir(folder: Path) -> BeirSet:
    """Read a BEIR folder: `queries.jsonl[.gz]`, judgments and, if there, `corpus.jsonl[.gz]`.

    Judgments are `qrels.tsv`, else `qrels/test.tsv` (the split that is reported in the field),
    else all of `qrels/*.tsv` together.

    Raises:
        QuestionSetError: a file is missing or wrong at a place it names.
    """
    queries = _one_of(folder, "queries.jsonl")
    if queries is None:
        message = f"{folder}: no BEIR folder: queries.jsonl or queries.jsonl.gz is missing"
        raise QuestionSetError(message)
    placed = (
        (
            f"line {number}",
            parse_question(
                {**values, "id": values.get("_id"), "question": values.get("text")},
                where=f"{queries} line {number}",
                default_match="any",
            ),
        )
        for number, values in json_lines(queries)
    )
    return BeirSet(
        name=folder.resolve().name,
        corpus=_one_of(folder, "corpus.jsonl"),
        queries=checked(placed, name=str(queries)),
        qrels=_qrels(folder),
    )


def _one_of(folder: Path, name: str) -> Path | None:
    plain, packed = folder / name, folder / f"{name}.gz"
    return plain if plain.is_file() else packed if packed.is_file() else None


def _qrels(folder: Path) -> Qrels:
    plain, test = folder / "qrels.tsv", folder / "qrels" / "test.tsv"
    files = (
        [plain]
        if plain.is_file()
        else [test]
        if test.is_file()
        else sorted((folder / "qrels").glob("*.tsv"))
    )
    if not files:
        message = f"{folder}: no judgments: qrels.tsv or qrels/*.tsv is missing"
        raise QuestionSetError(message)
    qrels: Qrels = {}
    for file in files:
        for query_id, documents in read_qrels(file).items():
            qrels.setdefault(query_id, {}).update(documents)
    return qrels
