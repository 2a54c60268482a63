"""Comparisons as text: Markdown for people, LaTeX for papers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.evaluation.comparison import Comparison, compare_stored
from rag.evaluation.significance import SEED
from rag.evaluation.summary import Results, measure_names, values_of

SIGNIFICANT = 0.05
_ESCAPED = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"})


def comparison_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown: measures, slices, flipped questions with both answers."""
    a, b = comparison.first, comparison.second
    lines = [
        f"# {a} → {b}: {comparison.questions} questions",
        "",
        f"| measure | {a} | {b} | difference | 95 % interval | p | p (Holm) | win/tie/loss |",
        "|---|--:|--:|--:|---|--:|--:|---|",
    ]
    lines += [
        f"| {d.measure} | {d.first:.3f} | {d.second:.3f} | {d.difference:+.3f} | "
        f"{d.low:+.3f} … {d.high:+.3f} | {d.p:.4f} | {d.p_corrected:.4f} | "
        f"{d.wins}/{d.ties}/{d.losses} |"
        for d in comparison.differences
    ]
    if comparison.slices:
        lines += ["", f"| slice | n | {comparison.headline} {a} | {b} |", "|---|--:|--:|--:|"]
        lines += [
            f"| {_cell(s.label)} | {s.questions} | {s.first:.3f} | {s.second:.3f} |"
            for s in comparison.slices
        ]
    for title, gained in (("Gained", True), ("Lost", False)):
        flips = [flip for flip in comparison.flips if flip.gained is gained]
        if flips:
            lines += ["", f"## {title}: {len(flips)}", "", f"| id | question | {a} | {b} |"]
            lines += ["|---|---|---|---|"]
            lines += [
                f"| {_cell(f.id)} | {_cell(f.question)} | {_cell(f.first)} | {_cell(f.second)} |"
                for f in flips
            ]
    return "\n".join(lines) + "\n"


def runs_table(runs: Sequence[Results], *, latex: bool = False, seed: int = SEED) -> str:
    """Return any number of evaluations side by side, one row a measure.

    A star marks what differs from the first one at p < 0.05 after Holm's correction.

    Raises:
        EvaluationError: one shares no question with the first.
    """
    stars = [set[str]()]
    for run in runs[1:]:
        differences = compare_stored(runs[0], run, seed=seed).differences
        stars.append({d.measure for d in differences if d.p_corrected < SIGNIFICANT})
    names = list(dict.fromkeys(name for run in runs for name in measure_names(run.rows)))
    rows = [
        [name, *(_figure(run, name, starred) for run, starred in zip(runs, stars, strict=True))]
        for name in names
    ]
    return _latex(runs, rows) if latex else _markdown(runs, rows)


def _figure(run: Results, name: str, starred: set[str]) -> str:
    values = values_of(run.rows, name)
    applies = values[~np.isnan(values)]
    if not applies.size:
        return "–"
    return f"{applies.mean():.3f}{'*' if name in starred else ''}"


def _markdown(runs: Sequence[Results], rows: Sequence[Sequence[str]]) -> str:
    header = ["measure", *(run.name for run in runs)]
    ruler = ["---", *("--:" for _ in runs)]
    return "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in [header, ruler, *rows])


def _latex(runs: Sequence[Results], rows: Sequence[Sequence[str]]) -> str:
    header = ["measure", *(run.name for run in runs)]
    body = [" & ".join(cell.translate(_ESCAPED) for cell in row) + r" \\" for row in rows]
    return "\n".join(
        [
            rf"\begin{{tabular}}{{l{'r' * len(runs)}}}",
            r"\toprule",
            " & ".join(cell.translate(_ESCAPED) for cell in header) + r" \\",
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            "",
        ]
    )


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
