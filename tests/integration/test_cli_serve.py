"""`wenju serve` as a process of its own: page, HTTP interface, and the door around both."""

import os
import socket
import subprocess
import sys

import httpx
import pytest

from tests.fakes import SUBSIDY_QUESTION
from tests.served import CONFIG, ROOT, served
from ui.door import MAX_BODY_BYTES, SECURITY_HEADERS


@pytest.fixture(scope="module")
def client():
    with served("-m", "tests.served") as url, httpx.Client(base_url=url, timeout=20) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/wenju.css", "/wenju.js", "/healthz", "/api/docs", "/none"])
def test_every_answer_carries_the_security_headers(client, path):
    response = client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert response.headers[name] == value


def test_the_page_brings_its_own_style_and_script(client):
    page = client.get("/").text
    assert "/wenju.css" in page
    assert "/wenju.js" in page
    assert client.get("/wenju.css").headers["content-type"].startswith("text/css")
    assert "javascript" in client.get("/wenju.js").headers["content-type"]


def test_the_http_interface_stands_beside_the_page(client):
    answer = client.post("/api/query", json={"question": SUBSIDY_QUESTION}).json()
    assert answer["short"] == "58万元；6万元"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "wiki.office.lan"])
def test_a_name_that_is_not_this_machine_is_refused(client, host):
    assert client.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("path", ["/api/query", "/gradio_api/queue/join", "/gradio_api/upload"])
def test_a_foreign_page_cannot_make_anything_happen(client, path):
    response = client.post(path, json={}, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("path", ["/api/query", "/gradio_api/queue/join", "/gradio_api/upload"])
def test_a_huge_request_is_refused_everywhere(client, path):
    assert client.post(path, content=b"x" * (MAX_BODY_BYTES + 1)).status_code == 413


def test_handlers_cannot_be_called_past_the_queue(client):
    dependencies = client.get("/config").json()["dependencies"]
    handlers = [one["id"] for one in dependencies if one["backend_fn"]]
    assert len(handlers) >= 3
    for handler in handlers:
        body = {"data": ["", ""], "fn_index": handler}
        assert client.post("/gradio_api/run/predict", json=body).status_code == 404


def test_nothing_of_the_page_is_a_public_endpoint(client):
    described = client.get("/gradio_api/info").json()
    assert described["named_endpoints"] == {}


def test_no_file_of_this_machine_is_served(client):
    for path in ("/etc/hostname", str(CONFIG), "../config.yaml"):
        assert client.get(f"/gradio_api/file={path}").status_code in (403, 404)


def refused(*arguments, **environment):
    """Run `wenju serve` where it must not start; return its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", "serve", "--config", str(CONFIG), *arguments],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60,
        encoding="utf-8", check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5"])
def test_without_users_no_other_machine_is_served(host):
    code, said = refused(WENJU_SERVE__HOST=host)
    assert code == 1
    assert said.count("\n") == 1
    assert "127.0.0.1" in said


def test_a_missing_index_is_told_before_anything_is_served(tmp_path):
    code, said = refused("--index", str(tmp_path / "none"), "--port", "0")
    assert code == 1
    assert "wenju build" in said


def test_a_taken_port_is_named_with_a_way_out(tmp_path):
    index = ("--config", str(CONFIG), "--index", str(tmp_path / "index"))
    command = [sys.executable, "-m", "ui.cli", "build", str(ROOT / "corpus" / "articles"), *index]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, said = refused("--index", str(tmp_path / "index"), "--port", port)
    assert code == 1
    assert f"serve.port = {port}" in said
    assert "--port 0" in said
