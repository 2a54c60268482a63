"""The door of the server: who may speak to it, how much they may send, what browsers may do.

Plain ASGI wrappers around the whole application, Gradio's routes included.
"""

from __future__ import annotations

import socket

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag import Settings, SettingsError
from ui import text as words

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")

MAX_BODY_BYTES = 64 * 1024

# Source: tried on Gradio 6.31 in Chromium 156: `base-uri 'none'` would break its <base> element,
# and components that evaluate templates (gr.HTML) do not run under it.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def listen(settings: Settings) -> socket.socket:
    """Return a socket that listens on the configured address.

    Raises:
        SettingsError: the address is not of this machine, or the port is taken.
    """
    host, port = settings.serve.host, settings.serve.port
    if host not in LOOPBACK_HOSTS:
        message = (
            f"serve.host = {host!r}: without users the page is served to this machine only; "
            "set it to 127.0.0.1"
        )
        raise SettingsError(message)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        message = f"serve.port = {port}: cannot listen there ({error.strerror}); try --port 0"
        raise SettingsError(message) from error


def address(listener: socket.socket) -> str:
    """Return where a browser finds what listens there."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class SecurityHeaders:
    """Put the security headers on every response and take cross-origin permissions off."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; change the head of the response."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name in [key for key in headers if key.startswith("access-control-")]:
                    del headers[name]
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_safely)


class SameOrigin:
    """Refuse requests with an effect that a page of another origin sends: 403."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless its Origin names another host than its Host."""
        if scope["type"] in ("http", "websocket") and _is_foreign(scope):
            await _refusal(words.HTTP_FOREIGN, 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuse request bodies over `MAX_BODY_BYTES`, announced or not: 413."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body up to the limit, then hand it on as a whole."""
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        body = await _read_body(Headers(scope=scope).get("content-length"), receive)
        if body is None:
            refusal = _refusal(words.HTTP_TOO_LARGE.format(limit=MAX_BODY_BYTES), 413)
            await refusal(scope, receive, send)
            return
        replayed = False

        async def receive_again() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, receive_again, send)


async def _read_body(announced: str | None, receive: Receive) -> bytes | None:
    """Return the whole body, or None when it is over the limit."""
    if announced is not None and (not announced.isdecimal() or int(announced) > MAX_BODY_BYTES):
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _is_foreign(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None or scope.get("method") in _SAFE_METHODS:
        return False
    return origin.partition("://")[2] != headers.get("host")


def _refusal(message: str, status_code: int) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status_code)
