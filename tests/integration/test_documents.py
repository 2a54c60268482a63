"""Documents through the whole ingest, in the child process that parses them."""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from corpus import Article, Failure, read_articles, sandbox
from corpus.documents import original_text
from corpus.errors import FormatError
from tests.made_documents import docx, paragraph, pdf, zipped

BODY = "武隆区总工会给予一次性工作补助共计58万元。"
TITLE = '<w:style w:styleId="a3"><w:name w:val="Title"/></w:style>'


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["标题", "正文"])
    book.active.append(["建会补助", BODY])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def saved_page() -> bytes:
    head = "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
    return f"{head}<h1>建会补助</h1><p>{BODY}</p>".encode()


DOCUMENTS = {
    ".docx": docx(paragraph("建会补助", style="a3") + paragraph(BODY), styles=TITLE),
    ".xlsx": workbook(),
    ".pdf": pdf([[(60, 800, 18, "建会补助"), (60, 760, 10, BODY)]]),
    ".mhtml": saved_page(),
    ".csv": f"标题,正文\n建会补助,{BODY}\n".encode(),
}


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_an_article_leads_back_to_the_words_that_can_be_taken_out_again(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(DOCUMENTS[suffix])
    (found,) = read_articles(path, source="a")
    assert isinstance(found, Article), found
    assert (found.title, found.text) == ("建会补助", BODY)
    original = original_text(path.read_bytes(), found.encoding)
    (span,) = found.offsets.file_ranges(0, len(BODY))
    assert original[span.start : span.end] == BODY


def test_hostile_files_are_refused_with_a_reason_and_the_rest_goes_in(tmp_path: Path) -> None:
    files = {
        "bomb.docx": docx(paragraph("x") * 300_000),
        "locked.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "renamed.pdf": DOCUMENTS[".docx"],
        "scan.pdf": pdf([[]]),
        "entities.docx": docx("", head='<!DOCTYPE a [<!ENTITY b "c">]>'),
        "broken.xlsx": zipped({"xl/workbook.xml": "<a/>"}),
        "old.doc": b"",
    }
    found = []
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        found += read_articles(tmp_path / name, source=name)
    assert [one.source for one in found if isinstance(one, Failure)] == list(files)


def test_a_page_of_a_pdf_without_text_is_named_beside_the_article(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([[(60, 760, 10, BODY)], []]))
    article, failure = read_articles(path, source="a")
    assert isinstance(article, Article)
    assert (failure.where, "OCR" in failure.reason) == ("page 2", True)


HOGS = {
    "time": ("while True: pass", "more than 1 seconds|more than 20 seconds"),
    "memory": ("x = bytearray(1 << 31)", "more than 1 GB of memory"),
    "crash": ("import os; os.abort()", "gave up"),
    "fault": ("raise ValueError('such')", r"gave up \(ValueError: such\)"),
}


@pytest.mark.parametrize("kind", HOGS)
def test_a_parser_that_hogs_or_crashes_costs_one_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    body, reason = HOGS[kind]
    bounds = "import corpus.sandbox as s; s.CPU_SECONDS = 1; s._bind()"
    monkeypatch.setattr(
        sandbox, "_CHILD", f"import sys; sys.path.insert(0, sys.argv[1]); {bounds}\n{body}"
    )
    started = time.monotonic()
    with pytest.raises(FormatError, match=reason):
        sandbox.parse_apart("docx", b"")
    assert time.monotonic() - started < 25


def test_a_file_over_the_bound_is_refused_without_being_read_whole() -> None:
    class Endless(BytesIO):
        asked = 0

        def read(self, size: int | None = -1) -> bytes:
            self.asked = size or 0
            return bytes(size or 0)

    endless = Endless()
    with pytest.raises(FormatError, match="larger than 50 MB"):
        sandbox.read_bounded(endless)
    assert endless.asked == sandbox.MOST_FILE_BYTES + 1
