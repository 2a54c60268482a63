from __future__ import annotations

import pytest

from corpus.fold import fold
from corpus.offsets import MappedText
from corpus.page.join import join_paragraphs
from corpus.page.pieces import Piece, kind_of

WHOLE = "街道工会干部走进商圈，为骑手、保安和环卫工人送去雨衣与热茶，并把热线电话贴在驿站门口。"
TITLE = "工会把热茶送到街头"


def _pieces(*lines: str) -> list[Piece]:
    return [Piece(kind_of(fold(x)), MappedText.from_file(x), fold(x)) for x in lines]


def _joined(*lines: str) -> list[str]:
    """Return the texts as joined on a page that surely breaks another paragraph."""
    page = _pieces(TITLE, WHOLE[:21], WHOLE[21:], *lines)
    return [piece.text.text for piece in join_paragraphs(page)][2:]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("9家民营企业争取到上级补助资金75.83", "万元。除了资金，还有培训。"),
        ("2023年，到基层开展民情走访、文明劝导等活动138次，化解各类矛盾", "纠纷问题30余个。"),
        ("2023年6月，全国公安系统二级英雄", "模范深入辖区小学开展讲座。"),
        ("培训班的负责人", "介绍，当天来了一百多人。"),
        ("“家政服务", "”一词越来越热。"),
        ("这台老机器焕发了青春，工友们", "的干劲也更足了。"),
        ("截至目前，全市在建驿站已达", "三百二十家，其中一半在园区。"),
        (
            "志愿者为老人们送去牛奶、水果，随后为老人整理房间、除尘扫地、剪指甲、检查身体，还为老",
            "人们唱了两首歌。",
        ),
    ],
)
def test_a_line_without_end_goes_on_in_the_next(left: str, right: str) -> None:
    assert _joined(left, right) == [left + right]


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("爱心义卖传温暖", "“这个活动真不错。”近日，渝北区开展义卖。"),
        ("加强思想引领,凝聚振兴磅礴力量", "往职工中走、往心里做、往实处落。"),
        ("学习雷锋好榜样 工会干部服务忙", "在第60个学雷锋纪念日来临之际，各地开展活动。"),
        ("第二章 监察机构及职责", "第七条 县级以上人民政府设置机构。"),
        ("投诉举报的办理", "第十二条 任何组织或者个人有权举报。"),
    ],
)
def test_a_heading_does_not_run_into_its_text(heading: str, text: str) -> None:
    assert _joined(heading, text) == [heading, text]


def test_two_whole_paragraphs_stay_two() -> None:
    assert _joined(WHOLE, WHOLE) == [WHOLE, WHOLE]


def test_the_first_line_of_a_page_is_never_the_start_of_a_paragraph() -> None:
    lines = ("会员不到25人，能不能建工会", "能。人少不是不建工会的理由。")
    assert [p.text.text for p in join_paragraphs(_pieces(*lines))] == list(lines)


def test_a_headline_does_not_jump_over_the_line_that_was_cut() -> None:
    lines = ("望湖区焊工比武", "比赛分理论和实操两部分", "，实操要求四个小时完成。")
    assert _joined(*lines) == [lines[0], lines[1] + lines[2]]


def test_a_captions_place_is_behind_the_paragraph_that_it_interrupted() -> None:
    joined = join_paragraphs(
        _pieces(
            TITLE,
            WHOLE,
            "提供任职条件、薪资待遇、企业福",
            "招聘会现场 （李辉 摄）",
            "利等解答和就业指导。",
        )
    )
    assert [(p.kind, p.text.text) for p in joined[2:]] == [
        ("text", "提供任职条件、薪资待遇、企业福利等解答和就业指导。"),
        ("caption", "招聘会现场 （李辉 摄）"),
    ]


def test_a_paragraph_over_three_columns_is_one() -> None:
    parts = (
        "为此，工会干部跟着骑手跑了整整一个星期，把他们常走的路线画成一张图，再挑出车流集中又缺少座",
        "椅的地方，逐个与沿街单位商量，请他们腾出一间屋子，工会出资添置空调、饮水机和充电柜，并由社",
        "区派人值守。",
    )
    assert _joined(*parts) == ["".join(parts)]
