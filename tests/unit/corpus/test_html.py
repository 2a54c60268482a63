from __future__ import annotations

from html import escape, unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.clean import Header, tidy
from corpus.html import read_page

TAGS = ("<p>", "</p>", "<a href='x>y'>", "</a>", "<b>", "</b>", "<!-- c -->", "<!DOCTYPE html>")
PIECES = (*TAGS, "工会", "&lt;", "&#24037;", "&nbsp;", "&unknown;", "a < b", "1 & 2")
SPOKEN = st.text("工会甲乙 ab<>&\"'；。😀", min_size=1, max_size=20)


def text_of(page: str) -> str:
    return tidy(read_page(page).body).text


def test_blocks_become_lines_and_markup_goes() -> None:
    page = "<body><p>一<b>段</b></p><div>二段<br>三段</div><ul><li>四</li><li>五</li></ul></body>"
    assert text_of(page) == "一段\n二段\n三段\n四\n五"


def test_line_breaks_of_the_source_are_no_line_breaks_of_the_text() -> None:
    page = "<p>武隆区\n  总工会\r\n建会</p>\n\n<p>two\n words</p>"
    assert text_of(page) == "武隆区总工会建会\ntwo words"


def test_cells_of_a_row_stay_apart() -> None:
    assert text_of("<table><tr><td>建会</td><td>58万元</td></tr></table>") == "建会 58万元"


@pytest.mark.parametrize(
    "furniture",
    [
        "<script>if (a<b) { x('<p>脚本</p>') }</script>",
        "<style>p > b {}</style>",
        "<!-- <p>注释</p> -->",
        "<nav><ul><li>首页</li></ul></nav>",
        "<header>网站名</header>",
        "<footer>ICP备</footer>",
        "<aside>推荐</aside>",
        "<select><option>选</option></select>",
        "<noscript>请开</noscript>",
    ],
)
def test_what_is_not_the_article_is_left_out(furniture: str) -> None:
    assert text_of(f"<body>{furniture}<p>正文</p>{furniture}</body>") == "正文"


def test_a_page_wrapped_in_a_form_keeps_its_text() -> None:
    assert text_of('<form id="aspnetForm"><p>正文</p><button>提交</button></form>') == "正文"


def test_a_marked_article_is_taken_alone_with_its_own_header() -> None:
    page = "<p>外</p><article><header><p>来源：甲报</p></header><p>内</p></article><p>外</p>"
    assert text_of(page) == "来源：甲报\n内"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>页名</title><h1>大<i>标</i>题\n</h1><p>文</p>", "大标题"),
        ("<header><h1>网站</h1></header><article><h1>标题</h1><p>文</p></article>", "标题"),
        ('<meta property="og:title" content="甲&amp;乙"><title>页名</title><p>文</p>', "甲&乙"),
        ("<head><title>标题 - 工人日报</title></head><p>文</p>", "标题"),
        ("<title>标题_新闻_网站</title><p>文</p>", "标题"),
        ("<p>文</p>", ""),
    ],
)
def test_the_headline_is_the_first_of_heading_meta_and_title(page: str, title: str) -> None:
    found = read_page(page)
    assert found.title == title
    assert tidy(found.body).text == "文"


def test_a_second_heading_stays_in_the_text() -> None:
    assert text_of("<h1>标题</h1><p>一</p><h1>又题</h1><p>二</p>") == "一\n又题\n二"


def test_the_head_states_date_outlet_author_and_address() -> None:
    page = (
        '<head><meta name="PubDate" content="2023-03-10 09:00">'
        "<meta name='ContentSource' content='重庆日报'><meta content=李四 name=Author>"
        '<meta property="og:url" content="http://a.cn/1?a=1&amp;b=2"></head><p>文</p>'
    )
    assert read_page(page).header == Header(
        published="2023-03-10", outlet="重庆日报", author="李四", url="http://a.cn/1?a=1&b=2"
    )


def test_nothing_is_invented_for_a_bare_page() -> None:
    assert read_page("<p>文</p>").header == Header()


@settings(deadline=None, max_examples=100)
@given(st.lists(SPOKEN, max_size=4))
def test_every_character_leads_to_its_own_markup(paragraphs: list[str]) -> None:
    page = "".join(f"<p class='a>b'>{escape(text)}</p>\n" for text in paragraphs)
    body = read_page(page).body
    assert tidy(body).text.split() == " ".join(paragraphs).split()
    for at, char in enumerate(body.text):
        for place in body.offsets.file_ranges(at, at + 1):
            assert unescape(page[place.start : place.end]) == char


class _Oracle(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.data: list[str] = []

    def handle_data(self, data: str) -> None:
        self.data.append(data)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_the_text_is_that_of_the_standard_parser(parts: list[str]) -> None:
    page = "".join(parts)
    oracle = _Oracle()
    oracle.feed(page)
    oracle.close()
    text = read_page(page).body.text
    assert "".join(text.split()) == "".join("".join(oracle.data).split())


@pytest.mark.parametrize(
    "unit", ["<!--", "<a ", "<script>", '<a "', "<![CDATA[", "<meta a", "&", " \n", "<a b='"]
)
def test_hostile_repetition_is_read_in_linear_time(unit: str) -> None:
    read_page(unit * 10_000)
