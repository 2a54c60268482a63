"""What building, adding and removing do to the index, and what they leave alone."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

import rag
from rag.errors import (
    IndexAccessError,
    IndexMismatchError,
    IndexMissingError,
    SettingsError,
    SourcesError,
)
from rag.index import open_index
from rag.settings import load_settings
from tests.small_index import NEWS, QUESTIONS, found, settings_in, write_files

pytestmark = pytest.mark.usefixtures("encoded", "quick_disk")


@pytest.fixture
def chosen(tmp_path):
    """Settings in a folder with four files."""
    write_files(tmp_path / "articles", NEWS)
    return settings_in(tmp_path)


@pytest.fixture
def built(chosen, encoded):
    """The same, built."""
    rag.build(chosen)
    encoded.clear()
    return chosen


def titles(settings):
    index = open_index(settings)
    return sorted(index.store.titles(index.store.article_ids()).values())


def changes(report):
    return (report.added, report.replaced, report.removed, report.unchanged)


# --- build ---------------------------------------------------------------------------------------


def test_a_build_reads_every_file_and_says_what_it_holds(chosen, encoded):
    report = rag.build(chosen)
    assert changes(report) == (4, 0, 0, 0)
    assert (report.articles, report.passages, report.failures) == (4, 4, ())
    assert len(encoded) == 4
    assert encoded[0].startswith("丁区互助保障\n丁区职工")


def test_a_second_build_touches_nothing(built, encoded):
    before = open_index(built)
    report = rag.build(built)
    after = open_index(built)
    assert changes(report) == (0, 0, 0, 4)
    assert encoded == []
    assert after.store.version == before.store.version
    assert after.generation.folder == before.generation.folder


def test_a_changed_file_alone_is_read_anew(built, encoded):
    path = built.folder / "articles" / "夜校.txt"
    path.write_text("戊区工会办起食堂\n\n戊区工会食堂开张。", encoding="utf-8")
    assert changes(rag.build(built)) == (0, 1, 0, 3)
    assert encoded == ["戊区工会办起食堂\n戊区工会食堂开张。"]
    assert "甲区工会办起夜校" not in titles(built)


def test_only_the_new_article_of_a_grown_collection_is_encoded(chosen, encoded):
    path = chosen.folder / "articles" / "三条.jsonl"
    lines = [json.dumps({"id": str(n), "text": f"第{n}条通知。"}) for n in range(3)]
    path.write_text("\n".join(lines[:2]), encoding="utf-8")
    rag.build(chosen)
    encoded.clear()
    path.write_text("\n".join(lines), encoding="utf-8")
    assert changes(rag.build(chosen)) == (0, 1, 0, 4)
    assert encoded == ["\n第2条通知。"]


def test_a_vanished_file_is_gone_from_every_leg(built):
    (built.folder / "articles" / "夜校.txt").unlink()
    assert changes(rag.build(built)) == (0, 0, 1, 3)
    assert "夜校" not in "".join(titles(built))
    assert all("夜校" not in hit[0] for hits in found(built, ["夜校招生"]) for hit in hits)
    assert rag.check(built) == []


def test_a_renamed_file_is_encoded_by_nobody(built, encoded):
    folder = built.folder / "articles"
    expected = found(built, QUESTIONS)
    (folder / "夜校.txt").rename(folder / "改名.txt")
    assert changes(rag.build(built)) == (1, 0, 1, 3)
    assert encoded == []
    assert found(built, QUESTIONS) == expected
    assert "articles/改名.txt" in {one.source for one in rag.ingest_report(built).sources}


def test_a_build_of_other_sources_replaces_the_old_ones(built, tmp_path):
    other = write_files(tmp_path / "other", {"食堂.txt": "食堂\n\n戊区工会食堂开张。"})
    assert changes(rag.build(built, other)) == (1, 0, 4, 0)
    assert titles(built) == ["食堂"]


def test_files_are_called_relative_to_the_configuration_and_others_by_their_path(built, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name} elsewhere"
    rag.add(built, write_files(outside, {"食堂.txt": "食堂\n\n戊区工会食堂开张。"}))
    sources = {one.source for one in rag.ingest_report(built).sources}
    assert {"articles/夜校.txt", (outside / "食堂.txt").as_posix()} <= sources


def test_progress_is_told_by_stage(chosen):
    told = []
    rag.build(chosen, on_progress=lambda *event: told.append(event))
    assert ("read", 0, 4) in told
    assert told[-1] == ("index", 4, 4)


# --- add and remove ------------------------------------------------------------------------------


def test_adding_leaves_the_rest_alone(built, encoded):
    new = write_files(built.folder / "articles", {"食堂.txt": "食堂\n\n戊区工会食堂开张。"})
    report = rag.add(built, new)
    assert changes(report) == (1, 0, 0, 0)
    assert report.articles == 5
    assert len(encoded) == 1
    assert changes(rag.add(built, new)) == (0, 0, 0, 1)


@pytest.mark.parametrize("target", ["夜校.txt", "./夜校.txt", "../articles/夜校.txt"])
def test_a_file_is_removed_by_any_of_its_paths(built, monkeypatch, target):
    monkeypatch.chdir(built.folder / "articles")
    report = rag.remove(built, [target])
    assert (report.removed, report.articles) == (1, 3)


@pytest.mark.parametrize("target", ["articles", "articles/", ".", "articles/夜校.txt"])
def test_sources_and_folders_are_removed_by_the_name_they_are_called_by(built, monkeypatch, target):
    monkeypatch.chdir("/")
    removed = 1 if target.endswith("txt") else 4
    assert rag.remove(built, [target]).removed == removed


def test_an_article_is_removed_by_its_identifier_and_its_neighbours_stay(chosen):
    path = chosen.folder / "articles" / "两条.jsonl"
    lines = [{"id": "1", "text": "甲通知。"}, {"id": "2", "text": "乙通知。"}]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    rag.build(chosen)
    store = open_index(chosen).store
    gone = next(article for article in store.articles() if article.text == "甲通知。")
    report = rag.remove(chosen, [gone.article_id])
    assert (report.removed, report.articles) == (1, 5)
    assert store.article(gone.article_id) is None
    assert "乙通知。" in {article.text for article in store.articles()}
    assert rag.check(chosen) == []


def test_a_build_brings_back_what_its_sources_still_hold(built):
    store = open_index(built).store
    rag.remove(built, store.article_ids()[:1])
    assert changes(rag.build(built)) == (0, 1, 0, 3)
    assert len(titles(built)) == 4


def test_an_unknown_target_removes_nothing_at_all(built):
    with pytest.raises(SourcesError, match=r"'无此\.txt' is neither an article nor a source"):
        rag.remove(built, ["articles/夜校.txt", "无此.txt"])
    assert len(titles(built)) == 4


def test_when_everything_is_removed_questions_find_nothing(built):
    assert rag.remove(built, ["articles"]).articles == 0
    assert rag.check(built) == []
    answer = rag.Assistant.open(built).query("夜校招生多少人")
    assert (answer.status, answer.retrieved, answer.nearest) == ("not_found", (), ())
    assert rag.build(built).articles == 4


@pytest.mark.parametrize("marker", ["zqxmarker", "机密标记语"])
@pytest.mark.parametrize("how", ["remove", "build", "replace"])
def test_removed_words_are_in_no_file_of_the_index(built, marker, how):
    path = built.folder / "articles" / ("密.txt" if how == "replace" else f"{marker}.txt")
    path.write_text(f"题{marker}\n作者：{marker}\n\n正文{marker}。" * 3, encoding="utf-8")
    rag.add(built, [path])
    rag.add(built, write_files(built.folder / "articles", {"后.txt": "后来\n\n后来的文章。"}))
    assert held(built, marker)
    if how == "remove":
        rag.remove(built, [str(path)])
    elif how == "build":
        path.unlink()
        rag.build(built)
    else:
        path.write_text("换了\n\n换了内容。", encoding="utf-8")
        rag.add(built, [path])
    assert held(built, marker) == []


def held(settings, marker):
    """Return the files of the index that hold the words."""
    files = [path for path in settings.index.dir.rglob("*") if path.is_file()]
    return [path.name for path in files if marker.encode() in path.read_bytes()]


# --- settings that shape the index ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"encoder__model": "other"}, "encoder"),
        ({"encoder__model": "wide"}, "encoder"),
        ({"corpus__passage_chars": 60}, "ingest"),
        ({"corpus__overlap_sentences": 0}, "ingest"),
    ],
)
def test_what_was_made_in_another_way_is_not_mixed_until_built_anew(
    built, tmp_path, encoded, changed, named
):
    other = settings_in(tmp_path, **changed)
    for change in (rag.add, rag.remove):
        with pytest.raises(IndexMismatchError, match=rf"{named} .*wenju build"):
            change(other, [tmp_path / "articles" / "夜校.txt"])
    assert changes(rag.build(other)) == (0, 4, 0, 0)
    assert len(encoded) >= 4
    assert rag.check(other) == []
    assert found(other, QUESTIONS)[0]


def test_asking_with_another_encoder_names_the_command_that_mends_it(built, tmp_path):
    other = settings_in(tmp_path, encoder__model="other")
    with pytest.raises(IndexMismatchError, match=r"another embedding model .* run `wenju build"):
        rag.Assistant.open(other)
    assert [problem.command for problem in rag.check(other)] == ["run `wenju build SOURCE…`"]


def test_an_index_embedded_anew_is_refused_by_a_reader_with_the_old_encoder(built, tmp_path):
    reader = rag.Assistant.open(built)
    rag.build(settings_in(tmp_path, encoder__model="other"))
    with pytest.raises(IndexMismatchError):
        reader.query("夜校招生多少人")


def test_a_dictionary_changes_the_words_and_encodes_nothing(built, tmp_path, encoded):
    (tmp_path / "words.txt").write_text("工会办起\n", encoding="utf-8")
    other = settings_in(tmp_path, corpus__dictionary=tmp_path / "words.txt")
    assert found(other, QUESTIONS)[0]
    assert open_index(other).generation.lexical.inverse_frequency("工会办起") < 2
    assert encoded == []


def test_a_missing_dictionary_is_a_readable_error(built, tmp_path):
    other = settings_in(tmp_path, corpus__dictionary=tmp_path / "none.txt")
    with pytest.raises(SettingsError, match=r"corpus\.dictionary: .*none\.txt"):
        rag.Assistant.open(other)


# --- folders -------------------------------------------------------------------------------------


def test_asking_without_an_index_names_the_command_that_makes_one(chosen):
    for ask in (rag.Assistant.open, rag.check, rag.ingest_report):
        with pytest.raises(IndexMissingError, match="wenju build"):
            ask(chosen)
    with pytest.raises(IndexMissingError, match="wenju build"):
        rag.remove(chosen, ["夜校.txt"])
    assert not chosen.index.dir.exists()


def test_a_folder_that_cannot_be_made_is_a_readable_error(chosen, tmp_path):
    (tmp_path / "file").write_text("")
    blocked = settings_in(tmp_path, index__dir=tmp_path / "file" / "index")
    with pytest.raises(IndexAccessError, match="check permissions"):
        rag.build(blocked)


def test_an_index_can_be_moved(built, tmp_path):
    expected = found(built, QUESTIONS)
    shutil.move(built.index.dir, tmp_path / "moved")
    assert found(settings_in(tmp_path, index__dir=tmp_path / "moved"), QUESTIONS) == expected


# --- kills ---------------------------------------------------------------------------------------

ROOT = Path(__file__).parents[2]
WORK = """
import os, sys
from pathlib import Path
import rag
from corpus import fold, load_segmenter
from embeddings import ENCODERS
from tests.small_index import CountingEncoder

ENCODERS["static"] = lambda **_unused: CountingEncoder()
fold("工会"), load_segmenter()
settings = rag.load_settings(Path(sys.argv[1]))

def work():
    folder = settings.folder / "articles"
    for round in range(os.getpid(), 10**9):
        changing, passing = folder / "变.txt", folder / f"新{round % 5}.txt"
        changing.write_text(f"变化\\n\\n第{round}轮变化。" * (round % 7 + 1), encoding="utf-8")
        passing.write_text(f"新增{round}\\n\\n新增第{round}篇。", encoding="utf-8")
        rag.build(settings)
        rag.remove(settings, [str(passing)])

while sys.stdin.readline():
    child = os.fork()
    if not child:
        work()
    print(child, flush=True)
    os.waitpid(child, 0)
    print("dead", flush=True)
"""


def test_killed_at_any_moment_the_index_opens_and_agrees_with_itself(tmp_path):
    write_files(tmp_path / "articles", NEWS)
    config = tmp_path / "config.yaml"
    config.write_text("corpus: {sources: [articles]}\nindex: {dir: index}\n", encoding="utf-8")
    chosen = load_settings(config)
    rag.build(chosen)
    chance = Random(3)
    command = [sys.executable, "-c", WORK, str(config)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as parent:
        for _ in range(10):
            parent.stdin.write("work\n")
            parent.stdin.flush()
            worker = int(parent.stdout.readline())
            time.sleep(chance.uniform(0.1, 1.5))
            os.kill(worker, signal.SIGKILL)
            assert parent.stdout.readline() == "dead\n"
            assert "120人" in rag.Assistant.open(chosen).query("甲区夜校招生多少人").text
            assert rag.check(chosen) == []
        parent.stdin.close()
    generations = chosen.index.dir / "generations"
    assert open_index(chosen).store.version > 1
    rag.build(chosen, [chosen.folder / "articles" / "夜校.txt"])
    assert len(list(generations.iterdir())) == 2
