"""What a language model says is let through only as far as its sources carry it."""

import random
import re
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Passage, load_segmenter
from rag.errors import GeneratorError
from rag.phrased import phrased_answers
from rag.prompts import NOT_FOUND
from rag.question import analyse
from rag.types import Answer, ScoredPassage
from tests.fake_generator import FakeGenerator
from tests.fakes import make_article

QUESTION = "武隆区建会补助多少"
SUBSIDY = make_article(
    "武隆推动非公企业建会",
    "武隆区总工会去年9月起推动建会。\n"
    "对开展建会入会的乡镇街道工会，一次性补助共计58万元；对农民工建会的，另给补助6万元。\n"
    "到目前为止，新建工会和加入分会的非公组织一共43个，涉及职工1.7万人。",
    published="2023-04-18",
)
OTHER = make_article(
    "涪陵女职工技能大赛", "涪陵区女职工技能大赛有120人报名。张三夺得第一名，奖金3000元。"
)
SEGMENTER = load_segmenter()
INDEX = SimpleNamespace(
    segmenter=SEGMENTER,
    generation=SimpleNamespace(lexical=SimpleNamespace(inverse_frequency=lambda _word: 1.0)),
)
FALLBACK = Answer(QUESTION, "answered", "引用原文", short="58万元", notes=("注",))
TRUTH = "对乡镇街道工会一次性补助共计58万元[1]。对农民工建会另给补助6万元[1]。"


def sources(*articles):
    found = []
    for rank, article in enumerate(articles, start=1):
        end = len(article.text)
        passage = Passage(f"{article.article_id}:0-{end}", article.article_id, 0, end)
        found.append((ScoredPassage(passage, 1 / rank, rank), article))
    return found


def answers(*pieces, question=QUESTION, fallback=FALLBACK, dies=False):
    return list(
        phrased_answers(
            FakeGenerator(*pieces, dies=dies),
            analyse(question, SEGMENTER),
            sources(SUBSIDY, OTHER),
            history=(),
            index=INDEX,
            fallback=fallback,
        )
    )


def last(*pieces, **options):
    return answers(*pieces, **options)[-1]


def assert_whole(answer):
    """Every marker has its citation and the reverse; every quote stands in its article."""
    markers = [int(number) for number in re.findall(r"\[(\d+)\]", answer.text)]
    assert set(markers) == {citation.marker for citation in answer.citations}
    for citation in answer.citations:
        article = {SUBSIDY.article_id: SUBSIDY, OTHER.article_id: OTHER}[citation.article_id]
        assert article.text[citation.start : citation.end] == citation.quote
    for fact in answer.facts:
        assert fact.supported_by
        assert set(fact.supported_by) <= set(markers)


# --- the truthful model --------------------------------------------------------------------------


def test_what_the_source_says_is_let_through_with_its_citation():
    answer = last(TRUTH)
    assert answer.status == "answered"
    assert answer.text == TRUTH
    assert [fact.value for fact in answer.facts] == [580_000, 60_000]
    assert answer.citations[0].quote.startswith("对开展建会入会")
    assert_whole(answer)


@settings(max_examples=30, deadline=None)
@given(cuts=st.sets(st.integers(1, len(TRUTH) - 1)))
def test_however_the_words_come_in_pieces_the_answer_is_the_same(cuts):
    edges = [0, *sorted(cuts), len(TRUTH)]
    pieces = [TRUTH[a:b] for a, b in pairwise(edges)]
    grown = answers(*pieces)
    assert grown[-1] == last(TRUTH)
    for answer in grown:
        assert_whole(answer)
        assert grown[-1].text.startswith(answer.text)


@pytest.mark.parametrize(
    "said",
    [
        "58万元[1]。",
        "一次性补助共计五十八万元[1]。",
        "一次性补助共计580000元【1】。",
        "武隆区总工会2022年9月起推动建会[1]。",
        "新建工会和加入分会的非公组织共43个[1]。",
        "對農民工建會的，另給補助6萬元[1]。",
    ],
)
def test_the_same_facts_in_other_words_are_let_through(said):
    answer = last(said)
    assert answer.status == "answered"
    assert_whole(answer)


def test_one_marker_behind_a_sentence_stands_for_all_its_clauses():
    said = "乡镇街道工会一次性补助共计58万元；农民工建会另给补助6万元[1]。"
    answer = last(said)
    assert (answer.status, answer.text) == ("answered", said.replace("；", "[1]；"))
    assert_whole(answer)
    lie = last(said.replace("58", "59"))
    assert (lie.status, "59" in lie.text, "6万元" in lie.text) == ("partial", False, True)
    assert last("乡镇街道工会一次性补助共计58万元；农民工建会另给6万元。") == last(
        "一次性补助58万元。"
    )


def test_the_model_is_given_the_numbered_passages_and_the_conversation():
    model = FakeGenerator(TRUTH)
    asked = analyse(QUESTION, SEGMENTER)
    list(
        phrased_answers(
            model, asked, sources(SUBSIDY, OTHER), history=("h",), index=INDEX, fallback=FALLBACK
        )
    )
    ((question, passages, history),) = model.asked
    assert (question, history) == (QUESTION, ("h",))
    assert [(one.number, one.title) for one in passages] == [(1, SUBSIDY.title), (2, OTHER.title)]
    assert passages[0].text == SUBSIDY.text


# --- the liar ------------------------------------------------------------------------------------

LIES = [
    "一次性补助共计59万元[1]。",
    "一次性补助共计58万美元[1]。",
    "一次性补助共计五十九万元[1]。",
    "一次性补助共计59万[1]。",
    "对乡镇街道工会一次性补助共计5.8万元[1]。",
    "涪陵区对乡镇街道工会一次性补助共计58万元[1]。",
    "涪陵对乡镇街道工会一次性补助共计58万元[1]。",
    "璧山区建会一次性补助共计58万元[1]。",
    "武隆区总工会2023年9月起推动建会[1]。",
    "武隆区总工会去年9月15日起推动建会[1]。",
    "新建工会和加入分会的非公组织共43人[1]。",
    "新建工会和加入分会的非公组织一共43个，是第5批[1]。",
    "一次性补助共计58万元，比上年增长12%[1]。",
    "王家街道工会一次性补助共计58万元[1]。",
    "“春风行动”一次性补助共计58万元[1]。",
    "李四对乡镇街道工会一次性补助共计58万元[1]。",
    "一次性补助共计58万元[2]。",
    "一次性补助共计58万元[3]。",
    "一次性补助共计58万元[0]。",
    "一次性补助共计58万元[来源]。",
    "一次性补助共计58万元。",
    "涪陵区女职工技能大赛有120人报名[2]。",
    "这是一项很好的政策，深受欢迎，值得推广[1]。",
    "The subsidy is 590,000 yuan [1].\n",
]


@pytest.mark.parametrize("lie", LIES)
def test_what_no_source_says_of_the_place_asked_about_is_struck(lie):
    for answer in answers(lie):
        assert answer.text == FALLBACK.text
        assert answer.notes[0].startswith("语言模型的回答在资料里找不到依据")
        assert answer.notes[1:] == FALLBACK.notes


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_among_truths_is_struck_and_the_reader_told(lie):
    first, second = TRUTH.split("。")[:2]
    answer = last(f"{first}。{lie}{second}。")
    assert answer.text == last(TRUTH).text
    assert (answer.status, answer.notes[0]) == (
        "partial",
        "语言模型的回答中有 1 句在资料里找不到依据，已经删去。",
    )
    assert_whole(answer)


MARKERS = ["[1]", "【1】", "［１］", "[1][1]", "[1,2]", "[2]", "", "[9]", "[资料1]"]


def lying(chance):
    """Return sentences about the source with a wrong figure in each, and the figures planted."""
    planted, said = [], []
    for _ in range(chance.randint(1, 4)):
        sentence = chance.choice(
            [
                "对开展建会入会的乡镇街道工会，一次性补助共计{}万元",
                "对农民工建会的，另给补助{}万元",
                "新建工会和加入分会的非公组织一共{}个，涉及职工1.7万人",
                "非公组织一共43个，涉及职工{}人",
                "武隆区总工会{}年起推动建会",
                "{}月起武隆区总工会推动建会，补助共计58万元",
                "一次性补助共计58万元，人均{}元",
                "一次性补助共计58万元，占{}%",
                "一次性补助共计58万元，见第{}条",
                "一次性补助共计58万元（编号{}）",
            ]
        )
        figure = str(chance.choice([7, 8, 11, 12, 57, 59, 580, 99, 2019, 31_415]))
        planted.append(figure)
        marker = chance.choice(
            ["[1]", "【1】", "［１］", "[1][1]", "[1,2]", "[2]", "", "[9]", "[资料1]"]
        )
        said.append(sentence.format(figure) + chance.choice([f"{marker}。", f"。{marker}"]))
    return "".join(said), planted


def test_in_300_lies_no_figure_without_support_ever_shows():
    chance = random.Random(11)
    allowed = set(re.findall(r"[\d.]+", SUBSIDY.text)) | {"2022", "2023"}
    lies = 0
    while lies < 300:
        said, planted = lying(chance)
        said += chance.choice(["", TRUTH])
        cut = chance.randrange(len(said))
        lies += len(planted)
        for answer in answers(said[:cut], said[cut:]):
            shown = re.sub(r"\[\d+\]", "", answer.text)
            assert set(re.findall(r"[\d.]+", shown)) <= allowed, said
            assert not set(planted) & set(re.findall(r"\d+", shown)), said
            assert_whole(answer) if answer.citations else None


# --- the model that does not answer --------------------------------------------------------------


@pytest.mark.parametrize("pieces", [(), ("",), ("   \n",), ("[1]",), ("。。。",)])
def test_a_model_that_says_nothing_leaves_the_quoting_answer_and_says_so(pieces):
    answer = last(*pieces)
    assert (answer.text, answer.short) == (FALLBACK.text, FALLBACK.short)
    assert "找不到依据" in answer.notes[0]


def test_a_model_that_finds_nothing_refuses_with_the_nearest_titles():
    answer = last(NOT_FOUND)
    assert (answer.status, answer.citations, answer.short) == ("not_found", (), None)
    assert answer.nearest == (SUBSIDY.title, OTHER.title)


def test_a_refusal_of_our_own_is_kept_as_it_was():
    own = Answer(QUESTION, "not_found", "没有找到", nearest=("题",))
    assert last(NOT_FOUND, fallback=own) == own


def test_a_model_that_dies_is_an_error_after_what_was_proven():
    stream = phrased_answers(
        FakeGenerator(*TRUTH, dies=True),
        analyse(QUESTION, SEGMENTER),
        sources(SUBSIDY),
        history=(),
        index=INDEX,
        fallback=FALLBACK,
    )
    proven = next(stream)
    assert "58万元" in proven.text
    assert_whole(proven)
    with pytest.raises(GeneratorError, match="broke off"):
        list(stream)


def test_a_traditional_question_is_told_in_traditional_words():
    answer = last(LIES[0], question="武隆區建會補助多少")
    assert answer.notes[0].startswith("語言模型的回答在資料裏找不到依據")
