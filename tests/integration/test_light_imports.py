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

BUILD_AND_ASK = """
seen = []
def watch(event, arguments):
    if event in ("pickle.find_class", "os.system", "subprocess.Popen", "socket.connect",
                 "socket.getaddrinfo") and "rag" in sys.modules:
        seen.append(event)
sys.addaudithook(watch)
import rag
settings = rag.load_settings("config.yaml", overrides={"index.dir": sys.argv[1]})
rag.build(settings)
print(rag.query("武隆区建会补助多少", settings=settings).short)
print(seen)
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


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Build and ask once, beside a poisoned cache: modules, output, and the folder of all files."""
    folder = tmp_path_factory.mktemp("fresh")
    (folder / "jieba.cache").write_bytes(b"poison")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TMPDIR", str(folder))
        modules, output = fresh(BUILD_AND_ASK, folder / "index")
    return modules, output, folder


def test_building_and_asking_load_nothing_heavy(asked):
    modules, (short, _), _ = asked
    assert short == "58万元；6万元"
    assert modules & HEAVY == set()


def test_building_and_asking_unpickle_nothing_start_nothing_and_call_nobody(asked):
    _, (_, seen), folder = asked
    assert seen == "[]"
    suffixes = {path.suffix for path in folder.rglob("*") if path.is_file()}
    assert suffixes.isdisjoint({".pkl", ".pickle", ".pt", ".bin", ".npy"})


def test_the_segmenters_cache_in_the_shared_temporary_folder_is_left_alone(asked):
    assert (asked[2] / "jieba.cache").read_bytes() == b"poison"
