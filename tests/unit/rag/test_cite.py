from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Edit, MappedText, RunKind
from rag.cite import cite, display_title, facts_in
from rag.extract import Quote
from rag.facts import find_mentions
from rag.support import is_stated
from tests.fakes import make_article

TEXT = "武隆区总工会发放补助，合计58万元。另给农民工建会6万元，惠及43个组织。"
SUBSIDY = make_article(
    "武隆建会补助",
    TEXT,
    published="2023-04-18",
    author="文 一",
    outlet="工会报",
    url="https://example.org/a",
)


def quote(words, article=SUBSIDY):
    start = article.text.index(words)
    return Quote(article, start, start + len(words), 1.0)


# --- citations -----------------------------------------------------------------------------------


def test_citations_are_numbered_from_1_and_carry_their_articles_details():
    first, second = cite([quote("合计58万元"), quote("惠及43个组织")])
    assert (first.marker, second.marker) == (1, 2)
    assert first.quote == SUBSIDY.text[first.start : first.end] == "合计58万元"
    details = (first.title, first.source, first.url, first.published, first.author, first.outlet)
    assert details == (
        "武隆建会补助", SUBSIDY.source, "https://example.org/a", "2023-04-18", "文 一", "工会报",
    )  # fmt: skip
    assert first.article_id == SUBSIDY.article_id
    assert cite([]) == ()


def test_file_ranges_lead_around_what_stood_in_between():
    page = MappedText.from_file("合计58[图：某人]万元。").edited([Edit(4, 10, "")])
    article = replace(make_article("题", page.text), offsets=page.offsets)
    (citation,) = cite([quote("合计58万元", article)])
    assert citation.file_ranges == ((0, 4), (10, 12))
    assert citation.mended is False


@pytest.mark.parametrize(("kind", "mended"), [(RunKind.MENDED, True), (RunKind.GUESSED, True)])
def test_a_quote_with_restored_characters_says_so(kind, mended):
    page = MappedText.from_file("合计五?元。另有其他。").edited([Edit(3, 4, "万", kind)])
    article = replace(make_article("题", page.text), offsets=page.offsets)
    damaged, whole = cite([quote("合计五万元", article), quote("另有其他", article)])
    assert (damaged.mended, whole.mended) == (mended, False)


# --- titles --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text", "shown"),
    [
        ("武隆建会", "正文。", "武隆建会"),
        ("", "4月18日，武隆区总工会召开会议，部署工作。", "(无题) 武隆区总工会召开会议"),
        ("", "2023年4月起，建会提速。", "(无题) 建会提速"),
        ("", "近日，建会提速！", "(无题) 建会提速"),
        ("", "。。。", "(无题) 。。。"),
        ("", "长" * 100, f"(无题) {'长' * 30}"),
    ],
)
def test_an_article_without_a_headline_is_called_by_its_first_clause(title, text, shown):
    assert display_title(make_article(title, text)) == shown


# --- facts ---------------------------------------------------------------------------------------


def test_every_figure_is_traced_to_the_quotes_that_state_it():
    facts = facts_in("580000元；43家；6万元", [quote("合计58万元"), quote(TEXT)])
    stated = [(fact.text, fact.kind, fact.value, fact.unit, fact.supported_by) for fact in facts]
    assert stated == [
        ("580000元", "money", 580_000, "元", (1, 2)),
        ("43家", "count", 43, "家", (2,)),
        ("6万元", "money", 60_000, "元", (2,)),
    ]


@pytest.mark.parametrize("claim", ["59万元", "58万美元", "58人", "43人", "2023年", "4月18日"])
def test_a_figure_that_no_quote_states_is_no_fact(claim):
    assert facts_in(claim, [quote(TEXT)]) == ()


def test_a_figure_said_twice_is_one_fact():
    assert len(facts_in("58万元，也就是58万元，即580000元", [quote(TEXT)])) == 1


def test_facts_keep_the_script_and_width_of_the_answer():
    (fact,) = facts_in("共５８萬元", [quote(TEXT)])
    assert (fact.text, fact.value) == ("５８萬元", 580_000)


@given(st.text("58万元人个，。2023年月第一二十百%", max_size=30))
def test_facts_are_words_of_the_answer_and_never_without_support(text):
    for fact in facts_in(text, [quote(TEXT)]):
        assert fact.text in text
        assert fact.supported_by == (1,)


# --- dates without a year ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "source", "published", "stated"),
    [
        ("2022年9月", "去年9月", "2023-04-18", True),
        ("2021年9月", "前年9月", "2023-04-18", True),
        ("2024年9月", "明年9月", "2023-04-18", True),
        ("2023年3月7日", "3月7日", "2023-04-18", True),
        ("2023年3月", "3月7日", "2023", True),
        ("2023年9月", "9月", "2023-04-18", False),
        ("2023年9月", "去年9月", "2023-04-18", False),
        ("2022年9月", "去年9月", None, False),
        ("9月", "去年9月", None, True),
    ],
)
def test_a_date_takes_its_year_from_the_day_of_publication_and_from_nowhere_else(
    claim, source, published, stated
):
    assert is_stated(*find_mentions(claim), find_mentions(source), published=published) is stated
