"""Documents of complex formats are parsed in a child process, with bounds on time and memory.

A hostile or broken document can then cost one refusal, never the batch. The child gets the
bytes on its standard input and answers with JSON: nothing is written to disk, and nothing that
comes back can be more than text and lists.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from corpus.errors import FormatError

# Bounds after shared measurements of PDF, DOCX and HTML bombs: what honest documents stay under.
CPU_SECONDS = 20
ADDRESS_SPACE_BYTES = 1 << 30
WALL_SECONDS = 90
MOST_FILE_BYTES = 50_000_000
MOST_TEXT_BYTES = 100_000_000

PARSERS = {
    "docx": ("corpus.office", "parse_docx"),
    "xlsx": ("corpus.office", "parse_xlsx"),
    "pdf": ("corpus.pdf", "parse_pdf"),
    "mhtml": ("corpus.mhtml", "parse_mhtml"),
}
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from corpus.sandbox import run; run()"
_TOO_LONG = f"takes more than {CPU_SECONDS} seconds to read; split it, or save it as text"
_TOO_MUCH = "takes more than 1 GB of memory to read; split it, or save it as text"
_SIGXCPU, _SIGKILL = 24, 9


def read_bounded(file: BinaryIO) -> bytes:
    """Return the bytes of a file.

    Raises:
        FormatError: there are more than 50 MB of them.
    """
    data = file.read(MOST_FILE_BYTES + 1)
    if len(data) > MOST_FILE_BYTES:
        raise FormatError("is larger than 50 MB; split it and try again")
    return data


def parse_apart(kind: str, data: bytes) -> Any:
    """Return what the parser of a kind (a key of `PARSERS`) finds, from a child process.

    Raises:
        FormatError: the parser refused the document, gave up, or went over a bound.
    """
    root = str(Path(__file__).parents[1])
    command = [sys.executable, "-P", "-X", "utf8", "-c", _CHILD, root, kind]
    try:
        child = subprocess.run(  # noqa: S603 - this interpreter on this module
            command, input=data, capture_output=True, timeout=WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FormatError(_TOO_LONG) from error
    if child.returncode:
        raise FormatError(_why(child))
    if len(child.stdout) > MOST_TEXT_BYTES:
        raise FormatError("holds more than 100 MB of text; split it and try again")
    answer = json.loads(child.stdout)
    if "refused" in answer:
        raise FormatError(answer["refused"])
    return answer["found"]


def run() -> None:
    """Be the child: bind oneself, parse what stands on standard input, answer in JSON."""
    _bind()
    module, name = PARSERS[sys.argv[2]]
    parse = getattr(import_module(module), name)
    answer: dict[str, Any]
    try:
        answer = {"found": parse(sys.stdin.buffer.read())}
    except FormatError as error:
        answer = {"refused": str(error)}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


def _bind() -> None:
    """Bound the time and memory of this process, where the system can (Windows cannot)."""
    if os.name != "posix":
        return
    import resource  # noqa: PLC0415 - only there on POSIX

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _why(child: subprocess.CompletedProcess[bytes]) -> str:
    """Say why a child ended without an answer."""
    last = child.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
    if child.returncode in {-_SIGXCPU, -_SIGKILL}:
        return _TOO_LONG
    if last.startswith("MemoryError"):
        return _TOO_MUCH
    return f"is damaged: its parser gave up ({last or f'signal {-child.returncode}'})"
