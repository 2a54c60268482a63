"""Web pages saved as one file (.mhtml): the page itself is taken out, its pictures are left."""

from __future__ import annotations

from email import message_from_bytes
from email.errors import MessageError
from email.message import Message

from corpus.errors import FormatError

_HEAD_BYTES = 4096
_FIELDS = (b"mime-version:", b"content-type:", b"snapshot-content-location:")


def parse_mhtml(data: bytes) -> dict[str, str | None]:
    """Return the first HTML page of an MHTML file: `html` (its bytes as Latin-1), and its `url`.

    Source: RFC 2557. Meant for the child process of `corpus.sandbox`.

    Raises:
        FormatError: it is no MHTML file, or holds no page.
    """
    if not any(field in data[:_HEAD_BYTES].lower() for field in _FIELDS):
        raise FormatError("is not what its name says: it does not begin like a saved web page")
    try:
        message = message_from_bytes(data)
        page = next((part for part in message.walk() if _is_page(part)), None)
    except (MessageError, RecursionError, LookupError) as error:
        message_text = f"is a damaged web page file ({error}); save the page again"
        raise FormatError(message_text) from error
    if page is None:
        raise FormatError("holds no web page; save the page again, as HTML")
    html = page.get_payload(decode=True)
    url = page["Content-Location"] or message["Snapshot-Content-Location"]
    found = url.strip() if url and url.strip().startswith(("http://", "https://")) else None
    return {"html": html.decode("latin-1") if isinstance(html, bytes) else "", "url": found}


def _is_page(part: Message) -> bool:
    return part.get_content_type() in {"text/html", "application/xhtml+xml"}
