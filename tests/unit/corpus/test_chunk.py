from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Article, OffsetMap, make_passages, sentences

CLOSING = set("”’」』）)】》〉］]，、：；。！？,:;!?")
ARTICLE_TEXT = st.text('工会甲乙3.·A 。！？；，、：“”（）"!?;,.\n\u3000', max_size=200)


def article(text: str) -> Article:
    return Article("0123456789abcdef", "标题", text, "a.txt", OffsetMap(()))


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("一句。两句！三句？四句；尾", ["一句。", "两句！", "三句？", "四句；", "尾"]),
        ("半角!也算?也算;尾", ["半角!", "也算?", "也算;", "尾"]),
        ("一段\n\n\u3000\u3000二段", ["一段", "二段"]),
        ("他说：“来。”大家来了。", ["他说：“来。”", "大家来了。"]),
        ("（见上文。）「好！」完", ["（见上文。）", "「好！」", "完"]),
        ('他说:"走。""好。"再说', ['他说:"走。"', '"好。"', "再说"]),
        ("“好！”，他说。", ["“好！”，他说。"]),
        ("什么？！”》。再说", ["什么？！”》。", "再说"]),
        ("补助58.6万元，占3.5%。完", ["补助58.6万元，占3.5%。", "完"]),
        ("“3·8”节到了。", ["“3·8”节到了。"]),
        ("见http://a.cn/b?c=1;d=2。完", ["见http://a.cn/b?c=1;d=2。", "完"]),
        ("网址www.a.cn/?x=1；完", ["网址www.a.cn/?x=1；", "完"]),
        ("企业福\n，利等解答。", ["企业福\n，利等解答。"]),
        ("说完\n”", ["说完\n”"]),
        ("", []),
        (" \n\u3000\n", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, wanted: list[str]) -> None:
    assert cut(text) == wanted


def test_sentences_of_a_part_stay_inside_it() -> None:
    text = "一句。两句。三句。"
    assert [(span.start, span.end) for span in sentences(text, 1, 5)] == [(1, 3), (3, 5)]


@settings(deadline=None, max_examples=100)
@given(ARTICLE_TEXT)
def test_sentences_cover_all_but_blanks_and_never_overlap(text: str) -> None:
    at = 0
    for span in sentences(text):
        assert not text[at : span.start].strip()
        assert span.start < span.end
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        at = span.end
    assert not text[at:].strip()


@settings(deadline=None, max_examples=100)
@given(ARTICLE_TEXT)
def test_only_a_text_itself_begins_with_closing_punctuation(text: str) -> None:
    assert not any(text[span.start] in CLOSING for span in sentences(text)[1:])


@settings(deadline=None, max_examples=100)
@given(ARTICLE_TEXT, st.integers(1, 60), st.integers(0, 3))
def test_passages_fit_follow_each_other_and_cover_the_text(
    text: str, passage_chars: int, overlap: int
) -> None:
    passages = make_passages(article(text), passage_chars=passage_chars, overlap_sentences=overlap)
    covered: set[int] = set()
    for passage in passages:
        assert 0 < passage.end - passage.start <= passage_chars
        assert text[passage.start : passage.end].strip()
        assert passage.passage_id == f"0123456789abcdef:{passage.start}-{passage.end}"
        covered.update(range(passage.start, passage.end))
    assert all(at in covered or not char.strip() for at, char in enumerate(text))
    edges = [(passage.start, passage.end) for passage in passages]
    assert edges == sorted(set(edges))
    assert all(a[1] < b[1] for a, b in pairwise(edges))


def test_neighbours_share_whole_sentences() -> None:
    text = "一二三四。五六七八。九十甲乙。丙丁戊己。"
    passages = make_passages(article(text), passage_chars=10, overlap_sentences=1)
    assert [text[p.start : p.end] for p in passages] == [
        "一二三四。五六七八。",
        "五六七八。九十甲乙。",
        "九十甲乙。丙丁戊己。",
    ]


def test_no_overlap_is_repeated_where_it_leaves_no_room() -> None:
    text = "一二三四五六七。八九。" + "十" * 9 + "。"
    passages = make_passages(article(text), passage_chars=11, overlap_sentences=1)
    assert [text[p.start : p.end] for p in passages] == ["一二三四五六七。八九。", "十" * 9 + "。"]


def test_a_sentence_that_is_too_long_is_cut_at_a_comma() -> None:
    text = "一二三四五，六七八九十，甲乙丙丁戊己庚辛。"
    passages = make_passages(article(text), passage_chars=14, overlap_sentences=0)
    assert [text[p.start : p.end] for p in passages] == [
        "一二三四五，六七八九十，",
        "甲乙丙丁戊己庚辛。",
    ]


def test_a_cut_without_commas_spares_numbers() -> None:
    text = "补助资金合计人民币一共867400元整已经全部发放到位"
    passages = make_passages(article(text), passage_chars=14, overlap_sentences=0)
    assert any("867400" in text[p.start : p.end] for p in passages)


def test_an_article_without_text_has_no_passages() -> None:
    assert make_passages(article("")) == []


@pytest.mark.parametrize("unit", ["！", "!)", '。"', "\n ", " ", "www.", "[", "“", "一"])
def test_hostile_repetition_is_cut_in_linear_time(unit: str) -> None:
    text = unit * 20_000
    passages = make_passages(article(text))
    assert sum(p.end - p.start for p in passages) <= 2 * len(text)
