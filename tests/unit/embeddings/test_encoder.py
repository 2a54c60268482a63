import sys

import numpy as np
import pytest

from embeddings import ENCODERS, EncoderError, VectorIndex, load_encoder
from embeddings.fingerprint import fingerprint_of, sha256_of_files
from tests.contracts import EncoderContract


class LetterEncoder:
    """Counts 工, ASCII characters and whether there is text: it can be worked out by hand."""

    dim = 3

    def __init__(self, *, query_prompt="", passage_prompt=""):
        self.prompts = (query_prompt, passage_prompt)
        self.fingerprint = fingerprint_of({"query": query_prompt, "passage": passage_prompt})

    def encode_queries(self, texts):
        return self._encode([self.prompts[0] + text for text in texts])

    def encode_passages(self, texts):
        return self._encode([self.prompts[1] + text for text in texts])

    def _encode(self, texts):
        counts = [[t.count("工"), sum(map(str.isascii, t)), bool(t)] for t in texts]
        vectors = np.array(counts, dtype=np.float32).reshape(-1, self.dim)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.where(lengths > 0, lengths, 1)


class TestLetterEncoder(EncoderContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make(cls):
        return LetterEncoder


def test_unknown_kind_lists_what_there_is():
    with pytest.raises(EncoderError, match="'tfidf'; there are: sentence_transformer, static"):
        load_encoder("tfidf")


def test_loader_is_given_every_setting(monkeypatch):
    monkeypatch.setitem(ENCODERS, "letters", lambda **settings: settings)
    assert load_encoder("letters", model="m", query_prompt="q", batch_size=7) == {
        "model": "m",
        "device": "cpu",
        "batch_size": 7,
        "query_prompt": "q",
        "passage_prompt": "",
        "allow_download": False,
    }


def test_missing_package_names_the_install_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EncoderError) as error:
        load_encoder("sentence_transformer", model="BAAI/bge-small-zh-v1.5")
    assert "pip install 'wenju[models]' -c constraints.txt" in str(error.value)


def test_sentence_transformer_without_a_model_says_where_to_name_one():
    with pytest.raises(EncoderError, match=r"encoder\.model"):
        load_encoder("sentence_transformer")


def test_any_encoder_and_the_index_fit_together():
    encoder = LetterEncoder()
    passages = ["工工", "union", "会"]
    index = VectorIndex.build(np.array([10, 20, 30]), encoder.encode_passages(passages))
    ids, _ = index.search(encoder.encode_queries(["trade"]), top_k=1)
    assert ids.tolist() == [[20]]


def test_fingerprint_does_not_depend_on_the_order_of_facts():
    assert fingerprint_of({"a": 1, "b": "二"}) == fingerprint_of({"b": "二", "a": 1})


def test_fingerprint_tells_a_number_from_its_digits():
    assert fingerprint_of({"a": 1}) != fingerprint_of({"a": "1"})


def test_file_digest_depends_on_names_and_contents_only(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "a").write_text("甲")
        (folder / "b").write_text("乙")
    files = [one / "b", one / "a"]
    before = sha256_of_files(files, relative_to=one)
    assert before == sha256_of_files([two / "a", two / "b"], relative_to=two)
    (one / "a").write_text("乙")
    (one / "b").write_text("甲")
    assert sha256_of_files(files, relative_to=one) != before
