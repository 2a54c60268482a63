"""How dates, sources and key phrases are named."""

from dataclasses import replace

import pytest

from tests.fakes import SUBSIDY, SUBSIDY_ANSWER, cite, quoting_answer
from ui.labels import (
    cut_at,
    date_words,
    failure_words,
    is_short_answer,
    key_phrases,
    own_words,
    source_words,
)


@pytest.mark.parametrize(
    ("published", "said"),
    [
        ("2023-04-18", "2023年4月18日"),
        ("2023-04", "2023年4月"),
        ("2023", "2023年"),
        (None, "日期不详"),
        ("", "日期不详"),
        ("去年", "去年"),
        ("2023-04-18T09:00", "2023-04-18T09:00"),
    ],
)
def test_dates_are_said_as_people_write_them(published, said):
    assert date_words(published) == said


def test_a_source_is_title_outlet_and_date():
    assert (
        source_words(cite(SUBSIDY, "43个")) == "武隆推动非公企业建会 · 工会示例报 · 2023年4月18日"
    )


def test_an_unknown_outlet_leaves_no_gap():
    citation = replace(cite(SUBSIDY, "43个"), outlet=None, published=None)
    assert source_words(citation) == "武隆推动非公企业建会 · 日期不详"


def test_the_spans_of_the_short_answer_are_the_key_phrases():
    assert key_phrases(SUBSIDY_ANSWER) == ("58万元", "6万元")


def test_without_a_short_answer_the_figures_stated_are():
    assert key_phrases(replace(SUBSIDY_ANSWER, short=None)) == ("58万元", "6万元")


def test_text_is_cut_into_other_and_phrase_by_turns():
    assert list(cut_at("共58万元整", ["58万元"])) == ["共", "58万元", "整"]
    assert list(cut_at("共58万元整", [])) == ["共58万元整"]


def test_lines_that_only_repeat_a_quote_are_not_the_answers_own_words():
    answer = quoting_answer(
        "问", cite(SUBSIDY, "新建会和加入分会的非公组织一共43个。"), short="43个"
    )
    spoken = replace(answer, text=f"43个[1]\n“{answer.citations[0].quote}”[1]\n另有补助[1]。")
    assert own_words(spoken) == ("43个[1]", "另有补助[1]。")


def test_the_short_answer_is_known_by_its_words_not_its_markers():
    assert is_short_answer("58万元[1]；6万元[1]", SUBSIDY_ANSWER)
    assert not is_short_answer("共计58万元[1]", SUBSIDY_ANSWER)
    assert not is_short_answer("58万元", replace(SUBSIDY_ANSWER, short=None))


def test_a_failure_names_file_place_and_reason():
    assert failure_words("a.jsonl", "line 3", "no text") == "a.jsonl（line 3）：no text"
    assert failure_words("a.txt", None, "empty") == "a.txt：empty"
