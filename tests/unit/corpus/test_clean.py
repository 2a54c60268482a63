from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import MappedText, Span
from corpus.clean import Header, iso_date, take_header, take_title, tidy

UNTIDY = st.text("工会甲 \u3000\u00a0\t\n\r\u2028\u200b\ufeff\x07\u202e", max_size=60)


def tidied(text: str) -> str:
    return tidy(MappedText.from_file(text)).text


def title_of(text: str) -> tuple[str, str]:
    title, body = take_title(MappedText.from_file(text))
    return title, body.text


def header_of(text: str) -> tuple[Header, str]:
    header, body = take_header(MappedText.from_file(text))
    return header, body.text


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("\u3000\u3000一段\r\n\r\n \u00a0二段  \n", "一段\n二段"),
        ("一段\r二段\u2028三段", "一段\n二段\n三段"),
        ("工\u200b会\ufeff与\u202e职\u00ad工", "工会与职工"),
        ("一段\n\u200b\n二段", "一段\n二段"),
        ("内 有  空\u3000格", "内 有  空\u3000格"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_only_blanks_around_paragraphs_and_hidden_characters_go(written: str, wanted: str) -> None:
    assert tidied(written) == wanted


@settings(deadline=None, max_examples=100)
@given(UNTIDY)
def test_tidying_twice_is_tidying_once(text: str) -> None:
    once = tidy(MappedText.from_file(text))
    assert tidy(once) == once
    assert "\n\n" not in once.text
    assert all(line == line.strip() for line in once.text.split("\n"))


@settings(deadline=None, max_examples=100)
@given(UNTIDY)
def test_every_character_but_line_ends_is_the_one_in_the_file(text: str) -> None:
    tidy_text = tidy(MappedText.from_file(text))
    for at, char in enumerate(tidy_text.text):
        (place,) = tidy_text.offsets.file_ranges(at, at + 1)
        assert char in {text[place.start : place.end], "\n"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("武隆区总工会：58万元建会补助\n正文。", "武隆区总工会：58万元建会补助"),
        ("职工怎样加入工会？\n正文。", "职工怎样加入工会？"),
        ("正文第一句。\n第二段。", ""),
        ("断在逗号，\n第二行。", ""),
        ("只有一行", ""),
        ("长" * 61 + "\n正文。", ""),
    ],
)
def test_a_short_first_line_without_a_full_stop_is_the_headline(text: str, title: str) -> None:
    found, body = title_of(text)
    assert found == title
    assert body == (text.removeprefix(f"{title}\n") if title else text)


@pytest.mark.parametrize(
    ("lines", "header"),
    [
        (
            "来源：工人日报\n日期：2023-03-10\n作者：李四\n",
            Header(outlet="工人日报", published="2023-03-10", author="李四"),
        ),
        (
            "发布时间:2024年3月22日 09:12  来源:廣元工會網  点击量:2286\n",
            Header(published="2024-03-22", outlet="廣元工會網"),
        ),
        (
            "2023-03-10 来源：重庆日报 责任编辑：王五\n",
            Header(published="2023-03-10", outlet="重庆日报", editor="王五"),
        ),
        ("發佈時間：2024-03\n責任編輯：王五\n", Header(published="2024-03", editor="王五")),
        ("来源：工人日报 | 记者：李四\n", Header(outlet="工人日报", author="李四")),
        ("网址：http://a.cn/b?c=1\n", Header(url="http://a.cn/b?c=1")),
    ],
)
def test_labelled_lines_under_the_headline_become_fields(lines: str, header: Header) -> None:
    assert header_of(f"{lines}正文。") == (header, "正文。")


@pytest.mark.parametrize(
    "body",
    [
        "时间：3月10日，地点：工会大厅。\n正文。",
        "来源：各单位上报。汇总如下\n正文。",
        "日期：3月8日\n正文。",
        "据来源：某报称\n正文。",
        "第一段。\n来源：工人日报\n第二段。",
        "来源：\n正文。",
        "来源：工人日报",
    ],
)
def test_lines_that_say_more_than_fields_stay_in_the_text(body: str) -> None:
    assert header_of(body) == (Header(), body)


def test_fields_at_the_end_count_and_the_first_statement_wins() -> None:
    header, body = header_of("来源：甲报\n正文。\n第二段。\n来源：乙报\n责任编辑：王五")
    assert header == Header(outlet="甲报", editor="王五")
    assert body == "正文。\n第二段。"


def test_the_rest_keeps_its_place_in_the_file() -> None:
    _, body = take_header(MappedText.from_file("来源：甲报\n正文。\n编辑：乙"))
    assert body.offsets.file_ranges(0, len(body)) == (Span(6, 9),)


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("2023-03-10", "2023-03-10"),
        ("2023年3月10日", "2023-03-10"),
        ("2023/3/5 10:20:33", "2023-03-05"),
        ("2023-03-10T09:12:00+08:00", "2023-03-10"),
        ("2023.03", "2023-03"),
        ("2023年3月", "2023-03"),
        ("2023", "2023"),
        ("2023年", "2023"),
        ("3月10日", None),
        ("去年9月", None),
        ("2023-13-01", None),
        ("2023-02-30", None),
        ("20230", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_far_as_it_is_stated(stated: str, iso: str | None) -> None:
    assert iso_date(stated) == iso


def test_hostile_blanks_are_tidied_in_linear_time() -> None:
    text = "甲" + " " * 100_000 + "乙" + " \n" * 50_000 + "丙"
    assert tidied(text) == "甲" + " " * 100_000 + "乙\n丙"
