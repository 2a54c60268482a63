"""What the terminal shows to people: answers, articles, reports, and progress while they wait."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from rag import Answer, Article, BuildReport, Citation, Passage, display_title
from ui import text as words
from ui.labels import (
    cut_at,
    date_words,
    failure_words,
    is_short_answer,
    key_phrases,
    own_words,
    report_row,
    report_totals,
    source_words,
)

OnProgress = Callable[[str, int, int | None], None]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """Return `text` without the control characters a terminal would obey."""
    return _CONTROL.sub("\ufffd", text)


def show_answer(answer: Answer) -> None:
    """Print an answer with its markers, then each source with the words it gave."""
    phrases = key_phrases(answer)
    if answer.rewritten and answer.rewritten != answer.question:
        _echo(words.REWRITTEN.format(question=answer.rewritten), dim=True)
    if answer.status == "partial":
        _echo(words.PARTIAL_HEAD)
    for line in own_words(answer):
        _echo(line, bold=is_short_answer(line, answer) or None)
    for note in answer.notes:
        _echo(words.NOTE.format(note=note))
    for citation in answer.citations:
        _show_citation(citation, phrases)
    if answer.nearest:
        _echo(words.NEAREST_HEAD)
        for title in answer.nearest:
            _echo(f"  {title or words.UNTITLED}")


def _show_citation(citation: Citation, phrases: Sequence[str]) -> None:
    typer.echo()
    _echo(f"[{citation.marker}] {source_words(citation)}")
    pieces = cut_at(printable(citation.quote), phrases)
    quote = "".join(
        typer.style(piece, bold=True, fg=typer.colors.YELLOW) if at % 2 else piece
        for at, piece in enumerate(pieces)
    )
    typer.echo(f"    「{quote}」")
    if citation.mended:
        _echo(f"    {words.MENDED}")
    _echo(f"    {words.FILE}: {citation.source}", dim=True)


def show_explanation(answer: Answer) -> None:
    """Print which passages were looked at with their scores, and what it took."""
    typer.echo()
    _echo(words.EXPLAIN_HEAD)
    for entry in answer.retrieved:
        _echo(f"{entry.rank:>4}  {entry.score:7.4f}  {entry.passage_id}  {entry.title}")
    timings = "  ".join(f"{stage} {took:.1f}" for stage, took in answer.timings_ms.items())
    _echo(words.TIMINGS.format(timings=timings))
    versions = "  ".join(f"{name} {value}" for name, value in answer.versions.items() if value)
    _echo(words.VERSIONS.format(versions=versions))


def show_article(article: Article, passages: Sequence[Passage]) -> None:
    """Print an article, where it came from, and how it is cut."""
    _echo(display_title(article), bold=True)
    known = (article.outlet, date_words(article.published), article.author, article.source)
    _echo(" · ".join(part for part in known if part), dim=True)
    typer.echo()
    _echo(article.text)
    typer.echo()
    _echo(words.SHOW_PASSAGES)
    for passage in passages:
        _echo(f"  {passage.passage_id}  [{passage.start}:{passage.end}]")


def show_build(report: BuildReport) -> None:
    """Print what a build did; what could not be read goes to stderr."""
    _echo(
        words.BUILD_DONE.format(
            articles=report.articles, passages=report.passages, seconds=report.seconds
        )
    )
    _echo(
        words.BUILD_CHANGES.format(
            added=report.added,
            replaced=report.replaced,
            removed=report.removed,
            unchanged=report.unchanged,
        )
    )
    if report.failures:
        typer.echo(words.BUILD_FAILURES.format(count=len(report.failures)), err=True)
    for failure in report.failures:
        line = failure_words(failure.source, failure.where, failure.reason)
        typer.echo(printable(line), err=True)


def show_report(summary: Any) -> None:
    """Print what came in, one source a line; `summary` is what `rag.ingest_report` returns."""
    _echo(report_totals(summary), bold=True)
    _echo("\t".join(words.REPORT_COLUMNS), dim=True)
    for source in summary.sources:
        _echo("\t".join(report_row(source)))
    if summary.duplicates:
        _echo(words.REPORT_DUPLICATES, bold=True)
    for one in summary.duplicates:
        _echo(f"{one.title or words.UNTITLED} ({one.article_id}): {', '.join(one.sources)}")
    if summary.failures:
        _echo(words.REPORT_FAILURES, bold=True)
    for failure in summary.failures:
        _echo(failure_words(failure.source, failure.where, failure.reason))


@contextmanager
def progress() -> Iterator[OnProgress]:
    """Give a callback that draws a bar for each stage on stderr, or nothing where no one looks."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for those who watch
    from rich.progress import Progress, TaskID  # noqa: PLC0415

    tasks: dict[str, TaskID] = {}
    with Progress(console=Console(stderr=True), transient=True) as bars:

        def advance(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(words.STAGES.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield advance


def _echo(text: str, *, bold: bool | None = None, dim: bool | None = None) -> None:
    typer.echo(typer.style(printable(text), bold=bold, dim=dim))
