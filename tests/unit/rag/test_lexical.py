import math
from functools import partial

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import fold, load_segmenter
from embeddings import VectorIndex
from rag.retrieval import DenseRetriever, LexicalIndex
from rag.retrieval.lexical import WORDS_SHARE, tokenize
from tests.contracts import RetrieverContract
from tests.small_index import CountingEncoder

SEGMENTER = load_segmenter()
TOKENIZER = partial(tokenize, segmenter=SEGMENTER)

PASSAGES = (
    "武隆区总工会发放建会补助58万元。",
    "涪陵区女职工技能大赛有120人报名。",
    "工会会费按工资的百分之二缴纳,会费用于会员。",
    "职工互助保障计划,住院每天补助30元。",
    "劳模工匠宣讲团走进企业,宣讲劳模精神。",
)


@pytest.fixture
def index(tmp_path):
    made = LexicalIndex.create(tmp_path / "lexical", TOKENIZER)
    made.add(enumerate(PASSAGES, start=1))
    return made


def texts(index, query, top_k=10):
    return [PASSAGES[hit.row - 1] for hit in index.retrieve(query, top_k=top_k)]


class TestLexicalIndex(RetrieverContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make(cls, tmp_path_factory):
        def made(passages):
            index = LexicalIndex.create(tmp_path_factory.mktemp("lexical") / "i", TOKENIZER)
            index.add(passages)
            return index

        return made


class TestDenseRetriever(RetrieverContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make(cls):
        def made(passages):
            encoder = CountingEncoder()
            rows = np.array([row for row, _ in passages], dtype=np.int64)
            vectors = encoder.encode_passages([text for _, text in passages])
            return DenseRetriever(encoder, VectorIndex.build(rows, vectors))

        return made


# --- tokens --------------------------------------------------------------------------------------


def test_words_stand_in_one_list_characters_and_pairs_in_the_other():
    words, grams = tokenize("总工会补助58万元,abc建会", SEGMENTER)
    assert words == ["总工会", "补助", "58", "万元", "abc", "建会"]
    assert grams == [
        *["总", "工", "会", "补", "助", "总工", "工会", "会补", "补助", "58"],
        *["万", "元", "万元", "abc", "建", "会", "建会"],
    ]


@settings(max_examples=50)
@given(st.text("工会建补助区，。 \n1a58X？", max_size=40))
def test_tokens_hold_no_blanks_and_pairs_never_cross_punctuation(text):
    folded = fold(text)
    words, grams = tokenize(folded, SEGMENTER)
    for token in (*words, *grams):
        assert token in folded
        assert token[0].isalnum()
        assert not any(character.isspace() for character in token)


# --- the index -----------------------------------------------------------------------------------


def test_the_passage_with_the_words_comes_first(index):
    assert texts(index, "建会补助")[0] == PASSAGES[0]
    assert texts(index, "劳模宣讲")[0] == PASSAGES[4]


@pytest.mark.parametrize("query", ["xyz龘", "", "？！。", " \n"])
def test_what_no_passage_has_finds_nothing(index, query):
    assert texts(index, query) == []


def test_rows_and_length_tell_what_is_indexed(index, tmp_path):
    assert (len(index), index.rows()) == (5, [1, 2, 3, 4, 5])
    empty = LexicalIndex.create(tmp_path / "empty", TOKENIZER)
    assert (len(empty), empty.rows()) == (0, [])


def test_what_is_added_later_is_found_as_if_it_had_always_been_there(tmp_path):
    parts = LexicalIndex.create(tmp_path / "parts", TOKENIZER)
    for row, text in enumerate(PASSAGES, start=1):
        parts.add([(row, text)])
    whole = LexicalIndex.create(tmp_path / "whole", TOKENIZER)
    whole.add(enumerate(PASSAGES, start=1))
    for query in PASSAGES:
        one, other = parts.retrieve(query, top_k=5), whole.retrieve(query, top_k=5)
        assert [hit.row for hit in one] == [hit.row for hit in other]
        assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other])


def test_an_index_is_opened_again_and_none_is_opened_where_none_is(index, tmp_path):
    again = LexicalIndex.open(tmp_path / "lexical", TOKENIZER)
    assert again.retrieve("建会补助", top_k=3) == index.retrieve("建会补助", top_k=3)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(ValueError, match=r"meta\.json"):
        LexicalIndex.open(tmp_path / "nothing", TOKENIZER)


def test_equal_scores_come_in_the_order_of_their_rows(tmp_path):
    index = LexicalIndex.create(tmp_path / "i", TOKENIZER)
    index.add([(row, "同样的话") for row in (9, 2, 5)])
    assert [hit.row for hit in index.retrieve("同样", top_k=3)] == [2, 5, 9]


def test_rare_words_weigh_more_than_common_ones(index):
    common, rare, never = (index.inverse_frequency(word) for word in ("补助", "技能", "无此"))
    assert common < rare < never
    assert never == pytest.approx(math.log(1 + 5.5 / 0.5))


def test_words_alone_rank_as_an_independent_bm25_does(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.retrieval.lexical.WORDS_SHARE", 1.0)
    index = LexicalIndex.create(tmp_path / "i", TOKENIZER)
    index.add(enumerate(PASSAGES))
    oracle = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    oracle.index([tokenize(text, SEGMENTER)[0] for text in PASSAGES], show_progress=False)
    for query in ("职工补助", "总工会的建会补助", "会费"):
        words = list(dict.fromkeys(tokenize(query, SEGMENTER)[0]))
        scores = oracle.get_scores(words)
        weight = sum(index.inverse_frequency(word) for word in words)
        expected = {n: score / weight for n, score in enumerate(scores) if score > 0}
        hits = index.retrieve(query, top_k=5)
        found = {hit.row: hit.score for hit in hits if hit.score > 0}
        assert found.keys() == expected.keys()
        # bm25s leaves out the constant factor k1 + 1; tantivy keeps field lengths in one byte
        assert found == pytest.approx({n: 2.2 * s for n, s in expected.items()}, rel=0.05)


def test_the_two_fields_weigh_as_their_share_says_whatever_the_length(index):
    assert 0 < WORDS_SHARE < 1
    short = index.retrieve("建会补助", top_k=1)[0].score
    doubled = index.retrieve("建会补助,建会补助", top_k=1)[0].score
    assert doubled == pytest.approx(short)
