from __future__ import annotations

import pytest

from corpus.fold import fold
from corpus.page.places import main_place, places_in


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("武隆区总工会", {"武隆区"}),
        ("重慶市長壽區總工會", {"重庆市", "长寿区"}),
        ("在璧山区,近3年来", {"璧山区"}),
        ("楊凌示范區總工會", {"杨凌示范区"}),
        ("彭水苗族土家族自治县总工会", set()),
        ("辖区社区、全市农贸市场、贫困山区和工业园区", set()),
        ("总工会联合区妇联", set()),
    ],
)
def test_names_are_told_from_common_words(text: str, places: set[str]) -> None:
    assert set(places_in(fold(text))) == places


def test_the_place_of_a_text_is_the_one_it_names_most() -> None:
    assert main_place("武隆区总工会。重庆市。武隆区企业。涪陵区的经验。武隆区职工。") == "武隆区"


def test_a_text_about_several_districts_is_about_none() -> None:
    assert main_place("渝北区办义卖。城口县访老人。合川区做义诊。") is None


def test_a_city_is_the_place_where_no_district_is_named() -> None:
    assert main_place("广元市总工会。广元市日报。") == "广元市"
    assert main_place("今年以来,全市职工") is None
