from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.draft import Draft
from corpus.offsets import MappedText
from corpus.readers import READERS
from corpus.spreadsheet import csv_rows, read_table

CELL = st.text('武隆区58万元,;"\n\r\t ', max_size=8)


def drafts(text: str, encoding: str = "utf-8") -> list[Draft]:
    found = list(READERS[".csv"](BytesIO(text.encode(encoding))))
    assert all(isinstance(one, Draft) for one in found)
    return found


def rows_of(*rows: list[str]) -> list[tuple[MappedText, ...]]:
    return [tuple(MappedText.from_file(cell) for cell in row) for row in rows]


def test_a_text_column_makes_each_row_an_article_with_its_fields() -> None:
    text = "编号,标题,正文,日期,来源,URL\r\n7,题,武隆区建会。,2023年3月10日,甲报,http://a.cn\r\n8,,二,,,\r\n"
    one, two = drafts(text, "gbk")
    assert (one.title, one.body.text, one.record_id, one.where) == (
        "题",
        "武隆区建会。",
        "7",
        "row 2",
    )
    assert (one.header.published, one.header.outlet) == ("2023-03-10", "甲报")
    assert (one.header.url, one.encoding, one.is_page) == ("http://a.cn", "gb18030", False)
    assert (two.title, two.body.text, two.header.published) == ("", "二", None)


def test_other_tables_are_one_article_with_a_line_a_row() -> None:
    (found,) = drafts('区县,金额,说明\n武隆区,58万元,\n,,\n涪陵区,6万元,"分\n两次",多出\n')
    assert found.body.text == (
        "区县：武隆区，金额：58万元\n区县：涪陵区，金额：6万元，说明：分 两次，多出"
    )


def test_every_word_of_a_row_leads_to_its_cell_or_to_the_name_of_its_column() -> None:
    text = '区县,金额\n"武""隆",58万元\n'
    (found,) = drafts(text)
    start = found.body.text.index("金额：58")
    ranges = found.body.offsets.file_ranges(start, start + 5)
    assert [text[one.start : one.end] for one in ranges] == ["金额", "58"]
    ranges = found.body.offsets.file_ranges(3, 6)
    assert "".join(text[one.start : one.end] for one in ranges) == '武"隆'


def test_a_line_above_the_names_of_the_columns_is_the_title() -> None:
    rows = rows_of(["各区补助", ""], ["区县", "金额"], ["武隆区", "58"])
    (found,) = read_table(rows, name="Sheet1")
    assert (found.title, found.body.text) == ("各区补助", "区县：武隆区，金额：58")


@pytest.mark.parametrize(("name", "title"), [("Sheet1", ""), ("工作表 2", ""), ("补助", "补助")])
def test_the_name_of_a_sheet_is_a_title_unless_nobody_gave_it(name: str, title: str) -> None:
    (found,) = read_table(rows_of(["区县", "金额"], ["武隆区", "58"]), name=name)
    assert found.title == title


def test_one_column_of_texts_is_not_cut_at_its_commas() -> None:
    (found,) = drafts("正文\n武隆区补助58万元,另有6万元;共64万元\n")
    assert found.body.text == "武隆区补助58万元,另有6万元;共64万元"


def test_names_of_columns_alone_are_still_an_article() -> None:
    (found,) = drafts("区县,金额\n")
    assert found.body.text == "区县，金额"


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n"])
def test_an_empty_table_holds_nothing(text: str) -> None:
    assert drafts(text) == []


def test_an_unclosed_quotation_mark_loses_no_word() -> None:
    assert [[c.text for c in row] for row in csv_rows('甲,"乙\n丙,丁\n')] == [
        ["甲", '"乙'],
        ["丙", "丁"],
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(rows=st.lists(st.tuples(CELL, CELL), max_size=4))
def test_cells_are_what_the_standard_library_wrote_and_lie_where_they_say(
    delimiter: str, rows: list[tuple[str, str]]
) -> None:
    out = StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("甲", "乙"), *rows])
    text = out.getvalue()
    found = csv_rows(text)
    assert [tuple(cell.text for cell in row) for row in found] == [("甲", "乙"), *rows]
    for cell in (cell for row in found for cell in row):
        ranges = cell.offsets.file_ranges(0, len(cell))
        assert "".join(text[one.start : one.end] for one in ranges) == cell.text


@given(st.text('甲,"\n', max_size=40))
def test_no_text_is_lost_whatever_the_quotation_marks(text: str) -> None:
    read = "".join(cell.text for row in csv_rows(text) for cell in row)
    assert read.count("甲") == text.count("甲")
