from __future__ import annotations

import pytest

from corpus import MappedText, RunKind, Span
from corpus.repair import Repaired, repair

# Six tags of a site that lists 區會開動發務; enough to know the page for what it is.
PAGE = "縣區(qū)工會(huì)召開(kāi)會(huì)議,推動(dòng)各項服務(wù),發(fā)展會(huì)員。\n"
MENDED = "縣區工會召開會議,推動各項服務,發展會員。\n"


def repaired(text: str) -> Repaired:
    return repair(MappedText.from_file(text))


def test_tags_of_a_residue_page_come_off() -> None:
    assert repaired(PAGE).page.text == MENDED


def test_a_character_covers_its_tag_in_the_file_and_counts_as_kept() -> None:
    page = repaired(PAGE).page

    assert page.offsets.file_ranges(1, 2) == (Span(1, 6),)
    assert page.offsets.file_ranges(0, len(page)) == (Span(0, len(PAGE)),)
    assert page.offsets.worst_kind(0, len(page)) is RunKind.KEPT


def test_every_tag_is_recorded_where_it_stands_in_the_file() -> None:
    found = repaired(PAGE).repairs

    assert [one.after for one in found] == list("區會開會動務發會")
    assert all(PAGE[one.start : one.end] == one.before for one in found)
    assert {one.kind for one in found} == {"pinyin_residue"}
    assert all(one.sure for one in found)


def test_offsets_of_a_page_that_begins_later_in_the_file_are_those_of_the_file() -> None:
    (first, *_) = repair(MappedText.from_file(PAGE, file_start=100)).repairs

    assert (first.start, first.end) == (101, 106)


def test_a_blank_inside_a_tag_does_not_save_it() -> None:
    assert repaired(PAGE.replace("ū)", "ū )").replace("ì)", "ì\xa0)")).page.text == MENDED


def test_a_tag_over_a_line_break_is_none() -> None:
    broken = PAGE + "社區(\nqū)"

    assert repaired(broken).page.text == MENDED + "社區(\nqū)"


def test_a_gloss_of_a_rare_character_stays_on_a_residue_page() -> None:
    assert repaired(PAGE + "綦(qí)江區(qū)").page.text == MENDED + "綦(qí)江區"


def test_a_tag_made_of_a_trail_byte_and_a_letter_comes_off() -> None:
    """村 is B4 E5, e is 65; E5 65 is 錯, which the site lists."""
    assert repaired(PAGE + "鄉村e(cuò)站").page.text == MENDED + "鄉村e站"


@pytest.mark.parametrize(
    "text",
    [
        "綦(qí)江区的工会和綦(qí)江区的企业,綦(qí)江区的职工",
        "便(biàn)利店的货品便(pián)宜,长(zhǎng)者都说好,重(chóng)复购买",
        "春(chūn)眠(mián)不(bù)觉(jué)晓(xiǎo),处(chù)处(chù)闻(wén)啼(tí)鸟(niǎo)",
        "春(chūn)眠(mián)不(bù)覺(jué)曉(xiǎo),處(chù)處(chù)聞(wén)啼(tí)鳥(niǎo)",
        "會(kuài)計員說,單(shàn)先生把預算長(zhǎng)期擱著,還(huán)沒有給(jǐ)付",
        "請問務(wù)字怎麼讀?!職員查了詞典。",
        "區(大)會(小)開(新)動(老)發(多)務(少)",
        "图(a)和图(b),方案(an)见表(li)",
        "床(chuang)前(qian)明(ming)月(yue)光(guang),疑(yi)是(shi)地(di)上(shang)霜(shuang)",
    ],
)
def test_what_an_author_put_there_stays(text: str) -> None:
    page = MappedText.from_file(text)

    assert repair(page) == Repaired(page, ())


def test_three_good_tags_are_enough_on_a_short_traditional_page() -> None:
    text = "總工會(huì)召開職工大會(huì),選舉工會(huì)主席。"

    assert repaired(text).page.text == "總工會召開職工大會,選舉工會主席。"


def test_doubled_tags_without_tone_marks_come_off() -> None:
    text = (
        "縣(xian)(xian)里的企(qi)業(ye)和職(zhi)工都參(can)加(jia)了競(jing)(jing)賽(sai),"
        "成績(ji)很好,總(zong)工會派人現場指導"
    )

    mended = repaired(text)

    assert mended.page.text == "縣里的企業和職工都參加了競賽,成績很好,總工會派人現場指導"
    assert len(mended.repairs) == 10
