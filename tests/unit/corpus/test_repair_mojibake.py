from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import MappedText, RunKind, Span
from corpus.repair import Repaired, repair
from tests.damage import misread

TEXT = "县总工会补助58万元，职工都说好。“这是我们的家！”"
SLOPPY = ("utf-8", "sloppy")
CLEAN = st.text(
    "工会职工补助五八万元ABC 0123456789,.!?，。！？；：“”‘’《》（）【】·…—×±°％％\n\u3000國區會",
    max_size=80,
)


def repaired(text: str) -> Repaired:
    return repair(MappedText.from_file(text))


@pytest.mark.parametrize(
    "steps",
    [
        [("utf-8", "gb18030")],
        [SLOPPY],
        [("utf-8", "latin-1")],
        [SLOPPY, SLOPPY],
        [("utf-8", "latin-1"), ("utf-8", "latin-1")],
        [SLOPPY, SLOPPY, SLOPPY],
        [("gb2312", "latin-1")],
        [("gb2312", "sloppy"), SLOPPY],
    ],
)
def test_what_was_misread_is_read_again(steps: list[tuple[str, str]]) -> None:
    text = "工会职工都说好" if steps == [("utf-8", "gb18030")] else TEXT
    raw = misread(text + "好" * (len(text.encode()) % 2), steps)
    result = repaired(raw)

    assert result.page.text.rstrip("好") == text.rstrip("好")
    assert [one.kind for one in result.repairs] == ["mojibake"]
    assert result.repairs[0].before == raw


def test_each_character_leads_back_to_its_own_bytes() -> None:
    raw = "标题：" + misread("工会", [SLOPPY]) + "。"
    page = repaired(raw).page

    assert page.text == "标题：工会。"
    assert page.offsets.file_ranges(3, 4) == (Span(3, 6),)
    assert page.offsets.file_ranges(4, 5) == (Span(6, 9),)
    assert page.offsets.worst_kind(0, 3) is RunKind.KEPT
    assert page.offsets.worst_kind(3, 5) is RunKind.MENDED


def test_a_lost_byte_that_only_one_fits_is_filled() -> None:
    """” is E2 80 9D, and 9D is the one undefined byte that makes a Chinese sign there."""
    raw = misread(TEXT, [SLOPPY]).replace("\x9d", "\ufffd")

    assert repaired(raw).page.text == TEXT


@pytest.mark.parametrize("hole", ["?", "\ufffd"])
def test_a_lost_byte_that_many_fit_stays_lost(hole: str) -> None:
    result = repaired("工会职工".encode().decode("gbk") + "工".encode()[:2].decode("gbk") + hole)

    assert result.page.text == "工会职工\ufffd"
    assert [one.sure for one in result.repairs] == [False]
    assert result.page.offsets.worst_kind(4, 5) is RunKind.GUESSED


def test_a_question_mark_between_characters_is_one() -> None:
    raw = "工会职工".encode().decode("gbk")

    assert repaired(f"{raw}?{raw}\ufffd{raw}").page.text == "工会职工?工会职工\ufffd工会职工"


@pytest.mark.parametrize(
    "text",
    [
        "目录····················1",
        "Größe, Ärger, café, naïve, España, São Paulo, Ångström",
        "ÃÃÃÃÃÃÃÃÃÃÃÃ",
        "涓涓细流，汩汩不绝；泾渭分明，渑池会盟",
        "鎮統制駐軍天津，段祺瑞與馮國璋",
        "锟斤拷是两个替换符被当作汉字时的样子",
        "価格：10€ é€",
    ],
)
def test_what_was_not_misread_stays(text: str) -> None:
    assert repaired(text).page.text == text


@settings(max_examples=60, deadline=None)
@given(CLEAN)
def test_clean_text_passes_unchanged(text: str) -> None:
    page = MappedText.from_file(text)

    assert repair(page).page == page


@settings(max_examples=60, deadline=None)
@given(st.text("浣犲ソ涓銆Ãä½¡¹¤»á€\ufffd?()区(qū)會\n", max_size=40))
def test_whatever_comes_every_character_still_leads_to_the_file(text: str) -> None:
    result = repaired(text)
    runs = result.page.offsets.runs

    assert [run.start for run in runs] == [0, *(run.end for run in runs[:-1])][: len(runs)]
    assert all(0 <= run.file_start <= run.file_end <= len(text) for run in runs)
    assert all(text[one.start : one.end] == one.before for one in result.repairs)
