from __future__ import annotations

import pytest

from corpus.errors import FormatError
from corpus.mhtml import parse_mhtml

PAGE = """From: <Saved by Blink>\r
Snapshot-Content-Location: https://a.cn/1.html\r
MIME-Version: 1.0\r
Content-Type: multipart/related; type="text/html"; boundary="--x"\r
\r
----x\r
Content-Type: image/png\r
Content-Transfer-Encoding: base64\r
\r
AAAA\r
----x\r
Content-Type: text/html; charset=gbk\r
Content-Transfer-Encoding: {how}\r
{location}\r
{body}\r
----x--\r
"""


def saved(body: str = "", how: str = "8bit", location: str = "") -> bytes:
    stated = f"Content-Location: {location}\r\n" if location else ""
    return PAGE.format(body=body, how=how, location=stated).encode("gbk")


def html_of(data: bytes) -> str:
    return parse_mhtml(data)["html"].encode("latin-1").decode("gbk").strip()


def test_the_page_is_taken_out_and_its_pictures_left() -> None:
    assert html_of(saved("<p>武隆区</p>")) == "<p>武隆区</p>"


@pytest.mark.parametrize(
    ("how", "body"),
    [("base64", "PHA+zuTCoTwvcD4="), ("quoted-printable", "<p>=CE=E4=C2=A1</p>")],
)
def test_every_way_of_packing_is_undone(how: str, body: str) -> None:
    assert html_of(saved(body, how)) == "<p>武隆</p>"


def test_the_address_of_the_page_is_kept() -> None:
    assert parse_mhtml(saved("x"))["url"] == "https://a.cn/1.html"
    assert parse_mhtml(saved("x", location="http://b.cn/"))["url"] == "http://b.cn/"
    assert parse_mhtml(saved("x", location="cid:frame-1@x"))["url"] is None


def test_what_is_no_saved_page_is_refused() -> None:
    with pytest.raises(FormatError, match="does not begin like a saved web page"):
        parse_mhtml(b"<html></html>")
    with pytest.raises(FormatError, match="holds no web page"):
        parse_mhtml(b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx")


def test_parts_in_parts_without_end_are_refused_or_read_but_never_crash() -> None:
    nested = b"MIME-Version: 1.0\r\n"
    for n in range(300):
        nested += b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
    with pytest.raises(FormatError):
        parse_mhtml(nested)
