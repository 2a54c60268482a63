"""FAISS against numpy, and the file against damage."""

import hashlib
import os
import threading

import faiss
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings import VectorIndex, VectorIndexError


def unit_rows(count, dim, seed):
    rows = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def nearest_by_numpy(ids, vectors, queries, top_k):
    products = queries @ vectors.T
    order = np.argsort(-products, axis=1)[:, :top_k]
    return ids[order], np.take_along_axis(products, order, 1)


@pytest.mark.parametrize(("count", "queries"), [(1, 1), (7, 3), (2000, 1), (2000, 64)])
def test_search_equals_numpy(count, queries):
    ids = np.random.default_rng(1).permutation(10 * count)[:count]
    vectors, asked = unit_rows(count, 32, 2), unit_rows(queries, 32, 3)
    top_k = min(count, 20)
    found, scores = VectorIndex.build(ids, vectors).search(asked, top_k=top_k)
    expected, products = nearest_by_numpy(ids, vectors, asked, top_k)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_allclose(scores, products, atol=1e-5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 12)), max_size=25))
def test_any_sequence_of_changes_leaves_what_a_dict_would_hold(changes):
    rows = unit_rows(13, 8, 5)
    index = VectorIndex.build(np.zeros(0, dtype=np.int64), rows[:0])
    held = {}
    for adding, number in changes:
        if adding and number not in held:
            index = index.add(np.array([number]), rows[number : number + 1])
            held[number] = rows[number]
        elif not adding and number in held:
            index = index.remove([number])
            del held[number]
    assert sorted(index.ids.tolist()) == sorted(held)
    for number, vector in held.items():
        ids, scores = index.search(vector[None], top_k=1)
        assert ids.tolist() == [[number]]
        assert scores[0, 0] == pytest.approx(1.0, abs=1e-5)


def test_saved_index_comes_back_whole(tmp_path):
    index = VectorIndex.build(np.arange(100) * 3, unit_rows(100, 16, 1))
    checksum = index.save(tmp_path / "vectors.faiss")
    assert checksum == hashlib.sha256((tmp_path / "vectors.faiss").read_bytes()).hexdigest()
    loaded = VectorIndex.load(tmp_path / "vectors.faiss", sha256=checksum)
    assert (len(loaded), loaded.dim) == (100, 16)
    np.testing.assert_array_equal(loaded.ids, index.ids)
    asked = unit_rows(5, 16, 2)
    for ours, theirs in zip(
        index.search(asked, top_k=9), loaded.search(asked, top_k=9), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_loaded_index_can_be_changed_further(tmp_path):
    path = tmp_path / "vectors.faiss"
    rows = unit_rows(3, 4, 1)
    loaded = VectorIndex.load(path, sha256=VectorIndex.build(np.arange(2), rows[:2]).save(path))
    changed = loaded.remove([0]).add(np.array([7]), rows[2:])
    assert changed.ids.tolist() == [1, 7]


def test_empty_index_can_be_saved_and_loaded(tmp_path):
    path = tmp_path / "vectors.faiss"
    empty = VectorIndex.build(np.zeros(0, dtype=np.int64), np.zeros((0, 4), dtype=np.float32))
    assert len(VectorIndex.load(path, sha256=empty.save(path))) == 0


@pytest.mark.parametrize("damage", ["flip", "truncate", "zero", "append", "empty"])
def test_damaged_file_is_refused_before_faiss_sees_it(tmp_path, monkeypatch, damage):
    path = tmp_path / "vectors.faiss"
    checksum = VectorIndex.build(np.arange(50), unit_rows(50, 16, 1)).save(path)
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 1
    damaged = {
        "flip": bytes(content),
        "truncate": bytes(content[:-9]),
        "zero": bytes(len(content)),
        "append": bytes(content) + b"\0",
        "empty": b"",
    }[damage]
    path.write_bytes(damaged)
    monkeypatch.setattr(faiss, "deserialize_index", lambda _: pytest.fail("faiss read it"))
    with pytest.raises(VectorIndexError, match=r"vectors\.faiss is damaged"):
        VectorIndex.load(path, sha256=checksum)


def test_missing_file_is_an_error_of_this_room(tmp_path):
    with pytest.raises(VectorIndexError, match="No such file"):
        VectorIndex.load(tmp_path / "vectors.faiss", sha256="0" * 64)


def test_file_that_is_no_index_is_refused_though_its_checksum_is_right(tmp_path):
    path = tmp_path / "vectors.faiss"
    path.write_bytes(b"IxFI, but not really")
    with pytest.raises(VectorIndexError, match="not a FAISS index"):
        VectorIndex.load(path, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def test_index_without_ids_is_refused(tmp_path):
    path = tmp_path / "vectors.faiss"
    faiss.write_index(faiss.IndexFlatIP(4), str(path))
    with pytest.raises(VectorIndexError, match="has no ids"):
        VectorIndex.load(path, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_failed_save_leaves_the_old_file_and_no_other(tmp_path, monkeypatch, failing):
    path = tmp_path / "vectors.faiss"
    checksum = VectorIndex.build(np.arange(2), unit_rows(2, 4, 1)).save(path)

    def fail(*_args):
        raise OSError(28, "No space left on device")

    bigger = VectorIndex.build(np.arange(9), unit_rows(9, 4, 1))
    with monkeypatch.context() as patch:
        patch.setattr(os, failing, fail)
        patch.setattr("pathlib.Path.replace", fail)
        with pytest.raises(OSError, match="No space left"):
            bigger.save(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["vectors.faiss"]
    assert len(VectorIndex.load(path, sha256=checksum)) == 2


def test_readers_of_one_generation_see_it_unchanged_while_others_are_made():
    vectors = unit_rows(400, 16, 1)
    index = VectorIndex.build(np.arange(200), vectors[:200])
    before = index.search(vectors[:50], top_k=5)
    wrong = []
    done = threading.Event()

    def read():
        while not done.is_set():
            ids, _ = index.search(vectors[:50], top_k=5)
            if not np.array_equal(ids, before[0]):
                wrong.append(ids)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    grown = index
    for number in range(200, 400):
        grown = grown.add(np.array([number]), vectors[number : number + 1])
        if number % 2:
            grown = grown.remove([number - 100])
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert len(grown) == 300
