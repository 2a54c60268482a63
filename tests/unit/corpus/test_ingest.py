from __future__ import annotations

import gzip
import json
from collections import Counter
from html import escape, unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import Article, Failure, SourceError, find_files, make_passages, read_articles
from corpus.readers import READERS, REFUSED, suffix_of

PARAGRAPH = st.text("武隆区总工会补助58.6万元，。；“”（）😀", min_size=1, max_size=30)
BODY = "武隆区总工会给予一次性工作补助共计58万元。"


def read(path: Path) -> list[Article | Failure]:
    return list(read_articles(path, source="named"))


def article_of(path: Path) -> Article:
    (found,) = read(path)
    assert isinstance(found, Article), found
    return found


def failure_of(path: Path) -> Failure:
    (found,) = read(path)
    assert isinstance(found, Failure), found
    return found


def put(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def line(**fields: object) -> str:
    return json.dumps({"id": "n1", "text": BODY, **fields}, ensure_ascii=False) + "\n"


# Files


def test_folders_are_searched_in_order_without_hidden_and_unknown_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.MD", "a/b/c.jsonl.gz", ".git/x.txt", ".h.txt", "a/p.png", "c.gz"):
        put(tmp_path, name, "")
    found = [str(path.relative_to(tmp_path)) for path in find_files([tmp_path])]
    assert found == ["b.txt", "a/z.MD", "a/b/c.jsonl.gz"]


def test_a_file_named_twice_comes_once_as_first_named(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "")
    again = tmp_path / ".." / tmp_path.name
    assert [str(found) for found in find_files([again, path])] == [str(again / "a.txt")]


def test_a_missing_source_says_what_to_check(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"source not found: .*nowhere \(check the path"):
        find_files([tmp_path / "nowhere"])


def test_a_source_without_readable_files_lists_the_kinds(tmp_path: Path) -> None:
    put(tmp_path, "a.png", "")
    with pytest.raises(SourceError, match=r"holds no readable file: .*\.jsonl\.gz \.md .*\.txt"):
        find_files([tmp_path])


def test_a_named_file_of_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"a\.png cannot be read: the kinds of file"):
        find_files([put(tmp_path, "a.png", "")])


def test_no_source_at_all_is_refused() -> None:
    with pytest.raises(SourceError, match="no source given"):
        find_files([])


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.jsonl.gz", ".jsonl.gz"), ("A.TXT", ".txt"), ("a.gz", None)]
)
def test_the_longest_suffix_chooses_the_reader(name: str, suffix: str | None) -> None:
    assert suffix_of(Path(name)) == suffix


# Single articles


def test_a_text_file_gives_headline_fields_and_body(tmp_path: Path) -> None:
    text = f"建会补助\r\n来源：甲报\r\n日期：2023-03-10\r\n\r\n\u3000\u3000{BODY}\r\n第二段\r\n"
    found = article_of(put(tmp_path, "a.txt", text, "gbk"))
    assert (found.title, found.text) == ("建会补助", f"{BODY}\n第二段")
    assert (found.outlet, found.published, found.author) == ("甲报", "2023-03-10", None)
    assert (found.source, found.encoding) == ("named", "gb18030")


def test_a_text_file_of_one_paragraph_has_no_headline(tmp_path: Path) -> None:
    found = article_of(put(tmp_path, "a.txt", "没有句号的一行"))
    assert (found.title, found.text) == ("", "没有句号的一行")


def test_the_lines_under_a_markdown_or_html_headline_are_fields(tmp_path: Path) -> None:
    markdown = article_of(put(tmp_path, "a.md", f"# 题\n来源：甲报\n日期：2023年3月\n\n{BODY}"))
    page = f"<h1>题</h1><p>来源：甲报</p><p>日期：2023年3月</p><p>{BODY}</p>"
    html = article_of(put(tmp_path, "a.html", page))
    for found in (markdown, html):
        assert (found.title, found.text) == ("题", BODY)
        assert (found.outlet, found.published) == ("甲报", "2023-03")
    assert markdown.article_id == html.article_id


def test_a_collection_line_states_its_fields(tmp_path: Path) -> None:
    stated = line(
        id=7, title=" 题 ", published="2023-03-10", outlet="甲报", author="李四", url="http://a.cn"
    )
    found = article_of(put(tmp_path, "a.jsonl", stated))
    assert (found.record_id, found.title, found.text) == ("7", "题", BODY)
    assert (found.published, found.outlet, found.author) == ("2023-03-10", "甲报", "李四")
    assert found.url == "http://a.cn"


def test_a_collection_text_is_not_searched_for_a_header(tmp_path: Path) -> None:
    text = f"来源：甲报\n{BODY}"
    found = article_of(put(tmp_path, "a.jsonl", line(text=text, title=None)))
    assert (found.title, found.text, found.outlet) == ("", text, None)


def test_a_date_that_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    assert article_of(put(tmp_path, "a.jsonl", line(published="去年9月"))).published is None


def test_the_same_article_has_one_identifier_everywhere(tmp_path: Path) -> None:
    one = article_of(put(tmp_path, "a.txt", f"题\n{BODY}"))
    two = article_of(put(tmp_path, "b.jsonl", line(title="题")))
    other = article_of(put(tmp_path, "c.txt", f"别题\n{BODY}"))
    assert one.article_id == two.article_id != other.article_id


# What cannot be read


def test_a_broken_record_is_named_and_the_others_come(tmp_path: Path) -> None:
    lines = [line(id="1"), '{"id": "2", "text": "没完\n', "\n", line(id="3", text=5)]
    lines += [line(id="4", title=["题"]), line(id="5", text=" \n"), line(id="6")]
    found = read(put(tmp_path, "a.jsonl", "".join(lines)))
    articles = [item.record_id for item in found if isinstance(item, Article)]
    failures = {item.where: item.reason for item in found if isinstance(item, Failure)}
    assert articles == ["1", "6"]
    assert list(failures) == ["line 2", "line 4", "line 5", "line 6"]
    assert "Unterminated string" in failures["line 2"]
    assert "'text' is missing or not a string" in failures["line 4"]
    assert "'title' is not a string" in failures["line 5"]
    assert failures["line 6"] == "holds no text"


def test_a_deeply_nested_record_fails_alone(tmp_path: Path) -> None:
    deep = '{"id": "1", "text": "工会", "more": ' + "[" * 200_000 + "\n"
    found = read(put(tmp_path, "a.jsonl", deep + line()))
    assert [type(item) for item in found] == [Failure, Article]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.jsonl"])
def test_a_binary_file_is_a_failure(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(bytes(range(256)) * 8)
    assert failure_of(path).where is None


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize("text", ["", " \n\u3000\n"])
def test_an_empty_file_is_a_failure(tmp_path: Path, name: str, text: str) -> None:
    assert failure_of(put(tmp_path, name, text)) == Failure("named", None, "holds no text")


def test_an_empty_collection_is_a_failure(tmp_path: Path) -> None:
    assert failure_of(put(tmp_path, "a.jsonl", "\n\n")).reason == "holds no article"


def test_a_torn_archive_gives_what_it_has_and_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    whole = gzip.compress("".join(line(id=n, more="x" * 9000) for n in range(400)).encode())
    path.write_bytes(whole[: len(whole) // 2])
    found = read(path)
    assert sum(isinstance(item, Article) for item in found) > 100
    assert isinstance(found[-1], Failure)
    assert "cannot be read to its end" in found[-1].reason


def test_what_is_no_archive_is_a_failure(tmp_path: Path) -> None:
    assert "cannot be read" in failure_of(put(tmp_path, "a.jsonl.gz", line())).reason


def test_a_vanished_file_is_a_failure(tmp_path: Path) -> None:
    assert "cannot be read" in failure_of(tmp_path / "gone.txt").reason


def test_a_file_of_unknown_kind_is_a_failure(tmp_path: Path) -> None:
    assert "kinds of file known" in failure_of(put(tmp_path, "a.png", "")).reason


# Offsets


def as_text(paragraphs: list[str]) -> str:
    return "\r\n\r\n".join(f"\u3000\u3000{text}" for text in paragraphs)


def as_html(paragraphs: list[str]) -> str:
    shown = "".join(f"<p>\n {escape(text)}&nbsp;</p>" for text in paragraphs)
    return f"<html><head><title>题</title></head><body>{shown}</body></html>"


def as_collection(paragraphs: list[str]) -> str:
    text = "\n".join(paragraphs)
    first = json.dumps({"id": "0", "text": "头一篇"}, ensure_ascii=False)
    return f"{first}\n" + json.dumps({"id": "1", "title": '"', "text": text})


FORMS = {
    ".txt": as_text,
    ".md": lambda paragraphs: "# 题\n\n" + as_text([f"**{text}**" for text in paragraphs]),
    ".html": as_html,
    ".jsonl": as_collection,
    ".jsonl.gz": as_collection,
}


def unescaped(raw: str, suffix: str) -> str:
    if suffix == ".html":
        return unescape(raw)
    return json.loads(f'"{raw}"') if suffix.startswith(".jsonl") else raw


def test_every_format_is_in_the_property_below_or_has_tests_of_its_own() -> None:
    documents = {".csv", ".docx", ".mht", ".mhtml", ".pdf", ".xlsx", ".zip"}
    assert set(READERS) - {".htm"} - documents - REFUSED.keys() == set(FORMS)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(paragraphs=st.lists(PARAGRAPH, min_size=1, max_size=5), data=st.data())
@pytest.mark.parametrize("suffix", FORMS)
def test_every_span_of_every_format_leads_to_its_words_in_the_file(
    tmp_path: Path, suffix: str, paragraphs: list[str], data: st.DataObject
) -> None:
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    written = FORMS[suffix](paragraphs)
    path = tmp_path / f"a{suffix}"
    raw = written.encode(encoding)
    path.write_bytes(gzip.compress(raw) if suffix == ".jsonl.gz" else raw)

    found = read(path)[-1]
    assert isinstance(found, Article), found
    if suffix == ".txt":  # lines of a page may be joined across columns: nothing is invented
        assert not Counter(found.text.replace("\n", "")) - Counter("".join(paragraphs))
    else:
        kept = found.text.split("\n")
        assert kept == paragraphs[len(paragraphs) - len(kept) :]
    file = raw.decode(found.encoding)
    for run in found.offsets.runs:
        shown = found.text[run.start : run.end]
        stood = file[run.file_start : run.file_end]
        assert shown in {unescaped(stood, suffix), "\n"}
    for passage in make_passages(found, passage_chars=20):
        words = found.text[passage.start : passage.end]
        ranges = found.offsets.file_ranges(passage.start, passage.end)
        stood = "".join(unescaped(file[r.start : r.end], suffix) for r in ranges)
        assert "".join(stood.split()) == "".join(words.split())
