"""The sample collection and its questions are sound: read here without any room of the house."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from opencc import OpenCC

ROOT = Path(__file__).parents[2]
ARTICLES = ROOT / "corpus" / "articles"
QUESTIONS = ROOT / "corpus" / "questions.jsonl"
SHARED = ROOT.parent / "shared"

PROSE = (".txt", ".md", ".html")
QUESTION_FIELDS = {
    "id", "question", "answerable", "answers", "evidence", "follows", "type", "tags",
}  # fmt: skip
TYPES = {
    "amount", "comparison", "count", "date", "definition", "how", "list", "what", "where", "who",
    "why", "yesno",
}  # fmt: skip
COLLECTION_FIELDS = {"id", "title", "published", "outlet", "author", "url", "text"}
LONGEST_SHARED_RUN = 19  # names of companies and activities are the longest honest ones (17)
TO_SIMPLIFIED = OpenCC("t2s")
PINYIN_TAG = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")


def files() -> list[Path]:
    return sorted(path for path in ARTICLES.rglob("*") if path.is_file())


@cache
def decoded(path: Path) -> tuple[str, str]:
    """Return the text and the encoding it was read with."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("gb18030"), "gb18030"


@cache
def questions() -> tuple[dict[str, Any], ...]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def evidence() -> Iterator[tuple[str, dict[str, str]]]:
    for question in questions():
        for piece in question["evidence"]:
            yield question["id"], piece


def simplified(text: str) -> str:
    return str(TO_SIMPLIFIED.convert(text))


def is_traditional(text: str) -> bool:
    changed = sum(a != b for a, b in zip(text, simplified(text), strict=True))
    return changed > len(text) / 20


def without_space(text: str) -> str:
    return "".join(text.split())


def titles(path: Path) -> set[str]:
    text, _ = decoded(path)
    if path.suffix == ".jsonl":
        return {json.loads(line)["title"] for line in text.splitlines()}
    if path.suffix == ".html":
        return set(re.findall(r"<h1>(.*?)</h1>", text))
    return {text.partition("\n")[0].removeprefix("# ")}


def letters(text: str) -> str:
    """Return the letters and digits alone; titles of books, which must be quoted, left out."""
    plain = re.sub(r"《[^》]*》", "", PINYIN_TAG.sub("", simplified(text)))
    return "".join(c for c in plain if c.isalnum())


def test_the_collection_is_large_and_varied_enough() -> None:
    prose = [path for path in files() if path.suffix in PROSE]
    assert len(prose) >= 48
    assert {path.suffix for path in files()} == {*PROSE, ".jsonl"}
    assert {path.suffix for path in files() if decoded(path)[1] == "gb18030"} == {".txt", ".md"}
    assert sum(is_traditional(decoded(path)[0]) for path in prose) >= 6


@pytest.mark.parametrize("kind", ["news", "guides"])
def test_both_halves_hold_articles_in_traditional_script(kind: str) -> None:
    texts = [decoded(path)[0] for path in (ARTICLES / kind).iterdir()]
    assert sum(is_traditional(text) for text in texts) >= 2


def test_every_article_is_short_and_carries_an_outlet() -> None:
    for path in files():
        if path.suffix not in PROSE:
            continue
        text = simplified(decoded(path)[0])
        count = len(re.findall(r"[\u4e00-\u9fff]", re.sub(r"<[^>]*>", "", text)))
        assert 200 <= count <= 700, path.name
        assert "来源：问据示例文集" in text, path.name


def test_titles_are_unique() -> None:
    found = [title for path in files() for title in titles(path)]
    assert len(found) == len(set(found))
    assert all(found)


def test_text_files_hold_title_header_blank_line_paragraphs() -> None:
    header = re.compile(r"(来源：.+|日期：\d{4}-\d{2}-\d{2}|作者：.+)")
    for path in files():
        if path.suffix not in (".txt", ".md"):
            continue
        head, blank, body = simplified(decoded(path)[0]).partition("\n\n")
        lines = head.split("\n")[1:]
        assert lines, path.name
        assert all(header.fullmatch(line) for line in lines), path.name
        assert blank, path.name
        assert "\n\n\n" not in body, path.name
        assert body.endswith("\n"), path.name


def test_collection_lines_follow_the_contract() -> None:
    lines = decoded(ARTICLES / "notices.jsonl")[0].splitlines()
    records = [json.loads(line) for line in lines]
    assert len(records) >= 6
    assert len({record["id"] for record in records}) == len(records)
    for record in records:
        assert {"id", "text"} <= record.keys() <= COLLECTION_FIELDS, record["id"]


def test_questions_have_exactly_the_fields_of_a_question_line() -> None:
    for question in questions():
        assert question.keys() == QUESTION_FIELDS, question["id"]
        assert question["question"].strip(), question["id"]
        assert question["type"] in TYPES, question["id"]


def test_question_ids_are_unique_and_follow_ups_come_after_what_they_follow() -> None:
    seen: set[str] = set()
    for question in questions():
        assert question["id"] not in seen
        assert question["follows"] is None or question["follows"] in seen, question["id"]
        seen.add(question["id"])


def test_the_question_set_has_the_promised_mixture() -> None:
    asked = questions()
    unanswerable = [q for q in asked if not q["answerable"]]
    assert len(asked) >= 80
    assert len(unanswerable) * 3 >= len(asked)
    assert sum("hant" in q["tags"] for q in asked) >= 12
    assert sum(q["follows"] is not None for q in asked) >= 10
    assert any(q["follows"] for q in unanswerable)
    assert {q["type"] for q in asked} == TYPES


def test_only_answerable_questions_have_answers_and_evidence() -> None:
    for question in questions():
        assert bool(question["answers"]) is question["answerable"], question["id"]
        assert bool(question["evidence"]) is question["answerable"], question["id"]


def test_every_quote_stands_verbatim_in_its_file_under_its_title() -> None:
    for question_id, piece in evidence():
        path = ARTICLES / piece["file"]
        text, _ = decoded(path)
        quote = piece["quote"]
        if path.suffix == ".html":
            text, quote = without_space(text), without_space(quote)
        assert quote, question_id
        assert quote in text, question_id
        assert piece["article"] in titles(path), question_id


def test_every_answer_stands_in_the_quotes() -> None:
    for question in questions():
        quotes = simplified("\n".join(piece["quote"] for piece in question["evidence"]))
        for answer in question["answers"]:
            assert simplified(answer) in quotes, question["id"]


def test_every_file_answers_some_question() -> None:
    asked_about = {piece["file"] for _, piece in evidence()}
    assert {path.relative_to(ARTICLES).as_posix() for path in files()} == asked_about


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="../shared/seeds is not here")
def test_no_article_copies_a_run_of_words_from_a_seed() -> None:
    run = LONGEST_SHARED_RUN + 1
    sources = [*(SHARED / "seeds").glob("*.txt"), *(SHARED / "gold").glob("*.txt")]
    copied: set[str] = set()
    for source in sources:
        text = letters(source.read_text(encoding="utf-8"))
        copied.update(text[i : i + run] for i in range(len(text) - run + 1))
    assert copied
    for path in files():
        text = letters(decoded(path)[0])
        runs = {text[i : i + run] for i in range(len(text) - run + 1)}
        assert not runs & copied, path.name
