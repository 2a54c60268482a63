"""Measure an encoder: how well it finds passages, alone and mixed with BM25, and how fast it is.

    python -m tests.bench.encoder --data ../shared/data [--kind static] [--model FOLDER]

Text is folded as the index folds it. Documents are cut into passages of at most 300 characters
at sentence ends; a document scores as its best passage does, in both legs. BM25 (bm25s, its own
defaults) sees single characters and pairs. The mix is `weight` * dense + (1 - weight) * BM25 over
the 100 best documents of each leg, each leg's scores scaled to 0..1 by its best and its 100th.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import ir_measures
import numpy as np
from numpy.typing import NDArray

from corpus.fold import fold
from embeddings import Encoder, load_encoder

MEASURES = [ir_measures.parse_measure(name) for name in ("nDCG@10", "Success@1", "RR@10")]
SETS = ["gov", "rgb", "drcd", "cmrc", "incident_news", "headline_body"]
DEPTH = 100
PASSAGE_CHARS = 300
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Bench:
    """A retrieval test set, folded."""

    name: str
    documents: dict[str, str]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]


def main() -> None:
    """Measure and print; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--kind", default="static")
    parser.add_argument("--model")
    parser.add_argument("--weights", type=float, nargs="+", default=[0.1, 0.2, 0.3])
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    start = time.perf_counter()
    encoder = load_encoder(options.kind, model=options.model)
    results: dict[str, Any] = {"load_ms": 1000 * (time.perf_counter() - start)}
    for name in options.sets:
        bench = load_bench(options.data, name)
        results[name] = measure(bench, encoder, weights=options.weights)
        show(name, results[name])
    results["speed"] = speed(encoder, load_bench(options.data, "gov"))
    sys.stdout.write(f"load {results['load_ms']:.0f} ms, {results['speed']}\n")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, ensure_ascii=False))


def load_bench(data: Path, name: str) -> Bench:
    """Read a BEIR folder, or the headline-to-body pairs, below `data`."""
    if name == "headline_body":
        pairs = list(_lines(data / "train" / "headline_body.dev.jsonl.gz"))
        ids = [str(i) for i in range(len(pairs))]
        return Bench(
            name,
            {i: fold(pair["passage"]) for i, pair in zip(ids, pairs, strict=True)},
            {i: fold(pair["query"]) for i, pair in zip(ids, pairs, strict=True)},
            {i: {i: 1} for i in ids},
        )
    folder = data / "bench" / name
    qrels: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines()[1:]:
        query, document, relevance = line.split("\t")
        qrels.setdefault(query, {})[document] = int(relevance)
    corpus, queries = _lines(folder / "corpus.jsonl.gz"), _lines(folder / "queries.jsonl.gz")
    return Bench(
        name,
        {line["_id"]: fold(f"{line['title']}\n{line['text']}") for line in corpus},
        {line["_id"]: fold(line["text"]) for line in queries if line["_id"] in qrels},
        qrels,
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def measure(bench: Bench, encoder: Encoder, *, weights: list[float]) -> dict[str, dict[str, float]]:
    """Return the measures of the dense leg, of BM25 and of their mixes."""
    texts, owners = passages(bench)
    dense = dense_scores(bench, encoder, texts, owners)
    lexical = bm25_scores(bench, texts, owners)
    legs = {"dense": dense, "bm25": lexical}
    for weight in weights:
        legs[f"mix {weight}"] = weight * scaled(dense) + (1 - weight) * scaled(lexical)
    return {leg: figures(bench, scores) for leg, scores in legs.items()}


def passages(bench: Bench) -> tuple[list[str], NDArray[np.int64]]:
    """Return the passages and, for each, the number of its document."""
    texts: list[str] = []
    owners: list[int] = []
    for number, text in enumerate(bench.documents.values()):
        cut = _cut(text) or [text]
        texts += cut
        owners += [number] * len(cut)
    return texts, np.array(owners)


def _cut(text: str) -> list[str]:
    cut: list[str] = []
    now = ""
    for sentence in re.findall(r"[^。！？!?\n]*[。！？!?\n]+|[^。！？!?\n]+", text):
        if now and len(now) + len(sentence) > PASSAGE_CHARS:
            cut.append(now)
            now = ""
        now += sentence
    return [*cut, now] if now else cut


def dense_scores(bench: Bench, encoder: Encoder, texts: list[str], owners: Any) -> Scores:
    """Return (queries, documents) inner products, a document's best passage counting."""
    rows = encoder.encode_passages(texts)
    queries = encoder.encode_queries(list(bench.queries.values()))
    return np.stack([_best(rows @ query, owners) for query in queries])


def bm25_scores(bench: Bench, texts: list[str], owners: Any) -> Scores:
    """Return (queries, documents) BM25 scores over characters and pairs."""
    vocabulary: dict[str, int] = {}
    ids = [[vocabulary.setdefault(t, len(vocabulary)) for t in _pairs(text)] for text in texts]
    model = bm25s.BM25()
    model.index((ids, vocabulary), show_progress=False)
    rows = []
    for query in bench.queries.values():
        known = [token for token in _pairs(query) if token in vocabulary]
        scores = model.get_scores(known) if known else np.zeros(len(texts), dtype=np.float32)
        rows.append(_best(scores, owners))
    return np.stack(rows)


def _pairs(text: str) -> list[str]:
    kept = re.sub(r"\W+", " ", text)
    pairs = (kept[i : i + 2] for i in range(len(kept) - 1))
    return [c for c in kept if c != " "] + [pair for pair in pairs if " " not in pair]


def _best(scores: Any, owners: Any) -> Scores:
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    return np.maximum.reduceat(scores, starts).astype(np.float32)


def scaled(scores: Scores) -> Scores:
    """Return the scores scaled row by row: the best is 1, the 100th and below 0."""
    depth = min(DEPTH, scores.shape[1])
    top = scores.max(axis=1, keepdims=True)
    low = -np.partition(-scores, depth - 1, axis=1)[:, depth - 1 : depth]
    return np.clip((scores - low) / np.maximum(top - low, 1e-9), 0.0, 1.0)


def figures(bench: Bench, scores: Scores) -> dict[str, float]:
    """Return the measures of one ranking of all documents."""
    documents = list(bench.documents)
    run = {}
    for query, row in zip(bench.queries, scores, strict=True):
        best = np.argsort(-row, kind="stable")[:10]
        run[query] = {documents[i]: float(row[i]) for i in best}
    found = ir_measures.calc_aggregate(MEASURES, bench.qrels, run)
    return {str(measure): round(found[measure], 4) for measure in MEASURES}


def speed(encoder: Encoder, bench: Bench) -> dict[str, float]:
    """Return milliseconds a query and passages a second, one call a query."""
    texts, _ = passages(bench)
    texts = [text for text in texts if len(text) > PASSAGE_CHARS / 2][:2000]
    queries = list(bench.queries.values())[:500]
    start = time.perf_counter()
    for query in queries:
        encoder.encode_queries([query])
    middle = time.perf_counter()
    encoder.encode_passages(texts)
    end = time.perf_counter()
    return {
        "query_ms": round(1000 * (middle - start) / len(queries), 3),
        "passages_per_s": round(len(texts) / (end - middle)),
        "passage_chars": round(sum(map(len, texts)) / len(texts)),
    }


def show(name: str, result: dict[str, dict[str, float]]) -> None:
    """Print one line a leg."""
    for leg, values in result.items():
        line = "  ".join(f"{measure} {value:.3f}" for measure, value in values.items())
        sys.stdout.write(f"{name:14} {leg:8} {line}\n")


if __name__ == "__main__":
    main()
