import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.places import gazetteer, make_gazetteer, stem_of

KNOWN = make_gazetteer(
    [
        ("500000", "重庆市"),
        ("500102", "涪陵区"),
        ("500156", "武隆区"),
        ("500240", "石柱土家族自治县"),
        ("120000", "天津市"),
        ("120101", "和平区"),
        ("220000", "吉林省"),
        ("220200", "吉林市"),
        ("220202", "昌邑区"),
        ("210000", "辽宁省"),
        ("210100", "沈阳市"),
        ("210102", "和平区"),
        ("350600", "漳州市"),
        ("350626", "东山县"),
        ("371500", "聊城市"),
        ("371502", "东昌府区"),
    ]
)


def stems(text, *bare):
    return [mention.stem for mention in KNOWN.find(text, bare=bare)]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("武隆区", "武隆"),
        ("重庆市", "重庆"),
        ("内蒙古自治区", "内蒙古"),
        ("石柱土家族自治县", "石柱"),
        ("延边朝鲜族自治州", "延边"),
        ("彭水苗族土家族自治县", "彭水"),
        ("香港特别行政区", "香港"),
        ("西林区", "西林"),
        ("城区", "城区"),
        ("东区", "东区"),
        ("郊区", "郊区"),
        ("矿区", "矿区"),
    ],
)
def test_a_stem_is_the_name_without_tail_and_nation_unless_nothing_is_left(name, stem):
    assert stem_of(name) == stem


@pytest.mark.parametrize("name", ["武隆区", "武隆县", "武隆市"])
def test_a_place_is_the_same_whatever_its_tail(name):
    assert stems(f"在{name}召开") == ["武隆"]


def test_a_mention_says_where_it_stands():
    (mention,) = KNOWN.find("重点在武隆区总工会")
    assert (mention.start, mention.end) == (3, 6)


def test_names_in_a_row_are_found_one_by_one():
    assert stems("重庆市武隆区、吉林省吉林市昌邑区") == ["重庆", "武隆", "吉林", "吉林", "昌邑"]


def test_the_longest_name_wins():
    assert stems("石柱土家族自治县工会") == ["石柱"]
    assert [m.end for m in KNOWN.find("石柱土家族自治县工会")] == [8]
    assert stems("东昌府区") == ["东昌府"]


def test_an_everyday_word_is_a_place_only_with_its_tail_or_when_told_so():
    assert stems("热爱和平的人") == []
    assert stems("和平区总工会") == ["和平"]
    assert stems("热爱和平的人", "和平") == ["和平"]


def test_a_bare_stem_is_found_where_it_is_told_to_be_one():
    assert stems("武隆建会补助") == []
    assert stems("武隆建会补助", "武隆") == ["武隆"]
    assert stems("涪陵建会补助", "武隆") == []


@pytest.mark.parametrize("text", ["", "区", "市县", "工会会费怎么交", "abc区"])
def test_texts_without_places_have_none(text):
    assert stems(text) == []


def test_a_place_lies_within_itself_and_its_parents():
    assert KNOWN.is_within("武隆", "重庆")
    assert KNOWN.is_within("武隆", "武隆")
    assert not KNOWN.is_within("重庆", "武隆")
    assert not KNOWN.is_within("武隆", "涪陵")
    assert not KNOWN.is_within("无此地", "重庆")


def test_a_stem_borne_by_several_may_lie_in_each_of_their_parents():
    assert all(KNOWN.is_within("和平", above) for above in ("天津", "沈阳", "辽宁"))


def test_a_stem_has_the_highest_of_its_levels():
    levels = {"重庆": 1, "沈阳": 2, "武隆": 3, "吉林": 1, "无此地": 3}
    assert {stem: KNOWN.level(stem) for stem in levels} == levels


@given(st.lists(st.sampled_from([*KNOWN.names, "总工会", "和平", "2024年", "区"])).map("".join))
def test_every_mention_is_a_piece_of_the_text_and_none_overlap(text):
    at = 0
    for mention in KNOWN.find(text):
        assert at <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end].startswith(mention.stem)
        at = mention.end


def test_the_shipped_gazetteer_knows_the_country():
    known = gazetteer()
    assert {known.level(stem) for stem in ("重庆", "成都", "武隆")} == {1, 2, 3}
    assert known.is_within("武隆", "重庆")
    assert known.is_within("武侯", "四川")
    assert len(known.names) > 2800
    assert all(len(stem) > 1 for stem in known.levels)
