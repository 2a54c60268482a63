from __future__ import annotations

import pytest

from corpus import MappedText, RunKind, Span
from corpus.repair import Repaired, repair
from tests.damage import NARROW_CUTS, WIDE_CUTS, Site, damaged

LISTED = {"區": "qū", "會": "huì", "開": "kāi", "動": "dòng", "發": "fā", "務": "wù", "對": "duì"}
SITE = Site(LISTED, cuts=NARROW_CUTS)
WIDE = Site(LISTED, cuts=WIDE_CUTS, quote_cut=1.0)
# In front of every text, so that the page is known for what it is.
OPENING = "县区工会召开会议，推动各项服务，发展会员，对外公开。\n"


def repaired(text: str) -> Repaired:
    return repair(MappedText.from_file(text))


@pytest.mark.parametrize(
    "text",
    [
        "“大家都支持这件事。”工作人员介绍了发放的办法。",
        "主席说：“职工的事就是工会的事。”",
        "活动办得很好。现在报名的人越来越多。",
        "活动办得很好。“五一”前后还要再办一次。",
        "“我们一定努力！”我们大家都这样说。",
        "活动办得很好。总的来说令人满意。",
        "活动办得很好。后来又办了两次。",
        "活动办得很好。或者还要再办。",
    ],
)
def test_a_cut_full_stop_is_put_back_with_all_that_follows(text: str) -> None:
    case = damaged(OPENING + text, WIDE)

    assert case.broken
    assert repaired(case.raw).page.text == case.gold


@pytest.mark.parametrize(
    ("text", "found_across"),
    [("工作室带动作用，职工受益。", {"規": "guī"}), ("因为我们坚信工会能办好。", {"驗": "yàn"})],
)
def test_a_tag_driven_into_a_character_comes_out(text: str, found_across: dict[str, str]) -> None:
    case = damaged(OPENING + text, Site(LISTED | found_across))

    assert case.broken
    assert repaired(case.raw).page.text == case.gold


def test_the_rest_of_a_closing_tag_goes_with_the_byte_it_was_part_of() -> None:
    case = damaged(OPENING + "主席说：“很好。”\n职工都来了。", Site(LISTED, tag_ends=True))

    assert "/p>" in case.raw
    assert repaired(case.raw).page.text == case.gold


def test_a_restored_run_is_recorded_and_leads_back_to_the_file() -> None:
    case = damaged(OPENING + "活动办得很好。现在报名的人很多。", SITE)
    result = repaired(case.raw)
    (run,) = [one for one in result.repairs if one.kind == "shifted_bytes"]
    start = result.page.text.index("。現")

    assert (run.before, run.after, run.sure) == ("?,F", "。現", True)
    assert case.raw[run.start : run.end] == run.before
    assert result.page.offsets.worst_kind(start, start + 2) is RunKind.MENDED
    (span,) = result.page.offsets.file_ranges(start, start + 2)
    assert (span.start, span.end) == (run.start, run.end)


def test_a_character_that_no_byte_tells_is_marked_as_guessed() -> None:
    """The pair between 室 and 動 left no trace: 帶 is what the words around it suggest."""
    case = damaged(OPENING + "工作室带动作用，职工受益。", Site(LISTED | {"規": "guī"}))
    page = repaired(case.raw).page
    at = page.text.index("帶")

    assert page.offsets.guessed_spans(0, len(page)) == (Span(at, at + 1),)
    assert page.offsets.worst_kind(at + 1, at + 2) is RunKind.MENDED  # 動, by its own tag


def test_the_figure_of_a_well_known_day_is_put_back_as_a_guess() -> None:
    case = damaged(OPENING + "社会氛围越来越好。“3·8”前夕评选先进。", SITE)
    result = repaired(case.raw)
    at = result.page.text.index("“3·8”")

    assert result.page.text == case.gold
    assert result.page.offsets.worst_kind(at, at + 2) is RunKind.GUESSED


@pytest.mark.parametrize("figure", ["9·18", "2023"])
def test_no_other_figure_is_ever_invented(figure: str) -> None:
    case = damaged(OPENING + f"社会氛围越来越好。“{figure}”前夕评选先进。", SITE)
    text = repaired(case.raw).page.text

    assert figure not in text
    assert "3·8" not in text


@pytest.mark.parametrize(
    "text",
    [
        "真的吗?!主席问。",
        "你选?A还是?B呢",
        "什么?!怎么??谁?:我",
        "见 http://a.example/list?id=3&no=8",
        "生卒年不详(?-?)",
        "???!!!",
        "What?! No way. A?B",
    ],
)
@pytest.mark.parametrize("traditional", [False, True])
def test_an_honest_question_mark_stays(text: str, *, traditional: bool) -> None:
    opening = damaged(OPENING, SITE).raw if traditional else OPENING
    result = repaired(opening + text)

    assert result.page.text.endswith(text)


def test_thousands_of_suspicious_places_are_not_all_searched() -> None:
    opening = damaged(OPENING, SITE).raw
    page = repaired(opening + "他說很好?!焙芏嗳" * 3000).page

    assert page.text.count("?!") > 2500
