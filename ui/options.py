"""What every command takes, and what every command begins with."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rag import Settings, load_settings
from ui import text as words

FAILED = 1
"""Exit code of an expected failure; wrong usage is typer's own 2."""

CONFIG = Path("config.yaml")

ConfigOption = Annotated[Path, typer.Option("--config", help=words.HELP_CONFIG)]
IndexOption = Annotated[Path | None, typer.Option("--index", help=words.HELP_INDEX)]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help=words.HELP_VERBOSE)]
JsonOption = Annotated[bool, typer.Option("--json", help=words.HELP_JSON)]


def start(config: Path, index: Path | None, verbose: bool, **overrides: Any) -> Settings:
    """Start logging to stderr and read the settings.

    Args:
        config: the configuration file.
        index: the index folder that overrides the configured one, relative to where we are.
        verbose: whether to log what goes on, and tracebacks of unexpected errors.
        overrides: further settings by dotted key.

    Raises:
        SettingsError: the configuration is missing, misspelt or out of range.
    """
    start_logging(verbose)
    if index is not None:
        overrides["index.dir"] = str(index.absolute())
    return load_settings(config, overrides=overrides)


def start_logging(verbose: bool) -> None:
    """Send warnings to stderr, with `verbose` also what goes on."""
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger().setLevel(logging.INFO if verbose else logging.WARNING)


def print_json(value: dict[str, Any]) -> None:
    """Print one line of JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False))
