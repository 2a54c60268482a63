"""Real input through the whole ingest: the sample collection, the seeds, the shared collections."""

from __future__ import annotations

import gzip
import json
import random
from html import unescape
from itertools import islice
from pathlib import Path

import pytest

from corpus import (
    Article,
    DecodeError,
    Failure,
    RunKind,
    find_files,
    fold,
    make_passages,
    read_articles,
    sentences,
    summarise,
)
from corpus.decode import decode

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "corpus" / "articles"
SHARED = ROOT.parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here")

# A name for the encoding, the codec that writes it, and which texts it can hold.
ENCODINGS = {
    "utf-8": "hans",
    "utf-8-sig": "hant",
    "gbk": "hans",
    "gb18030": "hant",
    "gb2312": "hans",
    "big5": "hant",
    "big5hkscs": "hant",
    "cp950": "hant",
    "utf-16": "hans",
    "utf-16-le": "hans",
    "utf-16-be": "hant",
    "utf-32": "hans",
}
TEXTS_PER_ENCODING = 200
# The same bytes in Big5 as Python and as Windows read them.
SIGNS = str.maketrans("‧﹑¯～⊕⊙∕﹨￥￠￡", "•､‾∼♁☉／＼¥¢£")


def articles_of(*sources: Path) -> list[Article]:
    found = [item for path in find_files(sources) for item in read_articles(path, source=str(path))]
    assert not [item for item in found if isinstance(item, Failure)]
    return [item for item in found if isinstance(item, Article)]


def assert_offsets_reach_the_file(article: Article, file: str) -> None:
    for run in article.offsets.runs:
        shown = article.text[run.start : run.end]
        stood = file[run.file_start : run.file_end]
        if run.kind is not RunKind.KEPT:
            continue
        if stood and not run.is_linear and article.repairs:  # a character and its tag
            assert stood.startswith(shown)
            continue
        # A line break parts blocks; a blank parts the lines of a heading.
        assert shown in {stood, unescape(stood), "\n", " "} or json.loads(f'"{stood}"') == shown


@pytest.mark.parametrize(
    "source", [SAMPLE, pytest.param(SHARED / "seeds", marks=needs_shared)], ids=["sample", "seeds"]
)
def test_every_passage_is_its_slice_and_every_run_its_words_in_the_file(source: Path) -> None:
    for path in find_files([source]):
        for article in articles_of(path):
            file = path.read_bytes().decode(article.encoding)
            assert_offsets_reach_the_file(article, file)
            assert len(fold(article.text)) == len(article.text)
            at = 0
            for span in sentences(article.text):
                assert at <= span.start < span.end
                at = span.end
            for passage in make_passages(article):
                assert 0 < passage.end - passage.start <= 300
                words = article.text[passage.start : passage.end]
                assert words == words.strip()


def test_the_sample_collection_comes_whole() -> None:
    articles = articles_of(SAMPLE)
    summary = summarise(articles)
    assert summary.articles >= 40
    assert not summary.duplicates
    assert {source.encoding for source in summary.sources} == {"utf-8", "gb18030"}
    assert all(article.title and article.outlet for article in articles)
    assert not any("来源：" in article.text[:20] for article in articles)


@needs_shared
def test_a_whole_collection_is_read_with_its_identifiers_and_dates() -> None:
    path = SHARED / "data" / "collections" / "union.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        lines = file.readlines()
    articles = articles_of(path)
    decoded = "".join(lines)
    assert [article.record_id for article in articles] == [json.loads(line)["id"] for line in lines]
    for article, line in islice(zip(articles, lines, strict=True), 0, None, 10):
        record = json.loads(line)
        assert article.published == record["published"]
        assert "".join(article.text.split()) == "".join(record["text"].split())
        assert_offsets_reach_the_file(article, decoded)


def pieces(name: str, count: int) -> list[str]:
    rng = random.Random(20_261_122)
    with gzip.open(SHARED / "data" / name, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in islice(file, 400)]
    lengths = (10, 20, 50, 200, 1000)
    chosen = [(rng.choice(texts), rng.choice(lengths)) for _ in range(count)]
    starts = [rng.randrange(max(1, len(text) - length)) for text, length in chosen]
    return [
        text[start : start + length] for (text, length), start in zip(chosen, starts, strict=True)
    ]


@needs_shared
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_texts_of_any_encoding_are_exact_or_refused_but_never_garbled(encoding: str) -> None:
    script = ENCODINGS[encoding]
    name = {"hans": "collections/broadcast.jsonl.gz", "hant": "bench/drcd/corpus.jsonl.gz"}[script]
    exact = tried = 0
    for text in pieces(name, 3 * TEXTS_PER_ENCODING):
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        if tried == TEXTS_PER_ENCODING:
            break
        tried += 1
        try:
            read, _ = decode(data)
        except DecodeError:
            continue
        assert read == (text.translate(SIGNS) if encoding == "cp950" else text)
        exact += 1
    assert tried == TEXTS_PER_ENCODING
    assert exact / tried >= 0.995
