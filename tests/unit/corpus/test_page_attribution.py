from __future__ import annotations

import pytest

from corpus.fold import fold
from corpus.page.attribution import (
    Credit,
    attribution_kind,
    is_caption,
    is_person,
    read_brackets,
    read_byline,
    read_editor,
    read_photo_credit,
)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("本報記者 郝大偉", "byline"),
        ("记者 张三 通讯员 李四 王五", "byline"),
        ("文/图 张三", "byline"),
        ("（通讯员 陈小谷）", "byline"),
        ("中华人民共和国主席 习近平", "byline"),
        ("責任編輯:胡小琳", "editor"),
        ("[责任编辑：王一 审核：李二]", "editor"),
        ("圖片/青禾區總工會提供", "credit"),
        ("记者从区总工会获悉", None),
        ("文化中国行", None),
        ("编辑部开放日活动举行", None),
        ("图片社区服务站", None),
    ],
)
def test_a_whole_line_is_told_by_its_form(line: str, kind: str | None) -> None:
    assert attribution_kind(fold(line)) == kind


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("本報記者 郝大偉", Credit("郝大偉", "本報記者")),
        ("记者 张三 通讯员 李四 王五", Credit("张三、李四、王五", "记者、通讯员")),
        ("（通讯员 陈小谷）", Credit("陈小谷", "通讯员")),
        ("赵小平", Credit("赵小平")),
    ],
)
def test_a_byline_gives_names_and_roles_as_written(text: str, credit: Credit) -> None:
    assert read_byline(text) == credit


@pytest.mark.parametrize(
    ("paragraph", "credit"),
    [
        ("活动受到欢迎。(通讯员 陈小谷)", Credit("陈小谷", "通讯员")),
        ("走訪困難職工近1.7萬人。(市總組宣部)", Credit("市總組宣部")),
        ("青禾日报讯（记者 王一 李二）近日，驿站启用。", Credit("王一、李二", "记者")),
        ("会议指出要抓落实。（完）", None),
        ("发放物资若干（含雨衣）", None),
    ],
)
def test_the_brackets_of_a_paragraph_name_its_writer(paragraph: str, credit: Credit | None) -> None:
    assert read_brackets(paragraph) == credit


def test_the_editor_is_read_without_those_who_checked() -> None:
    assert read_editor("[责任编辑：王一 审核：李二]") == "王一"
    assert read_editor("责任重大") is None


@pytest.mark.parametrize(
    ("line", "caption"),
    [
        ("招聘会现场 （通讯员 李辉 摄）", True),
        ("招聘会现场 李辉 摄", True),
        ("图为职工在驿站休息", True),
        ("多方反对夺岛企图", False),
        ("抗议集会 反对夺岛企图", False),
    ],
)
def test_a_caption_says_so_at_its_end_or_beginning(line: str, caption: bool) -> None:
    assert is_caption(fold(line)) is caption


def test_the_bracket_of_a_caption_is_its_photo_credit() -> None:
    assert read_photo_credit("招聘会现场 （通讯员 李辉 摄）") == "通讯员 李辉 摄"
    assert read_photo_credit("招聘会现场（第二场）") is None


@pytest.mark.parametrize(
    ("line", "person"),
    [
        ("趙小平", True),
        ("欧阳晓晓", True),
        ("安全生产", False),
        ("高质量", False),
        ("工会", False),
    ],
)
def test_a_name_alone_is_told_from_a_short_title(line: str, person: bool) -> None:
    assert is_person(fold(line)) is person
