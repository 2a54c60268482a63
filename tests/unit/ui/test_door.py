"""The door: foreign pages, oversized bodies and unknown hosts stay outside; headers are set."""

import asyncio

import pytest

from ui.door import MAX_BODY_BYTES, SECURITY_HEADERS, BodyLimit, SameOrigin, SecurityHeaders


async def echo(scope, receive, send):
    """Answer with the number of body bytes received, and with a permission to be stripped."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    headers = [(b"access-control-allow-origin", b"*"), (b"x-own", b"kept")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": str(size).encode()})


def call(app, *, method="POST", headers=(), chunks=(b"",)):
    """Send one request through an ASGI application; return status, headers and body."""
    scope = {
        "type": "http",
        "method": method,
        "path": "/",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    incoming = [
        {"type": "http.request", "body": chunk, "more_body": at < len(chunks) - 1}
        for at, chunk in enumerate(chunks)
    ]
    outgoing = []

    async def receive():
        return incoming.pop(0)

    async def send(message):
        outgoing.append(message)

    asyncio.run(app(scope, receive, send))
    start, body = outgoing[0], b"".join(message.get("body", b"") for message in outgoing[1:])
    return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body.decode()


def test_every_response_carries_the_security_headers_and_no_foreign_permission():
    status, headers, _ = call(SecurityHeaders(echo))
    assert status == 200
    for name, value in SECURITY_HEADERS.items():
        assert headers[name.lower()] == value
    assert "access-control-allow-origin" not in headers
    assert headers["x-own"] == "kept"


def test_the_policy_allows_no_other_host_and_no_evaluation_of_text():
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-eval'" not in policy
    assert "http" not in policy


HERE = ("host", "127.0.0.1:7860")


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1:1", "http://wiki.office.lan", "null", "http://[bad"],
)
def test_a_request_with_an_effect_from_another_origin_is_refused(origin):
    status, _, body = call(SameOrigin(echo), headers=[HERE, ("origin", origin)])
    assert status == 403
    assert "其他网站" in body


@pytest.mark.parametrize("headers", [[HERE], [HERE, ("origin", "http://127.0.0.1:7860")]])
def test_the_page_itself_and_programs_may_send(headers):
    assert call(SameOrigin(echo), headers=headers)[0] == 200


def test_reading_is_not_asked_for_its_origin():
    headers = [HERE, ("origin", "https://evil.example")]
    assert call(SameOrigin(echo), method="GET", headers=headers)[0] == 200


def test_a_body_up_to_the_limit_arrives_whole():
    half = b"x" * (MAX_BODY_BYTES // 2)
    assert call(BodyLimit(echo), chunks=(half, half))[2] == str(MAX_BODY_BYTES)


def test_a_body_over_the_limit_is_refused_though_it_was_not_announced():
    status, _, body = call(BodyLimit(echo), chunks=(b"x" * MAX_BODY_BYTES, b"x"))
    assert status == 413
    assert str(MAX_BODY_BYTES) in body


@pytest.mark.parametrize("length", [str(MAX_BODY_BYTES + 1), "-1", "many", "9" * 40])
def test_an_announced_length_that_is_too_large_or_senseless_is_refused(length):
    assert call(BodyLimit(echo), headers=[("content-length", length)])[0] == 413


def test_a_request_without_effect_is_not_read():
    assert call(BodyLimit(echo), method="GET")[0] == 200
