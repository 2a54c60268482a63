"""The results folder: everything an evaluation leaves behind, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import tostring

from rag.evaluation.gate import Violation
from rag.evaluation.health import Problem
from rag.evaluation.junit import junit_xml
from rag.evaluation.report import charts, report_html
from rag.evaluation.stored import LATENCY, PER_QUESTION, SUMMARY, row_line
from rag.evaluation.summary import Evaluation
from rag.evaluation.trec import qrels_lines, run_lines

RUN, QRELS, JUNIT, REPORT, CHARTS = "run.trec", "qrels.trec", "junit.xml", "report.html", "charts"
TAG = "wenju"  # names the system in a TREC run


def write_results(
    evaluation: Evaluation,
    folder: Path,
    *,
    violations: Sequence[Violation] = (),
    problems: Sequence[Problem] = (),
) -> tuple[Path, ...]:
    """Write an evaluation to a folder and return the files, each replaced at once.

    `per_question.jsonl`, `summary.json`, `run.trec`, `qrels.trec` and `junit.xml` are the same
    bytes for the same answers and seed. Times are in `latency.json` and the report alone.

    Args:
        evaluation: what was measured.
        folder: made when missing; other files in it are left alone.
        violations: broken gate rules, shown in the report and the JUnit file.
        problems: of the question set, shown in the report.

    Raises:
        EvaluationError: an identifier holds white space, which a TREC file cannot carry.
    """
    texts = {
        PER_QUESTION: _lines(_json(row_line(row)) for row in evaluation.rows),
        SUMMARY: _json(evaluation.summary, indent=2) + "\n",
        LATENCY: _json(evaluation.latency_ms, indent=2) + "\n",
        RUN: _lines(run_lines(evaluation.run, tag=TAG)),
        QRELS: _lines(qrels_lines(evaluation.qrels)),
        JUNIT: junit_xml(evaluation, violations),
        REPORT: report_html(evaluation, violations=violations, problems=problems),
    }
    texts |= {
        f"{CHARTS}/{name}.svg": tostring(drawn, "unicode") + "\n"
        for name, drawn in charts(evaluation).items()
    }
    for name, text in texts.items():
        _replace(folder / name, text)
    return tuple(folder / name for name in texts)


def write_run(run: Mapping[str, Mapping[str, float]], path: Path) -> None:
    """Write ranked lists as a TREC run.

    Raises:
        EvaluationError: an identifier holds white space, which the format cannot carry.
    """
    _replace(path, _lines(run_lines(run, tag=TAG)))


def _json(value: object, *, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f".{path.name}.part")
    written.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    written.replace(path)
