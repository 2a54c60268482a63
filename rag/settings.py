"""Every knob, typed. The comments in config.yaml explain them; a test keeps the two in step.

Order of precedence: environment (`WENJU_SECTION__KEY`) over file over the defaults below.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import SettingsError

ENVIRONMENT_PREFIX = "WENJU_"

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    """A group of settings: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class CorpusSettings(Section):
    """Where the articles are and how they are cut into passages."""

    sources: tuple[Path, ...] = (Path("corpus/articles"),)
    dictionary: Path | None = None
    passage_chars: Annotated[int, Field(ge=50, le=4000)] = 300
    overlap_sentences: Annotated[int, Field(ge=0, le=5)] = 1


class IndexSettings(Section):
    """Where the index is kept."""

    dir: Path = Path(".wenju/index")


class EncoderSettings(Section):
    """Which embedding model turns text into vectors."""

    kind: Literal["static", "sentence_transformer"] = "static"
    model: str | None = None
    device: str = "cpu"
    batch_size: Count = 32
    query_prompt: str = ""
    passage_prompt: str = ""
    allow_download: bool = False


class RetrievalSettings(Section):
    """How many passages are looked at and how the two legs are weighted."""

    retrievers: Annotated[tuple[Literal["lexical", "dense"], ...], Field(min_length=1)] = (
        "lexical",
        "dense",
    )
    top_k: Count = 10
    candidates: Count = 100
    dense_weight: Fraction = 0.1


class AnswerSettings(Section):
    """How the quoting answer is put together and when it refuses."""

    max_quotes: Count = 3
    min_confidence: Fraction = 0.2
    max_question_chars: Count = 2000


class GeneratorSettings(Section):
    """The language model, if any. The key is read from the environment variable named here."""

    provider: str | None = None
    model: str | None = None
    base_url: str | None = None
    api_key_env: str = "WENJU_LLM_API_KEY"
    temperature: Annotated[float, Field(ge=0.0, le=2.0)] = 0.0
    max_tokens: Count = 800
    max_prompt_tokens: Count = 6000
    timeout_s: Annotated[float, Field(gt=0.0)] = 60.0


class ServeSettings(Section):
    """Where the chat page listens."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 7860
    concurrency: Count = 4
    examples: tuple[str, ...] = (
        "武隆区建会补助多少",
        "涪陵区女职工技能大赛有多少人入围决赛？",
        "女职工产假有多少天？",
        "工会经费由谁审查？",
    )


class Settings(Section):
    """All settings; relative paths were made absolute against the file they stood in.

    Attributes:
        folder: the folder of the file; sources inside it are called by their path relative to it.
    """

    folder: Path = Field(default_factory=Path.cwd, exclude=True)

    corpus: CorpusSettings = CorpusSettings()
    index: IndexSettings = IndexSettings()
    encoder: EncoderSettings = EncoderSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    answer: AnswerSettings = AnswerSettings()
    generator: GeneratorSettings = GeneratorSettings()
    serve: ServeSettings = ServeSettings()


def load_settings(
    path: Path | str,
    *,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Settings:
    """Read settings from a YAML file, the environment and explicit overrides.

    Args:
        path: the file; relative paths inside it are taken relative to its folder.
        environ: environment variables; None means the process's own.
        overrides: values by dotted key (`{"index.dir": "/tmp/x"}`), strongest of all.

    Raises:
        SettingsError: the file is missing or not YAML, a key is unknown, a value out of range.
    """
    path = Path(path)
    values, origins = _read_yaml(path), {}
    for name, raw in sorted((os.environ if environ is None else environ).items()):
        if name.startswith(ENVIRONMENT_PREFIX) and "__" in name:
            dotted = name.removeprefix(ENVIRONMENT_PREFIX).lower().replace("__", ".")
            origins[dotted] = f"environment variable {name}"
            _put(values, dotted, _from_environment(raw), origins[dotted])
    for dotted, value in (overrides or {}).items():
        origins[dotted] = "command line"
        _put(values, dotted, value, origins[dotted])
    if "folder" in values:
        message = f"{path}: unknown setting 'folder'"
        raise SettingsError(message)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_explain(error, path, origins)) from error
    return _absolute(settings, path.resolve().parent)


def _read_yaml(path: Path) -> dict[str, Any]:
    """Return the sections of the file; one with nothing in it has its defaults."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"configuration file not found: {path} (give one with --config PATH)"
        raise SettingsError(message) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"configuration file {path} cannot be read: {' '.join(str(error).split())}"
        raise SettingsError(message) from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        message = (
            f"configuration file {path}: expected sections such as 'corpus:', found {values!r}"
        )
        raise SettingsError(message)
    return {key: {} if value is None else value for key, value in values.items()}


def _from_environment(raw: str) -> object:
    """Return the number, truth, null or list that a variable spells in YAML, else its own words.

    A prompt such as `query: ` is words, though YAML reads a mapping in it.
    """
    try:
        value = yaml.safe_load(raw)
    except yaml.YAMLError:
        return raw
    spelt = value is None or isinstance(value, bool | int | float | list)
    return value if spelt or raw[:1] in ("'", '"') else raw


def _put(values: dict[str, Any], dotted: str, value: object, origin: str) -> None:
    *sections, key = dotted.split(".")
    for section in sections:
        inner = values.setdefault(section, {})
        if not isinstance(inner, dict):
            message = f"{origin}: setting {dotted!r}: {section!r} is not a section"
            raise SettingsError(message)
        values = inner
    values[key] = value


def _explain(error: ValidationError, path: Path, origins: Mapping[str, str]) -> str:
    first = error.errors()[0]
    keys = [str(part) for part in first["loc"]]
    dotted = ".".join(keys)
    origin = origins.get(dotted, str(path))
    if first["type"] == "extra_forbidden":
        return f"{origin}: unknown setting {dotted!r}{_suggestion(dotted)}"
    return f"{origin}: setting {dotted!r} = {first.get('input')!r}: {first['msg']}"


def _suggestion(dotted: str) -> str:
    """Return the setting that was meant: in the same section, a section, or in another section."""
    section, _, key = dotted.rpartition(".")
    everywhere = {one.rpartition(".")[2]: one for one in reversed(known_settings())}
    here = {one.rpartition(".")[2]: one for one in known_settings() if one.startswith(section)}
    sections = {one.partition(".")[0]: one.partition(".")[0] for one in known_settings()}
    for names in (here, everywhere) if section else (sections, everywhere):
        near = difflib.get_close_matches(key, names, n=1, cutoff=0.7)
        if near:
            return f"; did you mean {names[near[0]]!r}?"
    return ""


def known_settings() -> tuple[str, ...]:
    """Return the dotted keys of all settings, in the order of their sections."""
    return tuple(
        f"{section}.{key}"
        for section, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
        for key in field.annotation.model_fields
    )


def _absolute(settings: Settings, folder: Path) -> Settings:
    """Return the settings with relative paths taken from the folder of the file.

    An encoder's model is a path when there is such a folder, else the name of one on a hub.
    """
    corpus, model = settings.corpus, settings.encoder.model
    if model is not None and (folder / model).is_dir():
        model = str(folder / model)
    dictionary = None if corpus.dictionary is None else folder / corpus.dictionary
    sources = tuple(folder / source for source in corpus.sources)
    changes = {
        "corpus": {"sources": sources, "dictionary": dictionary},
        "index": {"dir": folder / settings.index.dir},
        "encoder": {"model": model},
    }
    sections = {
        name: getattr(settings, name).model_copy(update=update) for name, update in changes.items()
    }
    return settings.model_copy(update={**sections, "folder": folder})
