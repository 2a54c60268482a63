"""JSON lines with every value's place in the file, so that text leads back through its escapes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import JSONDecoder
from typing import Any

from corpus.offsets import MappedText, OffsetMap, Run

_BLANK = re.compile("[ \t\r\n\ufeff]*")
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u.{4}|\\.")
_UNPAIRED = re.compile("[\ud800-\udfff]")
# Not strict: a raw tab inside a string is no reason to lose an article.
_DECODER = JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Located:
    """A value of a JSON object and the range of the line that it was read from."""

    value: Any
    start: int
    end: int


def read_object(line: str) -> dict[str, Located]:
    """Read one JSON object with the place of each of its values.

    Halves of surrogate pairs in top-level strings, which are no characters, become U+FFFD.

    Raises:
        ValueError: the line is not one JSON object; the message says where.
    """
    at = _blank(line, 0)
    if not line.startswith("{", at):
        raise json.JSONDecodeError("expected an object: '{'", line, at)
    members: dict[str, Located] = {}
    at = _blank(line, at + 1)
    if line.startswith("}", at):
        at += 1
    else:
        at = _read_members(line, at, members)
    if _blank(line, at) != len(line):
        raise json.JSONDecodeError("something follows the object", line, at)
    return members


def located_text(line: str, found: Located, *, file_start: int) -> MappedText:
    """Return a string value with its way back to the file, escapes included.

    Args:
        line: the line the value was read from.
        found: the value and its range, quotation marks included.
        file_start: where the line begins in the decoded file.
    """
    low, high = found.start + 1, found.end - 1
    text: str = found.value
    if len(text) == high - low:
        return MappedText.from_file(text, file_start=file_start + low)
    return MappedText(text, OffsetMap(tuple(_runs(line, low, high, file_start))))


def _read_members(line: str, at: int, members: dict[str, Located]) -> int:
    while True:
        if not line.startswith('"', at):
            raise json.JSONDecodeError("expected a name in double quotes", line, at)
        name, at = _DECODER.raw_decode(line, at)
        at = _blank(line, at)
        if not line.startswith(":", at):
            raise json.JSONDecodeError("expected ':'", line, at)
        start = _blank(line, at + 1)
        value, end = _DECODER.raw_decode(line, start)
        if isinstance(value, str):
            value = _UNPAIRED.sub("\ufffd", value)
        members[name] = Located(value, start, end)
        at = _blank(line, end)
        if line.startswith("}", at):
            return at + 1
        if not line.startswith(",", at):
            raise json.JSONDecodeError("expected ',' or '}'", line, at)
        at = _blank(line, at + 1)


def _runs(line: str, low: int, high: int, file_start: int) -> Iterator[Run]:
    at, text_at = low, 0
    for escape in _ESCAPE.finditer(line, low, high):
        start, end = escape.span()
        if start > at:
            yield Run(text_at, text_at + start - at, file_start + at, file_start + start)
            text_at += start - at
        yield Run(text_at, text_at + 1, file_start + start, file_start + end)
        text_at += 1
        at = end
    if high > at:
        yield Run(text_at, text_at + high - at, file_start + at, file_start + high)


def _blank(line: str, at: int) -> int:
    match = _BLANK.match(line, at)
    return match.end() if match else at
