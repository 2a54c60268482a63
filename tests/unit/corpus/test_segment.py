from __future__ import annotations

from pathlib import Path

import pytest

from corpus import DictionaryError, Segmenter, load_segmenter
from corpus.segment import LONGEST_RUN, Entry, read_dictionary


def whole(text: str) -> list[str]:
    return [text]


def whole_tagged(text: str) -> list[tuple[str, str]]:
    return [(text, "x")]


WHOLE = Segmenter(whole, whole_tagged, {"总工会"}.__contains__)


def written(folder: Path, text: str) -> Path:
    path = folder / "words.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_ordinary_text_reaches_the_backend_whole() -> None:
    text = "武隆区总工会，" * 400
    assert WHOLE.words(text) == [text]


def test_a_long_run_is_split_before_it_reaches_the_backend() -> None:
    text = "前文。" + "中" * (2 * LONGEST_RUN + 5) + "。后文"
    words = WHOLE.words(text)
    assert "".join(words) == text
    assert max(len(word.strip("前后文。")) for word in words) <= LONGEST_RUN
    assert [word for word, _ in WHOLE.tagged(text)] == words


def test_a_text_that_ends_with_its_long_run_is_whole_again() -> None:
    text = "中" * (2 * LONGEST_RUN)
    assert WHOLE.words(text) == ["中" * LONGEST_RUN, "中" * LONGEST_RUN]


def test_it_tells_which_words_its_dictionary_holds() -> None:
    assert WHOLE.knows("总工会")
    assert not WHOLE.knows("总工")


def test_a_dictionary_line_may_leave_frequency_and_tag_out(tmp_path: Path) -> None:
    path = written(tmp_path, "总工会 1000 nt\n建会入会 20\n蹲点 v\n\n驿站\n")
    assert read_dictionary(path) == [
        Entry("总工会", 1000, "nt"),
        Entry("建会入会", 20, None),
        Entry("蹲点", None, "v"),
        Entry("驿站", None, None),
    ]


def test_dictionary_words_are_folded_like_the_text(tmp_path: Path) -> None:
    assert read_dictionary(written(tmp_path, "總工會ＡＢ 5 nt"))[0].word == "总工会ab"


@pytest.mark.parametrize("line", ["总工会 many nt", "总工会 5 nt 6", "总工会 -5", "总工会 nt 5"])
def test_a_malformed_dictionary_line_is_named(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, f"驿站 3 n\n{line}\n")
    with pytest.raises(DictionaryError, match=r"words\.txt, line 2: expected"):
        read_dictionary(path)


def test_a_missing_dictionary_is_named(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match=r"missing\.txt cannot be read"):
        read_dictionary(tmp_path / "missing.txt")


def test_a_dictionary_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gbk.txt"
    path.write_bytes("总工会 5".encode("gbk"))
    with pytest.raises(DictionaryError, match=r"gbk\.txt cannot be read as UTF-8"):
        read_dictionary(path)


def test_an_unknown_segmenter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'pkuseg': choose one of rjieba, jieba"):
        load_segmenter("pkuseg")
