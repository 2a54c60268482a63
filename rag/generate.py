"""The answer with a language model: LangChain's chat models behind a protocol of our own.

LangChain is imported only when a model is built, and none of its types leaves this module.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Generator as Streaming
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol, cast

from rag.errors import GeneratorError, SettingsError
from rag.prompts import (
    NOT_FOUND,
    Message,
    PromptPassage,
    TokenCounter,
    estimate_tokens,
    fitted_messages,
    without_thinking,
)
from rag.settings import GeneratorSettings
from rag.types import Turn

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

logger = logging.getLogger(__name__)

MAX_RETRIES = 2
# A model that runs on is stopped: prose has 1.5 (Chinese) to 4.5 (English) characters a token.
RUNAWAY_CHARS_PER_TOKEN = 8
BROKEN_OFF = "broke off in the middle of its answer: ask again, or look at the server's log"


class Generator(Protocol):
    """Phrase an answer from passages.

    Attributes:
        name: provider and model, for `Answer.versions`.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - described above

    def generate(
        self, question: str, passages: Sequence[PromptPassage], *, history: Sequence[Turn] = ()
    ) -> Iterator[str]:
        """Yield the answer piece by piece, its markers as the model spelt them.

        Closing the iterator stops the model. Without passages it yields `NOT_FOUND` and asks
        no model.

        Raises:
            GeneratorError: the model did not answer, or not to the end; the pieces that came
                before it are no answer.
        """
        ...


# Providers that speak OpenAI's protocol, and where they are found unless `base_url` is set.
# Source: each one's documentation of its OpenAI-compatible interface, November 2026.
ENDPOINTS = {
    "openai": "https://api.openai.com/v1",
    "deepseek": "https://api.deepseek.com",
    "qwen": "https://dashscope.aliyuncs.com/compatible-mode/v1",
    "ollama": "http://127.0.0.1:11434/v1",
    "vllm": "http://127.0.0.1:8000/v1",
}


def load_generator(
    settings: GeneratorSettings, *, environ: Mapping[str, str] | None = None
) -> Generator | None:
    """Build the configured language model; None where no provider is configured.

    Args:
        settings: the section `generator`.
        environ: where the key is looked up; None means the process's environment.

    Raises:
        SettingsError: no model is named, the provider is unknown or the key is missing.
        GeneratorError: a package is missing; the message holds the line that installs it.
    """
    if settings.provider is None:
        return None
    if settings.model is None:
        message = f"generator.provider is {settings.provider!r}, but generator.model is not set"
        raise SettingsError(message)
    environ = os.environ if environ is None else environ
    key = environ.get(settings.api_key_env, "")
    hosted = settings.base_url is None and ENDPOINTS.get(settings.provider, "").startswith("https:")
    if hosted and not key:
        message = f"generator.provider {settings.provider!r} needs a key in {settings.api_key_env}"
        raise SettingsError(message)
    model = _build(settings, key)
    return ChatGenerator(settings, model, counter=_counter(model, environ), key=key)


class ChatGenerator:
    """A `Generator` that asks a LangChain chat model. `load_generator` builds it."""

    def __init__(
        self, settings: GeneratorSettings, model: BaseChatModel, *, counter: TokenCounter, key: str
    ) -> None:
        self.name = f"{settings.provider}:{settings.model}"
        self._settings = settings
        self._model = model
        self._counter = counter
        self._key = key
        self._failures = _failures()

    def generate(
        self, question: str, passages: Sequence[PromptPassage], *, history: Sequence[Turn] = ()
    ) -> Iterator[str]:
        """Yield the answer piece by piece; see `Generator.generate`."""
        if not passages:
            yield NOT_FOUND
            return
        messages = fitted_messages(
            question,
            passages,
            history=history,
            max_tokens=self._settings.max_prompt_tokens,
            counter=self._counter,
        )
        said = False
        with closing(self._pieces(messages)) as pieces:
            for piece in without_thinking(pieces):
                said = said or bool(piece.strip())
                yield piece
        if not said:
            raise self._error("answered nothing: try another model or a higher max_tokens")

    def _pieces(self, messages: Sequence[Message]) -> Streaming[str]:
        received, ending, begun = 0, "", False
        limit = self._settings.max_tokens * RUNAWAY_CHARS_PER_TOKEN
        stream = cast("Streaming[AIMessageChunk]", self._model.stream(_spoken(messages)))
        with closing(stream):
            while (chunk := self._next(stream, begun=begun)) is not None:
                text = str(chunk.text)
                ending = _ending(chunk.response_metadata) or ending
                received += len(text) or 1
                if received > limit:
                    raise self._error("runs on beyond generator.max_tokens: try another model")
                if text:
                    begun = True
                    yield text
        self._check_ending(ending)

    def _next(self, stream: Streaming[AIMessageChunk], *, begun: bool) -> AIMessageChunk | None:
        from langsmith import tracing_context  # noqa: PLC0415 - comes with langchain

        try:
            # Whatever LANGSMITH_TRACING says: questions go to the configured model alone.
            with tracing_context(enabled=False):
                return next(stream, None)
        except self._failures as error:
            raise self._error(_advice(error, self._settings, begun=begun), error) from error

    def _check_ending(self, ending: str) -> None:
        if ending in {"length", "max_tokens", "MAX_TOKENS"}:
            raise self._error("was cut off: raise generator.max_tokens or the model's own window")
        if ending == "content_filter":
            raise self._error("withheld its answer (content filter): ask differently")
        if not ending and self._settings.provider in ENDPOINTS:
            raise self._error(BROKEN_OFF)

    def _error(self, advice: str, error: Exception | None = None) -> GeneratorError:
        detail = " ".join(str(error).split()) if error else ""
        if self._key:
            detail = detail.replace(self._key, "***")
        note = f" ({detail[:300]})" if detail else ""
        where = f" at {address}" if (address := _address(self._settings)) else ""
        return GeneratorError(f"language model {self.name}{where} {advice}{note}")


def _build(settings: GeneratorSettings, key: str) -> BaseChatModel:
    provider = "openai" if settings.provider in ENDPOINTS else settings.provider
    failed = f"generator.provider {settings.provider!r} cannot be used"
    try:
        from langchain.chat_models import init_chat_model  # noqa: PLC0415 - costs a second

        model = init_chat_model(
            settings.model or "", model_provider=provider, **_options(settings, key)
        )
    except ImportError as error:
        advice = "pip install 'wenju[llm]'" if provider == "openai" else error
        message = f"{failed}, a package is missing: {advice}"
        raise GeneratorError(message) from error
    except ValueError as error:
        message = f"{failed}: {' '.join(str(error).split())}"
        raise SettingsError(message) from error
    return cast("BaseChatModel", model)


def _options(settings: GeneratorSettings, key: str) -> dict[str, Any]:
    """Return the keywords for the chat model's class.

    OpenAI itself wants `max_completion_tokens`, which ChatOpenAI makes of `max_tokens`; other
    servers of its protocol know only `max_tokens` and ignore the new name (langchain #30113).
    """
    options: dict[str, Any] = {
        "api_key": key or "none-needed",
        "temperature": settings.temperature,
        "timeout": settings.timeout_s,
        "max_retries": MAX_RETRIES,
    }
    if address := _address(settings):
        options["base_url"] = address
    if settings.provider not in ENDPOINTS or address == ENDPOINTS["openai"]:
        return options | {"max_tokens": settings.max_tokens}
    body = {"max_tokens": settings.max_tokens}
    return options | {"extra_body": body, "use_responses_api": False}


def _address(settings: GeneratorSettings) -> str | None:
    return settings.base_url or ENDPOINTS.get(settings.provider or "")


def _counter(model: BaseChatModel, environ: Mapping[str, str]) -> TokenCounter:
    """Return the model's own counter of tokens where it has one that needs no download."""
    from langchain_core.language_models import BaseChatModel  # noqa: PLC0415
    from langchain_core.messages import convert_to_messages  # noqa: PLC0415

    inherited = BaseChatModel.get_num_tokens_from_messages
    has_own = type(model).get_num_tokens_from_messages is not inherited
    # tiktoken, which counts for ChatOpenAI, fetches its vocabulary unless told where one lies.
    fetches = hasattr(model, "tiktoken_model_name") and "TIKTOKEN_CACHE_DIR" not in environ
    if not has_own or fetches:
        return estimate_tokens

    def count(messages: Sequence[Message]) -> int:
        try:
            return model.get_num_tokens_from_messages(convert_to_messages(_spoken(messages)))
        except (NotImplementedError, OSError) as error:
            logger.info("tokens are estimated: %s", error)
            return estimate_tokens(messages)

    return count


def _spoken(messages: Sequence[Message]) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in messages]


def _ending(metadata: Mapping[str, Any]) -> str:
    """Return why the model stopped, under whichever name its provider gives it."""
    names = ("finish_reason", "stop_reason", "done_reason")
    return next((str(metadata[name]) for name in names if metadata.get(name)), "")


def _failures() -> tuple[type[Exception], ...]:
    """Return what a model's client raises: its own errors, and what nonsense does to a parser."""
    from langchain_core.exceptions import LangChainException  # noqa: PLC0415

    parsing = (ValueError, LookupError, AttributeError, TypeError)
    try:
        from openai import OpenAIError  # noqa: PLC0415
    except ImportError:
        return (LangChainException, OSError, *parsing)
    return (LangChainException, OpenAIError, OSError, *parsing)


def _advice(error: Exception, settings: GeneratorSettings, *, begun: bool) -> str:
    """Say what an error means and what to do, whichever provider it came from."""
    from langchain_core import exceptions as known  # noqa: PLC0415

    if begun:
        return BROKEN_OFF
    advice: list[tuple[type[Exception], str]] = [
        (known.ModelAuthenticationError, f"refuses the key (401): check {settings.api_key_env}"),
        (known.ModelPermissionDeniedError, "is not open to this key (403): use another key"),
        (known.ModelNotFoundError, "is unknown (404): check generator.model and base_url"),
        (
            known.ModelRateLimitError,
            "has too many requests or no quota left (429): wait, then ask again",
        ),
        (known.ContextOverflowError, "cannot hold the prompt: lower generator.max_prompt_tokens"),
        (known.ModelInvalidRequestError, "rejects the request (400): check the section generator"),
        (
            known.ModelTimeoutError,
            f"sent nothing for {settings.timeout_s:g} s: raise generator.timeout_s",
        ),
        (known.ModelConnectionError, "cannot be reached: is it running, is base_url right?"),
        (known.ModelAPIError, "failed on its side (5xx): look at its log, or try again later"),
    ]
    unknown = "sent no readable answer: does base_url speak OpenAI's protocol?"
    return next((text for kind, text in advice if isinstance(error, kind)), unknown)
