from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.offsets import MappedText, RunKind
from corpus.page import Page, PageArticle, split_page

LONG = "街道工会干部走进商圈，为骑手、保安和环卫工人送去雨衣与热茶，并把热线电话贴在每个驿站门口。"
OTHER = "县里的缝纫培训班开到第三期，学员们白天学裁剪，晚上练上机，结业以后多数进了镇上的制衣车间。"


def _split(text: str) -> Page:
    return split_page(MappedText.from_file(text))


def _only(text: str) -> PageArticle:
    page = _split(text)
    assert len(page.articles) == 1
    return page.articles[0]


def _blocks(article: PageArticle) -> list[tuple[str, str]]:
    return [(block.kind, block.text.text) for block in article.blocks]


def test_a_plain_file_is_one_article_with_its_first_line_as_title() -> None:
    article = _only(f"工会把热茶送到街头\n{LONG}\n{OTHER}\n")
    assert article.title == article.display_title == "工会把热茶送到街头"
    assert article.body.text == f"{LONG}\n{OTHER}"


def test_blank_lines_between_the_paragraphs_of_one_article_change_nothing() -> None:
    article = _only(f"\n\n工会把热茶送到街头\n\n　　{LONG}\n\n　　{OTHER}\n\n")
    assert article.body.text == f"{LONG}\n{OTHER}"


def test_body_characters_lead_to_the_same_characters_of_the_file() -> None:
    text = f"\n标题在这里站着\n\n  {LONG}\n\n{OTHER}"
    body = _only(text).body
    at = body.text.index("热线电话")
    (span,) = body.offsets.file_ranges(at, at + 4)
    assert text[span.start : span.end] == "热线电话"


def test_chapters_and_articles_of_a_statute_stay_in_one_article() -> None:
    lines = ["工会工作办法", "第一章 总则", f"第一条 {LONG}", "第二章 职责", f"第二条 {OTHER}"]
    for separator in ("\n", "\n\n"):
        article = _only(separator.join(lines))
        assert article.body.text == "\n".join(lines[1:])


def test_sub_headings_stay_in_the_body_as_their_own_blocks() -> None:
    article = _only(
        f"热茶与缝纫班的一个冬天\n\n{LONG}\n\n街头送暖\n\n{LONG}\n\n乡间学艺\n\n{OTHER}"
    )
    assert [text for kind, text in _blocks(article) if kind == "heading"] == [
        "街头送暖",
        "乡间学艺",
    ]
    assert "\n街头送暖\n" in article.body.text


def test_a_line_alone_is_text_not_a_title() -> None:
    article = _only("职工书屋周三闭馆")
    assert article.title == ""
    assert article.body.text == "职工书屋周三闭馆"


def test_an_empty_page_has_no_article() -> None:
    assert _split(" \n\n　\n").articles == ()


def test_a_heading_of_two_lines_is_joined_by_a_blank() -> None:
    page = _split(f"渝工热线\n\n机器转得欢\n安全记得牢\n\n{LONG}\n\n{OTHER}")
    assert page.articles[0].section == "渝工热线"
    assert page.articles[0].title == "机器转得欢 安全记得牢"


def test_a_paragraph_broken_across_columns_is_joined_with_nothing_between() -> None:
    cut = OTHER + "三期下来，县总工会补助培训经费一共12.6"
    text = f"缝纫班开到家门口\n\n{LONG}\n\n{cut}\n\n万元，惠及学员二百一十人。\n\n{LONG}"
    article = _only(text)
    assert f"{cut}万元，惠及" in article.body.text
    at = article.body.text.index("12.6万元")
    spans = article.body.offsets.file_ranges(at, at + 6)
    assert [text[span.start : span.end] for span in spans] == ["12.6", "万元"]


def test_a_caption_inside_a_broken_paragraph_follows_it() -> None:
    text = (
        f"缝纫班开到家门口\n\n{LONG}\n\n学员们白天学裁剪，晚上练上机，结业以后多数进了镇上的制衣车\n\n\n\n"
        f"学员正在练习上机 （通讯员 钱一鸣 摄）\n\n间，最快的一个星期就领到了工资。\n\n{LONG}"
    )
    article = _only(text)
    assert _blocks(article)[2:4] == [
        (
            "paragraph",
            "学员们白天学裁剪，晚上练上机，结业以后多数进了镇上的制衣车间，最快的一个星期就领到了工资。",
        ),
        ("caption", "学员正在练习上机 （通讯员 钱一鸣 摄）"),
    ]
    assert article.photo_credit == "通讯员 钱一鸣 摄"


def test_a_page_with_section_labels_gives_each_article_its_head() -> None:
    page = _split(
        f"工会服务站\n\n雨衣备得足 热茶递得勤\n\n青禾区总工会冬季送暖到街头\n\n{LONG}\n\n"
        f"乡村课堂\n\n云岭县缝纫培训班开到第三期\n\n学费全免，结业包就业\n\n{OTHER}\n\n本版稿件均由通讯员供稿"
    )
    heads = [(a.section, a.kicker, a.title, a.subtitle) for a in page.articles]
    assert heads == [
        ("工会服务站", "雨衣备得足 热茶递得勤", "青禾区总工会冬季送暖到街头", None),
        ("乡村课堂", None, "云岭县缝纫培训班开到第三期", "学费全免，结业包就业"),
    ]
    assert page.articles[1].body.text == f"学费全免，结业包就业\n{OTHER}"
    assert page.metadata.page_credit == "本版稿件均由通讯员供稿"


def test_news_under_a_picture_is_an_article_of_its_own_named_after_its_first_clause() -> None:
    news = "3月7日，三八节前夕，望湖区妇联和工会在湖滨广场为女职工义诊，二百余人到场。"
    page = _split(
        f"工会服务站\n\n青禾区总工会冬季送暖到街头\n\n{LONG}\n\n{LONG}\n\n\n\n{news}\n\n\n\n"
        f"乡村课堂\n\n云岭县缝纫培训班开到第三期\n\n{OTHER}"
    )
    assert [a.title for a in page.articles] == [
        "青禾区总工会冬季送暖到街头",
        "",
        "云岭县缝纫培训班开到第三期",
    ]
    assert page.articles[1].body.text == news
    assert page.articles[1].display_title == "(无题)望湖区妇联和工会在湖滨广场为女职工义诊"


def test_a_single_headline_after_a_signed_paragraph_opens_an_article() -> None:
    page = _split(
        f"工会服务站\n\n青禾区总工会冬季送暖到街头\n\n{LONG}（通讯员 林小禾）\n\n"
        f"云岭县缝纫培训班开到第三期\n\n{OTHER}\n\n\n\n近日，白鹭市海员工会开展演练。\n\n\n\n{OTHER}"
    )
    assert [a.title for a in page.articles if a.title] == [
        "青禾区总工会冬季送暖到街头",
        "云岭县缝纫培训班开到第三期",
    ]
    assert (page.articles[0].author, page.articles[0].author_role) == ("林小禾", "通讯员")


def test_and_between_two_chinese_words_becomes_he() -> None:
    text = f"送暖到街头的一天\n企业 and 职工都说好。R and D 不变。\n{LONG}"
    page = split_page(MappedText.from_file(text))
    body = page.articles[0].body
    assert body.text.startswith("企业和职工都说好。R and D 不变。")
    assert body.offsets.worst_kind(2, 3) is RunKind.MENDED
    (repair,) = page.repairs
    assert (repair.kind, repair.before, repair.after) == ("page_text", " and ", "和")
    assert text[repair.start : repair.end] == " and "


def test_a_name_above_the_text_is_the_writer() -> None:
    article = _only(f"赵小平\n{LONG}\n{OTHER}\n图片/青禾区总工会提供")
    assert (article.title, article.author) == ("", "赵小平")
    assert article.photo_credit == "图片/青禾区总工会提供"
    assert article.body.text.startswith("赵小平\n")


def test_a_name_that_the_text_tells_of_is_the_title() -> None:
    article = _only(f"赵小平\n赵小平今年五十岁，是一名环卫工人。\n{LONG}")
    assert (article.title, article.author) == ("赵小平", None)


def test_traditional_pages_are_read_the_same_way_and_keep_their_script() -> None:
    text = (
        "(原標題)青禾區總工會冬季送暖到街頭\n街道工會幹部走進商圈，為騎手送去雨衣。\n"
        "本報記者 郝大偉\n責任編輯:胡小琳\n關注公眾號,隨時閱讀青禾工人報\n"
        "青禾工人報 © 2018 地址:文昌路3號 聯系電話:000-1234"
    )
    page = _split(text)
    (article,) = page.articles
    assert article.title == "青禾區總工會冬季送暖到街頭"
    assert (article.author, article.author_role) == ("郝大偉", "本報記者")
    assert (article.editor, article.place) == ("胡小琳", "青禾區")
    assert (page.metadata.outlet, page.metadata.published) == ("青禾工人報", None)
    assert [text[span.start : span.end] for span in page.furniture] == [
        "(原標題)",
        "關注公眾號,隨時閱讀青禾工人報",
        "青禾工人報 © 2018 地址:文昌路3號 聯系電話:000-1234",
    ]


def test_the_page_may_have_been_mended_before_and_still_leads_to_the_file() -> None:
    text = f"標題(tí)在這裡\n{LONG}"
    page = split_page(
        MappedText.joined(
            [MappedText.from_file("標題"), MappedText.from_file(text[6:], file_start=6)]
        )
    )
    body = page.articles[0].body
    (span,) = body.offsets.file_ranges(0, 4)
    assert text[span.start : span.end] == LONG[:4]


def test_more_lines_than_a_page_can_have_are_one_article() -> None:
    lines = [f"青禾区总工会第{n}号通报发布\n\n{LONG[:20]}第{n}个驿站。" for n in range(1001)]
    assert len(_split("\n\n\n\n\n".join(lines)).articles) == 1


_LINES = st.lists(
    st.sampled_from(
        [
            "工会服务站",
            "雨衣备得足 热茶递得勤",
            "青禾区总工会冬季送暖到街头",
            LONG,
            OTHER,
            LONG[:21],
            LONG[21:],
            "街头送暖",
            "近日，望湖区总工会为女职工义诊，二百余人到场。",
            "（通讯员 林小禾）",
            "工人休息 林小禾 摄",
            "来源：青禾工人报",
            "版权所有 © 2018",
            "电话：000-1234",
            "企业 and 职工",
        ]
    ),
    max_size=14,
)


@given(_LINES, st.lists(st.integers(1, 5), min_size=14, max_size=14))
def test_every_character_is_in_one_block_or_in_the_furniture(
    lines: list[str], breaks: list[int]
) -> None:
    text = "".join(line + "\n" * n for line, n in zip(lines, breaks, strict=False))
    page = _split(text)
    seen = [0] * len(text)
    blocks = [block.text for article in page.articles for block in article.blocks]
    spans = [s for block in blocks for s in block.offsets.file_ranges(0, len(block))]
    for span in [*spans, *page.furniture]:
        for at in range(span.start, span.end):
            seen[at] += 1
    assert [n for n, char in zip(seen, text, strict=True) if char != "\n"] == [1] * len(
        text.replace("\n", "")
    )


@given(_LINES)
def test_the_body_is_its_blocks_one_line_break_apart(lines: list[str]) -> None:
    for article in _split("\n\n".join(lines)).articles:
        assert article.body.text
        assert "\n\n" not in article.body.text
        assert article.body.text == article.body.text.strip()


@pytest.mark.parametrize("text", ["报" * 40, "记者" * 20, "近日来" * 200, "（记者" * 13])
def test_repetitive_lines_take_no_time(text: str) -> None:
    assert _split(f"{text}\n\n{text}\n\n{LONG}").articles
