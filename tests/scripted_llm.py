"""A scripted language model behind OpenAI's wire format, on loopback.

It is a fake, not a mock: what it says is computed from the request it was sent (the answers
stand in scripted_answers.py); a `Script` adds what can go wrong on the line.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.scripted_answers import AnswerOf, Prompt, truthful


@dataclass(frozen=True)
class Script:
    """How the server behaves.

    Attributes:
        answer: what the model says.
        status: HTTP status of the refusals.
        refusals: how many requests are refused with `status` before it answers; None means all.
        error: the message of a refusal.
        pause_s: wait before each piece.
        piece_chars: characters a piece.
        dies_after: pieces after which the connection is torn down.
        error_after: pieces after which an error event is sent into the stream.
        finish_reason: how the answer ends; None ends the stream without saying so.
        body: sent instead of an answer, as a page (a server that is no language model).
    """

    answer: AnswerOf = truthful
    status: int = 200
    refusals: int | None = None
    error: str = "scripted refusal"
    pause_s: float = 0.0
    piece_chars: int = 4
    dies_after: int | None = None
    error_after: int | None = None
    finish_reason: str | None = "stop"
    body: str | None = None


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> Prompt:
        return Prompt.of(self.body["messages"])


@dataclass
class ScriptedServer:
    """A running server: change `script` between requests, read `requests` afterwards."""

    base_url: str
    script: Script
    requests: list[Request] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    def refuses(self) -> bool:
        limit = self.script.refusals
        return self.script.status != 200 and (limit is None or len(self.requests) <= limit)


@contextmanager
def scripted_server(script: Script | None = None) -> Iterator[ScriptedServer]:
    """Serve on a free port of loopback until the block ends."""
    http = _Server(("127.0.0.1", 0), _Handler)
    http.scripted = ScriptedServer(
        f"http://127.0.0.1:{http.server_address[1]}/v1", script or Script()
    )
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield http.scripted
    finally:
        http.scripted.closing.set()
        http.shutdown()
        http.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    scripted: ScriptedServer
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about clients that hang up; that is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        scripted = self.server.scripted
        raw = self.rfile.read(int(self.headers["Content-Length"] or 0))
        is_json = self.headers["Content-Type"] == "application/json"
        request = Request(self.path, dict(self.headers), json.loads(raw) if is_json else {})
        scripted.requests.append(request)
        if not self.path.endswith("/chat/completions"):
            self._send(404, _error("no such path"))
        elif scripted.refuses():
            self._send(scripted.script.status, _error(scripted.script.error))
        elif scripted.script.body is not None:
            self._send(200, scripted.script.body, kind="text/html")
        elif request.body.get("stream"):
            self._stream(request)
        else:
            self._send(200, _completion(request, scripted.script))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep standard error for test failures."""

    def _send(self, status: int, body: str, kind: str = "application/json") -> None:
        encoded = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(encoded)))
        if status != 200:
            self.send_header("Retry-After-Ms", "1")
        self.end_headers()
        self.wfile.write(encoded)

    def _stream(self, request: Request) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for event in self._events(request):
                self._chunk(f"data: {event}\n\n".encode())
            self._chunk(b"")
        except OSError:
            self.close_connection = True
            self.server.scripted.hung_up.set()

    def _events(self, request: Request) -> Iterator[str]:
        script = self.server.scripted.script
        answer = script.answer(request.prompt)
        size = script.piece_chars
        yield _delta(request, {"role": "assistant", "content": ""})
        for sent, start in enumerate(range(0, len(answer), size)):
            self.server.scripted.closing.wait(script.pause_s)
            if script.dies_after == sent:
                self.connection.shutdown(socket.SHUT_RDWR)
            if script.error_after == sent:
                yield _error(script.error)
                return
            yield _delta(request, {"content": answer[start : start + size]})
        if script.finish_reason is not None:
            yield _delta(request, {}, finish_reason=script.finish_reason)
            yield "[DONE]"

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _delta(request: Request, delta: dict[str, str], finish_reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return _envelope(request, "chat.completion.chunk", choice)


def _completion(request: Request, script: Script) -> str:
    message = {"role": "assistant", "content": script.answer(request.prompt)}
    choice = {"index": 0, "message": message, "finish_reason": script.finish_reason}
    return _envelope(request, "chat.completion", choice)


def _envelope(request: Request, kind: str, choice: dict[str, Any]) -> str:
    envelope = {
        "id": "chatcmpl-scripted",
        "object": kind,
        "created": 1_700_000_000,
        "model": request.body["model"],
        "choices": [choice],
    }
    return json.dumps(envelope, ensure_ascii=False)


def _error(message: str) -> str:
    error = {"message": message, "type": "scripted_error", "param": None, "code": None}
    return json.dumps({"error": error}, ensure_ascii=False)
