"""The commands that ask whole question sets, measure the answers, and compare measurements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

import rag
from rag import Assistant, Settings
from ui import terminal
from ui import text as words
from ui.options import (
    CONFIG,
    FAILED,
    ConfigOption,
    IndexOption,
    VerboseOption,
    start,
    start_logging,
)

if TYPE_CHECKING:
    from rag.evaluation import Evaluation, Violation

commands = typer.Typer(rich_markup_mode=None)

FolderArgument = Annotated[Path, typer.Argument(help=words.HELP_RESULTS)]


@commands.command(help=words.HELP_ANSWER)
def answer(
    questions: Annotated[Path, typer.Argument(help=words.HELP_QUESTIONS)],
    *,
    out: Annotated[Path, typer.Option("--out", help=words.HELP_ANSWERS_OUT)],
    config: ConfigOption = CONFIG,
    index: IndexOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Answer a whole question set, one line each, in order, resumable."""
    settings = start(config, index, verbose)
    from rag import evaluation  # noqa: PLC0415 - `wenju ask` must stay light

    asked = evaluation.read_question_set(questions).questions
    with terminal.progress() as on_progress:
        report = evaluation.answer_questions(
            Assistant.open(settings), asked, out, on_progress=partial(on_progress, "answer")
        )
    line = words.ANSWERS_DONE.format(
        asked=report.asked, kept=report.kept, failed=report.failed, path=out
    )
    typer.echo(line, err=True)


@commands.command(help=words.HELP_EVALUATE)
def evaluate(
    question_set: Annotated[Path, typer.Argument(metavar="SET", help=words.HELP_SET)],
    *,
    run: Annotated[Path | None, typer.Option("--run", help=words.HELP_RUN)] = None,
    out: Annotated[Path | None, typer.Option("--out", help=words.HELP_EVALUATE_OUT)] = None,
    baseline: Annotated[Path | None, typer.Option("--baseline", help=words.HELP_BASELINE)] = None,
    gate: Annotated[Path | None, typer.Option("--gate", help=words.HELP_GATE)] = None,
    config: ConfigOption = CONFIG,
    index: IndexOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Measure answers or ranked lists; compare with a baseline; let a gate decide."""
    settings = start(config, index, verbose)
    from rag.evaluation import write_results, write_run  # noqa: PLC0415

    measured = _measure(question_set, settings)
    if run is not None:
        write_run(measured.run, run)
    for name, held in measured.summary["measures"].items():
        typer.echo(words.MEASURE_LINE.format(name=name, **held))
    broken = _judge(measured, baseline, gate)
    if out is not None:
        write_results(measured, out, violations=broken)
        typer.echo(words.RESULTS_WRITTEN.format(path=out), err=True)
    if broken:
        raise typer.Exit(FAILED)


@commands.command(help=words.HELP_COMPARE)
def compare(
    first: FolderArgument,
    second: FolderArgument,
    *,
    config: ConfigOption = CONFIG,
    index: IndexOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Compare two evaluations, question by question, with significance."""
    _ = config, index  # every command takes them; a comparison needs neither
    start_logging(verbose)
    from rag import evaluation  # noqa: PLC0415

    typer.echo(evaluation.comparison_markdown(evaluation.compare(first, second)))


def _measure(path: Path, settings: Settings) -> Evaluation:
    from rag import evaluation  # noqa: PLC0415

    with terminal.progress() as on_progress:
        advance = partial(on_progress, "answer")
        if evaluation.is_beir_folder(path):
            beir = evaluation.read_beir(path)
            return evaluation.evaluate_beir(Assistant.open(settings), beir, on_progress=advance)
        questions = evaluation.read_question_set(path)
        if not questions.documents:
            assistant = Assistant.open(settings)
            return evaluation.evaluate_questions(assistant, questions, on_progress=advance)
        with _own_collection(settings) as (collection, own):
            evaluation.write_collection(questions, collection)
            rag.build(own, [collection], on_progress=on_progress)
            assistant = Assistant.open(own)
            return evaluation.evaluate_questions(assistant, questions, on_progress=advance)


@contextmanager
def _own_collection(settings: Settings) -> Iterator[tuple[Path, Settings]]:
    """Give a place for the documents a set brings along, and settings with an index for them."""
    with TemporaryDirectory() as folder:
        index = settings.index.model_copy(update={"dir": Path(folder) / "index"})
        yield Path(folder) / "collection.jsonl", settings.model_copy(update={"index": index})


def _judge(
    measured: Evaluation, baseline: Path | None, rules_file: Path | None
) -> tuple[Violation, ...]:
    """Print the comparison with a baseline and return the broken rules.

    Without a file of rules the headline measure may not fall below the baseline's.
    """
    from rag import evaluation  # noqa: PLC0415
    from rag.evaluation.comparison import compare_stored  # noqa: PLC0415

    if baseline is None and rules_file is None:
        return ()
    old = None if baseline is None else evaluation.read_results(baseline)
    rules = None if rules_file is None else evaluation.read_gate_rules(rules_file)
    if old is not None:
        comparison = compare_stored(old, measured)
        typer.echo(evaluation.comparison_markdown(comparison))
        rules = rules or evaluation.GateRules(max_drops={comparison.headline: 0.0})
    broken = evaluation.gate(measured, rules or evaluation.GateRules(), baseline=old)
    for violation in broken:
        typer.echo(words.GATE_BROKEN.format(violation=violation), err=True)
    return broken
