import gzip
import json

import numpy as np
import pytest

from embeddings.train.samples import PairSource, batches
from embeddings.train.texts import Document, choose_groups, read_documents

VOCABULARY = {group: row for row, group in enumerate("甲乙丙丁戊题")}


def source_of(*documents):
    return PairSource(documents, VOCABULARY, longest=1)


def write(path, *records):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return path


def test_collections_and_pairs_are_read_alike(tmp_path):
    path = write(
        tmp_path / "a.jsonl.gz",
        {"title": "T", "text": "一句。二句！\n三句"},
        {"query": "Q", "passage": "四句"},
    )
    assert list(read_documents(path, fold=str.lower)) == [
        Document("t", ("一句", "二句", "三句")),
        Document("q", ("四句",)),
    ]


def test_documents_from_the_given_date_on_are_left_out(tmp_path):
    path = write(
        tmp_path / "a.jsonl.gz",
        {"text": "旧", "published": "2025-12-31"},
        {"text": "新", "published": "2026-01-01"},
        {"passage": "新", "query": "", "date": "2026-03-01"},
        {"text": "无", "published": None},
    )
    found = read_documents(path, fold=str, before="2026-01-01")
    assert [document.sentences for document in found] == [("旧",), ("无",)]


def test_most_frequent_groups_are_chosen_first():
    chosen = choose_groups(["甲乙 甲 甲 乙"], size=2, longest=2, least=1)
    assert chosen == ["甲", "乙"]


def test_group_that_only_stands_inside_a_longer_one_is_not_chosen():
    texts = ["人民代表", "人民代表", "人民", "人民"]
    chosen = choose_groups(texts, size=99, longest=4, least=1)
    assert "人民代表" in chosen
    assert "人民" in chosen
    assert "人民代" not in chosen


def test_rare_groups_are_not_chosen():
    assert choose_groups(["甲甲甲乙"], size=9, longest=1, least=2) == ["甲"]


@pytest.mark.parametrize("seed", range(20))
def test_pair_comes_from_one_document(seed):
    source = source_of(
        Document("", ("甲", "乙", "甲")), Document("", ("丙", "丁")), Document("", ("戊",))
    )
    queries, passages = source.draw(np.random.default_rng(seed), count=2)
    for number in range(2):
        rows = set()
        for bags in (queries, passages):
            ends = [*bags.starts[1:], len(bags.rows)]
            rows |= set(bags.rows[bags.starts[number] : ends[number]].tolist())
        assert rows <= {0, 1} or rows <= {2, 3}


def test_headline_is_never_part_of_the_passage():
    source = source_of(Document("题", ("甲", "乙")))
    for seed in range(50):
        _, passages = source.draw(np.random.default_rng(seed), count=1)
        assert VOCABULARY["题"] not in passages.rows


def test_batch_depends_on_its_step_alone():
    source = source_of(*[Document("题", ("甲乙", "丙丁", "戊")) for _ in range(9)])
    whole = list(batches(source, seed=3, first=0, steps=4, size=2))
    resumed = list(batches(source, seed=3, first=2, steps=4, size=2))
    for (step, *bags), (again, *others) in zip(whole[2:], resumed, strict=True):
        assert step == again
        for one, other in zip(bags, others, strict=True):
            np.testing.assert_array_equal(one.rows, other.rows)
            np.testing.assert_array_equal(one.starts, other.starts)
