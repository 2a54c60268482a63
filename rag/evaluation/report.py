"""The report: one HTML file that someone who was not there can read, with no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any
from xml.etree.ElementTree import Element, tostring

import numpy as np

from rag.evaluation import report_text as words
from rag.evaluation.charts import bars, curve, histogram
from rag.evaluation.gate import Violation
from rag.evaluation.health import Problem
from rag.evaluation.markup import element
from rag.evaluation.report_questions import worst_questions
from rag.evaluation.summary import Results, values_of

DISTRIBUTIONS = ("F1", "nDCG@10")  # the measures worth seeing spread out, where they were taken
SLICED = ("Correct", "F1", "EvidenceRecall", "RefusalRecall", "nDCG@10", "RR@10", "R@100")


def report_html(
    results: Results,
    *,
    violations: Sequence[Violation] = (),
    problems: Sequence[Problem] = (),
) -> str:
    """Return the report as one HTML document; the same results give the same bytes."""
    title = words.TITLE.format(name=results.name)
    drawn = charts(results)
    body = element(
        "body",
        element("h1", title),
        *_headline(results),
        *_gate(violations),
        *_problems(problems),
        *_measures(results, drawn["measures"]),
        *_slices(results),
        *_distribution(drawn),
        *_calibration(results, drawn.get("risk-coverage")),
        *_latency(results, drawn.get("latency")),
        *worst_questions(results),
        *_about(results),
    )
    style = files("rag.evaluation").joinpath("report.css").read_text(encoding="utf-8")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", style),
    )
    page: str = tostring(element("html", head, body, lang="zh-CN"), "unicode", method="html")
    return f"<!doctype html>\n{page}\n"


def charts(results: Results) -> dict[str, Element]:
    """Return the report's pictures by name."""
    measures = results.summary["measures"]
    rows = [(name, held["mean"], held["low"], held["high"]) for name, held in measures.items()]
    drawn = {"measures": bars(words.MEASURES_TITLE, rows)}
    for name in DISTRIBUTIONS:
        if name in measures:
            values = values_of(results.rows, name)
            title = words.DISTRIBUTION_TITLE.format(measure=name)
            drawn[f"distribution-{name}"] = histogram(title, values[~np.isnan(values)].tolist())
    if "calibration" in results.summary:
        points = results.summary["calibration"]["risk_coverage"]
        drawn["risk-coverage"] = curve(
            words.CALIBRATION_TITLE, points, x=words.COVERAGE_AXIS, y=words.RISK_AXIS
        )
    if results.latency_ms:
        slowest = max(times["p95"] for times in results.latency_ms.values())
        stages = [(s, t["p50"], t["p50"], t["p95"]) for s, t in results.latency_ms.items()]
        drawn["latency"] = bars(words.LATENCY_TITLE, stages, top=slowest or 1.0, unit=" ms")
    return drawn


def _headline(results: Results) -> list[Element]:
    summary = results.summary
    if summary["kind"] == "questions":
        return _question_headline(summary)
    ndcg = {key: f"{value:.3f}" for key, value in summary["measures"]["nDCG@10"].items()}
    counts = words.COUNTS_QUERIES.format(
        questions=summary["questions"], empty=summary["queries_without_result"]
    )
    unjudged = words.UNJUDGED.format(share=f"{summary['unjudged@10']:.0%}")
    return [
        element("p", words.HEADLINE_QUERIES.format(**ndcg), class_="headline"),
        element("p", counts, unjudged),
    ]


def _question_headline(summary: Any) -> list[Element]:
    correct = summary["measures"]["Correct"]
    headline = words.HEADLINE_QUESTIONS.format(
        right=round(correct["mean"] * correct["n"]),
        **{key: f"{correct[key]:.0%}" for key in ("mean", "low", "high")},
    )
    counts = words.COUNTS_QUESTIONS.format(
        questions=summary["questions"],
        answerable=summary["answerable"],
        unanswerable=summary["questions"] - summary["answerable"],
    )
    errors = summary["errors"]
    held = {status: summary["statuses"].get(status, 0) for status in ("answered", "partial")}
    refused = summary["statuses"].get("not_found", 0) - errors
    statuses = words.STATUSES.format(**held, not_found=refused, errors=errors)
    return [element("p", headline, class_="headline"), element("p", counts, statuses)]


def _gate(violations: Sequence[Violation]) -> list[Element]:
    if not violations:
        return []
    items = [element("li", str(violation)) for violation in violations]
    return [
        element("h2", words.GATE_TITLE),
        element("p", words.GATE_FAILED.format(count=len(violations)), class_="failed"),
        element("ul", *items),
    ]


def _problems(problems: Sequence[Problem]) -> list[Element]:
    if not problems:
        return []
    items = [
        element("li", element("b", problem.question_id), f" {words.PROBLEMS[problem.kind]}"
                + (f"：{problem.detail}" if problem.detail else ""))
        for problem in problems
    ]  # fmt: skip
    return [
        element("h2", words.PROBLEMS_TITLE),
        element("p", words.PROBLEMS_NOTE, class_="note"),
        element("ul", *items),
    ]


def _measures(results: Results, drawn: Element) -> list[Element]:
    summary = results.summary
    rows = [
        (
            name,
            words.MEASURES.get(name, ""),
            f"{held['mean']:.3f}",
            f"{held['low']:.3f} – {held['high']:.3f}",
            str(held["n"]),
        )
        for name, held in summary["measures"].items()
    ]
    note = words.MEASURES_NOTE.format(resamples=summary["resamples"])
    return [
        element("h2", words.MEASURES_TITLE),
        element("p", note, class_="note"),
        table(words.MEASURE_COLUMNS, rows, figures=(2, 3, 4)),
        drawn,
    ]


def _slices(results: Results) -> list[Element]:
    slices = results.summary["slices"]
    shown = [m for m in SLICED if any(m in held["measures"] for held in slices.values())]
    if not slices or not shown:
        return []
    rows = [
        (
            _slice_name(label),
            str(held["questions"]),
            *(
                f"{held['measures'][m]['mean']:.3f}" if m in held["measures"] else "–"
                for m in shown
            ),
        )
        for label, held in slices.items()
    ]
    columns = (words.SLICE_COLUMN, words.SLICE_COUNT, *shown)
    return [
        element("h2", words.SLICES_TITLE),
        table(columns, rows, figures=range(1, len(columns))),
    ]


def _slice_name(label: str) -> str:
    kind, _, name = label.partition(": ")
    return words.SLICES.get(kind, label).format(name=name)


def _distribution(drawn: Mapping[str, Element]) -> list[Element]:
    made: list[Element] = []
    for name, picture in drawn.items():
        if name.startswith("distribution-"):
            measure = name.removeprefix("distribution-")
            made += [
                element("h2", words.DISTRIBUTION_TITLE.format(measure=measure)),
                element("p", words.DISTRIBUTION_NOTE, class_="note"),
                picture,
            ]
    return made


def _calibration(results: Results, drawn: Element | None) -> list[Element]:
    if drawn is None:
        return []
    held = results.summary["calibration"]
    note = words.CALIBRATION_NOTE.format(aurc=f"{held['AURC']:.3f}", ece=f"{held['ECE']:.3f}")
    return [
        element("h2", words.CALIBRATION_TITLE),
        element("p", note, class_="note"),
        drawn,
    ]


def _latency(results: Results, drawn: Element | None) -> list[Element]:
    if drawn is None:
        return []
    rows = [
        (stage, f"{times['p50']:.1f}", f"{times['p95']:.1f}", f"{times['n']:.0f}")
        for stage, times in results.latency_ms.items()
    ]
    return [
        element("h2", words.LATENCY_TITLE),
        table(words.LATENCY_COLUMNS, rows, figures=(1, 2, 3)),
        drawn,
    ]


def _about(results: Results) -> list[Element]:
    versions = "; ".join(
        ", ".join(f"{key} {value}" for key, value in held.items() if value is not None)
        for held in results.summary.get("versions", ())
    )
    about = words.ABOUT.format(seed=results.summary["seed"], versions=versions or "–")
    return [element("h2", words.ABOUT_TITLE), element("p", about, class_="note")]


def table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, figures: Sequence[int] = ()
) -> Element:
    """Return a table; the columns numbered in `figures` are set as figures."""

    def cells(tag: str, row: Sequence[str]) -> list[Element]:
        return [
            element(tag, cell, class_="figure") if at in figures else element(tag, cell)
            for at, cell in enumerate(row)
        ]

    head = element("thead", element("tr", *cells("th", columns)))
    body = element("tbody", *(element("tr", *cells("td", row)) for row in rows))
    return element("div", element("table", head, body), class_="scroll")
