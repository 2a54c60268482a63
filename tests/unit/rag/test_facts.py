import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import fold
from rag.facts import find_mentions, loose_numbers, measures_agree, years_in
from rag.numbers import number_value

CIPHERS = "零一二三四五六七八九"


def figures(text):
    return [(m.kind, m.value, m.unit) for m in find_mentions(fold(text))]


def only(text):
    (mention,) = find_mentions(fold(text))
    return mention


# --- numbers -------------------------------------------------------------------------------------


def below_ten_thousand(number):
    """Write 1 to 9999 in Chinese numerals, as a school child does."""
    written, gap = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            written += ("零" if gap and written else "") + CIPHERS[digit] + unit
            gap = False
        else:
            gap = True
    return written.removeprefix("一") if 10 <= number < 20 else written


def chinese(number):
    """Write a number below 10**12 in Chinese numerals."""
    if number == 0:
        return "零"
    written, rest = "", number
    for unit, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        part, rest = divmod(rest, size)
        if part:
            missing = written and part < 1000
            written += ("零" if missing else "") + below_ten_thousand(part) + unit
            if written.startswith("十") and part != number // size:
                written = f"一{written}"
    return written


numbers = st.one_of(
    st.integers(0, 10**12 - 1), st.integers(0, 20_000), st.sampled_from([10, 15, 105, 1010, 10**8])
)


@given(numbers)
def test_what_is_written_in_chinese_numerals_is_read_back(number):
    assert number_value(chinese(number)) == number
    assert number_value(chinese(number).replace("二千", "两千").replace("二万", "两万")) == number


@given(numbers)
def test_what_is_written_in_digits_is_read_back_with_and_without_commas(number):
    assert number_value(str(number)) == number
    assert number_value(f"{number:,}") == number


@given(st.integers(1, 99_999), st.sampled_from([("万", 10_000), ("亿", 10**8), ("千", 1000)]))
def test_digits_and_scales_multiply_without_noise(hundredths, scale):
    written = f"{hundredths / 100:.2f}{scale[0]}"
    assert number_value(written) == hundredths * scale[1] / 100


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3500多万", 35_000_000),
        ("100余", 100),
        ("1亿2000万", 120_000_000),
        ("3万5千", 35_000),
        ("一亿两千万", 120_000_000),
        ("三万亿", 3 * 10**12),
        ("三万五", 35_000),
        ("一百五", 150),
        ("一百零五", 105),
        ("二〇二三", 2023),
        ("一九九五", 1995),
        ("二点五", 2.5),
        ("三点五万", 35_000),
        ("半", 0.5),
        ("十几", 10),
    ],
)
def test_numbers_as_people_write_them(text, value):
    assert number_value(text) == value


@pytest.mark.parametrize("text", ["三五", "七八百", "二三十", "3万4万", "", "几", "工会", "1.2.3"])
def test_what_is_no_definite_number_has_no_value(text):
    assert number_value(text) is None


# --- figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["58万元", "580000元", "五十八万元", "58 万元", "５８万元", "580,000元"]
)
def test_one_sum_in_all_its_spellings(text):
    assert figures(f"共计{text}。") == [("money", 580_000, "元")]


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit", "words"),
    [
        ("近1.7万人参加", "count", 17_000, "人", "1.7万人"),
        ("举办100余场", "count", 100, "场", "100余场"),
        ("投入3500多万元", "money", 35_000_000, "元", "3500多万元"),
        ("两千余人次", "count", 2000, "人次", "两千余人次"),
        ("共43个企业", "count", 43, "个", "43个"),
        ("共43个人", "count", 43, "人", "43个人"),
        ("工作8个小时", "count", 8, "小时", "8个小时"),
        ("产假158天", "count", 158, "天", "158天"),
        ("为期三个月", "count", 3, "个月", "三个月"),
        ("半年内", "count", 0.5, "年", "半年"),
        ("25块钱的票", "money", 25, "元", "25块钱"),
        ("100万美元", "money", 10**6, "美元", "100万美元"),
        ("百分之二", "percent", 2, "%", "百分之二"),
        ("2％", "percent", 2, "%", "2％"),
        ("百分之零点五", "percent", 0.5, "%", "百分之零点五"),
        ("千分之五", "percent", 0.5, "%", "千分之五"),
        ("提高3个百分点", "percent", 3, "百分点", "3个百分点"),
        ("共 120 人", "count", 120, "人", "120 人"),
    ],
)
def test_a_figure_with_its_kind_value_and_measure(text, kind, value, unit, words):
    mention = only(text)
    assert (mention.kind, mention.value, mention.unit) == (kind, value, unit)
    assert text[mention.start : mention.end] == words


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2023年3月7日", "2023-03-07"),
        ("2023 年 3 月 7 日", "2023-03-07"),
        ("二〇二三年三月七日", "2023-03-07"),
        ("2023年11月", "2023-11"),
        ("2023年度", "2023"),
        ("去年9月", "--09"),
        ("2月19日", "--02-19"),
        ("十二月三十一日", "--12-31"),
        ("6月份", "--06"),
    ],
)
def test_a_date_is_normalised(text, date):
    assert figures(f"于{text}。") == [("date", None, date)]


@pytest.mark.parametrize(
    "text",
    [
        "第四届", "第四十二条", "第42条", "第3期", "一次性补助", "一个", "几十人", "数百名",
        "上百家", "成百上千人", "三五个", "上半年", "2024元旦", "l2级", "50年代", "三年级",
        "统一思想", "一块奖牌",
    ],
)  # fmt: skip
def test_ordinals_names_and_vague_words_are_no_figures(text):
    assert figures(text) == []


def test_figures_come_in_the_order_of_the_text():
    text = "2023年武隆区补助58万元，惠及43个企业，占5%。"
    assert [m.text for m in find_mentions(fold(text))] == ["2023年", "58万元", "43个", "5%"]


pieces = st.sampled_from(
    [*"十百万半个，几多元的年月", "58万元", "第四届", "43人", "百分之二", "2023年", "3月7日", "1.5"]
)


@given(st.lists(pieces).map("".join))
def test_mentions_lie_in_the_text_in_order_and_never_overlap(text):
    folded = fold(text)
    at = 0
    for mention in find_mentions(folded):
        assert at <= mention.start
        assert folded[mention.start : mention.end] == mention.text
        assert (mention.value is None) == (mention.kind == "date")
        assert mention.agrees(mention)
        assert mention.is_stated_by(mention)
        at = mention.end


# --- agreement -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("58万元", "五十八万元", True),
        ("58万元", "6万元", False),
        ("58万元", "58万美元", False),
        ("58人", "58名", True),
        ("3天", "三日", True),
        ("58人", "58元", False),
        ("5%", "5个百分点", False),
        ("2023年3月", "2023年3月7日", True),
        ("3月7日", "2023年3月7日", True),
        ("3月7日", "3月8日", False),
        ("2023年3月", "2024年3月", False),
        ("2023年", "3月7日", False),
    ],
)
def test_two_figures_agree_when_they_may_be_the_same(one, other, agree):
    assert only(one).agrees(only(other)) is agree
    assert only(other).agrees(only(one)) is agree


@pytest.mark.parametrize(
    ("claim", "source", "stated"),
    [
        ("3月", "2023年3月7日", True),
        ("2023年", "2023年3月7日", True),
        ("2023年3月7日", "2023年3月", False),
        ("2023年3月7日", "2023年", False),
        ("2023年3月7日", "3月7日", False),
        ("43人", "43名", True),
        ("43人", "43个", False),
        ("43个", "43家", True),
        ("43个人", "43人", True),
        ("58万元", "580000元", True),
        ("59万元", "58万元", False),
        ("5个百分点", "5%", False),
    ],
)
def test_a_claim_is_stated_only_by_what_says_as_much(claim, source, stated):
    assert only(claim).is_stated_by(only(source)) is stated


def test_measures_of_the_same_things_agree():
    assert measures_agree("人", "名")
    assert measures_agree("个", "家")
    assert not measures_agree("人", "天")


def test_numbers_outside_of_figures_are_told_with_their_rank():
    text = "第五届会议补助五十八万，编号9-12，共43人"
    found = loose_numbers(fold(text), find_mentions(fold(text)))
    assert found == {(True, 5.0), (False, 580_000.0), (False, 9.0), (False, 12.0)}


def test_years_are_found_in_digits_and_numerals():
    text = "自2019年至二〇二三年，3019年和12023年不算"
    assert list(years_in(text)) == [(1, 2019), (7, 2023)]
