from __future__ import annotations

import json

from corpus import Article, Failure, OffsetMap, Repair, article_id_of, summarise


def article(source: str, title: str, text: str, **fields: object) -> Article:
    return Article(article_id_of(title, text), title, text, source, OffsetMap(()), **fields)  # type: ignore[arg-type]


GLOSS = Repair("pinyin_residue", 3, 7, "(huì)", "", sure=True)
LOST = Repair("lost_bytes", 9, 10, "?", "?", sure=False)
FAILURE = Failure("c.txt", None, "is no text")


def test_each_source_is_counted_on_its_own() -> None:
    summary = summarise(
        [
            article("a.txt", "题", "一二三", published="2023", repairs=(GLOSS, GLOSS, LOST)),
            FAILURE,
            article("b.jsonl", "", "四五", encoding="gb18030"),
            article("b.jsonl", "又题", "六"),
        ]
    )
    first, second = summary.sources
    assert (first.source, first.articles, first.characters) == ("a.txt", 1, 3)
    assert first.repairs == {"lost_bytes": 1, "pinyin_residue": 2}
    assert first.doubtful_repairs == 1
    assert (first.without_date, first.without_title) == (0, 0)
    assert (second.encoding, second.articles, second.characters) == ("gb18030", 2, 3)
    assert (second.without_date, second.without_title) == (2, 1)
    assert summary.failures == (FAILURE,)
    assert (summary.articles, summary.characters) == (3, 6)


def test_an_article_from_two_sources_is_a_duplicate() -> None:
    same = [article(source, "题", "一二三") for source in ("a.txt", "b.txt")]
    summary = summarise([*same, article("b.txt", "题", "别的")])
    (duplicate,) = summary.duplicates
    assert duplicate.article_id == same[0].article_id
    assert (duplicate.title, duplicate.sources) == ("题", ("a.txt", "b.txt"))


def test_the_summary_of_nothing_is_empty() -> None:
    assert summarise([]).to_dict() == {
        "articles": 0,
        "characters": 0,
        "sources": (),
        "duplicates": (),
        "failures": (),
    }


def test_the_summary_is_ready_for_json() -> None:
    found = json.loads(json.dumps(summarise([article("a.txt", "", "一"), FAILURE]).to_dict()))
    assert found["articles"] == 1
    assert found["sources"][0]["source"] == "a.txt"
    assert found["failures"] == [{"source": "c.txt", "where": None, "reason": "is no text"}]
