"""JSON lines and plain lines, plain or gzipped, with errors that name file and line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import QuestionSetError


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a UTF-8 file (`.gz`: unpacked) that are not blank, with their numbers.

    Raises:
        QuestionSetError: the file is missing, unreadable, damaged or not UTF-8.
    """
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            for number, raw in enumerate(stream, start=1):
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                if line.strip():
                    yield number, line
    except FileNotFoundError as error:
        message = f"{path}: no such file"
        raise QuestionSetError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path}: not UTF-8 text ({error.reason}); save it as UTF-8"
        raise QuestionSetError(message) from error
    except (OSError, EOFError) as error:
        message = f"{path}: cannot be read: {error}"
        raise QuestionSetError(message) from error


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the JSON objects of a file of JSON lines with their line numbers.

    Raises:
        QuestionSetError: as `text_lines`, or a line is not one JSON object.
    """
    for number, line in text_lines(path):
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            message = f"{path} line {number}: not JSON ({error.msg}, column {error.colno})"
            raise QuestionSetError(message) from error
        if not isinstance(value, dict):
            message = f"{path} line {number}: expected one JSON object a line, found {line[:40]!r}"
            raise QuestionSetError(message)
        yield number, value
