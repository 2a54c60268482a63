from __future__ import annotations

import pytest

from corpus.offsets import MappedText
from corpus.page import Page, PageMetadata, split_page

TEXT = "街道工会干部走进商圈，为骑手、保安和环卫工人送去雨衣与热茶，并把热线电话贴在驿站门口。"


def _split(text: str) -> Page:
    return split_page(MappedText.from_file(text))


def _under_title(*lines: str) -> Page:
    return _split("\n".join(["工会把热茶送到街头", *lines, TEXT]))


def _dropped(text: str) -> list[str]:
    return [text[span.start : span.end] for span in _split(text).furniture]


def test_a_header_line_gives_site_address_date_and_hits() -> None:
    page = _under_title(
        "青禾工會網\u00a0http://www.example.org/ \u00a0發布時間:2024-03-22"
        "\u00a0點擊量:2286 \u00a0來源:系統管理"
    )
    assert page.metadata == PageMetadata(
        published="2024-03-22", hits=2286, outlet="青禾工會網", url="http://www.example.org/"
    )
    assert page.articles[0].body.text == TEXT


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("发布时间：2023年3月8日", "2023-03-08"),
        ("更新日期: 2023/12/1 来源：青禾日报", "2023-12-01"),
        ("2023-03-08 10:22 来源：青禾日报", "2023-03-08"),
        ("日期：2023年3月", "2023-03"),
        ("2023-03-08", "2023-03-08"),
        ("2023年3月8日 09:30", "2023-03-08"),
        ("发布时间：2023-02-30", None),
        ("时间：2023年3月8日 地点：职工文化宫", None),
        ("版权所有 © 2018", None),
        ("（2023年9月7日）", None),
    ],
)
def test_only_a_stated_date_of_publication_is_one(line: str, published: str | None) -> None:
    assert _under_title(line).metadata.published == published


@pytest.mark.parametrize(
    "line", ["（2023年9月7日）", "时间：3月8日 地点：职工文化宫", "资金来源：财政拨款"]
)
def test_lines_that_belong_to_the_text_stay_in_it(line: str) -> None:
    page = _under_title(line)
    assert page.articles[0].body.text == f"{line}\n{TEXT}"
    assert page.furniture == ()


def test_labelled_lines_under_the_title_give_source_and_writer() -> None:
    page = _under_title("来源：青禾日报（据新华社稿改写）", "作者：文集编写组")
    assert (page.metadata.outlet, page.metadata.author) == (
        "青禾日报（据新华社稿改写）",
        "文集编写组",
    )
    assert page.articles[0].author == "文集编写组"


def test_a_paragraph_that_ends_in_source_and_writer_is_no_header() -> None:
    text = f"{TEXT}（作者：韩一 来源：青禾日报）"
    page = _split(f"工会把热茶送到街头\n{text}")
    assert page.articles[0].body.text == text


def test_the_path_to_the_page_and_rows_of_buttons_go() -> None:
    crumbs, buttons = "当前位置：首页 > 工会要闻 > 正文", "【打印】【关闭】 分享到：微信 微博"
    text = f"{crumbs}\n工会把热茶送到街头\n{buttons}\n{TEXT}\n上一篇：没有了"
    assert _dropped(text) == [crumbs, buttons, "上一篇：没有了"]
    assert _split(text).articles[0].title == "工会把热茶送到街头"


def test_a_telephone_number_at_the_end_of_an_article_stays() -> None:
    text = f"工会把热茶送到街头\n{TEXT}\n联系电话：000-1234567"
    assert _split(text).articles[0].body.text.endswith("联系电话：000-1234567")


def test_a_footer_goes_whole_from_its_first_certain_line_on() -> None:
    foot = ["主办：青禾区总工会 版权所有", "地址：文昌路3号 邮编：000000", "青ICP备00000000号-1"]
    text = "\n".join(["工会把热茶送到街头", TEXT, "报名电话：000-1234567", *foot])
    assert _dropped(text) == foot
    assert _split(text).articles[0].body.text.endswith("报名电话：000-1234567")


def test_a_last_paragraph_that_speaks_of_copyright_is_no_footer() -> None:
    last = "法官提醒，摄影作品的版权所有人有权要求赔偿，职工创作的作品也不例外。"
    page = _split(f"工会把热茶送到街头\n{TEXT}\n{last}")
    assert page.articles[0].body.text.endswith(last)


def test_a_line_that_credits_the_whole_page_is_metadata_wherever_it_stands() -> None:
    credit = "本版稿件除署名外均由市总工会供稿"
    page = _split(f"工会把热茶送到街头\n\n{credit}\n\n{TEXT}")
    assert page.metadata.page_credit == credit
    assert page.articles[0].body.text == TEXT
