import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval import Hit, fuse


def hits(*pairs):
    return [Hit(row, score) for row, score in pairs]


def fused(*legs, top_k=10):
    return [(hit.row, pytest.approx(hit.score)) for hit in fuse(legs, top_k=top_k)]


def test_scores_are_stretched_between_the_last_and_the_first_of_each_leg():
    assert fused((1.0, hits((1, 30), (2, 20), (3, 10)))) == [(1, 1.0), (2, 0.5), (3, 0.0)]


def test_legs_count_by_their_weight():
    lexical, dense = hits((1, 9), (2, 8), (3, 7)), hits((3, 0.9), (1, 0.1))
    assert fused((0.7, lexical), (0.3, dense)) == [(1, 0.7), (2, 0.35), (3, 0.3)]


def test_a_row_one_leg_lacks_counts_nothing_there():
    assert fused((0.5, hits((1, 2), (2, 1))), (0.5, hits((3, 2), (4, 1))))[:2] == [
        (1, 0.5),
        (3, 0.5),
    ]


def test_a_single_hit_or_equal_scores_count_in_full():
    assert fused((1.0, hits((5, 0.001)))) == [(5, 1.0)]
    assert fused((1.0, hits((5, 3), (4, 3)))) == [(4, 1.0), (5, 1.0)]


def test_no_more_than_top_k_and_nothing_from_nothing():
    assert len(fuse([(1.0, hits(*((n, -n) for n in range(20))))], top_k=3)) == 3
    assert fuse([], top_k=3) == []
    assert fuse([(1.0, []), (1.0, [])], top_k=3) == []


ranked = st.dictionaries(st.integers(0, 30), st.floats(-1e6, 1e6), max_size=20).map(
    lambda scores: [Hit(r, s) for r, s in sorted(scores.items(), key=lambda x: (-x[1], x[0]))]
)


@given(legs=st.lists(st.tuples(st.floats(0, 1), ranked), max_size=4), top_k=st.integers(1, 40))
def test_the_fused_list_is_ranked_without_repeats_and_bounded_by_the_weights(legs, top_k):
    found = fuse(legs, top_k=top_k)
    rows = [hit.row for hit in found]
    assert rows == list(dict.fromkeys(rows))
    assert set(rows) <= {hit.row for _, leg in legs for hit in leg}
    assert len(rows) == min(top_k, len({hit.row for _, leg in legs for hit in leg}))
    keys = [(-hit.score, hit.row) for hit in found]
    assert keys == sorted(keys)
    assert all(-1e-9 <= hit.score <= sum(weight for weight, _ in legs) + 1e-9 for hit in found)


@given(leg=ranked, factor=st.floats(0.1, 10), shift=st.floats(-10, 10))
def test_a_legs_own_scale_does_not_matter(leg, factor, shift):
    moved = [Hit(hit.row, hit.score * factor + shift) for hit in leg]
    if len({hit.score for hit in leg}) == len({hit.score for hit in moved}):
        one, other = fuse([(1.0, leg)], top_k=50), fuse([(1.0, moved)], top_k=50)
        assert {h.row: h.score for h in one} == pytest.approx(
            {h.row: h.score for h in other}, abs=1e-5
        )
