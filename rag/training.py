"""How the reader's weights were made: `python -m rag.training SET… --out FILE`.

Each set is a BEIR folder (`corpus.jsonl.gz`, `queries.jsonl.gz` with `answers`, `qrels.tsv`) or a
question set beside its articles. What ships was made from CMRC 2018 trial, DRCD dev (500 questions
of each) and this project's own `corpus/questions.jsonl`.

A unit is right when it stands in a relevant article and holds one of the answers. Half of the
questions (even places) train, the other half test. Weights come from a softmax over the units of
each question; the confidence from a logistic regression over the best unit's features, on every
question twice: once as it is, once with its relevant articles hidden, when nothing is right.

A tool for developers: it prints, and needs what the dev group installs.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus import fold
from rag.evidence import lay_open, names_fit
from rag.extract import said_of_asked
from rag.index import build, open_index
from rag.pipeline import Assistant
from rag.question import analyse
from rag.reader import FEATURES, Matrix, Reader, ReaderModel
from rag.settings import Settings
from rag.stages import ARTICLES_READ

STEPS, RATE, DECAY, SEED = 600, 0.05, 1e-3, 7
Asked = tuple[str, Sequence[str], set[str]]
"""A question, its answers, and the identifiers or titles of the articles that hold them."""
FRESH = ReaderModel("untrained", np.zeros(len(FEATURES)), np.zeros(len(FEATURES)), 0.0)


@dataclass(frozen=True, slots=True)
class Case:
    """A question's units: features (units, F), which are right, and whose article is relevant."""

    features: Matrix
    right: Matrix
    relevant: Matrix


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on BEIR folders and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=1000, help="questions of a folder at most")
    parser.add_argument("--version", default="reader-1")
    options = parser.parse_args(arguments)
    cases = {one.name: list(read_cases(one, options.limit)) for one in options.folders}
    train = [case for found in cases.values() for case in found[::2]]
    weights = fit_ranking(train)
    report(cases, weights)
    confidence = fit_confidence([found[::2] for found in cases.values()], weights)
    report_confidence(cases, weights, confidence)
    written = {
        "version": options.version,
        "trained_on": sorted(cases),
        "weights": dict(zip(FEATURES, np.round(weights, 4).tolist(), strict=True)),
        "confidence": confidence,
    }
    options.out.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def read_cases(path: Path, limit: int) -> Iterator[Case]:
    """Yield a case for each question of a BEIR folder or of a question set beside its articles.

    A question set (`corpus/questions.jsonl`) is asked over the folder `articles` next to it; its
    evidence names the relevant articles by title. Questions that follow another are left out.
    """
    with tempfile.TemporaryDirectory() as work:
        if path.is_dir():
            source, asked = Path(work) / "corpus.jsonl", _beir_questions(path)
            lines = ({**line, "id": line["_id"]} for line in _lines(path / "corpus.jsonl.gz"))
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            source.write_text(text, encoding="utf-8")
        else:
            source, asked = path.parent / "articles", _set_questions(path)
        settings = Settings.model_validate({"index": {"dir": Path(work) / "index"}})
        build(settings, [source])
        assistant = Assistant(settings, open_index(settings))
        for question, answers, relevant in list(asked)[:limit]:
            case = _case(assistant, question, [fold(answer) for answer in answers], relevant)
            if case is not None:
                yield case


def _beir_questions(folder: Path) -> Iterator[Asked]:
    relevant = _qrels(folder / "qrels.tsv")
    for query in _lines(folder / "queries.jsonl.gz"):
        yield query["text"], query.get("answers") or [], relevant.get(query["_id"], set())


def _set_questions(path: Path) -> Iterator[Asked]:
    for line in path.read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        if not asked["follows"]:
            titles = {evidence["article"] for evidence in asked["evidence"]}
            yield asked["question"], asked["answers"], titles


def _case(
    assistant: Assistant, text: str, answers: Sequence[str], relevant: set[str]
) -> Case | None:
    index = assistant._index  # noqa: SLF001 - a tool of the same room
    question = analyse(text, index.segmenter)
    reader = Reader(question, index.generation.lexical.inverse_frequency, FRESH)
    ids = dict.fromkeys(hit.passage.article_id for hit in assistant.retrieve(text, top_k=20))
    features: list[Matrix] = []
    right, mine = [], []
    for rank, article_id in enumerate(list(ids)[: ARTICLES_READ + 1], start=1):
        article = assistant.article(article_id)
        view = lay_open(article, question, index.segmenter)
        if not view.units or not names_fit(view, question.names):
            continue
        read = reader.read(view, rank=rank).features
        is_relevant = bool({article.record_id, article.title} & relevant)
        for number, unit in enumerate(view.units):
            if unit.is_heading or not said_of_asked(view, number, question):
                continue
            features.append(read[number])
            mine.append(is_relevant)
            right.append(is_relevant and any(answer in unit.folded for answer in answers))
    if not features:
        return None
    return Case(np.array(features), np.array(right, float), np.array(mine, float))


def fit_ranking(cases: Sequence[Case]) -> Matrix:
    """Return weights that put the right unit first: softmax over each question's units, by Adam."""
    usable = [case for case in cases if case.right.any()]
    weights = np.zeros(len(FEATURES))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        gradient = DECAY * weights
        for case in usable:
            chance = _softmax(case.features @ weights)
            target = chance * case.right
            target /= max(target.sum(), 1e-12)
            gradient += case.features.T @ (chance - target) / len(usable)
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        unbiased = first / (1 - 0.9**step), second / (1 - 0.99**step)
        weights = weights - RATE * unbiased[0] / (np.sqrt(unbiased[1]) + 1e-8)
    return weights


def fit_confidence(folders: Sequence[Sequence[Case]], weights: Matrix) -> dict[str, float]:
    """Return the weights of the best unit's features, and "bias", for the chance it is right.

    Every folder counts the same, whatever its size.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a developer's library

    sets = [confidence_set(cases, weights) for cases in folders]
    x, y = np.concatenate([x for x, _ in sets]), np.concatenate([y for _, y in sets])
    share = np.concatenate([np.full(len(y), len(x) / len(sets) / len(y)) for _, y in sets])
    model = LogisticRegression(C=1.0, max_iter=2000, random_state=SEED)
    model.fit(x, y, sample_weight=share)
    found = dict(zip(FEATURES, np.round(model.coef_[0], 4).tolist(), strict=True))
    return {**found, "bias": round(float(model.intercept_[0]), 4)}


def confidence_set(cases: Sequence[Case], weights: Matrix) -> tuple[Matrix, Matrix]:
    """Return the best unit's features and whether it is right, with and without the source."""
    x, y = [], []
    for case in cases:
        best = int((case.features @ weights).argmax())
        x.append(case.features[best])
        y.append(case.right[best])
        others = case.features[case.relevant == 0]
        if len(others):
            x.append(others[int((others @ weights).argmax())])
            y.append(0.0)
    return np.array(x), np.array(y)


def report(cases: dict[str, list[Case]], weights: Matrix) -> None:
    """Print how often the best unit is right, on the halves that did not train."""
    plain = np.array([float(name in ("unit_words", "unit_pairs")) for name in FEATURES])
    for name, found in cases.items():
        held = [case for case in found[1::2] if case.right.any()]
        inside = [_inside(case) for case in held]
        row = [f"{_accuracy(held, w):.3f}/{_accuracy(inside, w):.3f}" for w in (plain, weights)]
        print(
            f"{name}: {len(found)} questions; open/gold article: overlap {row[0]}, reader {row[1]}"
        )
    for name, weight in zip(FEATURES, weights, strict=True):
        print(f"  {name:18s} {weight:+.2f}")


def report_confidence(
    cases: dict[str, list[Case]], weights: Matrix, confidence: dict[str, float]
) -> None:
    """Print risk and coverage at some thresholds on the held-out halves."""
    vector = np.array([confidence[name] for name in FEATURES])
    for name, found in cases.items():
        x, y = confidence_set(found[1::2], weights)
        chance = 1 / (1 + np.exp(-(x @ vector + confidence["bias"])))
        for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
            kept = chance >= threshold
            wrong = 1 - y[kept].mean() if kept.any() else 0.0
            found_share = (kept * y).sum() / y.sum()
            print(
                f"{name} ≥{threshold}: kept {kept.mean():.2f}, "
                f"right ones kept {found_share:.2f}, wrong {wrong:.2f}"
            )
        bins = [(chance >= low) & (chance < low + 0.1) for low in np.arange(0, 1, 0.1)]
        error = sum(abs(chance[b].mean() - y[b].mean()) * b.mean() for b in bins if b.any())
        print(f"{name}: ECE {error:.3f}")


def _inside(case: Case) -> Case:
    keep = case.relevant == 1
    return Case(case.features[keep], case.right[keep], case.relevant[keep])


def _accuracy(cases: Sequence[Case], weights: Matrix) -> float:
    return float(np.mean([c.right[int((c.features @ weights).argmax())] for c in cases]))


def _softmax(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max())
    result: Matrix = raised / raised.sum()
    return result


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _qrels(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if fields and fields[-1].isdecimal() and int(fields[-1]) > 0:
            found.setdefault(fields[0], set()).add(fields[-2])
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
