"""Question sets from the forms people keep them in: lines, spreadsheets, SQuAD and its kin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.errors import QuestionSetError
from rag.evaluation.json_lines import json_lines
from rag.evaluation.questions import QuestionSet, checked, parse_question
from rag.evaluation.sheets import read_csv
from rag.evaluation.squad import read_squad


def read_question_lines(path: Path) -> QuestionSet:
    """Read question lines (`.jsonl`, `.jsonl.gz`); FlashRAG's `golden_answers` are understood."""
    placed = (
        (f"line {number}", parse_question(values, where=f"{path} line {number}"))
        for number, values in json_lines(path)
    )
    return QuestionSet(path.name, checked(placed, name=str(path)))


QUESTION_READERS: dict[str, Callable[[Path], QuestionSet]] = {
    ".jsonl": read_question_lines,
    ".jsonl.gz": read_question_lines,
    ".csv": read_csv,
    ".json": read_squad,
}


def read_question_set(path: Path) -> QuestionSet:
    """Read a question set in the form its suffix names (see `QUESTION_READERS`).

    Raises:
        QuestionSetError: the file is missing, of an unknown kind, or wrong at a place it names.
    """
    if path.is_dir():
        message = f"{path}: a folder; BEIR folders are read by read_beir"
        raise QuestionSetError(message)
    for suffix, reader in QUESTION_READERS.items():
        if path.name.lower().endswith(suffix):
            return reader(path)
    known = ", ".join(QUESTION_READERS)
    message = f"{path}: unknown kind of question set; expected one of {known}"
    raise QuestionSetError(message)
