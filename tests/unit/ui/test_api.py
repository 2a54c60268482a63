"""The HTTP interface, without a server and without Gradio."""

import json

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag import GeneratorError
from tests.fakes import SUBSIDY, SUBSIDY_ANSWER, SUBSIDY_QUESTION, FakeAssistant
from ui.api import add_api


@pytest.fixture(scope="module")
def assistant():
    answers = {SUBSIDY_QUESTION: SUBSIDY_ANSWER, "坏问题": GeneratorError("no route to the model")}
    return FakeAssistant([SUBSIDY], answers)


@pytest.fixture(scope="module")
def client(assistant):
    app = FastAPI(openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    add_api(app, assistant)
    with TestClient(app) as client:
        yield client


def ask(client, **body):
    return client.post("/api/query", json={"question": SUBSIDY_QUESTION, **body})


def test_a_question_gets_an_answer_line(client):
    response = ask(client)
    assert response.status_code == 200
    assert response.json() == json.loads(json.dumps(SUBSIDY_ANSWER.to_dict()))


def test_the_conversation_is_handed_on(client, assistant):
    ask(client, history=[{"question": "问", "answer": "答"}])
    assert [(turn.question, turn.answer) for turn in assistant.asked[-1][1]] == [("问", "答")]


def events(text):
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n", 1)
        yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_a_stream_gives_growing_answers_and_then_says_done(client):
    response = ask(client, stream=True)
    assert response.headers["content-type"].startswith("text/event-stream")
    names, lines = zip(*events(response.text), strict=True)
    assert names == ("answer", "answer", "done")
    assert lines[1] == json.loads(json.dumps(SUBSIDY_ANSWER.to_dict()))
    assert len(lines[0]["text"]) < len(lines[1]["text"])


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("question", ["", "长" * 2001])
def test_a_question_that_cannot_be_asked_is_422_with_the_reason(client, question, stream):
    response = ask(client, question=question, stream=stream)
    assert response.status_code == 422
    assert "characters" in response.json()["error"]


def test_an_expected_failure_is_503_with_the_reason(client):
    response = ask(client, question="坏问题")
    assert response.status_code == 503
    assert response.json() == {"error": "no route to the model"}


@pytest.mark.parametrize(
    "body",
    [{}, {"question": 1}, {"question": "问", "extra": 1}, {"question": "问", "as_of": "昨天"}],
)
def test_a_malformed_request_is_422(client, body):
    assert client.post("/api/query", json=body).status_code == 422


def test_text_that_claims_to_be_no_json_is_not_read_as_json(client):
    body = json.dumps({"question": SUBSIDY_QUESTION})
    response = client.post("/api/query", content=body, headers={"content-type": "text/plain"})
    assert response.status_code == 422


def test_an_article_is_given_by_its_identifier(client):
    article = client.get(f"/api/articles/{SUBSIDY.article_id}").json()
    assert article["title"] == SUBSIDY.title
    assert article["text"] == SUBSIDY.text
    assert "offsets" not in article


def test_an_unknown_article_is_404(client):
    response = client.get("/api/articles/none")
    assert response.status_code == 404
    assert "none" in response.json()["error"]


def test_health_says_what_is_served(client):
    assert client.get("/healthz").json() == {"status": "ok", "articles": 1, "index": 7}


def test_the_documentation_is_served_locally_and_names_every_operation(client):
    page = client.get("/api/docs").text
    for part in ("POST /api/query", "GET /api/articles/{article_id}", "GET /healthz", "as_of"):
        assert part in page
    assert "http://" not in page
    assert "https://" not in page
