"""The HTTP interface beside the page: questions, articles, health, and a page that explains it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from itertools import chain
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict

from rag import Answer, Assistant, QuestionError, Turn, WenjuError
from ui import pages
from ui import text as words


class TurnIn(BaseModel):
    """One earlier exchange of the conversation."""

    model_config = ConfigDict(extra="forbid")

    question: str
    answer: str


class QuestionIn(BaseModel):
    """A question with the conversation it stands in.

    `stream` asks for server-sent events: `answer` for each growing answer, then `done`, or `error`.
    """

    model_config = ConfigDict(extra="forbid")

    question: str
    history: tuple[TurnIn, ...] = ()
    as_of: date | None = None
    stream: bool = False


def add_api(app: FastAPI, assistant: Assistant) -> None:
    """Add the routes of the HTTP interface to `app`."""
    app.include_router(_routes(assistant))
    app.add_exception_handler(WenjuError, _report_error)

    @app.get("/api/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(pages.api_page(_operations(app.openapi())))


def _routes(assistant: Assistant) -> APIRouter:
    routes = APIRouter()

    @routes.post("/api/query", summary=words.API_QUERY, response_model=None)
    def query(asked: QuestionIn) -> JSONResponse | StreamingResponse:
        history = tuple(Turn(turn.question, turn.answer) for turn in asked.history)
        if not asked.stream:
            answer = assistant.query(asked.question, history=history, as_of=asked.as_of)
            return JSONResponse(answer.to_dict())
        answers = assistant.stream(asked.question, history=history, as_of=asked.as_of)
        first = next(answers)  # a question that is refused fails here, with its own status code
        return StreamingResponse(_events(chain([first], answers)), media_type="text/event-stream")

    @routes.get("/api/articles/{article_id}", summary=words.API_ARTICLE, response_model=None)
    def article(article_id: str) -> JSONResponse:
        try:
            found = assistant.article(article_id)
        except WenjuError:
            message = words.HTTP_NO_ARTICLE.format(article_id=article_id)
            return JSONResponse({"error": message}, status_code=404)
        line = asdict(found)
        del line["offsets"]  # leads to the original file; citations carry the ranges that matter
        return JSONResponse(line)

    @routes.get("/healthz", summary=words.API_HEALTH)
    def healthz() -> dict[str, Any]:
        stats = assistant.stats()
        return {"status": "ok", "articles": stats.articles, "index": stats.index_version}

    return routes


def _report_error(_request: Request, error: Exception) -> JSONResponse:
    status_code = 422 if isinstance(error, QuestionError) else 503
    return JSONResponse({"error": str(error)}, status_code=status_code)


def _events(answers: Iterable[Answer]) -> Iterator[str]:
    """Yield server-sent events; an expected failure on the way becomes the last one."""
    try:
        for answer in answers:
            yield _event("answer", answer.to_dict())
        yield _event("done", {})
    except WenjuError as error:
        yield _event("error", {"error": str(error)})


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the documentation page shows of each operation of an OpenAPI description."""
    schemas = description.get("components", {}).get("schemas", {})
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            body = {name: schemas[name] for name in ("QuestionIn", "TurnIn")}
            shown = json.dumps(body, ensure_ascii=False, indent=2)
            yield {
                "method": method.upper(),
                "path": path,
                "summary": operation.get("summary", ""),
                "body": shown if "requestBody" in operation else "",
            }
