"""Words are matched whatever their script and marks, figures only when they are whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.matching import contains, covers, overlaps, skeleton
from rag.evaluation.quantities import quantities


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("一次性补助共计58万元;另补6万元", "6万元"),
        ("發放20萬元消費券", "20万元"),
        ("发放２０万元", "20万元"),
        ("支持“劳模”、工匠", "支持劳模工匠"),
        ("拨款580,000元", "58万元"),
        ("拨款五十八万元", "58万元"),
        ("覆盖百分之二十的企业", "20%"),
        ("43、58万元", "58万元"),
        ("共有1,200人", "1200人"),
    ],
)
def test_an_answer_is_found_in_another_spelling(text: str, answer: str) -> None:
    assert contains(text, answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("补助58万元", "8万元"),
        ("补助5.8万元", "8万元"),
        ("比例5.3", "5"),
        ("共35个", "3"),
        ("十三个类别", "三个类别"),
        ("43家企业", "43个"),
        ("补助58万元", "58%"),
        ("3、5", "35"),
        ("任何文字", ""),
        ("任何文字", "。"),
    ],
)
def test_a_part_of_a_figure_is_not_the_figure(text: str, answer: str) -> None:
    assert not contains(text, answer)


def test_a_numeral_inside_a_word_does_not_hide_an_answer() -> None:
    assert contains("统一一次性补助", "一次性补助")


@given(st.text(alphabet="工会會補助58,.%、 万元ABab", max_size=20))
def test_every_text_with_words_contains_itself(text: str) -> None:
    assert contains(text, text) == bool(skeleton(text))


def test_quotes_overlap_by_half_of_the_shorter() -> None:
    gold = "对开展建会的乡镇给予一次性补助共计58万元"
    assert overlaps(gold, "给予一次性补助共计58万元,各方反响热烈,影响广泛而深远")
    assert overlaps(gold, "对开展建会的乡镇給予一次性补X共计58万元")
    assert not overlaps(gold, "对开展技能大赛的企业给予表扬,补助另行通知")
    assert not overlaps(gold, "")


def test_a_text_covers_a_quote_with_a_damaged_character() -> None:
    text = "前文。" * 50 + "对开展建会的乡镇给予一次性补助共计58万元" + "后文。" * 50
    assert covers(text, "对开展建会的乡镇给予一次性补助共計58万元")
    assert covers(text, "对开展建会的乡镇给于一次性补助共计58万元")
    assert not covers(text, "完全不同的一句话没有出现在这里")
    assert not covers(text, "没有")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("58万元", [(580000, "元")]),
        ("580,000元", [(580000, "元")]),
        ("五十八万元", [(580000, "元")]),
        ("75.83萬元", [(758300, "元")]),
        ("1.2万亿元", [(1200000000000, "元")]),
        ("两千元", [(2000, "元")]),
        ("一千零五元", [(1005, "元")]),
        ("三百万", [(3000000, "")]),
        ("百分之二十五", [(25, "%")]),
        ("3.5%", [(Decimal("3.5"), "%")]),
        ("2023年9月8日", [(2023, "年"), (9, "月"), (8, "日")]),
        ("二〇二三年九月", [(2023, "年"), (9, "月")]),
        ("第十四届", [(14, "")]),
        ("三个类别", [(3, "")]),
        ("5000余人", [(5000, "")]),
    ],
)
def test_figures_are_read_in_every_spelling(text: str, found: list[tuple[object, str]]) -> None:
    assert [(q.value, q.unit) for q in quantities(text)] == found


@pytest.mark.parametrize(
    "text", ["三八妇女节", "一次性补助", "千方百计", "万州区", "统一", "五一劳动奖章"]
)
def test_words_with_numerals_in_them_are_no_figures(text: str) -> None:
    assert quantities(text) == ()
