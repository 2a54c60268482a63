"""A thousand articles damaged by the simulator, repaired, compared with what they were."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from corpus import Article, MappedText, RunKind, find_files, read_articles, to_simplified
from corpus.repair import Repaired, repair
from tests.damage import (
    NARROW_CUTS,
    WIDE_CUTS,
    Damaged,
    Site,
    damaged,
    edits,
    listed_site,
    misread,
    toneless,
)

ARTICLES = Path(__file__).parents[2] / "corpus" / "articles"
UTF8_AS_WINDOWS = ("utf-8", "sloppy")
MISREADINGS = {
    "UTF-8 read as Windows-1252": [UTF8_AS_WINDOWS],
    "UTF-8 read as Latin-1": [("utf-8", "latin-1")],
    "twice": [UTF8_AS_WINDOWS, UTF8_AS_WINDOWS],
    "three times": [UTF8_AS_WINDOWS, UTF8_AS_WINDOWS, UTF8_AS_WINDOWS],
    "GBK read as Latin-1": [("gbk", "latin-1")],
    "GBK read as Latin-1, then UTF-8": [("gbk", "latin-1"), UTF8_AS_WINDOWS],
}


@pytest.fixture(scope="module")
def originals() -> list[str]:
    """The sample articles as they were written, some of them in Traditional characters."""
    found = [
        article
        for file in find_files([ARTICLES])
        for article in read_articles(file, source=file.name)
    ]
    return [f"{one.title}\n{one.text}" for one in found if isinstance(one, Article)]


@pytest.fixture(scope="module")
def articles(originals: list[str]) -> list[str]:
    """The sample articles in Simplified characters, as far as GBK has them."""
    return [to_simplified(text).encode("gbk", "ignore").decode("gbk") for text in originals]


def sites(texts: list[str]) -> list[Site]:
    sizes = [(38, NARROW_CUTS), (62, NARROW_CUTS), (76, WIDE_CUTS), (150, NARROW_CUTS)]
    return [
        listed_site(texts, seed=seed, size=size, cuts=cuts, quote_cut=0.5, tag_ends=bool(seed % 2))
        for seed in range(3)
        for size, cuts in [*sizes, (400, WIDE_CUTS)]
    ]


@dataclass
class Tally:
    """What became of the characters of many damaged texts."""

    texts: int = 0
    chars: int = 0
    errors: int = 0
    touched: int = 0
    restored: int = 0
    mended: int = 0
    mended_right: int = 0

    def add(self, case: Damaged, result: Repaired) -> None:
        text = result.page.text
        right, right_in_gold = set(range(len(text))), set(range(len(case.gold)))
        if text != case.gold:
            matcher = SequenceMatcher(None, text, case.gold, autojunk=False)
            blocks = matcher.get_matching_blocks()
            right = {block.a + i for block in blocks for i in range(block.size)}
            right_in_gold = {block.b + i for block in blocks for i in range(block.size)}
        self.texts += 1
        self.chars += len(case.gold)
        self.errors += edits(text, case.gold)
        self.touched += len(case.tagged | case.broken)
        self.restored += len((case.tagged | case.broken) & right_in_gold)
        for run in result.page.offsets.runs:
            if run.kind is RunKind.MENDED:
                self.mended += run.end - run.start
                self.mended_right += sum(i in right for i in range(run.start, run.end))


def test_damaged_articles_come_back_nearly_whole(articles: list[str]) -> None:
    tally = Tally()
    for number, site in enumerate(sites(articles)):
        for text in articles:
            case = damaged(text, site, seed=number)
            tally.add(case, repair(MappedText.from_file(case.raw)))

    assert tally.texts >= 1000
    assert tally.errors <= 0.003 * tally.chars
    assert tally.restored >= 0.98 * tally.touched
    assert tally.mended_right >= 0.99 * tally.mended


def test_toneless_tags_come_off(articles: list[str]) -> None:
    chars = errors = 0
    for seed, text in enumerate(articles):
        raw, gold = toneless(text, seed=seed)
        chars += len(gold)
        errors += edits(repair(MappedText.from_file(raw)).page.text, gold)

    assert errors <= 0.003 * chars


@pytest.mark.parametrize("steps", MISREADINGS.values(), ids=MISREADINGS)
def test_misread_articles_come_back_whole(
    articles: list[str], steps: list[tuple[str, str]]
) -> None:
    wrong = [
        text
        for text in articles[::3]
        if repair(MappedText.from_file(misread(text, steps))).page.text != text
    ]

    assert wrong == []


def test_clean_articles_pass_unchanged(originals: list[str], articles: list[str]) -> None:
    for text in [*originals, *articles]:
        page = MappedText.from_file(text)
        assert repair(page) == Repaired(page, ())


def test_an_utf8_text_read_as_gbk_loses_only_what_the_reader_lost(articles: list[str]) -> None:
    chars = wrong = 0
    for text in articles:
        raw = text.encode().decode("gb18030", "replace")
        after = repair(MappedText.from_file(raw)).page.text
        lost = after.count("\ufffd")
        chars += len(text)
        wrong += edits(after, text) - lost
        assert lost <= raw.count("\ufffd")

    assert wrong <= 0.003 * chars
