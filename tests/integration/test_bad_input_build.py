"""Bad input while building: named in one line, the good goes in, what was there stays."""

import gzip
import json
import subprocess
import sys

import pytest

import rag
from rag.errors import IndexDamagedError, SourcesError
from tests.conftest import ROOT
from tests.small_index import NEWS, QUESTIONS, found, settings_in, write_files

pytestmark = pytest.mark.usefixtures("encoded", "quick_disk")
GOOD_LINE = json.dumps({"id": "1", "text": "好的一行。"})


@pytest.fixture
def built(tmp_path):
    """Settings in a folder with four files, built."""
    write_files(tmp_path / "articles", NEWS)
    chosen = settings_in(tmp_path)
    rag.build(chosen)
    return chosen


def broken_gzip():
    return gzip.compress(GOOD_LINE.encode() * 99)[:-20]


# name, content, what the reason says
BAD_FILES = {
    "binary": ("坏.txt", b"\xff\xfe\xfa" * 5, ""),
    "empty": ("空.txt", b"", "holds no"),
    "blank": ("白.txt", b" \n\n \t", "holds no"),
    "broken line": ("坏.jsonl", f"{GOOD_LINE}\n{{坏\n".encode(), "line 2"),
    "line without text": ("无文.jsonl", b'{"id": "1"}', "text"),
    "line that is no record": ("列.jsonl", b"[1, 2]", ""),
    "cut gzip": ("断.jsonl.gz", broken_gzip(), ""),
    "no gzip": ("假.jsonl.gz", b"plain words", ""),
    "empty page": ("空.html", b"<html></html>", "holds no"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_named_with_its_reason_and_the_good_ones_go_in(built, kind):
    name, content, told = BAD_FILES[kind]
    (built.folder / "articles" / name).write_bytes(content)
    report = rag.build(built)
    (failure,) = report.failures
    assert failure.source == f"articles/{name}"
    assert told in f"{failure.where} {failure.reason}"
    assert "\n" not in failure.reason
    assert report.articles >= 4
    assert failure in rag.ingest_report(built).failures
    assert rag.check(built) == []


def test_a_bad_file_stays_named_until_it_is_mended(built):
    path = built.folder / "articles" / "坏.txt"
    path.write_bytes(BAD_FILES["binary"][1])
    first, second = rag.build(built), rag.build(built)
    assert second.unchanged == 5
    assert second.failures == first.failures
    path.write_text("好了\n\n现在好了。", encoding="utf-8")
    mended = rag.build(built)
    assert (mended.failures, mended.articles) == ((), 5)


def test_failures_of_other_files_are_not_those_of_this_run(built):
    (built.folder / "articles" / "坏.txt").write_bytes(b"")
    rag.build(built)
    report = rag.add(built, write_files(built.folder / "articles", {"新.txt": "新\n\n新的。"}))
    assert report.failures == ()
    assert len(rag.ingest_report(built).failures) == 1


def test_a_file_that_cannot_be_opened_is_named_and_tried_again(built):
    link = built.folder / "articles" / "断链.txt"
    link.symlink_to(built.folder / "later.txt")
    report = rag.build(built)
    assert [failure.source for failure in report.failures] == ["articles/断链.txt"]
    (built.folder / "later.txt").write_text("来了\n\n终于来了。", encoding="utf-8")
    assert rag.build(built).articles == 5


def test_when_nothing_can_be_read_the_old_index_stays_as_it_was(built, tmp_path):
    expected = found(built, QUESTIONS)
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "空.txt").write_bytes(b"")
    with pytest.raises(SourcesError, match=r"could be read from bad/空\.txt: .*as it was"):
        rag.build(built, [bad])
    assert found(built, QUESTIONS) == expected
    assert rag.build(built).unchanged == 4


def test_when_the_first_build_reads_nothing_there_is_no_index_yet(tmp_path):
    write_files(tmp_path / "articles", {"空.txt": ""})
    chosen = settings_in(tmp_path)
    with pytest.raises(SourcesError, match="no article could be read"):
        rag.build(chosen)
    with pytest.raises(rag.IndexMissingError, match="wenju build"):
        rag.Assistant.open(chosen)
    write_files(tmp_path / "articles", NEWS)
    assert rag.build(chosen).articles == 4


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none", "not found"),
        ("empty", "no readable file"),
        ("archive.rar", "cannot be read"),
    ],
)
@pytest.mark.parametrize("change", [rag.build, rag.add])
def test_a_source_that_is_none_is_refused_before_anything_is_touched(built, name, told, change):
    (built.folder / "empty").mkdir()
    (built.folder / "archive.rar").write_bytes(b"Rar!")
    expected = found(built, QUESTIONS)
    with pytest.raises(SourcesError, match=told) as error:
        change(built, [built.folder / "articles", built.folder / name])
    assert name in str(error.value)
    assert found(built, QUESTIONS) == expected


def test_no_sources_at_all_are_refused(built):
    with pytest.raises(SourcesError, match="no source"):
        rag.build(built, [])


def test_a_damaged_store_is_never_built_over(built):
    path = built.index.dir / "store.sqlite"
    path.write_bytes(b"not a database" * 1000)
    for change in (rag.build, lambda chosen: rag.remove(chosen, ["夜校.txt"])):
        with pytest.raises(IndexDamagedError, match="restore a backup"):
            change(built)
    assert path.read_bytes() == b"not a database" * 1000


# --- a full disk ---------------------------------------------------------------------------------

FULL = """
import resource, sys
from pathlib import Path
import rag
settings = rag.load_settings(Path(sys.argv[1]))
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    rag.build(settings)
except rag.WenjuError as error:
    print(type(error).__name__, error)
else:
    print("built")
"""


@pytest.mark.parametrize("kilobytes", [40, 160])
def test_a_disk_that_fills_up_is_a_readable_error_and_the_old_index_stays(
    tmp_path, monkeypatch, kilobytes
):
    monkeypatch.undo()  # the other process has the real encoder
    write_files(tmp_path / "articles", NEWS)
    config = tmp_path / "config.yaml"
    config.write_text("corpus: {sources: [articles]}\nindex: {dir: index}\n", encoding="utf-8")
    chosen = rag.load_settings(config)
    rag.build(chosen)
    expected = found(chosen, QUESTIONS)
    lines = [json.dumps({"id": str(n), "text": f"第{n}篇，食堂开张。" * 20}) for n in range(200)]
    (tmp_path / "articles" / "多.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(config), str(kilobytes * 1024)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in ran.stderr
    assert ran.stdout.startswith("IndexAccessError")
    assert "free space" in ran.stdout
    again = found(chosen, QUESTIONS)
    assert rag.check(chosen) == []
    if rag.Assistant.open(chosen).stats().articles == 4:
        assert again == expected
    assert rag.build(chosen).articles == 204
