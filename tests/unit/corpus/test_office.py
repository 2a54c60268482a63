from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from corpus.errors import FormatError
from corpus.office import parse_docx, parse_xlsx
from tests.made_documents import docx, paragraph, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
CELL = "<w:tc>{}</w:tc>"


def text_of(body: str) -> str:
    return parse_docx(docx(body))["text"]


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(CELL.format(paragraph(cell)) for cell in cells)}</w:tr>"


def test_paragraphs_and_rows_of_tables_are_lines_in_reading_order() -> None:
    table = f"<w:tbl>{row('区县', '金额')}{row('武隆区', '58万元')}</w:tbl>"
    body = paragraph("第一段。") + table + paragraph("") + paragraph("末段。")
    assert text_of(body) == "第一段。\n区县 金额\n武隆区 58万元\n末段。"


def test_runs_join_without_a_gap_and_breaks_are_lines() -> None:
    broken = "<w:r><w:t>区</w:t><w:br/><w:t>总</w:t><w:tab/><w:t>工会</w:t></w:r>"
    runs = f"<w:r><w:t>武隆</w:t></w:r>{broken}"
    assert text_of(f"<w:p>{runs}</w:p>") == "武隆区\n总 工会"


def test_what_was_deleted_is_not_read_and_what_was_inserted_is() -> None:
    deleted = "<w:del><w:r><w:delText>6万元</w:delText><w:t>旧</w:t></w:r></w:del>"
    inserted = "<w:ins><w:r><w:t>58万元</w:t></w:r></w:ins>"
    assert text_of(f"<w:p><w:r><w:t>补助</w:t></w:r>{deleted}{inserted}</w:p>") == "补助58万元"


@pytest.mark.parametrize("name", ["Title", "heading 1"])
def test_a_first_paragraph_styled_as_title_is_the_title(name: str) -> None:
    styles = f'<w:style w:styleId="a3"><w:name w:val="{name}"/></w:style>'
    found = parse_docx(docx(paragraph("办法", style="a3") + paragraph("正文"), styles=styles))
    assert found == {"title": "办法", "text": "正文"}


def test_a_later_heading_stays_in_the_text() -> None:
    styles = '<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    found = parse_docx(docx(paragraph("正文") + paragraph("二、附则", style="1"), styles=styles))
    assert found == {"title": "", "text": "正文\n二、附则"}


def test_a_document_type_is_refused_in_any_encoding() -> None:
    head = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    body = paragraph("A&x;B")
    with pytest.raises(FormatError, match=r"document type in word/document.xml"):
        parse_docx(docx(body, head=head))
    with pytest.raises(FormatError, match="document type"):
        parse_docx(zipped({"word/document.xml": (head + body).encode("utf-16")}))


def test_a_damaged_document_says_what_to_do() -> None:
    with pytest.raises(FormatError, match=r"damaged document .* save it again"):
        parse_docx(zipped({"word/document.xml": "<w:document>"}))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (OLE, "locked with a password, or an old document renamed"),
        (b"%PDF-1.4", "does not begin like a zip file"),
        (zipped({"xl/other.xml": "<a/>"}), "it holds no"),
    ],
)
def test_what_is_no_document_is_refused_by_name(data: bytes, reason: str) -> None:
    for parse in (parse_docx, parse_xlsx):
        with pytest.raises(FormatError, match=reason):
            parse(data)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "补助"
    sheet.append(["区县", "金额", "比例", "日期", "已付"])
    sheet.append(["武隆区", 58.6, 0.075, date(2023, 3, 10), True])
    sheet.append([None, 580000, "=1/0"])
    sheet["C2"].number_format = "0.0%"
    hidden = book.create_sheet("草稿")
    hidden.append(["别看"])
    hidden.sheet_state = "hidden"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_gives_the_shown_values_of_its_visible_sheets() -> None:
    assert parse_xlsx(workbook()) == [
        {
            "name": "补助",
            "rows": [
                ["区县", "金额", "比例", "日期", "已付"],
                ["武隆区", "58.6", "7.5%", "2023-03-10", "是"],
                ["", "580000"],
            ],
        }
    ]


def test_a_damaged_workbook_says_what_to_do() -> None:
    broken = zipped({"xl/workbook.xml": "<a/>", "[Content_Types].xml": "<Types/>"})
    with pytest.raises(FormatError, match="damaged workbook"):
        parse_xlsx(broken)
