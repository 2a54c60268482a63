"""The page's markup: what each state of a conversation shows."""

from dataclasses import replace

import pytest

from tests.fakes import (
    SUBSIDY,
    SUBSIDY_ANSWER,
    FakeStats,
    cite,
    make_article,
    not_found,
    quoting_answer,
)
from ui import render
from ui.chat import Exchange, Place

ATTACK = "<img src=x onerror=alert(1)>\n\n# 大标题 [1](javascript:alert(1))"


def page(answer, state="done", **more):
    return render.transcript((Exchange(answer.question, answer, state, **more),), ())


def test_the_header_says_how_much_there_is_and_from_when_to_when():
    stats = FakeStats(46, 90, published_from="2021-03", published_to="2024-05-06")
    assert "46 篇文章 · 2021年3月 至 2024年5月6日" in render.header(stats)


def test_a_single_date_is_not_passed_off_as_that_of_the_whole_collection():
    single = FakeStats(5, 5, published_from="2021", published_to="2021")
    assert "5 篇文章</p>" in render.header(single)
    assert "5 篇文章</p>" in render.header(FakeStats(5, 5))


def test_an_empty_conversation_offers_the_examples():
    shown = render.transcript((), ('补助多少"?',))
    assert 'value="补助多少&quot;?"' in shown
    assert "想查点什么" in shown


def test_without_examples_nothing_is_offered():
    assert "wj-chip" not in render.welcome(())


def test_every_exchange_is_one_block_on_one_line():
    conversation = (Exchange("甲\n\n乙"), Exchange(SUBSIDY_ANSWER.question, SUBSIDY_ANSWER, "done"))
    blocks = render.transcript(conversation, ()).split("\n\n")
    assert len(blocks) == 2
    assert all(block.startswith("<section ") and "\n" not in block for block in blocks)


def test_the_short_answer_comes_before_the_quote_and_figures_are_emphasised():
    shown = page(SUBSIDY_ANSWER)
    assert shown.index('<p class="wj-short">58万元；6万元</p>') < shown.index("<q>")
    assert "<strong>58万元</strong>" in shown
    assert "<strong>6万元</strong>" in shown


def test_a_long_short_answer_is_set_smaller():
    long = "甲" * 60
    assert '<p class="wj-short wj-long">' in page(replace(SUBSIDY_ANSWER, short=long))


def test_a_marker_links_to_its_citation_and_names_the_source():
    answer = replace(SUBSIDY_ANSWER, text="共计58万元[1]。")
    assert (
        '<a class="wj-marker" href="#cite-1-1" title="武隆推动非公企业建会 · 工会示例报 · '
        '2023年4月18日">[1]</a>'
    ) in page(answer)


def test_a_marker_without_a_citation_stays_text():
    assert "补助[7]。</p>" in page(replace(SUBSIDY_ANSWER, text="补助[7]。"))


def test_a_quote_is_shown_once_with_its_source():
    shown = page(SUBSIDY_ANSWER)
    assert shown.count("另给补助共计") == 1
    assert '<a class="wj-source" href="#cite-1-1">' in shown


@pytest.mark.parametrize(
    ("status", "said"),
    [("answered", "有据"), ("partial", "部分有据"), ("not_found", "没有找到")],
)
def test_each_status_has_its_own_word_and_its_own_icon(status, said):
    shown = page(replace(SUBSIDY_ANSWER, status=status))
    assert f"wj-badge wj-{status}" in shown
    assert f"</svg>{said}</p>" in shown
    others = {name for name in ("answered", "partial", "not_found") if name != status}
    assert all(render._ICONS[other] not in shown for other in others)


def test_while_an_answer_grows_it_has_neither_badge_nor_sources():
    shown = page(SUBSIDY_ANSWER, state="running")
    assert "wj-badge" not in shown
    assert "wj-source" not in shown
    assert "正在作答" in shown


def test_before_the_first_words_come_the_page_says_that_it_searches():
    assert "正在翻找文章" in render.transcript((Exchange("问"),), ())


def test_a_stopped_answer_says_so():
    assert "已停止" in page(SUBSIDY_ANSWER, state="stopped")
    assert "没有留下答案" in render.transcript((Exchange("问", None, "stopped"),), ())


def test_a_failure_is_said_in_words():
    shown = render.transcript((Exchange("问", None, "failed", "太长了<"),), ())
    assert '<p class="wj-problem">太长了&lt;</p>' in shown


def test_not_found_offers_the_nearest_titles_as_links_to_their_passages():
    shown = page(not_found("问", SUBSIDY))
    assert '<a class="wj-chip" href="#near-1-1">武隆推动非公企业建会</a>' in shown


def test_a_nearest_title_that_was_not_retrieved_is_no_link():
    shown = page(replace(not_found("问"), nearest=("别处的文章",)))
    assert '<span class="wj-chip">别处的文章</span>' in shown


def test_notes_and_the_question_made_whole_are_shown():
    answer = replace(SUBSIDY_ANSWER, notes=("年份没有写明",), rewritten="武隆区的建会补助是多少")
    shown = page(answer)
    assert "<li>年份没有写明</li>" in shown
    assert "按这句来查：武隆区的建会补助是多少" in shown


def test_the_same_question_is_not_shown_as_rewritten():
    same = replace(SUBSIDY_ANSWER, rewritten=SUBSIDY_ANSWER.question)
    assert "wj-rewritten" not in page(same)


@pytest.mark.parametrize("where", ["question", "text", "title", "outlet", "quote", "note", "near"])
def test_hostile_text_is_escaped_wherever_it_comes_in(where):
    article = make_article("题", ATTACK if where == "quote" else "正文")
    citation = cite(article, article.text)
    if where in ("title", "outlet"):
        citation = replace(citation, **{where: ATTACK})
    answer = replace(
        quoting_answer(ATTACK if where == "question" else "问", citation),
        text=ATTACK if where == "text" else "正文",
        notes=(ATTACK,) if where == "note" else (),
        nearest=(ATTACK,) if where == "near" else (),
    )
    shown = page(answer)
    assert "<img" not in shown
    assert "\n" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown
    assert "# 大标题" in shown


def panel(answer=SUBSIDY_ANSWER, article=SUBSIDY, kind="cite", index=1):
    return render.evidence(article, place=Place(1, kind, index), answer=answer)


def test_the_evidence_marks_the_quote_and_the_answer_inside_it():
    shown = panel()
    assert (
        '<mark class="wj-quote">一次性补助共计</mark>'
        '<mark class="wj-quote"><strong>58万元</strong></mark>'
    ) in shown
    assert "对开展建会入会的乡镇街道和园区工会,<mark" in shown


def test_the_evidence_names_outlet_date_page_author_and_file():
    shown = panel()
    for part in ("工会示例报", "2023年4月18日", "第 3 版", "作者 文 一", "articles/wulong.txt"):
        assert part in shown


def test_other_quotes_of_the_same_article_are_marked_apart():
    answer = quoting_answer(
        "问", cite(SUBSIDY, "共计58万元", marker=1), cite(SUBSIDY, "一共43个", marker=2)
    )
    shown = panel(answer)
    assert '<mark class="wj-quote">共计58万元</mark>' in shown
    assert '<mark class="wj-other">一共43个</mark>' in shown


def test_several_citations_have_tabs_and_a_single_one_has_none():
    two = quoting_answer("问", cite(SUBSIDY, "58万元"), cite(SUBSIDY, "43个", marker=2))
    assert 'class="wj-marker wj-current" href="#cite-1-1"' in panel(two)
    assert 'class="wj-marker" href="#cite-1-2"' in panel(two)
    assert "wj-tabs" not in panel()


def test_a_near_article_shows_the_passage_that_was_looked_at():
    shown = panel(not_found("问", SUBSIDY), kind="near")
    assert '<span class="wj-passage">武隆区总工会去年秋天以来' in shown
    assert "<mark" not in shown


def test_a_mended_quote_says_so():
    mended = replace(SUBSIDY_ANSWER.citations[0], mended=True)
    assert "修复过的字" in panel(replace(SUBSIDY_ANSWER, citations=(mended,)))
    assert "修复过的字" not in panel()


def test_an_address_is_text_and_never_a_link():
    shown = panel(article=replace(SUBSIDY, url="https://evil.example/x"))
    assert "https://evil.example/x" in shown
    assert 'href="http' not in shown


def test_an_article_without_a_title_is_named_by_its_first_words():
    untitled = replace(SUBSIDY, title="")
    assert "(无题) 武隆区总工会去年秋天以来" in panel(article=untitled)


def test_an_article_removed_since_is_said_to_be_gone():
    assert "已经不在索引里了" in render.no_article()


def test_the_head_brings_style_script_and_icon_from_nowhere_else():
    head = render.page_head()
    assert 'href="/wenju.css"' in head
    assert 'src="/wenju.js"' in head
    assert 'rel="icon" href="data:image/svg+xml,' in head
    assert "//" not in head.replace("http%3A//www.w3.org/2000/svg", "")
