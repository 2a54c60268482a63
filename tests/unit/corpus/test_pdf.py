from __future__ import annotations

import pytest

from corpus.errors import FormatError
from corpus.pdf import parse_pdf
from tests.made_documents import pdf

LEFT = (
    "　　武隆区总工会给予企业",
    "补助共计五十八万元，另有",
    "六万元用于培训。",
    "　　第二段到此为止。",
)
RIGHT = ("　　涪陵区总工会全年投入", "七十二万元建设职工之家。")


def column(lines: tuple[str, ...], x: float, *, top: float = 760) -> list[tuple]:
    """Draw lines of ten-point type; leading blanks move a line, as in typeset pages."""
    drawn = []
    for at, line in enumerate(lines):
        words = line.lstrip("　")
        drawn.append((x + 10 * (len(line) - len(words)), top - 16 * at, 10, words))
    return drawn


def test_lines_are_joined_to_paragraphs_and_columns_follow_each_other() -> None:
    page = [(60, 800, 18, "两区加大投入"), *column(LEFT, 60), *column(RIGHT, 310)]
    assert parse_pdf(pdf([page])) == [
        "两区加大投入\n"
        "武隆区总工会给予企业补助共计五十八万元，另有六万元用于培训。\n"
        "第二段到此为止。\n"
        "涪陵区总工会全年投入七十二万元建设职工之家。"
    ]


def test_columns_drawn_row_by_row_are_put_in_order() -> None:
    left, right = column(LEFT, 60), column(RIGHT, 310)
    rows = [left[0], right[0], left[1], right[1], *left[2:]]
    head = [(60, 800, 18, "两区加大投入建设职工之家惠及基层职工")]
    in_order = parse_pdf(pdf([[*head, *left, *right]]))
    assert parse_pdf(pdf([[*head, *rows]])) == in_order
    assert in_order[0].count("\n") == 3


def test_the_rows_of_a_table_stay_rows() -> None:
    rows = [("区县", "金额"), ("武隆区", "五十八万元"), ("涪陵区", "六万元")]
    page = [
        (x, 700 - 16 * n, 10, cell)
        for n, row in enumerate(rows)
        for x, cell in zip((60, 200), row, strict=True)
    ]
    assert parse_pdf(pdf([page])) == ["区县 金额\n武隆区 五十八万元\n涪陵区 六万元"]


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    page = [*column(LEFT[:2], 60), *column(LEFT[2:], 310)]
    (text,) = parse_pdf(pdf([page]))
    assert text.split("\n")[0].endswith("另有六万元用于培训。")


def test_each_page_is_read_and_a_page_without_text_is_empty() -> None:
    assert parse_pdf(pdf([column(RIGHT, 60), [], column(LEFT[3:], 60)])) == [
        "涪陵区总工会全年投入七十二万元建设职工之家。",
        "",
        "第二段到此为止。",
    ]


def test_words_of_latin_letters_stay_apart_when_lines_are_joined() -> None:
    lines = ("one two three four five si", "seven")
    assert parse_pdf(pdf([column(lines, 60)])) == ["one two three four five si seven"]


def test_a_scan_is_named_as_such() -> None:
    with pytest.raises(FormatError, match=r"is scanned: its 2 page\(s\) .* needs OCR"):
        parse_pdf(pdf([[], []]))


def test_characters_without_a_name_are_refused() -> None:
    with pytest.raises(FormatError, match="fonts do not name"):
        parse_pdf(pdf([[(60, 700, 10, "\ue001\ue002\ue003")]]))


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"%PDF-1.4\nrubbish", "is a damaged PDF"), (b"PK\x03\x04", "does not begin like a PDF")],
)
def test_what_is_no_pdf_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        parse_pdf(data)
