"""Tables to articles: one a row where a column holds texts, else one whose lines are the rows.

A cell is a `MappedText`, so that every word leads back to the file: for .csv to the decoded
file, for workbooks to the text that `sheet_rows` lays them out to, cells apart by a tab.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.clean import NOTHING_STATED, Header, iso_date
from corpus.offsets import Edit, MappedText

_COLUMNS = {
    "text": ("text", "正文", "内容", "文章", "content", "body"),
    "title": ("title", "标题", "题目", "headline"),
    "published": ("date", "日期", "published", "发布日期", "发布时间", "发表日期"),
    "outlet": ("source", "来源", "outlet", "媒体"),
    "author": ("author", "作者"),
    "url": ("url", "网址", "链接"),
    "record_id": ("id", "_id", "编号"),
}
_FIELD_OF = {name: field for field, names in _COLUMNS.items() for name in names}
_DELIMITERS = ",\t;，；|"
_NONE = "\x1f"
_HEAD_CHARS = 10_000
_BREAKS = re.compile(r"\s*[\n\r]\s*")
_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)

Row = tuple[MappedText, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a table: what a `Draft` needs, and the row it stands in (from 1)."""

    title: str
    body: MappedText
    header: Header = NOTHING_STATED
    record_id: str | None = None
    row: int | None = None


def csv_rows(text: str) -> list[Row]:
    """Return the rows of a decoded .csv file; its delimiter is the commonest of the first row.

    Source: RFC 4180; a quotation mark that no other one closes is taken as it stands.
    """
    delimiter = _delimiter(text)
    field = re.compile(
        rf'(?:"(?P<quoted>(?:[^"]|"")*+)"|(?P<plain>[^{re.escape(delimiter)}\r\n]*+))'
        rf"(?P<end>{re.escape(delimiter)}|\r\n|\n|\r|\Z)"
    )
    rows: list[Row] = []
    cells: list[MappedText] = []
    for match in field.finditer(text):
        if match.start() == len(text) and not cells:
            break
        cells.append(_cell(match))
        if match["end"] != delimiter:
            rows.append(tuple(cells))
            cells = []
    return rows


def sheet_rows(
    sheets: Sequence[tuple[str, Sequence[Sequence[str]]]],
) -> tuple[str, list[list[Row]]]:
    """Lay a workbook out as text; return it and the rows of each sheet, located in it.

    Args:
        sheets: the name of each sheet and the values of its rows.
    """
    parts: list[str] = []
    at = 0

    def put(part: str) -> MappedText:
        nonlocal at
        parts.append(part)
        at += len(part)
        return MappedText.from_file(part, file_start=at - len(part))

    tables: list[list[Row]] = []
    for name, values in sheets:
        put(f"{name}\n")
        table: list[Row] = []
        for row in values:
            cells = []
            for value in row:
                cells.append(put(value))
                put("\t")
            put("\n")
            table.append(tuple(cells))
        tables.append(table)
    return "".join(parts), tables


def read_table(rows: Sequence[Row], *, name: str = "") -> Iterator[Entry]:
    """Yield the articles of a table, whose first full row names its columns.

    A column named text, 正文 or 内容 makes each row an article, with the columns title, date,
    source, author, url, id (or 标题, 日期, 来源 …) beside it. Otherwise the table is one article
    and each row one line of it, "column：value" for column after column.

    Args:
        rows: the rows; those above the names with one cell filled are the table's title.
        name: the name of the sheet, the title where the table has none of its own.
    """
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(_filled(row))]
    title = "" if _DEFAULT_NAME.fullmatch(name) else name
    widest = max((len(_filled(row)) for _, row in filled), default=0)
    above = 0
    while above < len(filled) and len(_filled(filled[above][1])) == 1 < widest:
        above += 1
    if above:
        title = _filled(filled[0][1])[0].text
    if len(filled) <= above:
        return
    names = filled[above][1]
    fields = {_FIELD_OF.get(cell.text.strip().lower()): at for at, cell in enumerate(names)}
    if "text" in fields:
        for number, row in filled[above + 1 :]:
            yield _article(row, fields, number)
    else:
        lines = [_line(names, row) for _, row in filled[above + 1 :]]
        lines = lines or [_joined(_filled(names), "，")]
        yield Entry(" ".join(title.split()), _joined(lines, "\n"))


def _article(row: Row, fields: dict[str | None, int], number: int) -> Entry:
    def stated(field: str) -> str | None:
        at = fields.get(field, len(row))
        return " ".join(row[at].text.split()) or None if at < len(row) else None

    at = fields["text"]
    return Entry(
        title=stated("title") or "",
        body=row[at] if at < len(row) else MappedText.from_file(""),
        header=Header(
            published=iso_date(stated("published") or ""),
            outlet=stated("outlet"),
            author=stated("author"),
            url=stated("url"),
        ),
        record_id=stated("record_id"),
        row=number,
    )


def _line(names: Row, row: Row) -> MappedText:
    """Return a row on one line, so that a value is never quoted without what it belongs to."""
    parts = []
    for at, cell in enumerate(row):
        if not cell.text.strip():
            continue
        name = names[at] if at < len(names) else MappedText.from_file("")
        pair = [one for one in (_on_one_line(name), _on_one_line(cell)) if one.text]
        parts.append(_joined(pair, "："))
    return _joined(parts, "，")


def _on_one_line(cell: MappedText) -> MappedText:
    breaks = [Edit(found.start(), found.end(), " ") for found in _BREAKS.finditer(cell.text)]
    line = cell.edited(breaks) if breaks else cell
    return line if line.text == line.text.strip() else line.stripped()


def _joined(parts: Sequence[MappedText], between: str) -> MappedText:
    spaced: list[MappedText] = []
    for part in parts:
        spaced += [MappedText.inserted(between), part]
    return MappedText.joined(spaced[1:])


def _filled(row: Row) -> list[MappedText]:
    return [cell for cell in row if cell.text.strip()]


def _cell(match: re.Match[str]) -> MappedText:
    quoted = match["quoted"]
    if quoted is None:
        return MappedText.from_file(match["plain"], file_start=match.start("plain"))
    cell = MappedText.from_file(quoted, file_start=match.start("quoted"))
    pairs = re.finditer('""', quoted)
    return cell.edited([Edit(pair.start(), pair.start() + 1, "") for pair in pairs])


def _delimiter(text: str) -> str:
    """Return the sign that stands most often outside quotation marks in the first row."""
    unquoted = re.sub('"[^"]*+"', "", text[:_HEAD_CHARS]).lstrip("\r\n")
    first = re.split("[\r\n]", unquoted, maxsplit=1)[0]
    if not any(sign in first for sign in _DELIMITERS):
        return _NONE  # one column, whose texts may well hold commas
    return max(_DELIMITERS, key=lambda sign: (first.count(sign), -_DELIMITERS.index(sign)))
