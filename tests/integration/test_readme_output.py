"""The README shows what comes out: its commands and its program, on the sample index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import rag
from ui import text as words
from ui.cli import app

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = FENCE.findall((ROOT / "README.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> rag.Settings:
    folder = tmp_path_factory.mktemp("index")
    sample = rag.load_settings(ROOT / "config.yaml", overrides={"index.dir": str(folder)})
    rag.build(sample)
    return sample


@pytest.fixture
def ask(settings):
    def ask(question: str) -> str:
        options = ["--config", str(ROOT / "config.yaml"), "--index", str(settings.index.dir)]
        return CliRunner().invoke(app, ["ask", question, *options]).stdout

    return ask


def shown_after(command: str) -> str:
    """Return what the README shows below a command."""
    text = next(body for kind, body in BLOCKS if kind == "console" and f"$ {command}\n" in body)
    return text.partition(f"$ {command}\n")[2].partition("\n$ ")[0].strip()


def asked() -> list[str]:
    lines = [line for kind, body in BLOCKS if kind == "console" for line in body.splitlines()]
    return [line.split()[-1] for line in lines if line.startswith("$ wenju ask ")]


def test_the_first_answer_is_what_the_readme_shows(ask):
    shown = next(body for kind, body in BLOCKS if kind == "text" and "wenju ask" in body)
    command, _, answer = shown.partition("wenju ask ")[2].partition("\n")
    ready = words.SERVE_READY.format(url=f"http://127.0.0.1:{rag.Settings().serve.port}")
    printed = ask(command.strip('"')).strip()
    assert answer.strip() == f"{printed}\n{ready}"


@pytest.mark.parametrize("question", asked())
def test_further_answers_are_what_the_readme_shows(ask, question):
    assert ask(question).strip() == shown_after(f"wenju ask {question}")


def test_the_program_prints_what_the_readme_shows(settings, monkeypatch, capsys):
    at = next(i for i, (kind, _) in enumerate(BLOCKS) if kind == "python")
    program, (kind, shown) = BLOCKS[at][1], BLOCKS[at + 1]
    assert kind == "text"
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("WENJU_INDEX__DIR", str(settings.index.dir))
    exec(compile(program, "README.md", "exec"), {})
    assert capsys.readouterr().out == shown
