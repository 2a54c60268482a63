"""Markers: read in every spelling, kept in one, never an invented one."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.markers import (
    clean_markers,
    parse_markers,
    renumber,
    settled,
    statements,
    strip_markers,
)

# Text as bad as a model's: brackets of every kind, digits of every width, the words around them.
PIECES = [
    *"[]［］【】〔〕0129１①٣-,、，†^第号。；.a一 \u3000\n",
    "资料",
    "来源",
    "doc",
    "2024",
    "58万元",
]
PIECES += ["[1]", "[2]", "【3】", "[4,5]", "[9]"]
hostile_text = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60)
ANYTHING_LIKE_A_MARKER = re.compile(r"[\[［]\s*([^\[\]［］]*?)\s*[\]］]|【\s*(\d+)\s*】")


@pytest.mark.parametrize(
    ("spelt", "cleaned"),
    [
        ("58万元[1]。", "58万元[1]。"),
        ("58万元【1】。", "58万元[1]。"),
        ("58万元［１］。", "58万元[1]。"),
        ("58万元【1]。", "58万元[1]。"),
        ("58万元[[1]]。", "58万元[1]。"),
        ("58万元[1][1]。", "58万元[1]。"),
        ("58万元[1]、[2]，[1]。", "58万元[1][2]。"),
        ("58万元[1,2]。", "58万元[1][2]。"),
        ("58万元[1、2]。", "58万元[1][2]。"),
        ("58万元[1，3]。", "58万元[1][3]。"),
        ("58万元[1-3]。", "58万元[1][2][3]。"),
        ("58万元[2–3]。", "58万元[2][3]。"),
        ("58万元[资料1]。", "58万元[1]。"),
        ("58万元【资料 1、资料 3】。", "58万元[1][3]。"),
        ("58万元[^2]。", "58万元[2]。"),
        ("58万元【3†source】。", "58万元[3]。"),
        ("58万元[①]。", "58万元[1]。"),
        ("58万元 [1]。", "58万元[1]。"),
    ],
)
def test_every_spelling_of_a_marker_becomes_plain(spelt, cleaned):
    assert clean_markers(spelt, passages=3) == cleaned


INVENTED = """
[0] [00] [4] [99] [-1] [1a] [1.5] [3-1] [4,5] [] [2024-02-19] [999999999999] ［０］ 【4】
[来源] [资料] [一] [资料二] [doc-x] [4:0†source]
"""


@pytest.mark.parametrize("invented", INVENTED.split())
def test_an_invented_marker_is_dropped(invented):
    assert clean_markers(f"58万元{invented}。", passages=3) == "58万元。"


def test_of_a_list_only_the_invented_numbers_are_dropped():
    assert clean_markers("58万元[2,7]。", passages=3) == "58万元[2]。"


def test_the_year_of_a_document_number_is_no_marker():
    text = "见渝工发[2024]3号、渝工办［2023］ 第12號[2]。"
    assert clean_markers(text, passages=3) == "见渝工发〔2024〕3号、渝工办〔2023〕 第12號[2]。"


def test_headings_and_other_brackets_keep_their_words():
    text = "【工会服务站】武隆[图片]补助[见附件说明]58万元[1]。"
    assert (
        clean_markers(text, passages=1) == "【工会服务站】武隆〔图片〕补助〔见附件说明〕58万元[1]。"
    )


def test_no_marker_grows_out_of_the_brackets_around_a_dropped_one():
    assert clean_markers("甲[1[0]2]乙", passages=30) == "甲〔12〕乙"
    cleaned = clean_markers("甲[1[3]]乙", passages=3)
    assert renumber(cleaned, {1})[0] == "甲〔1〕乙"


def test_parse_gives_numbers_and_places_of_what_was_written():
    text = "58万元 【1、2】，6万元[来源]"
    found = parse_markers(text)
    assert [(text[m.start : m.end], m.numbers) for m in found] == [
        ("【1、2】", (1, 2)),
        ("[来源]", ()),
    ]


def test_strip_removes_every_marker_and_nothing_else():
    assert strip_markers("武隆区58万元［1］，6万元【2】。") == "武隆区58万元，6万元。"


@given(hostile_text, st.integers(0, 12))
def test_no_marker_outside_the_passages_is_left_whatever_text_comes(text, passages):
    cleaned = clean_markers(text, passages=passages)
    for found in ANYTHING_LIKE_A_MARKER.finditer(cleaned):
        assert re.fullmatch(r"\[[1-9]\d*\]", found[0], re.ASCII)
        assert 1 <= int(found[1]) <= passages
    assert all(m.numbers and max(m.numbers) <= passages for m in parse_markers(cleaned))


@given(hostile_text, st.integers(0, 12))
def test_cleaning_twice_changes_nothing(text, passages):
    once = clean_markers(text, passages=passages)
    assert clean_markers(once, passages=passages) == once


@given(st.text(alphabet="甲乙丙58万元。，；《》（）abc \n", max_size=60))
def test_text_without_brackets_is_left_alone(text):
    assert clean_markers(text, passages=5) == text


@given(hostile_text, st.integers(0, 12), st.sets(st.integers(1, 12)))
def test_renumbering_is_one_to_one_with_the_citations_used(text, passages, used):
    cleaned = clean_markers(text, passages=passages)
    before = {number for marker in parse_markers(cleaned) for number in marker.numbers}
    renumbered, mapping = renumber(cleaned, used)
    after = [number for marker in parse_markers(renumbered) for number in marker.numbers]
    assert set(mapping) == before & used
    assert sorted(mapping.values()) == list(range(1, len(mapping) + 1))
    assert set(after) == set(mapping.values())
    assert list(dict.fromkeys(after)) == sorted(set(after))
    assert strip_markers(renumbered) == strip_markers(cleaned)


def test_statements_own_the_markers_in_and_behind_them():
    text = "武隆区补助58万元[2][1]。农民工建会6万元。[3]\n涪陵区未设补助；黔江区同[1]！"
    assert [(s.text, s.markers) for s in statements(text)] == [
        ("武隆区补助58万元。", (1, 2)),
        ("农民工建会6万元。", (3,)),
        ("涪陵区未设补助；", ()),
        ("黔江区同！", (1,)),
    ]


def test_a_marker_on_a_line_of_its_own_belongs_to_the_sentence_before():
    assert [(s.text, s.markers) for s in statements("补助58万元。\n[1]\n补助6万元。\n[2]")] == [
        ("补助58万元。", (1,)),
        ("补助6万元。", (2,)),
    ]


def test_the_number_of_a_list_item_is_no_sentence():
    text = "1. 乡镇建会58万元[1]\n2. 农民工建会6万元[2]"
    assert [s.text for s in statements(text)] == ["1. 乡镇建会58万元", "2. 农民工建会6万元"]


def test_decimals_and_quotations_are_not_cut():
    text = "他说：“补助58.5万元。”[1]The rate is 3.5%. It rose [2]. End"
    assert [(s.text, s.markers) for s in statements(text)] == [
        ("他说：“补助58.5万元。”", (1,)),
        ("The rate is 3.5%.", ()),
        ("It rose .", (2,)),
        ("End", ()),
    ]


@given(hostile_text)
def test_statements_are_in_order_and_lose_no_word(text):
    cleaned = clean_markers(text, passages=9)
    found = statements(cleaned)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    said = "".join(s.text for s in found)
    assert [c for c in said if c.isalnum()] == [c for c in strip_markers(cleaned) if c.isalnum()]
    assert all(s.markers == tuple(sorted(set(s.markers))) for s in found)


def spoken(text):
    return [(s.text, s.markers) for s in statements(clean_markers(text, passages=9))]


@given(
    st.lists(
        st.sampled_from([*"甲乙58。；！\n”", "[1]", "【2】", "[1、2]", "[0]", "［３］", " "]),
        max_size=30,
    )
)
def test_all_but_the_last_statement_of_a_growing_text_stay_as_they_are(pieces):
    text = "".join(pieces)
    for end in range(len(text)):
        before = spoken(settled(text[:end]))[:-1]
        assert spoken(text)[: len(before)] == before
