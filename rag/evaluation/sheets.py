"""Question sets as staff keep them: a table saved as CSV, with Chinese column names."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import QuestionSetError
from rag.evaluation.questions import Question, QuestionSet, checked, parse_question

# Column → field of a question line. Only 问题 is required; other columns are let through unread.
#   编号  an identifier; without it the row's number in the file
#   答案  what a full answer holds, several joined by ； or ;
#   可答  是 or 否; empty means 是, and 否 needs no 答案
#   出处  the headline of the article; 原文 the words it rests on; 文件 the file's name
#   追问  the 编号 of the question it follows in the same conversation
#   类型, 标签 (several joined by ；)  slices
COLUMNS = {
    "编号": "id",
    "问题": "question",
    "答案": "answers",
    "可答": "answerable",
    "出处": "article",
    "原文": "quote",
    "文件": "file",
    "追问": "follows",
    "类型": "type",
    "标签": "tags",
}
_EXAMPLES = (
    {"编号": "1", "问题": "示范区建会补助多少", "答案": "5万元；3万元", "出处": "示范区推动建会"},
    {"编号": "2", "问题": "是哪一年的事", "答案": "2023年", "可答": "是", "追问": "1"},
    {"编号": "3", "问题": "示范区工会主席是谁", "可答": "否", "类型": "人物", "标签": "简短"},
)
YES = frozenset({"", "是", "可", "可答", "能", "true", "yes", "1"})
NO = frozenset({"否", "不", "不可", "不可答", "不能", "false", "no", "0"})


def read_csv(path: Path) -> QuestionSet:
    """Read a CSV table (comma, semicolon or tab) whose first row names its columns: see `COLUMNS`.

    Spreadsheet programs in China save GB18030 unless told otherwise; both it and UTF-8 are read.

    Raises:
        QuestionSetError: no column 问题, a cell that cannot be understood, or text in another
            encoding; names the row.
    """
    text = _text(path)
    rows = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text))
    header = [cell.strip() for cell in next(rows, [])]
    if "问题" not in header:
        message = f"{path}: no column 问题 in the first row; columns: {', '.join(COLUMNS)}"
        raise QuestionSetError(message)
    return QuestionSet(path.name, checked(_questions(rows, header, path), name=str(path)))


def csv_template() -> str:
    """Return a table to be filled in: the columns and three rows that show how."""
    lines = [COLUMNS, *([row.get(column, "") for column in COLUMNS] for row in _EXAMPLES)]
    return "".join(f"{','.join(line)}\n" for line in lines)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        message = f"{path}: cannot be read: {error}"
        raise QuestionSetError(message) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = f"{path}: neither UTF-8 nor GB18030; save it as CSV UTF-8"
    raise QuestionSetError(message)


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _questions(
    rows: Iterator[list[str]], header: list[str], path: Path
) -> Iterator[tuple[str, Question]]:
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        named = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        values = {field: named.get(column, "") for column, field in COLUMNS.items()}
        where = f"{path} row {number}"
        line = _question_line(values, number=number, where=where)
        yield f"row {number}", parse_question(line, where=where)


def _question_line(values: dict[str, str], *, number: int, where: str) -> dict[str, Any]:
    answerable = values["answerable"].lower()
    if answerable not in YES | NO:
        message = f"{where}: column 可答 says {answerable!r}; expected 是 or 否"
        raise QuestionSetError(message)
    sources = {key: values[key] for key in ("quote", "file", "article") if values[key]}
    return {
        "id": values["id"] or str(number),
        "question": values["question"],
        "answerable": answerable in YES,
        "answers": _several(values["answers"]),
        "evidence": [sources] if sources else [],
        "follows": values["follows"] or None,
        "type": values["type"] or None,
        "tags": _several(values["tags"]),
    }


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.replace(";", "；").split("；") if part.strip()]
