import numpy as np
import pytest

from embeddings import VectorIndex, VectorIndexError

NAN = float("nan")


@pytest.fixture
def index():
    return VectorIndex.build(np.array([5, 3, 9]), np.eye(3, dtype=np.float32))


def row(*values):
    return np.array([values], dtype=np.float32)


def test_best_comes_first_with_its_inner_product(index):
    ids, scores = index.search(row(0.1, 0.3, 0.2), top_k=2)
    assert ids.tolist() == [[3, 9]]
    np.testing.assert_allclose(scores, [[0.3, 0.2]])


def test_results_have_the_promised_types(index):
    ids, scores = index.search(row(0, 1, 0), top_k=2)
    assert (ids.dtype, scores.dtype) == (np.int64, np.float32)


def test_what_is_not_there_is_padded(index):
    ids, scores = index.search(row(0, 1, 0), top_k=5)
    assert ids[0, 3:].tolist() == [-1, -1]
    assert np.isneginf(scores[0, 3:]).all()


def test_equal_scores_come_by_ascending_id(index):
    ids, _ = index.search(row(1, 1, 1), top_k=3)
    assert ids.tolist() == [[3, 5, 9]]


def test_zero_query_finds_nothing_beside_one_that_finds(index):
    ids, scores = index.search(np.concatenate([row(0, 0, 0), row(1, 0, 0)]), top_k=1)
    assert ids.tolist() == [[-1], [5]]
    assert np.isneginf(scores[0, 0])


def test_empty_index_finds_nothing():
    empty = VectorIndex.build(np.zeros(0, dtype=np.int64), np.zeros((0, 4), dtype=np.float32))
    ids, _ = empty.search(row(1, 2, 3, 4), top_k=2)
    assert (len(empty), empty.dim) == (0, 4)
    assert ids.tolist() == [[-1, -1]]


def test_no_queries_give_no_rows(index):
    ids, scores = index.search(np.zeros((0, 3), dtype=np.float32), top_k=2)
    assert ids.shape == scores.shape == (0, 2)


def test_add_returns_another_index_and_leaves_this_one(index):
    grown = index.add(np.array([4]), row(1, 1, 1))
    assert grown.ids.tolist() == [5, 3, 9, 4]
    assert index.ids.tolist() == [5, 3, 9]
    assert index.search(row(1, 1, 1), top_k=4)[0].tolist() == [[3, 5, 9, -1]]
    assert grown.search(row(1, 1, 1), top_k=1)[0].tolist() == [[4]]


def test_remove_returns_another_index_and_leaves_this_one(index):
    shrunk = index.remove([3, 9, 3])
    assert shrunk.ids.tolist() == [5]
    assert len(index) == 3
    assert shrunk.search(row(0, 1, 1), top_k=2)[0].tolist() == [[5, -1]]


def test_all_can_be_removed_and_added_again(index):
    again = index.remove(index.ids).add(np.array([3]), row(0, 0, 1))
    assert again.search(row(0, 0, 1), top_k=1)[0].tolist() == [[3]]


def test_ids_cannot_be_written_to(index):
    with pytest.raises(ValueError, match="read-only"):
        index.ids[0] = 1


def test_vectors_changed_afterwards_do_not_change_the_index():
    vectors = np.eye(2, dtype=np.float32)
    index = VectorIndex.build(np.array([1, 2]), vectors)
    vectors[:] = 0
    assert index.search(row(0, 1), top_k=1)[0].tolist() == [[2]]


@pytest.mark.parametrize(
    ("ids", "vectors", "message"),
    [
        ([3], row(1, 0, 0), "id 3 twice"),
        ([7, 7], np.eye(2, 3, dtype=np.float32), "id 7 twice"),
        ([7], row(1, 0), r"shape \(1, 2\) .* \(1, 3\)"),
        ([7, 8], row(1, 0, 0), "2 ids"),
        ([-1], row(1, 0, 0), "negative: -1"),
        ([7], row(1, NAN, 0), "not finite"),
    ],
)
def test_what_does_not_fit_is_refused(index, ids, vectors, message):
    with pytest.raises(VectorIndexError, match=message):
        index.add(np.array(ids), vectors)


def test_removing_an_unknown_id_is_refused(index):
    with pytest.raises(VectorIndexError, match="no id 1, 2, 4 and 1 more"):
        index.remove([1, 2, 3, 4, 6])


def test_query_of_another_dimension_is_refused(index):
    with pytest.raises(VectorIndexError, match=r"\(1, 2\).*rows of 3"):
        index.search(row(1, 0), top_k=1)


def test_asking_for_no_results_is_refused(index):
    with pytest.raises(VectorIndexError, match="top_k"):
        index.search(row(1, 0, 0), top_k=0)


def test_vectors_that_are_no_rows_are_refused():
    with pytest.raises(VectorIndexError, match=r"\(3,\)"):
        VectorIndex.build(np.array([1]), np.zeros(3, dtype=np.float32))
