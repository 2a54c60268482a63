"""Measure the whole house, quality and speed, and print JSON.

    python -m tests.bench [--data ../shared/data/bench] [--sets gov rgb …] [--out DIR]

The sample collection is asked its own questions; each BEIR folder below `--data` is indexed afresh
and searched. Figures are means over all judged queries, times are of this machine. With `--out`
the whole results of each set are kept, so that two runs can be given to `wenju compare`.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import rag
from rag.evaluation import (
    Evaluation,
    evaluate_beir,
    evaluate_questions,
    read_beir,
    read_question_set,
    write_results,
)

ROOT = Path(__file__).parents[2]
DATA = ROOT / ".." / "shared" / "data" / "bench"
SAMPLE = "sample"


def main() -> None:
    """Measure and print; see the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", type=Path, default=ROOT / "config.yaml")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of BEIR folders")
    parser.add_argument("--sets", nargs="*", default=[SAMPLE, "gov", "rgb", "drcd", "cmrc"])
    parser.add_argument("--out", type=Path, help="keep the whole results here")
    options = parser.parse_args()
    results: dict[str, Any] = {}
    for name in options.sets:
        if name == SAMPLE or (options.data / name).is_dir():
            results[name] = measure(name, options)
        else:
            sys.stderr.write(f"{options.data / name} is not there: left out\n")
    json.dump(results, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


def measure(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Build an index for one set in a folder of its own, measure, and return the figures."""
    with tempfile.TemporaryDirectory() as folder:
        settings = rag.load_settings(options.config, overrides={"index.dir": folder})
        beir = None if name == SAMPLE else read_beir(options.data / name)
        sources = settings.corpus.sources if beir is None else [beir.corpus]
        built, build_s = build(settings, [source for source in sources if source is not None])
        started = time.perf_counter()
        assistant = rag.Assistant.open(settings)
        open_ms = 1000 * (time.perf_counter() - started)
        if beir is None:
            questions = read_question_set(ROOT / "corpus" / "questions.jsonl")
            evaluation = evaluate_questions(assistant, questions)
        else:
            evaluation = evaluate_beir(assistant, beir)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    if options.out:
        write_results(evaluation, options.out / name)
    return {
        "measures": means(evaluation),
        "latency_ms": rounded(evaluation.latency_ms),
        "build": {"articles": built.articles, "passages": built.passages, "s": round(build_s, 1)},
        "open_ms": round(open_ms),
        "index_mb": round(size / 1e6, 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def build(settings: rag.Settings, sources: Sequence[Path]) -> tuple[rag.BuildReport, float]:
    """Build the index and return its report and the seconds it took."""
    started = time.perf_counter()
    report = rag.build(settings, sources)
    return report, time.perf_counter() - started


def means(evaluation: Evaluation) -> dict[str, float]:
    """Return the mean of each measure."""
    return {name: round(m["mean"], 4) for name, m in evaluation.summary["measures"].items()}


def rounded(latency_ms: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Return times to a tenth of a millisecond."""
    return {s: {k: round(v, 1) for k, v in times.items()} for s, times in latency_ms.items()}


if __name__ == "__main__":
    main()
