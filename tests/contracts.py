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
from rag.generate import Generator
from rag.prompts import PromptPassage, says_not_found
from rag.retrieval import Retriever
from rag.types import Turn

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


class RetrieverContract:
    """What a caller may rely on, whatever leg finds the passages."""

    QUERY = "武隆区建会补助58万元"

    @pytest.fixture(scope="class")
    @classmethod
    def make(cls) -> Callable[[list[tuple[int, str]]], Retriever]:
        """Return a function that makes a retriever of (row, folded text) pairs, maybe of none."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def retriever(cls, make):
        return make([(3 * n + 5, text) for n, text in enumerate(TEXTS)])

    @pytest.fixture(scope="class")
    @classmethod
    def rows(cls):
        return {3 * n + 5 for n in range(len(TEXTS))}

    def test_the_passage_asked_for_comes_first(self, retriever):
        for n, text in enumerate(TEXTS):
            assert retriever.retrieve(text, top_k=2)[0].row == 3 * n + 5

    def test_hits_are_known_rows_each_once_best_first(self, retriever, rows):
        hits = retriever.retrieve(self.QUERY, top_k=10)
        assert {hit.row for hit in hits} <= rows
        assert len({hit.row for hit in hits}) == len(hits)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)

    def test_no_more_than_top_k_come_and_they_are_the_best(self, retriever):
        every = retriever.retrieve(self.QUERY, top_k=10)
        for top_k in (1, 2, 3):
            assert retriever.retrieve(self.QUERY, top_k=top_k) == every[:top_k]

    def test_the_same_question_finds_the_same(self, retriever):
        once = retriever.retrieve(self.QUERY, top_k=10)
        assert retriever.retrieve(self.QUERY, top_k=10) == once

    @pytest.mark.parametrize("query", ["", "？！。", " \n"])
    def test_a_question_without_words_is_no_failure(self, retriever, rows, query):
        assert {hit.row for hit in retriever.retrieve(query, top_k=10)} <= rows

    def test_among_no_passages_nothing_is_found(self, make):
        assert make([]).retrieve(self.QUERY, top_k=10) == []

    def test_a_very_long_question_is_answered(self, retriever):
        assert retriever.retrieve(self.QUERY * 200, top_k=10)

    def test_rows_and_scores_are_plain_numbers(self, retriever):
        for hit in retriever.retrieve(self.QUERY, top_k=10):
            assert (type(hit.row), type(hit.score)) == (int, float)


class GeneratorContract:
    """What a caller may rely on, whatever language model phrases the answer."""

    @pytest.fixture
    def generator(self) -> Generator:
        """Return a generator that can answer."""
        raise NotImplementedError

    PASSAGE = PromptPassage(1, "武隆建会", "2023-04-18", "武隆区建会补助58万元。")

    def test_it_has_a_name_for_the_answers_versions(self, generator):
        assert generator.name

    def test_it_yields_pieces_of_text_that_say_something(self, generator):
        pieces = list(generator.generate("武隆区建会补助多少", [self.PASSAGE]))
        assert all(isinstance(piece, str) for piece in pieces)
        assert "".join(pieces).strip()

    def test_it_takes_the_conversation_so_far(self, generator):
        history = [Turn("武隆区建会补助多少", "58万元[1]")]
        assert "".join(generator.generate("那涪陵呢", [self.PASSAGE], history=history)).strip()

    def test_it_can_be_stopped_after_any_piece_and_asked_again(self, generator):
        stream = generator.generate("武隆区建会补助多少", [self.PASSAGE])
        next(iter(stream))
        stream.close()
        assert list(generator.generate("武隆区建会补助多少", [self.PASSAGE]))

    def test_without_passages_it_says_that_nothing_was_found(self, generator):
        assert says_not_found("".join(generator.generate("武隆区建会补助多少", [])))
