"""The command `wenju`: one function a command, each thin over the rag room."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

import rag
from rag import Assistant, SettingsError, WenjuError
from ui import measure, terminal
from ui import text as words
from ui.options import (
    CONFIG,
    FAILED,
    ConfigOption,
    IndexOption,
    JsonOption,
    VerboseOption,
    print_json,
    start,
)

app = typer.Typer(
    name="wenju",
    help=words.APP_HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


SourcesArgument = Annotated[list[Path] | None, typer.Argument(help=words.HELP_SOURCES)]


@app.command(help=words.HELP_BUILD)
def build(
    sources: SourcesArgument = None,
    *,
    as_json: JsonOption = False,
    config: ConfigOption = CONFIG,
    index: IndexOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Make the index hold exactly these sources."""
    with terminal.progress() as on_progress:
        report = rag.build(start(config, index, verbose), sources, on_progress=on_progress)
    _finish_build(report, as_json=as_json)


@app.command(help=words.HELP_ADD)
def add(
    sources: Annotated[list[Path], typer.Argument(help=words.HELP_SOURCES)],
    *,
    as_json: JsonOption = False,
    config: ConfigOption = CONFIG,
    index: IndexOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Add these sources, the rest stays."""
    with terminal.progress() as on_progress:
        report = rag.add(start(config, index, verbose), sources, on_progress=on_progress)
    _finish_build(report, as_json=as_json)


@app.command(help=words.HELP_REMOVE)
def remove(
    targets: Annotated[list[str], typer.Argument(help=words.HELP_TARGETS)],
    *,
    as_json: JsonOption = False,
    config: ConfigOption = CONFIG,
    index: IndexOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Remove these articles or sources, the rest stays."""
    _finish_build(rag.remove(start(config, index, verbose), targets), as_json=as_json)


@app.command(help=words.HELP_CHECK)
def check(
    *, config: ConfigOption = CONFIG, index: IndexOption = None, verbose: VerboseOption = False
) -> None:
    """Verify the whole index."""
    settings = start(config, index, verbose)
    problems = rag.check(settings)
    for problem in problems:
        line = words.CHECK_PROBLEM.format(what=problem.what, command=problem.command)
        typer.echo(terminal.printable(line))
    if problems:
        raise typer.Exit(FAILED)
    stats = Assistant.open(settings).stats()
    typer.echo(words.CHECK_OK.format(articles=stats.articles, passages=stats.passages))


@app.command(help=words.HELP_REPORT)
def report(
    *,
    as_json: JsonOption = False,
    html: Annotated[Path | None, typer.Option("--html", help=words.HELP_HTML)] = None,
    config: ConfigOption = CONFIG,
    index: IndexOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Say what came in."""
    summary = rag.ingest_report(start(config, index, verbose))
    if as_json:
        print_json(summary.to_dict())
    elif html is not None:
        from ui.pages import report_page  # noqa: PLC0415 - the other commands need no markup

        html.write_text(report_page(summary), encoding="utf-8")
        typer.echo(words.REPORT_WRITTEN.format(path=html), err=True)
    else:
        terminal.show_report(summary)


@app.command(help=words.HELP_SHOW)
def show(
    article_id: Annotated[str, typer.Argument(help=words.HELP_ARTICLE_ID)],
    *,
    as_json: JsonOption = False,
    config: ConfigOption = CONFIG,
    index: IndexOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Show an article, its metadata and its passages."""
    assistant = Assistant.open(start(config, index, verbose))
    article = assistant.article(article_id)
    passages = assistant.passages(article_id)
    if as_json:
        line = asdict(article) | {"passages": [asdict(passage) for passage in passages]}
        del line["offsets"]
        print_json(line)
    else:
        terminal.show_article(article, passages)


@app.command(help=words.HELP_ASK)
def ask(
    question: Annotated[str, typer.Argument(help=words.HELP_QUESTION)],
    *,
    as_json: JsonOption = False,
    explain: Annotated[bool, typer.Option("--explain", help=words.HELP_EXPLAIN)] = False,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help=words.HELP_AS_OF)
    ] = None,
    config: ConfigOption = CONFIG,
    index: IndexOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Answer a question."""
    assistant = Assistant.open(start(config, index, verbose))
    answer = assistant.query(question, as_of=None if as_of is None else as_of.date())
    if as_json:
        print_json(answer.to_dict())
        return
    terminal.show_answer(answer)
    if explain:
        terminal.show_explanation(answer)


app.add_typer(measure.commands)


@app.command(help=words.HELP_SERVE)
def serve(
    *,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help=words.HELP_PORT)
    ] = None,
    config: ConfigOption = CONFIG,
    index: IndexOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Serve the chat page and the HTTP interface."""
    overrides = {} if port is None else {"serve.port": port}
    settings = start(config, index, verbose, **overrides)
    with _serve_extra():
        from ui import door  # noqa: PLC0415
    with door.listen(settings) as listener:
        assistant = Assistant.open(settings)
        with _serve_extra():
            from ui import web  # noqa: PLC0415 - gradio takes seconds: what can fail has had its turn
        page = web.build_app(assistant, settings)
        typer.echo(words.SERVE_READY.format(url=door.address(listener)), err=True)
        web.run(page, listener)


@contextmanager
def _serve_extra() -> Iterator[None]:
    """Say what to install when a package that only serving needs is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"`wenju serve` needs {error.name}: pip install 'wenju[serve]'"
        raise SettingsError(message) from error


def _finish_build(report: rag.BuildReport, *, as_json: bool) -> None:
    if as_json:
        print_json(report.to_dict())
    else:
        terminal.show_build(report)
    if report.failures:
        raise typer.Exit(FAILED)


def main() -> NoReturn:
    """Run the command line; every failure ends in one readable line and an exit code."""
    try:
        app(prog_name="wenju")
    except WenjuError as error:
        message = " ".join(str(error).split())
        typer.echo(words.ERROR.format(message=terminal.printable(message)), err=True)
    except Exception as error:  # noqa: BLE001 - the top: nothing may end in a bare traceback
        kind, message = type(error).__name__, " ".join(str(error).split())
        typer.echo(words.UNEXPECTED.format(kind=kind, message=message), err=True)
        if logging.getLogger().isEnabledFor(logging.INFO):
            traceback.print_exc()
    sys.exit(FAILED)


if __name__ == "__main__":
    main()
