"""In a fresh process, the library's usual way imports none of the heavy libraries and no pickle."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

HEAVY = {
    "torch", "transformers", "sentence_transformers", "gradio", "fastapi", "uvicorn", "langchain",
    "langchain_core", "langchain_openai", "openai", "matplotlib", "pandas", "sklearn", "scipy",
    "ir_measures", "datasketch", "trafilatura", "pypdfium2", "docx", "openpyxl",
}  # fmt: skip

WATCHED = """
import sys
seen = []
def watch(event, arguments):
    if event in ("pickle.find_class", "os.system", "subprocess.Popen", "socket.connect",
                 "socket.getaddrinfo") and "rag" in sys.modules:
        seen.append(event)
sys.addaudithook(watch)
"""


def fresh(code, *arguments):
    """Run code in a new process; return the top-level modules it has in the end, and its output."""
    ending = "\nprint(*sorted({name.partition('.')[0] for name in sys.modules}))"
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}{ending}", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    *output, modules = ran.stdout.splitlines()
    return set(modules.split()), output


@pytest.mark.parametrize(
    "module", ["rag", "rag.pipeline", "rag.evaluation", "corpus", "embeddings"]
)
def test_importing_a_room_loads_nothing_heavy(module):
    modules, _ = fresh(f"import {module}")
    assert modules & HEAVY == set()


BUILD_AND_ASK = """
import rag
settings = rag.load_settings("config.yaml", overrides={"index.dir": sys.argv[1]})
rag.build(settings)
print(rag.query("武隆区建会补助多少", settings=settings).short)
"""


def test_building_and_asking_load_nothing_heavy(tmp_path):
    modules, output = fresh(BUILD_AND_ASK, tmp_path / "index")
    assert output == ["58万元；6万元"]
    assert modules & HEAVY == set()


def test_building_and_asking_unpickle_nothing_start_nothing_and_call_nobody(tmp_path):
    code = f"{WATCHED}{BUILD_AND_ASK}print(seen)"
    _, (_, seen) = fresh(code, tmp_path / "index")
    assert seen == "[]"
    suffixes = {path.suffix for path in tmp_path.rglob("*") if path.is_file()}
    assert suffixes.isdisjoint({".pkl", ".pickle", ".pt", ".bin", ".npy"})


def test_a_poisoned_jieba_cache_in_the_temporary_folder_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "jieba.cache").write_bytes(b"poison")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    _, output = fresh(BUILD_AND_ASK, tmp_path / "index")
    assert output == ["58万元；6万元"]
    assert (tmp_path / "jieba.cache").read_bytes() == b"poison"
