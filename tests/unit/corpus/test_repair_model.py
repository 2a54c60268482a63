from __future__ import annotations

from math import isclose, log

import pytest

from corpus.repair.model import CharModel, PageModel


@pytest.fixture
def model() -> CharModel:
    """工 60, 会 30, 人 10 times; 工会 30 times as one word."""
    return CharModel({"工": 60, "会": 30, "人": 10}, {"工会": 30})


def test_a_pair_of_the_dictionary_is_likelier_than_its_characters_alone(model: CharModel) -> None:
    assert isclose(model.follow("工", "会"), 0.6 * 30 / 60 + 0.4 * 0.3)
    assert isclose(model.follow("工", "人"), 0.4 * 0.1)


def test_behind_punctuation_a_character_has_its_own_share(model: CharModel) -> None:
    assert isclose(model.follow("，", "会"), 0.3)


def test_common_characters_rank_first_and_unknown_ones_last(model: CharModel) -> None:
    assert [model.rank(char) for char in "工会人龘"] == [0, 1, 2, 3]


def test_a_traditional_character_counts_as_its_simplified_form(model: CharModel) -> None:
    page = PageModel(model, "")

    assert model.rank("會") == model.rank("会")
    assert page.log("工", "會") == page.log("工", "会")


def test_what_the_page_says_is_likelier_on_it(model: CharModel) -> None:
    silent, speaking = PageModel(model, ""), PageModel(model, "人工")

    assert speaking.log("人", "工") > silent.log("人", "工")
    assert isclose(silent.log("人", "工"), log(0.75 * 0.4 * 0.6))


def test_nothing_is_impossible(model: CharModel) -> None:
    assert PageModel(model, "").log("工", "龘") > float("-inf")
