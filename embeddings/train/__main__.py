"""Train the static encoder: one command, seeded, goes on where it was broken off."""

from __future__ import annotations

import argparse
import importlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import torch

from embeddings.static import groups
from embeddings.train.export import write_weights
from embeddings.train.learn import Learner, Recipe, first_table
from embeddings.train.samples import PairSource, batches
from embeddings.train.texts import Document, Fold, choose_groups, read_documents


def main() -> None:
    """Train; see `--help`."""
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    began = time.monotonic()
    documents = _documents(options)
    vocabulary = _vocabulary(options, documents)
    rows = {group: row for row, group in enumerate(vocabulary)}
    print(f"{len(documents)} documents, {len(rows)} groups, {time.monotonic() - began:.0f} s")
    source = PairSource(documents, rows, longest=options.longest)
    print(f"pairs ready, {time.monotonic() - began:.0f} s", flush=True)
    recipe = Recipe(
        steps=options.steps,
        batch=options.batch,
        learning_rate=options.learning_rate,
        temperature=options.temperature,
        seed=options.seed,
    )
    weights = _rarity(documents, rows, longest=options.longest)
    learner = Learner(first_table(weights, dim=options.dim, seed=options.seed), recipe)
    checkpoint = options.work / "checkpoint.safetensors"
    if checkpoint.exists():
        learner.restore(checkpoint)
    learner.learn(
        batches(
            source, seed=recipe.seed, first=learner.step, steps=recipe.steps, size=recipe.batch
        ),
        report=lambda step, loss: _report(step, loss, began),
        checkpoint=checkpoint,
    )
    write_weights(options.out, table=learner.table, vocabulary=vocabulary, longest=options.longest)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m embeddings.train", description=__doc__)
    parser.add_argument("sources", nargs="+", type=Path, help="collections or pairs, .jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--fold", required=True, help="module:function that folds text")
    parser.add_argument("--before", help="leave out documents published from this ISO date on")
    parser.add_argument("--groups", type=int, default=58_000, help="size of the vocabulary")
    parser.add_argument("--longest", type=int, default=2, help="characters in a group")
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--learning-rate", type=float, default=0.02)
    parser.add_argument("--temperature", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def _documents(options: argparse.Namespace) -> list[Document]:
    module, _, name = options.fold.partition(":")
    fold = cast("Fold", getattr(importlib.import_module(module), name))
    seen: set[Document] = set()
    for path in options.sources:
        seen.update(read_documents(path, fold=fold, before=options.before))
    return sorted(seen, key=lambda document: (document.title, document.sentences))


def _texts(documents: list[Document]) -> Iterator[str]:
    for document in documents:
        yield "\n".join((document.title, *document.sentences))


def _vocabulary(options: argparse.Namespace, documents: list[Document]) -> list[str]:
    path = options.work / f"groups-{options.groups}-{options.longest}.json"
    if path.exists():
        return cast("list[str]", json.loads(path.read_text(encoding="utf-8")))
    chosen = choose_groups(_texts(documents[::4]), size=options.groups, longest=options.longest)
    path.write_text(json.dumps(chosen, ensure_ascii=False), encoding="utf-8")
    return chosen


def _rarity(
    documents: list[Document], rows: dict[str, int], *, longest: int
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return log(documents / documents with the group) for each row."""
    sample = documents[::10]
    counts = np.ones(len(rows), dtype=np.float32)
    for text in _texts(sample):
        found = {rows[group] for group in groups(text, longest=longest) if group in rows}
        counts[list(found)] += 1
    return np.log((len(sample) + 1) / counts).astype(np.float32)


def _report(step: int, loss: float, began: float) -> None:
    if step % 100 == 0:
        print(f"step {step} loss {loss:.4f} {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
