"""The generator against a scripted model on loopback, over OpenAI's real wire format."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from langchain_core.exceptions import ModelRateLimitError
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.tracers.langchain import wait_for_all_tracers
from langsmith.utils import get_env_var

from rag.errors import GeneratorError, SettingsError
from rag.generate import ChatGenerator, _counter, load_generator
from rag.prompts import NOT_FOUND, PromptPassage, build_messages, estimate_tokens
from rag.settings import GeneratorSettings
from rag.types import Turn
from tests.scripted_llm import Script, scripted_server

ROOT = Path(__file__).parents[2]
QUESTION = "武隆区建会补助多少"
PASSAGES = [
    PromptPassage(1, "武隆建会", "2024-02-19", "武隆区总工会对新建会的乡镇工会补助58万元。"),
    PromptPassage(2, "涪陵慰问", None, "涪陵区总工会慰问职工300人。"),
]
KEY = "sk-canary-1234567890"


@pytest.fixture
def server():
    with scripted_server() as running:
        yield running


def generator(server, *, environ=None, **settings):
    defaults = {"provider": "openai", "model": "qwen2.5-7b", "base_url": server.base_url}
    environ = {"WENJU_LLM_API_KEY": KEY} if environ is None else environ
    return load_generator(GeneratorSettings(**(defaults | settings)), environ=environ)


def answer(built, question=QUESTION, passages=PASSAGES, **more):
    return "".join(built.generate(question, passages, **more))


def failure(server, **settings):
    with pytest.raises(GeneratorError) as caught:
        answer(generator(server, **settings))
    return str(caught.value)


def test_the_answer_comes_from_the_passages_in_pieces(server):
    pieces = list(generator(server).generate(QUESTION, PASSAGES))
    assert "".join(pieces) == "武隆区总工会对新建会的乡镇工会补助58万元[1]。"
    assert len(pieces) > 3


def test_the_request_carries_model_limits_key_and_prompt(server):
    answer(generator(server, max_tokens=77, temperature=0.5), history=[Turn("你好", "您好[1]。")])
    (request,) = server.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    told = {name: request.body.get(name) for name in ("model", "stream", "temperature")}
    assert told == {"model": "qwen2.5-7b", "stream": True, "temperature": 0.5}
    assert request.body["max_tokens"] == 77
    assert "max_completion_tokens" not in request.body
    assert request.prompt.question == QUESTION
    assert request.prompt.passages == {1: PASSAGES[0].text, 2: PASSAGES[1].text}
    assert "答：您好。" in request.body["messages"][1]["content"]


@pytest.mark.parametrize("provider", ["openai", "ollama", "vllm", "deepseek", "qwen"])
def test_an_address_of_ones_own_needs_no_key(server, provider):
    built = generator(server, provider=provider, environ={})
    assert built.name == f"{provider}:qwen2.5-7b"
    assert "58万元" in answer(built)


def test_the_key_is_taken_from_the_named_variable_alone(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-someone-else")
    answer(generator(server, environ={"MY_KEY": "sk-mine"}, api_key_env="MY_KEY"))
    answer(generator(server, environ={}))
    sent = [request.headers["authorization"] for request in server.requests]
    assert sent == ["Bearer sk-mine", "Bearer none-needed"]


def test_nothing_is_asked_where_nothing_was_found(server):
    assert answer(generator(server), passages=[]) == NOT_FOUND
    assert server.requests == []


def test_passages_beyond_the_budget_are_left_out_whole(server):
    budget = estimate_tokens(build_messages(QUESTION, PASSAGES)) - 1
    answer(generator(server, max_prompt_tokens=budget))
    assert server.requests[0].prompt.passages == {1: PASSAGES[0].text}


def test_thinking_does_not_reach_the_reader(server):
    server.script = Script(answer=lambda _: "<think>也许99万元</think>\n\n补助58万元[1]。")
    assert answer(generator(server)) == "补助58万元[1]。"


@pytest.mark.parametrize(
    ("status", "advice", "requests"),
    [
        (400, "section generator", 1),
        (401, "WENJU_LLM_API_KEY", 1),
        (403, "another key", 1),
        (404, "generator.model", 1),
        (429, "wait", 3),
        (500, "its log", 3),
    ],
)
def test_a_refusal_says_what_to_do_and_is_retried_where_that_helps(
    server, status, advice, requests
):
    server.script = Script(status=status)
    told = failure(server)
    assert advice in told
    assert server.base_url in told
    assert str(status) in told or (status == 500 and "5xx" in told)
    assert len(server.requests) == requests


def test_a_passing_failure_is_overcome_by_the_second_retry(server):
    server.script = Script(status=503, refusals=2)
    assert "58万元" in answer(generator(server))
    assert len(server.requests) == 3


def test_an_overlong_prompt_names_the_setting(server):
    server.script = Script(status=400, error="context_length_exceeded")
    assert "max_prompt_tokens" in failure(server)


def test_a_server_that_is_not_there_is_said_to_be_unreachable():
    with scripted_server() as gone:
        pass
    assert "cannot be reached" in failure(gone)


def test_a_silent_model_is_given_up_after_the_timeout(server):
    server.script = Script(pause_s=30.0)
    started = time.monotonic()
    assert "timeout_s" in failure(server, timeout_s=0.2)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "script",
    [
        Script(dies_after=3),
        Script(error_after=3, error="out of memory"),
        Script(finish_reason=None),
    ],
    ids=["connection torn", "error event", "quiet end"],
)
def test_an_answer_that_breaks_off_is_an_error_and_no_answer(server, script):
    server.script = script
    assert "broke off" in failure(server)


@pytest.mark.parametrize(
    ("script", "advice"),
    [
        (Script(finish_reason="length"), "generator.max_tokens"),
        (Script(finish_reason="content_filter"), "content filter"),
        (Script(answer=lambda _: ""), "answered nothing"),
        (Script(answer=lambda _: "<think>想来想去"), "answered nothing"),
        (Script(answer=lambda _: "补助" * 9000), "runs on"),
        (Script(body="<html>welcome</html>"), "OpenAI's protocol"),
        (Script(dies_after=0), "cannot be reached"),
    ],
)
def test_what_is_no_answer_is_an_error(server, script, advice):
    server.script = script
    assert advice in failure(server)


def test_the_key_shows_in_no_message(server):
    server.script = Script(status=401, error=f"Incorrect API key provided: {KEY}")
    built = generator(server)
    told = failure(server)
    assert "***" in told
    assert KEY not in told + repr(built)


def test_closing_the_answer_hangs_up_on_the_model(server):
    server.script = Script(answer=lambda _: "补助" * 2000, pause_s=0.002)
    pieces = generator(server).generate(QUESTION, PASSAGES)
    next(pieces)
    pieces.close()
    assert server.hung_up.wait(10)


def test_questions_are_not_traced_whatever_the_environment_says(server, monkeypatch):
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", server.base_url)
    monkeypatch.setenv("LANGSMITH_API_KEY", "sk-langsmith")
    get_env_var.cache_clear()
    try:
        answer(generator(server))
        wait_for_all_tracers()
    finally:
        get_env_var.cache_clear()
    assert [request.path for request in server.requests] == ["/v1/chat/completions"]


def test_an_unknown_provider_is_refused_by_name(server):
    with pytest.raises(SettingsError, match="opnai"):
        generator(server, provider="opnai")


def test_a_missing_package_comes_with_the_line_that_installs_it(server):
    with pytest.raises(GeneratorError, match="pip install langchain-anthropic"):
        generator(server, provider="anthropic")


class FailingModel(FakeListChatModel):
    """A chat model of another provider that fails in LangChain's own terms."""

    def _stream(self, *args, **kwargs):
        raise ModelRateLimitError("slow down")
        yield


class CountingModel(FakeListChatModel):
    """A chat model with a counter of its own: 7 tokens a message."""

    def get_num_tokens_from_messages(self, messages, tools=None):
        return 7 * len(messages)


class UncountableModel(FakeListChatModel):
    def get_num_tokens_from_messages(self, messages, tools=None):
        raise NotImplementedError


def other_provider(model, **settings):
    settings = GeneratorSettings(provider="fake", model="m", **settings)
    return ChatGenerator(settings, model, counter=_counter(model, {}), key="")


def test_any_other_chat_model_of_langchain_answers_too():
    assert (
        answer(other_provider(FakeListChatModel(responses=["补助58万元[1]。"])))
        == "补助58万元[1]。"
    )


def test_errors_of_other_providers_are_explained_the_same_way():
    with pytest.raises(GeneratorError, match=r"429.*slow down"):
        answer(other_provider(FailingModel(responses=[""])))


def test_tokens_are_counted_by_the_model_where_it_has_a_counter():
    messages = build_messages(QUESTION, PASSAGES)
    assert _counter(CountingModel(responses=[""]), {})(messages) == 14
    estimate = estimate_tokens(messages)
    assert _counter(FakeListChatModel(responses=[""]), {})(messages) == estimate
    assert _counter(UncountableModel(responses=[""]), {})(messages) == estimate


def test_counting_for_openai_models_fetches_no_vocabulary(server, monkeypatch):
    fetched = []
    monkeypatch.setattr("tiktoken.encoding_for_model", fetched.append)
    monkeypatch.setattr("tiktoken.get_encoding", fetched.append)
    assert "58万元" in answer(generator(server, model="gpt-4o"))
    assert fetched == []


def test_importing_the_generator_loads_no_langchain():
    program = "import sys, rag.generate; print(*(name.split('.')[0] for name in sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {"langchain", "langchain_core", "langsmith", "openai"}.isdisjoint(told.stdout.split())
