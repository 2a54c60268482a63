"""The whole training of the static encoder at a tiny size, with torch."""

import gzip
import json
import sys

import numpy as np
import pytest

from embeddings import load_encoder

torch = pytest.importorskip("torch", reason="needs pip install 'wenju[models]'")

from embeddings.train.__main__ import main  # noqa: E402
from embeddings.train.learn import Learner, Recipe, loss_of  # noqa: E402
from embeddings.train.samples import Bags  # noqa: E402

TOPICS = ("工会会费缴纳", "春天下雨播种", "列车到站时刻", "医院挂号门诊")


def bags(*rows):
    starts = np.cumsum([0, *map(len, rows)])[:-1]
    return Bags(np.concatenate([np.array(row, dtype=np.int32) for row in rows]), starts)


def test_loss_is_the_softmax_over_the_batch_worked_out_by_hand():
    table = torch.tensor([[2.0, 0.0], [0.0, 3.0]])
    # Queries and passages are (1, 0) and (0, 1): agreement 1 on the diagonal, 0 off it.
    loss = loss_of(table, bags([0], [1]), bags([0], [1]), temperature=1.0)
    assert float(loss) == pytest.approx(np.log1p(np.exp(-1.0)), rel=1e-5)


def test_learning_brings_pairs_together(tmp_path):
    table = np.random.default_rng(1).standard_normal((4, 8)).astype(np.float32)
    batch = (bags([0], [1]), bags([2], [3]))
    losses = []
    Learner(table, Recipe(steps=60, learning_rate=0.1)).learn(
        ((step, *batch) for step in range(60)),
        report=lambda _, loss: losses.append(loss),
        checkpoint=tmp_path / "c.safetensors",
    )
    assert losses[-1] < 0.01 < losses[0]


@pytest.fixture
def collection(tmp_path):
    rng = np.random.default_rng(1)
    path = tmp_path / "texts.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for number in range(60):
            words = TOPICS[number % len(TOPICS)]
            text = "。".join("".join(rng.permutation(list(words))) for _ in range(6))
            file.write(json.dumps({"title": words, "text": text}, ensure_ascii=False) + "\n")
    return path


def train(monkeypatch, collection, folder, *, steps):
    arguments = (
        f"train {collection} --out {folder}/out --work {folder}/work --fold builtins:str "
        f"--steps {steps} --batch 8 --dim 16 --groups 500 --longest 2 --threads 1"
    )
    monkeypatch.setattr(sys, "argv", arguments.split())
    main()
    return (folder / "out" / "weights.safetensors").read_bytes()


def test_one_command_makes_weights_that_load_and_know_the_topics(monkeypatch, collection, tmp_path):
    train(monkeypatch, collection, tmp_path, steps=30)
    encoder = load_encoder("static", model=str(tmp_path / "out"))
    passages = encoder.encode_passages([f"{topic}。{topic[::-1]}" for topic in TOPICS])
    queries = encoder.encode_queries([topic[2:4] for topic in TOPICS])
    assert (queries @ passages.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_same_seed_gives_the_same_weights(monkeypatch, collection, tmp_path):
    once = train(monkeypatch, collection, tmp_path / "a", steps=5)
    assert train(monkeypatch, collection, tmp_path / "b", steps=5) == once


def test_broken_off_run_goes_on_where_it_was(tmp_path):
    table = np.random.default_rng(1).standard_normal((4, 8)).astype(np.float32)
    recipe = Recipe(steps=6)
    steps = [(step, bags([0], [1]), bags([2], [3])) for step in range(6)]
    checkpoint = tmp_path / "c.safetensors"
    whole, first, second = (Learner(table, recipe) for _ in range(3))
    whole.learn(steps, report=lambda *_: None, checkpoint=tmp_path / "w.safetensors")
    first.learn(steps[:3], report=lambda *_: None, checkpoint=checkpoint)
    second.restore(checkpoint)
    assert second.step == 3
    second.learn(steps[3:], report=lambda *_: None, checkpoint=checkpoint)
    np.testing.assert_array_equal(second.table, whole.table)


def test_checkpoint_of_another_run_is_refused(tmp_path):
    path = tmp_path / "c.safetensors"
    Learner(np.zeros((4, 8), dtype=np.float32), Recipe(steps=1)).save(path)
    with pytest.raises(ValueError, match="another run"):
        Learner(np.zeros((4, 16), dtype=np.float32), Recipe(steps=1)).restore(path)
