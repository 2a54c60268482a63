"""`wenju ask` in a fresh process: it carries nothing heavy and writes nothing but its answer."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = (
    "torch", "sentence_transformers", "transformers", "gradio", "fastapi", "uvicorn", "httpx",
    "langchain", "langchain_core", "langchain_openai", "ir_measures", "scipy", "sklearn", "rich",
    "rag.evaluation", "ui.web", "ui.render",
)  # fmt: skip

SCRIPT = """
import sys
sys.argv = ["wenju", *sys.argv[1:]]
from ui.cli import main
try:
    main()
except SystemExit as ended:
    print("exit", ended.code or 0, file=sys.stderr)
print(" ".join(sys.modules), file=sys.stderr)
"""


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    index = tmp_path_factory.mktemp("light") / "index"
    run("build", "corpus/articles", "--index", index)
    return run("ask", "武隆区建会补助多少", "--index", index)


def test_asking_imports_nothing_heavy(asked):
    *_, ended, modules = asked.stderr.strip().splitlines()
    assert ended == "exit 0"
    assert [name for name in HEAVY if name in modules.split()] == []


def test_the_answer_alone_is_on_stdout_without_terminal_codes(asked):
    assert "58万元" in asked.stdout
    assert "\x1b" not in asked.stdout
    assert len(asked.stderr.strip().splitlines()) == 2
