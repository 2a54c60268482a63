import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from corpus import Failure, OffsetMap, Passage, Repair, Run, RunKind
from rag.errors import IndexDamagedError, IndexMissingError
from rag.store import Store
from rag.store_writer import StoreWriter
from tests.fakes import make_article

DIM = 4
NIGHT = make_article("夜校", "夜校招生120人。", published="2024-05-01", source="夜校.txt")
COOL = make_article("清凉", "送出清凉包300份。", published="2023", source="清凉.txt")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.sqlite"


@pytest.fixture
def store(path, monkeypatch):
    """An empty store that does not wait for the disk."""
    monkeypatch.setattr("rag.tables.sync", lambda _path: None)
    with closing(StoreWriter.open(path)) as store:
        store._db.execute("PRAGMA synchronous = OFF")
        yield store


def whole(article):
    end = len(article.text)
    return Passage(f"{article.article_id}:0-{end}", article.article_id, 0, end)


def vector(seed):
    return np.random.default_rng(seed).standard_normal((1, DIM)).astype(np.float32)


def put(store, version, file, *articles):
    """Record a file holding these articles, with a passage for each that is new."""
    file_id = store.put_file(file, f"sum of {file}")
    for ordinal, article in enumerate(articles, start=1):
        if store.put_article(article, file_id=file_id, ordinal=ordinal):
            store.put_passages([whole(article)], vector(len(article.text)), version=version)


def fill(store, **files):
    with store.change() as version:
        for name, articles in files.items():
            put(store, version, name, *articles)
    return version


def drop(store, *files):
    with store.change() as version:
        for file in files:
            store.drop_file(file)
        store.drop_orphans(version)
    return version


# --- opening -------------------------------------------------------------------------------------


def test_a_missing_store_is_named_and_not_made_by_reading(path):
    with pytest.raises(IndexMissingError, match="wenju build"):
        Store.open(path)
    assert not path.exists()


def test_a_new_store_is_empty_and_at_version_0(store):
    assert store.version == 0
    assert store.counts().articles == 0
    assert list(store.faults()) == []


def test_a_store_open_for_reading_cannot_be_written(store, path):
    fill(store, a=[NIGHT])
    with closing(Store.open(path)) as reader, pytest.raises(sqlite3.OperationalError):
        reader._db.execute("DELETE FROM articles")
    assert not hasattr(Store, "change")


@pytest.mark.parametrize(
    "content", [b"", b"SQLite format 3\0 and then nonsense" * 99, b"\0" * 4096]
)
@pytest.mark.parametrize("kind", [Store, StoreWriter])
def test_a_file_that_is_no_store_is_refused_with_what_to_do(path, content, kind):
    path.write_bytes(content)
    with pytest.raises(IndexDamagedError, match=r"restore a backup|delete the folder"):
        kind.open(path)
    assert path.read_bytes() == content


def test_another_layout_is_refused(store, path):
    store._db.execute("UPDATE meta SET value = '99' WHERE key = 'layout'")
    store.close()
    with pytest.raises(IndexDamagedError, match="layout 99"):
        Store.open(path)


def test_a_killed_making_leaves_no_store_and_no_hindrance(path):
    path.with_name(".store.sqlite.new").write_bytes(b"half a file")
    with closing(StoreWriter.open(path)) as store:
        assert store.version == 0


def test_the_log_of_a_deleted_store_is_not_replayed_into_the_new_one(store, path):
    fill(store, a=[NIGHT])
    stale = path.with_name("store.sqlite-wal").read_bytes()
    store.close()
    path.unlink()
    path.with_name("store.sqlite-wal").write_bytes(stale)
    with closing(StoreWriter.open(path)) as fresh:
        assert fresh.counts().articles == 0


def test_a_reader_notices_that_the_file_was_replaced(store, path):
    with closing(Store.open(path)) as reader:
        assert not reader.is_replaced
        path.unlink()
        assert reader.is_replaced
        StoreWriter.open(path).close()
        assert reader.is_replaced


# --- changes -------------------------------------------------------------------------------------


def test_an_exception_undoes_the_whole_change(store):
    fill(store, a=[NIGHT])
    before = list(store._db.iterdump())

    def interrupted():
        with store.change() as version:
            put(store, version, "b", COOL)
            store.drop_file("a")
            store.drop_orphans(version)
            store.set_meta("encoder", "other")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(store._db.iterdump()) == before
    assert store.version == 1


def test_a_reader_sees_a_change_only_when_it_is_whole(store, path):
    with closing(Store.open(path)) as reader:
        with store.change() as version:
            put(store, version, "a", NIGHT)
            assert (reader.version, reader.article_ids()) == (0, [])
        assert (reader.version, reader.article_ids()) == (1, [NIGHT.article_id])


def test_every_change_has_its_own_version_and_stamp(store):
    assert [fill(store, a=[NIGHT]), fill(store, b=[COOL]), drop(store, "a")] == [1, 2, 3]
    stamps = [store.stamp(version) for version in (1, 2, 3)]
    assert len(set(stamps)) == 3
    assert store.stamp(4) is None


def test_it_is_known_since_when_the_store_only_grew(store):
    fill(store, a=[NIGHT])
    fill(store, b=[COOL])
    assert store.only_grew_since(0)
    drop(store, "b")
    fill(store, b=[COOL])
    assert not store.only_grew_since(2)
    assert store.only_grew_since(3)


def test_rows_are_never_reused(store):
    fill(store, a=[NIGHT], b=[COOL])
    first = store.row_numbers()
    drop(store, "a", "b")
    fill(store, a=[NIGHT], b=[COOL])
    assert min(store.row_numbers()) > max(first)


def test_what_was_added_and_removed_since_a_version_is_told(store):
    fill(store, a=[NIGHT])
    fill(store, b=[COOL])
    (night, cool) = store.row_numbers()
    drop(store, "a")
    assert store.removed_since(2) == [night]
    assert store.removed_since(3) == []
    assert [row for row, *_ in store.rows_since(1)] == [cool]
    assert store.count_since(1) == 1
    assert store.vectors_since(1, dim=DIM)[0].tolist() == [cool]


# --- files and articles --------------------------------------------------------------------------


def test_an_article_in_two_files_stays_until_both_are_gone(store):
    fill(store, a=[NIGHT], b=[replace(NIGHT, source="b")])
    assert [article.source for article in store.articles()] == ["a", "b"]
    drop(store, "a")
    assert store.article(NIGHT.article_id).source == "b"
    assert store.passages(NIGHT.article_id) == [whole(NIGHT)]
    drop(store, "b")
    assert store.article(NIGHT.article_id) is None
    assert store.passages(NIGHT.article_id) == []


def test_an_article_twice_in_one_file_is_stored_once(store):
    fill(store, a=[NIGHT, NIGHT])
    assert store.counts().articles == 1
    assert len(list(store.articles())) == 2


def test_putting_a_file_again_replaces_what_it_held(store):
    fill(store, a=[NIGHT])
    with store.change() as version:
        put(store, version, "a", COOL)
        assert store.drop_orphans(version) == 1
    assert store.article_ids() == [COOL.article_id]
    assert store.file_hashes() == {"a": "sum of a"}


def test_a_dropped_article_marks_its_files_to_be_read_anew(store):
    fill(store, a=[NIGHT, COOL], b=[NIGHT], c=[COOL])
    with store.change() as version:
        store.drop_article(NIGHT.article_id)
        store.drop_orphans(version)
    assert store.article_ids() == [COOL.article_id]
    assert store.file_hashes() == {"a": "", "b": "", "c": "sum of c"}


def test_repaired_articles_and_offsets_come_back_as_they_were(store):
    offsets = OffsetMap((Run(0, 2, 5, 7), Run(2, 3, 7, 12, RunKind.MENDED), Run(3, 8, 0, 5)))
    article = replace(
        make_article("題", "工會會費五元整。", source="a"),
        offsets=offsets,
        url="https://example.org/1",
        author="張三",
        editor="李四",
        outlet="工人報",
        page="3",
        section="服務站",
        kicker="引題",
        place="武隆",
        published="2023-05",
        record_id="r1",
        encoding="big5",
        repairs=(Repair("pinyin_residue", 7, 12, "會(huì)", "會", sure=True),),
    )
    fill(store, a=[article])
    assert store.article(article.article_id) == article
    assert list(store.articles()) == [article]


def test_failures_stay_with_their_file_in_order(store):
    with store.change():
        file_id = store.put_file("b", "1")
        store.put_failure(file_id, Failure("b", "line 2", "broken"))
        store.put_failure(file_id, Failure("b", None, "cut short"))
        store.put_failure(store.put_file("a", "2"), Failure("a", None, "empty"))
    kept = [Failure("b", "line 2", "broken"), Failure("b", None, "cut short")]
    assert store.failures() == [*kept, Failure("a", None, "empty")]
    drop(store, "a")
    assert store.failures() == kept


def test_counts_say_how_much_there_is_and_from_when_to_when(store):
    fill(store, a=[NIGHT], b=[COOL])
    counts = store.counts()
    assert (counts.articles, counts.passages, counts.sources) == (2, 2, 2)
    assert (counts.published_from, counts.published_to) == ("2023", "2024-05-01")


def test_an_articles_date_is_the_earliest_its_files_state(store):
    later = replace(NIGHT, published="2025-01-01", source="b")
    undated = replace(NIGHT, published=None, source="c")
    fill(store, b=[later], c=[undated], a=[NIGHT], d=[replace(COOL, published=None)])
    ids = [NIGHT.article_id, COOL.article_id, "unknown"]
    assert store.published(ids) == {NIGHT.article_id: "2024-05-01", COOL.article_id: None}


def test_unknown_identifiers_are_left_out(store):
    fill(store, a=[NIGHT])
    assert store.titles(["unknown", NIGHT.article_id]) == {NIGHT.article_id: "夜校"}
    assert store.titles([]) == {}
    assert store.passage_rows([1, 99]) == {1: whole(NIGHT)}
    assert store.passages("unknown") == []


def test_vectors_come_back_in_half_precision(store):
    fill(store, a=[NIGHT])
    rows, vectors = store.vectors_since(0, dim=DIM)
    assert rows.tolist() == [1]
    np.testing.assert_array_equal(vectors, vector(len(NIGHT.text)).astype(np.float16))


# --- damage --------------------------------------------------------------------------------------

DAMAGE = {
    "text": ("UPDATE articles SET text = replace(text, '120', '999')", "its text is not"),
    "title": ("UPDATE articles SET title = '别的'", "its text is not"),
    "date": ("UPDATE occurrences SET published = '1999'", "its offsets or details"),
    "offsets": ("UPDATE occurrences SET offsets = zeroblob(20)", "its offsets or details"),
    "passage": ("UPDATE passages SET stop = stop - 1", "outside its article"),
    "vector": ("UPDATE passages SET vector = zeroblob(8)", "its vector is not"),
    "orphan": ("PRAGMA foreign_keys = OFF; DELETE FROM articles", "is not there"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_what_was_changed_by_another_hand_is_found(store, kind):
    fill(store, a=[NIGHT])
    assert list(store.faults()) == []
    store._db.executescript(DAMAGE[kind][0])
    assert any(DAMAGE[kind][1] in fault for fault in store.faults())


def test_a_changed_row_is_never_read_as_if_it_were_whole(store):
    fill(store, a=[NIGHT], b=[COOL])
    edits = ("text = replace(text, '120', '999')", "title = '别的'")
    for edit in edits:
        store._db.executescript(f"BEGIN; UPDATE articles SET {edit};")
        with pytest.raises(IndexDamagedError, match="restore a backup"):
            store.article(NIGHT.article_id)
        with pytest.raises(IndexDamagedError):
            list(store.articles())
        store._db.execute("ROLLBACK")
    store._db.execute("UPDATE passages SET start = 1, vector = zeroblob(8)")
    with pytest.raises(IndexDamagedError):
        store.passage_rows([1])
    with pytest.raises(IndexDamagedError):
        store.vectors_since(0, dim=DIM)


def test_vectors_of_another_dimension_are_refused(store):
    fill(store, a=[NIGHT])
    with pytest.raises(IndexDamagedError):
        store.vectors_since(0, dim=DIM + 1)


def test_torn_pages_are_a_named_fault_and_never_a_bare_database_error(store, path):
    fill(store, **{str(n): [make_article(f"题{n}", f"正文{n}。" * 50)] for n in range(40)})
    store.settle()
    store.close()
    content = bytearray(path.read_bytes())
    articles = content.index("正文39".encode()) // 4096 * 4096
    content[articles : articles + 4096] = b"\xaa" * 4096
    path.write_bytes(content)
    with closing(Store.open(path)) as reader:
        assert any("store:" in fault for fault in reader.faults())
        with pytest.raises(IndexDamagedError, match="restore a backup"):
            list(reader.articles())


# --- the file ------------------------------------------------------------------------------------


def test_dropped_text_is_gone_from_the_disk_after_settling(store, path):
    marker = "机密之语"
    secret = make_article(f"题{marker}", f"正文{marker}。" * 200, kicker=f"引{marker}")
    fill(store, a=[secret], **{f"f{n}": [make_article(f"题{n}", "文" * n)] for n in range(1, 30)})
    store.settle()
    assert marker.encode() in path.read_bytes()
    drop(store, "a")
    store.settle()
    held = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert marker.encode() not in held


def test_settling_is_made_up_for_when_it_was_cut_off(store, path):
    fill(store, a=[make_article("题", "机密之语。" * 2000)])
    drop(store, "a")
    store.close()
    size = path.stat().st_size
    with closing(StoreWriter.open(path)) as again:
        again.settle()
    assert path.stat().st_size < size
