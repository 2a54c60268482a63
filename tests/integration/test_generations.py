"""Derived indexes under damage, kills and change: what they find never differs from the store."""

import random
import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rag
from rag.errors import IndexBusyError, IndexDamagedError, WenjuError
from rag.index import open_index, refreshed
from rag.store import Store
from rag.upkeep import writing
from tests.small_index import NEWS, QUESTIONS, found, settings_in, write_files


@pytest.fixture
def world(tmp_path, encoded, quick_disk):
    """An index over four files, built in two steps so that its lexical index has two parts."""
    names = list(NEWS)
    write_files(tmp_path / "articles", {name: NEWS[name] for name in names[:3]})
    chosen = settings_in(tmp_path)
    rag.build(chosen)
    write_files(tmp_path / "articles", {names[3]: NEWS[names[3]]})
    rag.build(chosen)
    encoded.clear()
    return chosen


def generation_files(chosen):
    folder = chosen.index.dir / "generations"
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")


def flip(path, at):
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 0xFF
    path.write_bytes(content)


DAMAGE = {
    "a byte flipped": lambda path: flip(path, path.stat().st_size // 2),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "deleted": lambda path: path.unlink(),
}


def fresh_copy(chosen, number):
    """Return the settings of a new copy of an index."""
    broken = settings_in(chosen.folder, index__dir=chosen.folder / f"broken {number}")
    shutil.copytree(chosen.index.dir, broken.index.dir)
    return broken


# --- damage --------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_to_any_file_is_found_and_mended_without_encoding(world, encoded, damage):
    expected = found(world, QUESTIONS)
    assert all(expected)
    kinds = set()
    for number, path in enumerate(generation_files(world)):
        broken = fresh_copy(world, number)
        damaged = broken.index.dir / path.relative_to(world.index.dir)
        if not damaged.stat().st_size:
            continue
        DAMAGE[damage](damaged)
        kinds.add(path.suffix or path.name)
        assert rag.check(broken), path
        assert found(broken, QUESTIONS) == expected, path
        assert rag.check(broken) == [], path
    assert {"CURRENT", ".json", ".faiss", ".term", ".idx", ".fast"} <= kinds
    assert encoded == []


def test_whatever_byte_is_changed_anywhere_no_wrong_passage_is_ever_found(world):
    expected = found(world, QUESTIONS)
    passages = {hit for hits in expected for hit in hits}
    chance = random.Random(5)
    refused = 0
    for number in range(30):
        broken = fresh_copy(world, number)
        files = sorted(path for path in broken.index.dir.rglob("*") if path.is_file())
        path = chance.choice([file for file in files if file.stat().st_size])
        flip(path, chance.randrange(path.stat().st_size))
        try:
            results = found(broken, QUESTIONS)
        except WenjuError:
            refused += 1
        else:
            assert {hit for hits in results for hit in hits} <= passages, path
    assert refused < 15


def test_a_changed_text_in_the_store_is_never_quoted(world):
    path = world.index.dir / "store.sqlite"
    content = path.read_bytes()
    assert content.count("招生120人".encode()) == 1
    path.write_bytes(content.replace("招生120人".encode(), "招生999人".encode()))
    assistant = rag.Assistant.open(world)
    with pytest.raises(IndexDamagedError, match="restore a backup"):
        assistant.query("夜校招生多少人")
    assert any("its text is not" in problem.what for problem in rag.check(world))


def test_without_generations_they_are_made_from_the_store(world, tmp_path, encoded):
    expected = found(world, QUESTIONS)
    (world.index.dir / "generations").rename(tmp_path / "gone")
    assert "no generation" in rag.check(world)[0].what
    assert found(world, QUESTIONS) == expected
    assert encoded == []


# --- other histories -----------------------------------------------------------------------------


def test_what_a_killed_publication_left_is_ignored_and_swept(world):
    expected = found(world, QUESTIONS)
    folder = world.index.dir / "generations"
    (folder / ".tmp-00000003-0123abcd").mkdir()
    (folder / "00000009-0123abcd").mkdir()
    (folder / ".CURRENT.tmp").write_text("half")
    assert found(world, QUESTIONS) == expected
    rag.add(world, write_files(world.folder / "articles", {"新.txt": "新题\n\n戊区工会成立。"}))
    left = {path.name for path in folder.iterdir()}
    assert left == {"CURRENT", open_index(world).generation.folder.name}


def test_generations_put_back_from_an_earlier_day_are_brought_up(world, tmp_path, encoded):
    earlier = tmp_path / "earlier"
    shutil.copytree(world.index.dir / "generations", earlier)
    articles = world.folder / "articles"
    rag.add(world, write_files(articles, {"新.txt": "新题\n\n戊区工会夜校成立。"}))
    (articles / "夜校.txt").unlink()
    rag.build(world)
    expected = found(world, QUESTIONS)
    encoded.clear()
    (world.index.dir / "generations").rename(tmp_path / "later")
    shutil.copytree(earlier, world.index.dir / "generations")
    assert "version 2" in rag.check(world)[0].what
    assert found(world, QUESTIONS) == expected
    assert rag.check(world) == []
    assert encoded == []


def test_a_store_put_back_from_a_backup_is_not_searched_with_a_later_index(world, tmp_path):
    with Store.open(world.index.dir / "store.sqlite")._db as backup:
        backup.execute("VACUUM INTO ?", (str(tmp_path / "backup"),))
    before = found(world, QUESTIONS)
    articles = world.folder / "articles"
    rag.add(world, write_files(articles, {"新.txt": "新题\n\n戊区工会夜校成立。"}))
    for suffix in ("", "-wal", "-shm"):
        Path(f"{world.index.dir / 'store.sqlite'}{suffix}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup", world.index.dir / "store.sqlite")
    assert found(world, QUESTIONS) == before
    (articles / "新.txt").write_text("别题\n\n己区工会食堂开张。", encoding="utf-8")
    rag.add(world, [articles / "新.txt"])  # the version that the other history had, too
    assert rag.check(world) == []
    assert "别题" in {hit.title for hit in rag.Assistant.open(world).query("食堂开张").retrieved}


def test_an_index_built_anew_after_its_store_was_deleted_finds_the_new_files(world):
    (world.index.dir / "store.sqlite").unlink()
    articles = world.folder / "articles"
    new = write_files(articles, {"新.txt": "新题\n\n戊区工会食堂开张。"})
    rag.build(world, new)
    rag.build(world, [*new, articles / "夜校.txt"])  # version 2, as the index it replaces
    assert rag.check(world) == []
    assert [len(hits) for hits in found(world, ["食堂开张"])] == [2]


def test_adding_to_an_index_whose_store_is_missing_is_refused(world):
    (world.index.dir / "store.sqlite").unlink()
    with pytest.raises(IndexDamagedError, match="is missing"):
        rag.add(world, [world.folder / "articles" / "夜校.txt"])
    assert not (world.index.dir / "store.sqlite").exists()


# --- what is replayed is what would be built -----------------------------------------------------

WORDS = ("夜校", "清凉", "技能", "互助", "职工", "58万元", "区", "工会", "2024年", "abc")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map("".join)
names = st.sampled_from(["一.txt", "二.txt", "三.txt", "四.txt"])
operations = st.one_of(
    st.tuples(st.just("write"), names, texts),
    st.tuples(st.just("same as"), names, names),
    st.tuples(st.just("delete"), names, st.just("")),
    st.tuples(st.just("remove"), names, st.just("")),
    st.tuples(st.just("rename"), names, names),
    st.tuples(st.just("damage"), st.just(""), st.just("")),
)


def perform(chosen, operation, name, other):
    """Change the files and bring the index after them."""
    folder = chosen.folder / "articles"
    path = folder / name
    if operation == "write":
        rag.add(chosen, write_files(folder, {name: f"题{other[:5]}\n\n{other}。\n{other[::-1]}。"}))
    elif operation == "same as" and (folder / other).exists():
        shutil.copy(folder / other, path) if name != other else None
        rag.add(chosen, [path])
    elif operation == "remove" and path.exists():
        rag.remove(chosen, [str(path)])
        path.unlink()
    elif operation == "damage":
        flip(random.Random(1).choice(generation_files(chosen)), 0)
    elif path.exists() and len(list(folder.iterdir())) > 1:
        path.rename(folder / other) if operation == "rename" else path.unlink()
        rag.build(chosen)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(operations, min_size=1, max_size=6))
@pytest.mark.usefixtures("encoded", "quick_disk")
def test_after_any_changes_the_index_is_as_if_built_from_nothing(tmp_path, steps):
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    chosen = settings_in(folder)
    write_files(folder / "articles", {"零.txt": "开头\n\n工会职工夜校。"})
    rag.build(chosen)
    for step in steps:
        perform(chosen, *step)
    index = open_index(chosen)
    rows = index.store.row_numbers()
    assert sorted(index.generation.vectors.ids.tolist()) == rows
    assert index.generation.lexical.rows() == rows
    assert rag.check(chosen) == []
    scratch = settings_in(folder, index__dir=folder / "scratch")
    rag.build(scratch)
    for replayed, built in zip(found(chosen, WORDS), found(scratch, WORDS), strict=True):
        assert dict(replayed) == pytest.approx(dict(built), abs=1e-6)


# --- readers and writers -------------------------------------------------------------------------


def test_a_reader_keeps_its_generation_while_others_are_published(world):
    reader = open_index(world)
    before = reader.generation.lexical.retrieve("夜校招生", top_k=5)
    rag.remove(world, [str(world.folder / "articles" / "夜校.txt")])
    assert not reader.generation.folder.exists()
    assert reader.generation.lexical.retrieve("夜校招生", top_k=5) == before
    followed = refreshed(world, reader)
    assert followed.generation.version == followed.store.version
    assert followed.encoder is reader.encoder


def test_a_second_writer_is_told_to_wait(world):
    with writing(world.index.dir):
        for change in (rag.build, lambda s: rag.remove(s, ["夜校.txt"])):
            with pytest.raises(IndexBusyError, match="wait until it has finished"):
                change(world)
    assert rag.build(world).unchanged == 4


def test_readers_go_on_with_the_last_generation_while_another_process_writes(world):
    reader = open_index(world)
    with writing(world.index.dir):
        assert found(world, QUESTIONS)
        current = world.index.dir / "generations" / "CURRENT"
        current.write_text("damaged")
        with pytest.raises(IndexBusyError):
            open_index(world)
        assert refreshed(world, reader) is reader
    assert found(world, QUESTIONS)


def test_asking_while_the_index_changes_never_fails_and_never_mixes(world):
    assistant = rag.Assistant.open(world)
    path = world.folder / "articles" / "夜校.txt"
    stop = threading.Event()

    def ask():
        seen = set()
        while not stop.is_set():
            seen |= {fact.text for fact in assistant.query("甲区夜校招生多少人").facts}
        return seen

    pool = ThreadPoolExecutor(max_workers=2)
    asking = [pool.submit(ask) for _ in range(2)]
    for number in range(121, 125):
        path.write_text(NEWS["夜校.txt"].replace("120", str(number)), encoding="utf-8")
        assistant.build()
    stop.set()
    seen = set.union(*(asked.result() for asked in asking))
    assert "124人" in {fact.text for fact in assistant.query("甲区夜校招生多少人").facts}
    assert seen <= {f"{number}人" for number in range(120, 125)}
