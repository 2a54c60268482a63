"""Real damaged pages against their mended versions; skipped where ../shared is absent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus import MappedText, RunKind
from corpus.repair import Repaired, repair

SHARED = Path(__file__).parents[3] / "shared"
GOLD = SHARED / "gold"
PAGES = ("000", "001")

pytestmark = pytest.mark.skipif(not GOLD.is_dir(), reason="needs ../shared/gold beside the project")


def cases(*kinds: str) -> list[dict[str, str]]:
    path = GOLD / "cases.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [case for case in map(json.loads, lines) if case["kind"] in kinds]


def seed(number: str) -> str:
    (path,) = (SHARED / "seeds").glob(f"{number}_*.txt")
    return path.read_text(encoding="utf-8")


def repaired(text: str) -> Repaired:
    return repair(MappedText.from_file(text))


@pytest.mark.parametrize("case", cases("damaged", "variant"), ids=lambda case: case["id"])
def test_a_damaged_place_is_restored(case: dict[str, str]) -> None:
    assert repaired(case["raw"]).page.text == case["want"]


@pytest.mark.parametrize("case", cases("clean"), ids=lambda case: case["id"])
def test_a_clean_string_passes_unchanged(case: dict[str, str]) -> None:
    page = MappedText.from_file(case["raw"])

    assert repair(page).page == page


@pytest.mark.parametrize("case", cases("limit"), ids=lambda case: case["id"])
def test_what_cannot_be_known_is_left_or_marked_as_guessed(case: dict[str, str]) -> None:
    result = repaired(case["raw"])

    assert result.page.text == case["want"] or not all(one.sure for one in result.repairs)


@pytest.mark.parametrize("number", PAGES)
def test_a_page_reads_as_its_gold_but_for_the_breaks(number: str) -> None:
    """Columns are joined, and " and " becomes 和, when the page is split; not here."""
    gold = (GOLD / f"{number}.txt").read_text(encoding="utf-8")
    mended = repaired(seed(number)).page.text.replace(" and ", "和")

    # The gold leaves the last line of 001 out, 本版稿件….
    assert "".join(mended.split()).startswith("".join(gold.split()))


@pytest.mark.parametrize("number", PAGES)
def test_an_unrestored_character_is_that_of_the_file_at_its_offset(number: str) -> None:
    raw = seed(number)
    page = repaired(raw).page

    for run in page.offsets.runs:
        if run.kind is RunKind.KEPT:
            kept = page.text[run.start : run.end]
            assert raw[run.file_start : run.file_end].startswith(kept)


def test_no_tag_is_left_on_the_seeds() -> None:
    counts = {number: len(repaired(seed(number)).repairs) for number in ("000", "002", "003")}
    left = sum(repaired(seed(number)).page.text.count("(") for number in ("000", "002"))

    # REPAIR.md counts 193, 432 and 121 tags, one of them in a broken place of 000, and 3, 0 and 1
    # broken places.
    assert counts == {"000": 195, "002": 432, "003": 122}
    assert left == 1  # (原標題)


def test_clean_seeds_pass_unchanged() -> None:
    for number in ("001", "004"):
        page = MappedText.from_file(seed(number))
        assert repair(page) == Repaired(page, ())
