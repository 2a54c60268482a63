"""What the README promises exists: commands, options, targets, files, settings, fields."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
import typer
import yaml

import rag
from corpus.readers import READERS, REFUSED
from ui.cli import app

ROOT = Path(__file__).parents[2]
MOST_LINES = 200

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


@cache
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(readme()) if kind == language]


@cache
def code() -> tuple[str, ...]:
    """Return every piece of code a reader might type: lines of the blocks, and code spans."""
    lines = [line for _, body in FENCE.findall(readme()) for line in body.splitlines()]
    return (*lines, *SPAN.findall(FENCE.sub("", readme())))


@cache
def commands() -> dict[str, set[str]]:
    """Return the options of every command of `wenju`."""
    group = typer.main.get_command(app)
    return {
        name: {option for parameter in command.params for option in parameter.opts} | {"--help"}
        for name, command in group.commands.items()
    }


def uses_of_wenju() -> list[tuple[str, set[str]]]:
    return [
        (name, set(re.findall(r"(?<!\S)--?[a-z][\w-]*", rest)))
        for piece in code()
        for name, rest in re.findall(r"\bwenju +([a-z]\w*)([^;；|#\n]*)", piece)
    ]


def test_it_is_at_most_two_hundred_lines_long():
    assert len(readme().splitlines()) <= MOST_LINES


def test_chinese_comes_first_and_english_below():
    assert readme().index("## 两条命令") < readme().index("## English")


def test_every_command_it_names_exists():
    used = uses_of_wenju()
    assert len(used) > 10
    assert {name for name, _ in used} <= commands().keys()


def test_every_option_it_names_belongs_to_the_command_before_it():
    wrong = [
        (name, options - commands()[name])
        for name, options in uses_of_wenju()
        if options - commands()[name]
    ]
    assert wrong == []


def test_an_option_that_stands_alone_belongs_to_some_command():
    known = set().union(*commands().values())
    alone = {piece.split()[0] for piece in code() if piece.startswith("--")}
    assert alone <= known


def test_every_make_target_and_variable_it_names_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {target for piece in code() for target in re.findall(r"\bmake +([a-z]+)", piece)}
    assert {"run", "test"} <= named
    assert named <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    variables = {name for piece in code() for name in re.findall(r"\b([A-Z]+)=\S* make", piece)}
    assert variables <= set(re.findall(r"^([A-Z]+) \?=", makefile, re.MULTILINE))


@pytest.mark.parametrize("paper", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_relative_link_leads_somewhere(paper):
    links = LINK.findall((ROOT / paper).read_text(encoding="utf-8"))
    files = [link for link in links if not link.startswith(("#", "http://", "https://"))]
    assert [link for link in files if not (ROOT / link.partition("#")[0]).exists()] == []


def test_every_link_into_the_page_has_its_heading():
    headings = re.findall(r"^#+ (.+)$", readme(), re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    inside = [link[1:] for link in LINK.findall(readme()) if link.startswith("#")]
    assert inside
    assert set(inside) <= anchors


def test_the_python_it_shows_compiles_and_names_what_rag_offers():
    (program,) = blocks("python")
    compile(program, "README.md", "exec")
    assert len(program.strip().splitlines()) <= 6
    named = {name for piece in code() for name in re.findall(r"\brag\.([A-Za-z_]+)", piece)}
    assert "query" in named
    assert named <= {*rag.__all__, "langchain"}


def test_the_settings_it_shows_are_accepted():
    (shown,) = blocks("yaml")
    rag.Settings.model_validate(yaml.safe_load(shown))


def test_every_setting_it_names_exists():
    sections = {
        name: set(field.annotation.model_fields)
        for name, field in rag.Settings.model_fields.items()
        if hasattr(field.annotation, "model_fields")
    }
    named = [piece.split(".") for piece in code() if re.fullmatch(r"[a-z]+\.[a-z_]+", piece)]
    settings = [(section, key) for section, key in named if section in sections]
    assert ("corpus", "sources") in settings
    assert [(section, key) for section, key in settings if key not in sections[section]] == []


def test_every_kind_of_file_it_names_is_read_or_refused_with_advice():
    section = readme().partition("## 用自己的文章")[2].partition("\n## ")[0]
    named = {piece for piece in SPAN.findall(section) if re.fullmatch(r"(\.[a-z]+)+", piece)}
    assert {".txt", ".html"} <= named
    assert named <= READERS.keys() - REFUSED.keys()
    limits = readme().partition("## 局限")[2].partition("\n## ")[0]
    refused = {piece for piece in SPAN.findall(limits) if piece.startswith(".")}
    assert refused <= REFUSED.keys()


def test_the_table_of_an_answer_lists_every_field_and_no_other():
    table = re.search(r"^\| 字段 \|.*?\n\n", readme(), re.MULTILINE | re.DOTALL)
    assert table
    first_cells = [row.split("|")[1] for row in table[0].strip().splitlines()[2:]]
    described = {name for row in table[0].splitlines() for name in SPAN.findall(row)}
    answer = {field.name for field in fields(rag.Answer)}
    assert {name for cell in first_cells for name in SPAN.findall(cell)} <= answer
    assert answer <= described
    assert {field.name for field in fields(rag.Citation)} - {"marker", "article_id"} <= described
