"""What the repository holds, and what it must never hold; judged on what git tracks."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THIS = Path(__file__).relative_to(ROOT).as_posix()

HOUSE = {"pyproject.toml", "README.md", "config.yaml", "rag", "embeddings", "corpus", "ui", "tests"}
PAPERS = {
    "Makefile", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "constraints.txt", "docs",
    ".ci", ".gitignore", ".pre-commit-config.yaml",
}  # fmt: skip

MOST_LINES = 350
LONG_MODULES: dict[str, str] = {}

MOST_BYTES = 16 * 1024 * 1024

PRINTING = ("ui/cli.py", "ui/terminal.py", "rag/training.py", "embeddings/train/")
BORDERS = ("ui/cli.py", "ui/chat.py")
BROAD = {"Exception", "BaseException"}

MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|home|root|opt|tmp/w)/[\w.]")
REGISTRY = re.compile(
    r"(?:extra-)?index[-_]url|find-links|trusted-host|pypi\.org|pythonhosted", re.IGNORECASE
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
UNSAFE = re.compile(
    r"^\s*(?:import|from)\s+(?:c?pickle|dill|joblib|shelve|marshal)\b"
    r"|allow_pickle\s*=\s*True|trust_remote_code\s*=\s*True|torch\.load\(",
    re.MULTILINE,
)
UNSAFE_ON_PURPOSE = {"tests/integration/test_segmenters.py": "plants a marshal cache as bait"}


@cache
def tracked() -> tuple[str, ...]:
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"not a git checkout: {error}")
    return tuple(name for name in listed.split("\0") if name and (ROOT / name).is_file())


@cache
def texts() -> dict[str, str]:
    """Return the tracked files that are UTF-8 text, without the sample articles and this file."""
    found = {}
    for name in tracked():
        data = (ROOT / name).read_bytes()
        if name.startswith("corpus/articles/") or name == THIS or b"\0" in data:
            continue
        try:
            found[name] = data.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return found


def modules() -> dict[str, str]:
    return {
        name: text
        for name, text in texts().items()
        if name.endswith(".py") and not name.startswith("tests/")
    }


@cache
def trees() -> dict[str, ast.Module]:
    return {name: ast.parse(text) for name, text in modules().items()}


def matches(pattern: re.Pattern[str], of: dict[str, str]) -> list[str]:
    return [
        f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found.group().strip()}"
        for name, text in of.items()
        for found in pattern.finditer(text)
    ]


def nodes(kind: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield name, node


def is_print(call: ast.AST) -> bool:
    return isinstance(call, ast.Call) and getattr(call.func, "id", None) == "print"


def is_broad(handler: ast.AST) -> bool:
    """Tell whether a handler takes every exception and does not raise it again."""
    assert isinstance(handler, ast.ExceptHandler)
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    takes_all = any(kind is None or getattr(kind, "id", None) in BROAD for kind in caught)
    last = handler.body[-1]
    return takes_all and not (isinstance(last, ast.Raise) and last.exc is None)


def test_the_top_level_holds_the_house_and_its_papers_and_nothing_else():
    assert {name.split("/")[0] for name in tracked()} == HOUSE | PAPERS


def test_nothing_reads_pickles_or_runs_code_from_models():
    found = [
        line for line in matches(UNSAFE, texts()) if line.split(":")[0] not in UNSAFE_ON_PURPOSE
    ]
    assert found == []


def test_no_file_names_a_path_of_one_machine():
    assert matches(MACHINE_PATHS, texts()) == []


def test_no_file_names_a_package_registry():
    assert matches(REGISTRY, texts()) == []


def test_nothing_is_left_for_later_in_a_comment():
    assert matches(UNFINISHED, texts()) == []


def test_only_the_terminal_and_training_print():
    found = [
        f"{name}:{call.lineno}"
        for name, call in nodes(ast.Call)
        if is_print(call) and not name.startswith(PRINTING)
    ]
    assert found == []


def test_only_the_two_borders_catch_everything():
    found = [
        f"{name}:{handler.lineno}"
        for name, handler in nodes(ast.ExceptHandler)
        if is_broad(handler) and name not in BORDERS
    ]
    assert found == []


def test_modules_are_short_or_say_why_not():
    long = {name for name, text in modules().items() if text.count("\n") > MOST_LINES}
    assert long <= LONG_MODULES.keys()


def test_no_file_is_too_large_to_clone():
    sizes = {name: (ROOT / name).stat().st_size for name in tracked()}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}


@pytest.mark.parametrize(
    ("pattern", "offence"),
    [
        (MACHINE_PATHS, 'Path("/work/main")'),
        (REGISTRY, "pip install --index-url x"),
        (UNFINISHED, "# TODO: later"),
        (UNSAFE, "import pickle"),
        (UNSAFE, "np.load(path, allow_pickle=True)"),
        (UNSAFE, "Model(name, trust_remote_code=True)"),
    ],
)
def test_each_rule_sees_what_it_forbids(pattern, offence):
    assert matches(pattern, {"module.py": offence})


@pytest.mark.parametrize(
    ("handler", "broad"),
    [
        ("except: pass", True),
        ("except Exception: pass", True),
        ("except (OSError, BaseException): pass", True),
        ("except BaseException: raise", False),
        ("except OSError: pass", False),
    ],
)
def test_a_handler_is_broad_when_it_swallows_everything(handler, broad):
    (statement,) = ast.parse(f"try: pass\n{handler}").body
    assert is_broad(statement.handlers[0]) is broad
