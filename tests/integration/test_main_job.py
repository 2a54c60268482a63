"""The main job as a newcomer does it: build the sample, ask, look the quotes up; no network."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

QUESTION = "武隆区建会补助多少"
MAIN = "from ui.cli import main; main()"


def alone():
    """Return what runs a command without any network, or nothing where that is not allowed."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    tried = subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False)
    return [unshare, "-rn"] if tried.returncode == 0 else []


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A copy of what a newcomer has: the configuration and the articles."""
    folder = tmp_path_factory.mktemp("newcomer")
    shutil.copy(ROOT / "config.yaml", folder)
    shutil.copytree(ROOT / "corpus" / "articles", folder / "corpus" / "articles")
    return folder


@pytest.fixture(scope="module")
def wenju(home):
    """Run the command in a process of its own, cut off from the network."""

    def run(*arguments):
        command = [*alone(), sys.executable, "-c", MAIN, *map(str, arguments)]
        return subprocess.run(
            command, cwd=home, capture_output=True, text=True, encoding="utf-8", timeout=120,
            check=False, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )  # fmt: skip

    return run


@pytest.fixture(scope="module")
def built(wenju):
    """The first build."""
    return wenju("build")


def test_the_build_says_what_it_read(built):
    assert built.returncode == 0, built.stderr
    assert "77 篇文章" in built.stdout


def test_the_answer_has_both_sums_each_quoted_and_cited(built, wenju, home):
    ran = wenju("ask", QUESTION, "--json")
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    assert answer["status"] == "answered"
    sums = {fact["value"]: fact["supported_by"] for fact in answer["facts"]}
    assert sums.keys() >= {580_000, 60_000}
    quotes = {one["marker"]: one for one in answer["citations"]}
    for value, words in ((580_000, "58万元"), (60_000, "6万元")):
        for marker in sums[value]:
            cited = quotes[marker]
            file = (home / cited["source"]).read_text(encoding="utf-8")
            found = "".join(file[start:end] for start, end in cited["file_ranges"])
            assert found == cited["quote"]
            assert words in found


def test_the_answer_for_people_shows_the_sums_first(built, wenju):
    first, *rest = wenju("ask", QUESTION).stdout.splitlines()
    assert "58万元" in first
    assert "6万元" in first
    assert any("武隆" in line for line in rest)


def test_another_district_is_refused_with_exit_0(built, wenju):
    ran = wenju("ask", "璧山区建会补助多少", "--json")
    assert ran.returncode == 0
    answer = json.loads(ran.stdout)
    assert (answer["status"], answer["short"], answer["facts"]) == ("not_found", None, [])
    assert "没有找到" in answer["text"]
    assert "万元" not in answer["text"]


def test_a_second_build_changes_nothing_and_the_index_is_whole(built, wenju):
    again = wenju("build", "--json")
    report = json.loads(again.stdout)
    assert (report["added"], report["replaced"], report["removed"]) == (0, 0, 0)
    assert report["unchanged"] == 69
    assert wenju("check").returncode == 0


def test_nothing_is_left_outside_the_index_folder(built, home):
    assert {path.name for path in home.iterdir()} == {"config.yaml", "corpus", ".wenju"}
    assert {path.name for path in (home / ".wenju" / "index").iterdir()} <= {
        "generations", "lock", "store.sqlite", "store.sqlite-wal", "store.sqlite-shm",
    }  # fmt: skip
