from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.clean import Header, tidy
from corpus.markdown import read_page


def text_of(page: str) -> str:
    return tidy(read_page(page).body).text


def test_the_first_top_heading_is_the_headline_and_leaves_the_text() -> None:
    page = read_page("# 建会**五步** #\n\n## 第一步\n找上级。\n")
    assert page.title == "建会五步"
    assert tidy(page.body).text == "第一步\n找上级。"


def test_without_a_heading_the_headline_is_left_to_the_text() -> None:
    assert read_page("建会五步\n\n找上级。").title is None


def test_front_matter_states_the_fields() -> None:
    page = read_page(
        '---\ntitle: "建会五步"\ndate: 2023-03-10\nsource: 工人日报\nauthor: 李四\n---\n找上级。'
    )
    assert page.title == "建会五步"
    assert page.header == Header(published="2023-03-10", outlet="工人日报", author="李四")
    assert page.body.text == "找上级。"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("- 一\n* 二\n+ 三\n- [x] 四", "一\n二\n三\n四"),
        ("1. 一\n2. 二", "1. 一\n2. 二"),
        ("> 引\n>> 再引", "引\n再引"),
        ("**粗**和*斜*和`码`", "粗和斜和码"),
        ("5*3*2 与 a_b_c", "5*3*2 与 a_b_c"),
        ("见[工会法](http://a.cn/b)第三条", "见工会法第三条"),
        ("前![图](a.png)后", "前后"),
        ("前<!-- 注\n释 -->后", "前后"),
        ("一\n---\n二", "一\n二"),
        ("```\n码\n```", "码"),
        ("| 项 | 额 |\n|---|---:|\n| 建会 | 58万元 |", "| 项 | 额 |\n| 建会 | 58万元 |"),
        (r"\*不斜\*", "*不斜*"),
        ("「3·8」节：#不是标题", "「3·8」节：#不是标题"),
    ],
)
def test_markup_goes_and_words_stay(written: str, shown: str) -> None:
    assert text_of(written) == shown


@settings(deadline=None, max_examples=100)
@given(st.text("工会甲乙 #*-`[](){}<>!|\\\n>_.1", max_size=60))
def test_every_character_left_is_the_one_in_the_file(page: str) -> None:
    body = read_page(page).body
    for run in body.offsets.runs:
        assert body.text[run.start : run.end] == page[run.file_start : run.file_end]


@pytest.mark.parametrize(
    "unit", ["[", "![", "[a](", "*a", "**", "`", "<!--", "- ", "|--", "# ", ">", "\\", " ", "---\n"]
)
def test_hostile_repetition_is_read_in_linear_time(unit: str) -> None:
    read_page("# 标题\n" + unit * 10_000)
