import re
from dataclasses import replace

import pytest

from corpus import Edit, MappedText, RunKind, load_segmenter
from rag.compose import not_found_answer, notes_on, quoting_answer
from rag.extract import Extract, Quote
from rag.question import analyse
from tests.fakes import make_article

TEXT = "合计58万元；另给6万元。去年9月起执行。"
SUBSIDY = make_article("武隆建会补助", TEXT, published="2023-04-18")


@pytest.fixture
def asked():
    return analyse("武隆区建会补助多少", load_segmenter())


def quote(words, *spans, article=SUBSIDY):
    start = article.text.index(words)
    ranges = tuple((article.text.index(s), article.text.index(s) + len(s)) for s in spans)
    return Quote(article, start, start + len(words), 1.0, ranges)


def answered(asked, quotes, status="answered", unanswered=()):
    found = Extract(
        tuple(quotes), complete=status == "answered", confidence=0.9, unanswered=tuple(unanswered)
    )
    return quoting_answer(asked, found, status)


def test_the_short_answer_stands_first_then_each_quote_with_its_marker(asked):
    quotes = [quote("合计58万元", "58万元"), quote("另给6万元", "6万元")]
    answer = answered(asked, quotes)
    assert answer.text == "58万元[1]；6万元[2]\n“合计58万元”[1]\n“另给6万元”[2]"
    assert answer.short == "58万元；6万元"
    assert [fact.supported_by for fact in answer.facts] == [(1,), (2,)]
    assert [citation.marker for citation in answer.citations] == [1, 2]


def test_without_an_answering_span_the_quotes_speak_for_themselves(asked):
    answer = answered(asked, [quote("合计58万元")])
    assert (answer.text, answer.short, answer.facts) == ("“合计58万元”[1]", None, ())


def test_words_said_by_two_quotes_are_given_once_with_the_first(asked):
    other = make_article("转载", TEXT.replace("合计", "共计"))
    quotes = [quote("合计58万元", "58万元"), quote("共计58万元", "58万元", article=other)]
    answer = answered(asked, quotes)
    assert answer.text.splitlines()[0] == "58万元[1]"
    assert answer.facts[0].supported_by == (1, 2)


def test_a_partial_answer_says_what_is_missing_in_the_script_of_the_question(asked):
    head, body = answered(asked, [quote("合计58万元")], "partial").text.split("\n")
    assert head == "资料提到了这件事，但没有写明金额："
    assert body == "“合计58万元”[1]"
    traditional = analyse("武隆區建會補助多少", load_segmenter())
    answer = answered(traditional, [quote("合计58万元")], "partial")
    assert answer.text.startswith("資料提到了這件事，但沒有寫明金額：")


def test_numbers_in_the_articles_own_brackets_never_look_like_markers(asked):
    article = make_article("题", "据文献[2]和[15]，补助[3]万元。")
    quotes = [quote("据文献[2]和[15]，补助[3]万元。", "[3]万元", article=article)]
    answer = answered(asked, quotes)
    assert set(re.findall(r"\[(\d+)\]", answer.text)) == {"1"}
    assert "据文献〔2〕和〔15〕" in answer.text
    assert answer.short == "〔3〕万元"
    assert answer.citations[0].quote == article.text


def test_spans_of_punctuation_alone_are_left_out(asked):
    article = make_article("题", "补助“58万元”。")
    answer = answered(asked, [quote("“58万元”。", "”。", "58万元", article=article)])
    assert answer.short == "58万元"


def test_a_part_of_the_question_left_open_is_told_behind_what_was_answered(asked):
    quotes = [quote("合计58万元", "58万元")]
    text = answered(asked, quotes, "partial", ["何时发放[7]"]).text
    assert text.startswith("58万元[1]\n“合计58万元”[1]\n")
    assert "何时发放〔7〕" in text.splitlines()[-1]


def test_a_refusal_names_the_nearest_titles_and_cites_nothing(asked):
    answer = not_found_answer(asked, ["题一", "题二"])
    assert (answer.status, answer.citations, answer.facts) == ("not_found", (), ())
    assert answer.nearest == ("题一", "题二")
    assert "没有找到" in answer.text


# --- notes ---------------------------------------------------------------------------------------


def test_a_relative_date_is_told_with_the_day_of_publication_once():
    (note,) = notes_on([quote("去年9月起执行"), quote("去年9月起执行。")], like="问")
    assert note == "“去年”是相对于发表时间（2023-04-18）说的。"


def test_a_relative_date_of_an_undated_article_is_told_as_such_in_its_own_script():
    article = make_article("題", "年初以來，建會提速。")
    (note,) = notes_on([quote("年初以來，建會提速", article=article)], like="問")
    assert note == "“年初以來”是相對於發表時間（資料沒有註明發表時間）說的。"


@pytest.mark.parametrize(("kind", "told"), [(RunKind.MENDED, "修复过"), (RunKind.GUESSED, "推测")])
def test_restored_characters_are_told(kind, told):
    page = MappedText.from_file("合计五?元。").edited([Edit(3, 4, "万", kind)])
    article = replace(make_article("题", page.text), offsets=page.offsets)
    (note,) = notes_on([quote("合计五万元", article=article)], like="问")
    assert told in note


def test_a_plain_quote_needs_no_note():
    assert notes_on([quote("合计58万元")], like="问") == ()
