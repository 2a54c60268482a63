"""What people read in the terminal."""

import io
import sys
from dataclasses import replace

from corpus import Failure, summarise
from rag import BuildReport
from tests.fakes import SUBSIDY, SUBSIDY_ANSWER, FakeAssistant, not_found
from ui import terminal
from ui.pages import report_page


def test_an_answer_is_followed_by_its_sources_with_the_quoted_words(capsys):
    terminal.show_answer(replace(SUBSIDY_ANSWER, text="58万元[1]；6万元[1]"))
    assert capsys.readouterr().out.splitlines() == [
        "58万元[1]；6万元[1]",
        "",
        "[1] 武隆推动非公企业建会 · 工会示例报 · 2023年4月18日",
        "    「一次性补助共计58万元;对开展农民工建会的,另给补助共计6万元。」",
        "    文件: articles/wulong.txt",
    ]


def test_a_partial_answer_says_so_and_notes_are_shown(capsys):
    answer = replace(SUBSIDY_ANSWER, status="partial", notes=("年份没有写明",), rewritten="整句")
    terminal.show_answer(answer)
    out = capsys.readouterr().out
    assert "部分有据" in out
    assert "注意：年份没有写明" in out
    assert "按这句来查：整句" in out


def test_nothing_found_is_said_plainly_with_the_nearest_titles(capsys):
    terminal.show_answer(not_found("问", SUBSIDY))
    out = capsys.readouterr().out
    assert "没有找到" in out
    assert "  武隆推动非公企业建会" in out


def test_a_mended_quote_is_pointed_out(capsys):
    mended = replace(SUBSIDY_ANSWER.citations[0], mended=True)
    terminal.show_answer(replace(SUBSIDY_ANSWER, citations=(mended,)))
    assert "修复过的字" in capsys.readouterr().out


def test_control_characters_do_not_reach_the_terminal(capsys):
    terminal.show_answer(replace(SUBSIDY_ANSWER, text="清屏\x1b[2J\x07\r改写\x9b31m"))
    out = capsys.readouterr().out
    assert not set("\x1b\x07\r\x9b") & set(out)
    assert "清屏" in out


def test_line_breaks_and_tabs_stay():
    assert terminal.printable("一\n二\t三") == "一\n二\t三"


def test_an_explanation_lists_passages_with_scores_and_what_it_took(capsys):
    terminal.show_explanation(not_found("问", SUBSIDY))
    out = capsys.readouterr().out
    assert f"1.0000  {SUBSIDY.article_id}:0  武隆推动非公企业建会" in out
    assert "total 21.0" in out


def test_an_article_is_shown_with_where_it_came_from_and_how_it_is_cut(capsys):
    assistant = FakeAssistant([SUBSIDY])
    terminal.show_article(SUBSIDY, assistant.passages(SUBSIDY.article_id))
    out = capsys.readouterr().out
    assert out.startswith(
        "武隆推动非公企业建会\n工会示例报 · 2023年4月18日 · 文 一 · articles/wulong.txt\n"
    )
    assert SUBSIDY.text in out
    assert f"[0:{len(SUBSIDY.text)}]" in out


def test_a_build_says_what_changed_on_stdout_and_what_failed_on_stderr(capsys):
    failure = Failure("a.jsonl", "line 3", "no text")
    terminal.show_build(BuildReport(2, 1, 0, 5, 9, 30, (failure,), 1.25))
    printed = capsys.readouterr()
    assert printed.out == (
        "索引就绪：9 篇文章，30 个段落，用时 1.2 秒\n新增 2，更新 1，去掉 0，未变 5\n"
    )
    assert printed.err == "有 1 处没能读入：\na.jsonl（line 3）：no text\n"


def test_no_progress_is_drawn_where_no_one_looks(capsys):
    with terminal.progress() as on_progress:
        on_progress("read", 1, 2)
    assert capsys.readouterr() == ("", "")


class Watched(io.StringIO):
    """A stream that takes itself for a terminal."""

    def isatty(self):
        return True


def test_progress_is_drawn_on_stderr_for_those_who_watch(monkeypatch, capsys):
    screen = Watched()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with terminal.progress() as on_progress:
        on_progress("read", 1, 2)
        on_progress("read", 2, 2)
        on_progress("a stage without a name", 1, None)
    assert "读取" in screen.getvalue()
    assert "a stage without a name" in screen.getvalue()
    assert capsys.readouterr().out == ""


SUMMARY = summarise(
    [
        replace(SUBSIDY, source="a.txt"),
        replace(SUBSIDY, source="b\x1b.txt"),
        Failure("c.txt", None, "empty"),
    ]
)


def test_what_came_in_is_listed_with_what_came_twice_and_what_failed(capsys):
    terminal.show_report(SUMMARY)
    out = capsys.readouterr().out
    assert out.startswith("2 个来源，2 篇文章，")
    assert f"武隆推动非公企业建会 ({SUBSIDY.article_id}): a.txt, b\ufffd.txt" in out
    assert out.endswith("c.txt：empty\n")


def test_the_same_stands_on_the_report_page_escaped(capsys):
    hostile = replace(SUBSIDY, source="<script>.txt", title="<b>")
    page = report_page(summarise([hostile, hostile, Failure("<i>", "line 1", "<u>")]))
    for tag in ("<script>", "<b>", "<i>", "<u>"):
        assert tag not in page
        assert tag.replace("<", "&lt;").replace(">", "&gt;") in page
