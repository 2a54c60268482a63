import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import EncoderError, load_encoder
from embeddings.static import StaticEncoder, groups
from embeddings.train.export import write_weights
from tests.contracts import EncoderContract

VOCABULARY = ["工", "会", "工会", "劳模", "2024", "58"]
VECTORS = np.array([[1, 0], [0, 1], [6, 8], [-1, 0], [0, -1], [1, 1]], dtype=np.int8)
SCALES = np.array([1, 1, 0.5, 1, 1, 1], dtype=np.float32)
TABLE = VECTORS * SCALES[:, None]


@pytest.fixture
def encoder():
    rows = {group: row for row, group in enumerate(VOCABULARY)}
    return StaticEncoder(VECTORS, rows, scales=SCALES, longest=2, weights_sha256="t")


class TestShippedStaticEncoder(EncoderContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make(cls):
        return partial(load_encoder, "static")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("，。 !", []),
        ("工会", ["工", "工会", "会"]),
        ("工，会", ["工", "会"]),
        ("58万", ["58", "万"]),
        ("cctv新闻", ["cctv", "新", "新闻", "闻"]),
        ("3.5%", ["3", "5"]),
    ],
)
def test_groups_never_cross_punctuation_or_script(text, expected):
    assert list(groups(text, longest=2)) == expected


def test_groups_are_as_long_as_asked_and_no_longer():
    assert set(groups("总工会", longest=3)) == {"总", "总工", "总工会", "工", "工会", "会"}


@given(st.text(alphabet="工会劳模a1，。𠀀", max_size=30), st.integers(1, 4))
def test_every_group_stands_in_the_text(text, longest):
    for group in groups(text, longest=longest):
        assert group in text
        assert len(group) >= 1


def test_vectors_of_all_known_groups_are_added_then_scaled(encoder):
    # 工 (1, 0) + 工会 (3, 4) + 会 (0, 1) = (4, 5)
    expected = np.array([4, 5]) / np.sqrt(41)
    np.testing.assert_allclose(encoder.encode_passages(["工会"])[0], expected, rtol=1e-6)


def test_text_without_a_known_group_gets_zeros(encoder):
    vectors = encoder.encode_queries(["", "？", "zebra", "会"])
    assert vectors.tolist() == [[0, 0], [0, 0], [0, 0], [0, 1]]


def test_groups_that_cancel_out_get_zeros_not_nan(encoder):
    assert encoder.encode_queries(["工,劳模", "会 2024"]).tolist() == [[0, 0], [0, 0]]


@settings(max_examples=50)
@given(st.lists(st.text(max_size=40), max_size=4))
def test_any_text_gives_a_unit_row_or_zeros(texts):
    rows = {group: row for row, group in enumerate(VOCABULARY)}
    made = StaticEncoder(VECTORS, rows, scales=SCALES, longest=2, weights_sha256="t")
    lengths = np.linalg.norm(made.encode_passages(texts), axis=1)
    assert np.all((lengths == 0) | (np.abs(lengths - 1) < 1e-5))


def test_written_weights_are_read_back(tmp_path):
    write_weights(tmp_path, table=TABLE, vocabulary=VOCABULARY, longest=2)
    made = load_encoder("static", model=str(tmp_path))
    assert made.dim == 2
    expected = np.array([4, 5]) / np.sqrt(41)
    np.testing.assert_allclose(made.encode_queries(["工会"])[0], expected, atol=0.01)


def test_other_weights_have_another_fingerprint(tmp_path):
    folders = [tmp_path / name for name in ("a", "b")]
    for folder, scale in zip(folders, (1, 2), strict=True):
        write_weights(folder, table=TABLE * scale, vocabulary=VOCABULARY, longest=2)
    first, second = (load_encoder("static", model=str(folder)) for folder in folders)
    assert first.fingerprint != second.fingerprint


def test_same_weights_elsewhere_have_the_same_fingerprint(tmp_path):
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        write_weights(folder, table=TABLE, vocabulary=VOCABULARY, longest=2)
    first, second = (load_encoder("static", model=str(folder)) for folder in folders)
    assert first.fingerprint == second.fingerprint


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(EncoderError, match=r"cannot be loaded from .*No such file"):
        load_encoder("static", model=str(tmp_path))


def test_garbled_weights_are_refused(tmp_path):
    write_weights(tmp_path, table=TABLE, vocabulary=VOCABULARY, longest=2)
    (tmp_path / "weights.safetensors").write_bytes(b"\x80\x04 not safetensors")
    with pytest.raises(EncoderError, match=str(tmp_path)):
        load_encoder("static", model=str(tmp_path))


def test_settings_without_the_length_are_refused(tmp_path):
    write_weights(tmp_path, table=TABLE, vocabulary=VOCABULARY, longest=2)
    (tmp_path / "settings.json").write_text(json.dumps({"other": 1}))
    with pytest.raises(EncoderError, match="longest"):
        load_encoder("static", model=str(tmp_path))


def test_vocabulary_of_another_run_is_refused(tmp_path):
    write_weights(tmp_path, table=TABLE, vocabulary=VOCABULARY, longest=2)
    (tmp_path / "vocabulary.txt").write_text("工\n会", encoding="utf-8")
    with pytest.raises(EncoderError, match=r"2 groups .* 6 rows"):
        load_encoder("static", model=str(tmp_path))
