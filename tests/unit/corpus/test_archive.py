from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile, ZipInfo

import pytest

from corpus import archive
from corpus.archive import members, open_zip
from corpus.draft import Draft, Problem
from corpus.errors import FormatError
from corpus.readers import READERS
from tests.made_documents import zipped


def read(data: bytes) -> list[Draft | Problem]:
    return list(READERS[".zip"](BytesIO(data)))


def with_raw_name(data: bytes, name: str, raw: bytes) -> bytes:
    """Put other bytes of the same length in the place of a name, as packers of old do."""
    assert data.count(name.encode()) == 2
    return data.replace(name.encode(), raw)


def test_each_file_of_an_archive_is_read_as_if_it_stood_alone() -> None:
    table = "标题,正文\n题,武隆区\n"
    one, two = read(zipped({"文章/a.txt": "题\n正文。", "b.csv": table}))
    assert (one.record_id, one.where, one.body.text) == ("文章/a.txt", "文章/a.txt", "题\n正文。")
    assert (two.where, two.body.text, two.title) == ("b.csv, row 2", "武隆区", "题")


def test_identifiers_in_an_archive_follow_the_name_of_their_file() -> None:
    (found,) = read(zipped({"a.jsonl": '{"id": "7", "text": "武隆区"}\n'}))
    assert (found.record_id, found.where) == ("a.jsonl#7", "a.jsonl, line 1")


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_in_the_code_page_of_the_packer_are_read(encoding: str) -> None:
    raw = "武隆.txt".encode(encoding)
    plain = "x" * len(raw)
    data = with_raw_name(zipped({plain: "正文"}), plain, raw)
    assert [member.name for member in members(data)] == ["武隆.txt"]


def test_names_that_climb_are_only_names() -> None:
    (found,) = read(zipped({"../../etc/a.txt": "正文"}))
    assert found.record_id == "../../etc/a.txt"


def test_hidden_files_and_folders_are_passed_over() -> None:
    names = ("__MACOSX/a.txt", ".git/a.txt", "x/.b.txt", "./c.txt", "空/")
    assert [m.name for m in members(zipped(dict.fromkeys(names, "")))] == ["./c.txt"]


def test_what_cannot_be_read_is_named_and_the_rest_comes() -> None:
    inner = zipped({"a.txt": "正文"})
    entries = {"a.zip": inner, "b.png": "", "c.txt": b"\0\1\2\xff", "d.docx": "", "e.doc": ""}
    *problems, last = read(zipped({**entries, "z.txt": "正文"}))
    assert [(one.where, type(one)) for one in problems] == [(name, Problem) for name in entries]
    assert "archive in an archive" in problems[0].reason
    assert "kind that cannot be read" in problems[1].reason
    assert "LibreOffice" in problems[4].reason
    assert last.body.text == "正文"


def test_a_damaged_entry_is_named_and_the_rest_comes() -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as made:
        made.writestr("a.txt", "0123456789")
        made.writestr("b.txt", "正文")
    problem, draft = read(buffer.getvalue().replace(b"0123456789", b"0123x56789"))
    assert (problem.where, draft.body.text) == ("a.txt", "正文")
    assert "damaged inside its zip file" in problem.reason


def test_bombs_are_refused_before_anything_is_unpacked() -> None:
    with pytest.raises(FormatError, match="100 times its size"):
        open_zip(zipped({"a.txt": b"\0" * 3_000_000}))


def test_too_much_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_UNPACKED_BYTES", 10)
    with pytest.raises(FormatError, match="more than 100 MB"):
        open_zip(zipped({"a.txt": "0123456789x"}))
    monkeypatch.setattr(archive, "MOST_ENTRIES", 1)
    with pytest.raises(FormatError, match="more than 1 entries"):
        open_zip(zipped({"a.txt": "", "b.txt": ""}))


def test_a_locked_archive_is_refused() -> None:
    data = bytearray(zipped({"a.txt": "正文"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FormatError, match="locked with a password"):
        open_zip(bytes(data))


def test_an_entry_never_gives_more_than_the_archive_states() -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as made:
        made.writestr(ZipInfo("a.txt"), "0123456789")
    data = bytearray(buffer.getvalue())
    data[data.index(b"PK\x01\x02") + 24] = 3
    (found,) = members(bytes(data))
    assert found.data is None


@pytest.mark.parametrize("data", [b"", b"text", b"PK\x03\x04" + b"\0" * 50])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="zip file"):
        read(data)
