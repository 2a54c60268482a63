"""The chat page: layout and wiring only.

`ui/chat.py` says what happens, `ui/render.py` how it looks in HTML. Conversation and evidence are
Markdown components fed with our own markup (see there why); a hidden text box carries what was
clicked from `wenju.js` to the server.
"""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # both must stand before gradio is imported:
os.environ["HF_HUB_OFFLINE"] = "1"  # without them it calls out at start

import gradio as gr
import uvicorn
from anyio import to_thread
from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from rag import Assistant, Settings
from ui import render
from ui import text as words
from ui.api import add_api
from ui.chat import Chat, Conversation, Evidence, Place
from ui.door import LOOPBACK_HOSTS, BodyLimit, SameOrigin, SecurityHeaders

_FOLDER = Path(__file__).parent
_QUEUE_SIZE = 64
_SESSION_S = 12 * 60 * 60
_SHUTDOWN_S = 3


def run(app: ASGIApp, listener: socket.socket) -> None:
    """Serve an application on a listening socket until interrupted."""
    config = uvicorn.Config(
        app,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_S,  # an open page holds a connection for ever
    )
    uvicorn.Server(config).run(sockets=[listener])


def build_app(assistant: Assistant, settings: Settings) -> ASGIApp:
    """Return the whole application: HTTP interface, page, and the door around both."""
    app = FastAPI(title=words.API_TITLE, docs_url=None, redoc_url=None,
                  openapi_url="/api/openapi.json")  # fmt: skip
    add_api(app, assistant)
    for name in ("wenju.css", "wenju.js"):
        app.get(f"/{name}", include_in_schema=False)(_file_sender(_FOLDER / name))
    gr.mount_gradio_app(
        app,
        build_page(assistant, settings),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        theme=_theme(),
        head=render.page_head(),
    )
    inner = BodyLimit(SameOrigin(app))
    return SecurityHeaders(TrustedHostMiddleware(inner, LOOPBACK_HOSTS, www_redirect=False))


def build_page(assistant: Assistant, settings: Settings) -> gr.Blocks:
    """Return the page: header, conversation with its question box, evidence beside it."""
    limit = settings.answer.max_question_chars
    page = _Page(Chat(assistant, max_question_chars=limit), assistant.examples())
    blocks: gr.Blocks = gr.Blocks(
        title=words.PAGE_TITLE, analytics_enabled=False, fill_width=True, fill_height=True
    )
    with blocks:
        header = _markup(render.header(assistant.stats()), "wj-header")
        with gr.Row(elem_id="wj-main"):
            with gr.Column(elem_id="wj-talk"):
                transcript = _markup(page.transcript(()), "wj-transcript")
                question = _question_box(limit)
            with gr.Column(elem_id="wj-side"):
                evidence = _markup(render.no_evidence(), "wj-panel")
        page.wire(question, transcript, evidence)
        blocks.load(
            lambda: render.header(assistant.stats()),
            outputs=[header],
            show_progress="hidden",
            api_visibility="private",
        )
    blocks.queue(
        api_open=False,
        max_size=_QUEUE_SIZE,
        default_concurrency_limit=settings.serve.concurrency,
    )
    return blocks


class _Page:
    """The page's handlers: what the chat yields, as updates of the components."""

    def __init__(self, chat: Chat, examples: tuple[str, ...]) -> None:
        self._chat = chat
        self._examples = examples

    def wire(self, question: gr.Textbox, transcript: gr.Markdown, evidence: gr.Markdown) -> None:
        """Say what happens on asking, stopping, and a click on what `wenju.js` knows as a link."""
        conversation = gr.State((), time_to_live=_SESSION_S)
        clicked = gr.Textbox(visible="hidden", elem_id="wj-clicked")
        shown = [conversation, transcript, evidence, question]
        asking = question.submit(
            self.ask,
            [question, conversation],
            shown,
            show_progress="hidden",
            api_visibility="private",
        )
        question.stop(
            self.stop,
            [conversation],
            shown,
            cancels=[asking],
            show_progress="hidden",
            api_visibility="private",
        )
        clicked.change(
            self.open,
            [clicked, conversation],
            [evidence],
            show_progress="hidden",
            api_visibility="private",
        )

    def transcript(self, conversation: Conversation) -> str:
        return render.transcript(conversation, self._examples)

    async def ask(
        self, question: str, conversation: Conversation
    ) -> AsyncIterator[tuple[Any, ...]]:
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        box, grown = _busy_box(), conversation
        async for grown in _stepwise(self._chat.ask(question, conversation)):
            yield grown, self.transcript(grown), gr.skip(), box
            box = gr.skip()  # the next question may already be being typed
        evidence = await to_thread.run_sync(self._evidence_of_last, grown)
        yield gr.skip(), gr.skip(), evidence, _idle_box()

    def stop(self, conversation: Conversation) -> tuple[Any, ...]:
        stopped = self._chat.stop(conversation)
        return stopped, self.transcript(stopped), gr.skip(), _idle_box()

    def open(self, clicked: str, conversation: Conversation) -> Any:
        place = Place.parse(clicked)
        found = None if place is None else self._chat.evidence(place, conversation)
        return gr.skip() if found is None else _panel(found)

    def _evidence_of_last(self, conversation: Conversation) -> Any:
        found = self._chat.first_evidence(conversation)
        return render.no_evidence() if found is None else _panel(found)


async def _stepwise(views: Iterator[Conversation]) -> AsyncIterator[Conversation]:
    """Yield what a blocking iterator yields, each step taken in a thread.

    When the reader stops it, a step under way is abandoned: Gradio would wait for it to end, and
    until then take no other question.
    """
    while True:
        grown = await to_thread.run_sync(next, views, None, abandon_on_cancel=True)
        if grown is None:
            return
        yield grown


def _panel(found: Evidence) -> str:
    if found.article is None:
        return render.no_article()
    return render.evidence(found.article, place=found.place, answer=found.answer)


def _question_box(max_chars: int) -> gr.Textbox:
    return gr.Textbox(
        label=words.QUESTION_LABEL,
        placeholder=words.PLACEHOLDER,
        max_lines=6,
        max_length=max_chars,
        show_label=False,
        container=False,
        autofocus=True,
        submit_btn=words.ASK_BUTTON,
        stop_btn=False,
        elem_id="wj-question",
    )


def _markup(value: str, elem_id: str) -> gr.Markdown:
    """Return a component that shows our markup and typesets nothing by itself."""
    return gr.Markdown(value, elem_id=elem_id, latex_delimiters=[], padding=False)


def _busy_box() -> gr.Textbox:
    return gr.Textbox(value="", submit_btn=False, stop_btn=words.STOP_BUTTON)


def _idle_box() -> gr.Textbox:
    return gr.Textbox(submit_btn=words.ASK_BUTTON, stop_btn=False)


def _theme() -> gr.themes.Base:
    """Return a theme of system fonts alone; colours and shapes are those of `wenju.css`."""
    family = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
    return gr.themes.Base(font=family, font_mono=("Consolas", "monospace"))


def _file_sender(path: Path) -> Callable[[], FileResponse]:
    def send() -> FileResponse:
        return FileResponse(path, headers={"Cache-Control": "no-cache"})

    return send
