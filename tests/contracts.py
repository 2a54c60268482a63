"""Contract tests that every implementation of a seam must pass.

A new back end subclasses the class for its seam, gives the fixture, and is tested:

    class TestMyEncoder(EncoderContract):
        @pytest.fixture(scope="class")
        @classmethod
        def make(cls): return MyEncoder
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from embeddings import Encoder

TEXTS = ("武隆区建会补助58万元", "工会会费按工资的百分之二缴纳", "trade union 2024", "劳模")


class EncoderContract:
    """What a caller may rely on, whatever encoder was configured."""

    @pytest.fixture(scope="class")
    @classmethod
    def make(cls) -> Callable[..., Encoder]:
        """Return a function that makes the encoder, taking query_prompt and passage_prompt."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def encoder(cls, make):
        return make()

    @pytest.fixture(params=["encode_queries", "encode_passages"])
    def encode(self, request, encoder):
        return getattr(encoder, request.param)

    def test_it_is_an_encoder(self, encoder):
        assert isinstance(encoder, Encoder)
        assert encoder.dim > 0

    def test_gives_one_float32_row_a_text(self, encode, encoder):
        vectors = encode(TEXTS)
        assert vectors.shape == (len(TEXTS), encoder.dim)
        assert vectors.dtype == np.float32

    def test_rows_have_unit_length(self, encode):
        np.testing.assert_allclose(np.linalg.norm(encode(TEXTS), axis=1), 1.0, atol=1e-5)

    def test_no_texts_give_no_rows(self, encode, encoder):
        vectors = encode([])
        assert vectors.shape == (0, encoder.dim)
        assert vectors.dtype == np.float32

    def test_same_text_gives_same_vector(self, encode):
        np.testing.assert_array_equal(encode(TEXTS), encode(TEXTS))

    def test_a_text_alone_is_encoded_as_among_others(self, encode):
        alone = np.concatenate([encode([text]) for text in TEXTS])
        np.testing.assert_allclose(encode(TEXTS), alone, atol=1e-5)

    def test_different_texts_get_different_vectors(self, encode):
        vectors = encode(TEXTS)
        assert (vectors @ vectors.T)[~np.eye(len(TEXTS), dtype=bool)].max() < 0.999

    def test_empty_text_gives_a_unit_row_or_zeros_and_nothing_else(self, encode):
        length = float(np.linalg.norm(encode([""])))
        assert length == 0.0 or length == pytest.approx(1.0, abs=1e-5)

    def test_fingerprint_is_the_same_when_made_again(self, make):
        assert make().fingerprint == make().fingerprint

    def test_fingerprint_changes_with_either_prompt(self, make):
        made = [make(), make(query_prompt="问："), make(passage_prompt="问：")]
        assert len({encoder.fingerprint for encoder in made}) == len(made)

    def test_each_prompt_stands_before_its_own_kind_of_text(self, make):
        prompted = make(query_prompt="工会", passage_prompt="劳模")
        plain = make()
        np.testing.assert_allclose(
            prompted.encode_queries(TEXTS),
            plain.encode_queries(["工会" + text for text in TEXTS]),
            atol=1e-5,
        )
        np.testing.assert_allclose(
            prompted.encode_passages(TEXTS),
            plain.encode_passages(["劳模" + text for text in TEXTS]),
            atol=1e-5,
        )
