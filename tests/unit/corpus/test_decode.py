from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import DecodeError
from corpus.decode import decode, decode_lines, reads_as_chinese

SIMPLIFIED = "武隆区总工会给予一次性工作补助共计58万元，对农民工建会给予专项资金。\n"
TRADITIONAL = "廣元市總工會組織勞模宣講15場次，「五一」期間命名一批最美勞動者。\n"


@pytest.mark.parametrize(
    ("text", "written_as", "encoding"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SIMPLIFIED + "朱镕基、㑇㛃、𠮷野", "gb18030", "gb18030"),
        (TRADITIONAL, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL + "啲嘅", "big5hkscs", "big5hkscs"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (TRADITIONAL, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "utf-32", "utf-32"),
        ("plain ASCII\r\n", "ascii", "utf-8"),
        ("ASCII in two bytes\n", "utf-16-le", "utf-16-le"),
        ("", "ascii", "utf-8"),
    ],
)
def test_each_encoding_is_told_and_read_exactly(text: str, written_as: str, encoding: str) -> None:
    data = text.encode(written_as)
    assert decode(data) == (text, encoding)
    assert data.decode(encoding) == text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 4,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\0" * 64,
        SIMPLIFIED.encode() + b"\0",
        "Il a été très déçu, où êtes-vous l'été ?".encode("latin-1"),
        "今日は良い天気ですね。労働組合の会議".encode("shift_jis"),
        "Привет, как дела сегодня".encode("cp1251"),
        SIMPLIFIED.encode() * 9 + SIMPLIFIED.encode("gbk"),
    ],
)
def test_what_is_no_chinese_text_is_refused(data: bytes) -> None:
    with pytest.raises(DecodeError):
        decode(data)


def test_a_marked_file_is_held_to_its_mark() -> None:
    with pytest.raises(DecodeError, match="not valid utf-8-sig"):
        decode(b"\xef\xbb\xbf\xff\xfe" + b"a" * 20)


def test_garble_reads_less_chinese_than_the_text_it_came_from() -> None:
    garble = TRADITIONAL.encode("big5").decode("gb18030")
    assert reads_as_chinese(TRADITIONAL) > 0.9
    assert reads_as_chinese(garble) < 0


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_reversibly_or_refused(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except DecodeError:
        return
    assert data.decode(encoding) == text
    assert "\0" not in text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-32"]
)
def test_lines_start_where_the_decoded_file_has_them(encoding: str) -> None:
    text = SIMPLIFIED + "\r\n" + TRADITIONAL + "完\u2028未"
    data = text.encode(encoding)
    lines = list(decode_lines(BytesIO(data)))
    assert "".join(line.text or "" for line in lines) == text
    assert [line.number for line in lines] == [1, 2, 3, 4]
    decoded = data.decode(lines[0].encoding)
    assert all(decoded.startswith(line.text or "?", line.start) for line in lines)


def test_one_damaged_line_costs_only_itself() -> None:
    data = SIMPLIFIED.encode() + "工会\n".encode("gbk") + TRADITIONAL.encode()
    first, second, third = decode_lines(BytesIO(data))
    assert first.text == SIMPLIFIED
    assert second.text is None
    assert third.text == TRADITIONAL
    assert data.decode(errors="replace").startswith(TRADITIONAL, third.start)


def test_lines_of_a_binary_file_are_refused() -> None:
    with pytest.raises(DecodeError):
        list(decode_lines(BytesIO(b"\0\1\2\n" * 9)))
