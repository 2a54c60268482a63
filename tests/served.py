"""A page over hand-made articles, served by a process of its own.

Gradio leaves event loops open, which would fail the tests of the process that imports it. Run as
`python -m tests.served`: prints the address, then serves until it is ended.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.fakes import (
    SUBSIDY,
    SUBSIDY_ANSWER,
    SUBSIDY_QUESTION,
    FakeAssistant,
    cite,
    make_article,
    quoting_answer,
)

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "config.yaml"

SLOW_QUESTION = "慢慢答的问题"
HOSTILE_QUESTION = "有攻击的文章说了什么"
HOSTILE = "".join(
    (
        "<script>window.hit=1</script>",
        '<img src=x onerror="window.hit=2">',
        "<svg onload='window.hit=3'>",
        "![图](https://evil.example/a.png)",
        "[点这里](javascript:window.hit=4)",
        "https://evil.example/bare ",
        "<iframe src=https://evil.example></iframe>",
        "<form action=https://evil.example><input type=password></form>",
        "<div style='position:fixed;inset:0'>盖住一切</div>",
        "<a href=https://evil.example>外链</a>",
        "</section></p>`code` **粗** $$x^2$$ ${window.hit=5} {{7*7}} &lt;b&gt; &amp;",
    )
)
"""One line that tries every way out of the page that we know of."""

HOSTILE_ARTICLE = make_article(
    f"标题{HOSTILE}",
    f"甲区工会发布通知。\n{HOSTILE}\n# 大标题\n\n丁区工会人数120人。",
    outlet=f"报纸{HOSTILE}",
    author=f"作者{HOSTILE}",
    source=f"{HOSTILE.replace('/', '_')}.txt",
    url="javascript:window.hit=6",
)


class ServedAssistant(FakeAssistant):
    """A fake that takes its time over one question."""

    def stream(self, question, **context):
        for answer in super().stream(question, **context):
            yield answer
            if question == SLOW_QUESTION:
                time.sleep(30)


def assistant() -> ServedAssistant:
    """Return the assistant that is served."""
    hostile = replace(
        quoting_answer(HOSTILE_QUESTION, cite(HOSTILE_ARTICLE, HOSTILE), short="120人"),
        text=f"有人写道：{HOSTILE}[1]",
        notes=(HOSTILE,),
        rewritten=f"整句{HOSTILE}",
    )
    answers = {
        SUBSIDY_QUESTION: SUBSIDY_ANSWER,
        SLOW_QUESTION: replace(SUBSIDY_ANSWER, question=SLOW_QUESTION),
        HOSTILE_QUESTION: hostile,
    }
    return ServedAssistant([SUBSIDY, HOSTILE_ARTICLE], answers, (SUBSIDY_QUESTION, HOSTILE))


@contextmanager
def served(*command: str) -> Iterator[str]:
    """Run a command that prints the address it serves on a line of its own; give the address."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
    )  # fmt: skip
    try:
        yield _address(process)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        start = line.find("http://127.0.0.1:")
        if start >= 0:
            return line[start:].split()[0]
    message = f"the server ended without serving: {''.join(said)}"
    raise RuntimeError(message)


def main() -> None:
    """Serve the fake until ended."""
    import rag
    from ui import door, web

    settings = rag.load_settings(CONFIG, overrides={"serve.port": 0})
    with door.listen(settings) as listener:
        sys.stdout.write(f"{door.address(listener)}\n")
        sys.stdout.flush()
        web.run(web.build_app(assistant(), settings), listener)


if __name__ == "__main__":
    main()
