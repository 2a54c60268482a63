from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import fold, to_simplified

ANY_TEXT = st.text(
    st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0xF900, max_codepoint=0xFFFF),
        st.sampled_from("著乾徵藉瞭陜隆坤名有随狼\ud800İß"),
        st.characters(),
    )
)


@settings(deadline=None, max_examples=100)
@given(ANY_TEXT)
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert len(to_simplified(text)) == len(text)


@settings(deadline=None, max_examples=100)
@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_every_character_folds_once_and_to_one() -> None:
    assigned = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x30000)]))
    folded = fold(assigned)
    assert len(folded) == len(assigned)
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("廣元市總工會", "广元市总工会"),
        ("隨著改革", "随着改革"),
        ("隨著有關規定", "随着有关规定"),
        ("討論著方案", "讨论着方案"),
        ("獨自著手", "独自着手"),
        ("著名作家的著作", "著名作家的著作"),
        ("成效顯著", "成效显著"),
        ("原著與編著", "原著与编著"),
        ("見微知著", "见微知著"),
        ("陜西工人報", "陕西工人报"),
        ("陝西", "陕西"),
        ("乾淨的乾隆瓷器", "干净的乾隆瓷器"),
        ("瞭解與瞭望", "了解与瞭望"),
        ("藉口與慰藉", "借口与慰藉"),
        ("徵收、特徵", "征收、特征"),
        ("計畫", "计划"),
    ],
)
def test_traditional_becomes_simplified(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("５８万元（一次性）", "58万元(一次性)"),
        ("ＡＢＣ，ａｂｃ！", "abc,abc!"),
        ("全\u3000国\u00a0总", "全 国 总"),
        ("⼯⼈", "工人"),
        ("阿道夫•越飞‧甲・乙", "阿道夫·越飞·甲·乙"),
        ("100∼800", "100~800"),
        ("Com24 GDP", "com24 gdp"),
    ],
)
def test_width_shape_and_case_are_one(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_a_letter_whose_lower_case_is_longer_stays() -> None:
    assert fold("İ") == "İ"


def test_half_a_surrogate_pair_does_not_stop_the_rest() -> None:
    assert fold("\ud800會") == "\ud800会"


def test_simplifying_leaves_width_and_case_alone() -> None:
    assert to_simplified("ＡＢＣ總會") == "ＡＢＣ总会"
