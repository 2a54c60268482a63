"""The two segmenters with their real dictionaries: the same words, the same user dictionary."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from itertools import accumulate
from pathlib import Path

import pytest

from corpus import SEGMENTERS, Article, fold, load_segmenter, read_articles

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "corpus" / "articles"


def sample_texts() -> list[str]:
    files = sorted(SAMPLE.rglob("*.txt"))
    found = [article for path in files for article in read_articles(path, source=path.name)]
    return [fold(article.text) for article in found if isinstance(article, Article)]


def borders(words: list[str]) -> set[int]:
    return set(accumulate(map(len, words)))


def test_both_cut_the_sample_collection_at_the_same_places() -> None:
    same = all_of_them = 0
    for text in sample_texts():
        ours = borders(load_segmenter("rjieba").words(text))
        theirs = borders(load_segmenter("jieba").words(text))
        same += len(ours & theirs)
        all_of_them += len(ours | theirs)
    assert all_of_them > 1000
    assert same / all_of_them > 0.999


@pytest.mark.parametrize("kind", SEGMENTERS)
def test_the_words_put_together_are_the_text(kind: str) -> None:
    segmenter = load_segmenter(kind)
    for text in [*sample_texts()[:5], "a1 b2\n\n\u3000 com24.cn 3.5%😀", "", "\ufffd?!"]:
        assert "".join(segmenter.words(text)) == text
        assert "".join(word for word, _ in segmenter.tagged(text)) == text


@pytest.mark.parametrize("kind", SEGMENTERS)
def test_parts_of_speech_tell_people_and_numbers(kind: str) -> None:
    tagged = load_segmenter(kind).tagged("陈胜谷报道补助58万元")
    assert ("陈胜谷", "nr") in tagged
    assert ("58", "m") in tagged


@pytest.mark.parametrize("kind", SEGMENTERS)
def test_a_user_dictionary_adds_words_and_their_tags(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("建會入會 1000 nz\n蹲点帮扶\n", encoding="utf-8")
    plain, taught = load_segmenter(kind), load_segmenter(kind, path)
    assert "建会入会" not in plain.words("推动建会入会")
    assert "建会入会" in taught.words("推动建会入会")
    assert ("建会入会", "nz") in taught.tagged("推动建会入会")
    assert "蹲点帮扶" in taught.words("开展蹲点帮扶工作")
    assert taught.knows("建会入会")
    assert not plain.knows("建会入会")


def test_the_same_segmenter_is_made_once() -> None:
    assert load_segmenter() is load_segmenter()


def test_a_planted_jieba_cache_is_neither_read_nor_written(tmp_path: Path) -> None:
    planted = tmp_path / "jieba.cache"
    planted.write_bytes(marshal.dumps(({"武隆区总工会在": 10**9}, 10**9)))
    before = planted.read_bytes()
    code = (
        "from corpus import load_segmenter; "
        "print('/'.join(load_segmenter('jieba').words('武隆区总工会在')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.strip() == "/".join(load_segmenter("rjieba").words("武隆区总工会在"))
    assert [path.name for path in tmp_path.iterdir()] == ["jieba.cache"]
    assert planted.read_bytes() == before
