import re
from pathlib import Path

import pytest
import yaml

from embeddings import ENCODERS
from rag.errors import SettingsError
from rag.retrieval import RETRIEVERS
from rag.settings import (
    EncoderSettings,
    RetrievalSettings,
    Section,
    Settings,
    known_settings,
    load_settings,
)

CONFIG = Path(__file__).parents[3] / "config.yaml"


@pytest.fixture
def load(tmp_path):
    """Load settings from the text of a file, without this process's environment."""

    def loaded(text, environ=None, overrides=None):
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return load_settings(path, environ=environ or {}, overrides=overrides)

    return loaded


# --- config.yaml ---------------------------------------------------------------------------------


def test_config_yaml_and_the_settings_have_the_same_keys_in_the_same_order():
    stated = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    dotted = tuple(f"{section}.{key}" for section, keys in stated.items() for key in keys)
    assert dotted == known_settings()


def test_config_yaml_states_the_defaults(tmp_path):
    (tmp_path / "empty.yaml").write_text("")
    stated = load_settings(CONFIG, environ={}).model_dump()
    defaults = load_settings(tmp_path / "empty.yaml", environ={}).model_dump()
    for settings, folder in ((stated, CONFIG.parent), (defaults, tmp_path)):
        sources = settings["corpus"]["sources"]
        settings["corpus"]["sources"] = [path.relative_to(folder) for path in sources]
        settings["index"]["dir"] = settings["index"]["dir"].relative_to(folder)
    assert stated == defaults


def test_every_key_of_config_yaml_is_explained_on_its_line_or_in_its_list():
    lines = CONFIG.read_text(encoding="utf-8").splitlines()
    keys = [line for line in lines if re.match(r"  \w+:", line)]
    assert len(keys) == len(known_settings())
    assert [line for line in keys if not re.search(r"# \S.{5}", line)] == []


def test_choices_are_those_of_the_registries():
    assert set(EncoderSettings.model_fields["kind"].annotation.__args__) == set(ENCODERS)
    legs = RetrievalSettings.model_fields["retrievers"].annotation.__args__[0].__args__
    assert set(legs) == set(RETRIEVERS)


def test_no_section_can_be_changed_after_loading():
    settings = load_settings(CONFIG, environ={})
    sections = [one for one in vars(settings).values() if isinstance(one, Section)]
    assert len(sections) == len({key.partition(".")[0] for key in known_settings()})
    for section in [settings, *sections]:
        name = next(iter(type(section).model_fields))
        with pytest.raises(ValueError, match="frozen"):
            setattr(section, name, None)
    assert hash(settings) == hash(load_settings(CONFIG, environ={}))


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "named", "meant"),
    [
        ("retreival: {top_k: 3}", "retreival", "retrieval"),
        ("retrieval: {topk: 3}", "retrieval.topk", "retrieval.top_k"),
        ("generator: {max_token: 3}", "generator.max_token", "generator.max_tokens"),
        ("top_k: 3", "top_k", "retrieval.top_k"),
        ("encoder: {dir: x}", "encoder.dir", "index.dir"),
    ],
)
def test_a_misspelt_key_is_named_with_what_was_meant(load, text, named, meant):
    with pytest.raises(SettingsError) as error:
        load(text)
    assert f"unknown setting {named!r}; did you mean {meant!r}?" in str(error.value)
    assert "config.yaml" in str(error.value)


@pytest.mark.parametrize("key", known_settings())
def test_every_key_with_a_letter_too_many_is_refused_by_name(load, key):
    section, name = key.split(".")
    with pytest.raises(SettingsError, match=re.escape(f"'{key}x'; did you mean '{key}'?")):
        load(f"{section}: {{{name}x: 1}}")


def test_what_resembles_nothing_gets_no_suggestion(load):
    with pytest.raises(SettingsError, match=r"unknown setting 'qqq'$"):
        load("qqq: 1")


@pytest.mark.parametrize("text", ["folder: /etc", "corpus: {folder: /etc}"])
def test_the_folder_is_no_setting(load, text):
    with pytest.raises(SettingsError, match="unknown setting"):
        load(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("retrieval: {top_k: 0}", "retrieval.top_k"),
        ("retrieval: {top_k: many}", "retrieval.top_k"),
        ("retrieval: {dense_weight: 1.5}", "retrieval.dense_weight"),
        ("retrieval: {dense_weight: .nan}", "retrieval.dense_weight"),
        ("retrieval: {retrievers: []}", "retrieval.retrievers"),
        ("retrieval: {retrievers: [bm25]}", "retrieval.retrievers"),
        ("corpus: {passage_chars: 10}", "corpus.passage_chars"),
        ("serve: {port: 70000}", "serve.port"),
        ("generator: {timeout_s: 0}", "generator.timeout_s"),
        ("corpus: [1, 2]", "corpus"),
    ],
)
def test_a_value_out_of_range_is_named_with_its_setting(load, text, named):
    with pytest.raises(SettingsError, match=rf"config\.yaml: setting '{named}"):
        load(text)


@pytest.mark.parametrize("text", ["[1, 2]", "just words", "a: [", "a: b: c", "\x00"])
def test_what_is_no_mapping_is_refused_in_one_line(load, text):
    with pytest.raises(SettingsError) as error:
        load(text)
    assert "config.yaml" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named_and_so_is_a_folder(tmp_path):
    with pytest.raises(SettingsError, match=r"not found: .*none\.yaml .*--config"):
        load_settings(tmp_path / "none.yaml")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)


# --- precedence and paths ------------------------------------------------------------------------


def test_environment_goes_over_file_and_the_command_line_over_both(load):
    text = "retrieval: {top_k: 3, candidates: 30, dense_weight: 0.1}"
    environ = {"WENJU_RETRIEVAL__TOP_K": "4", "WENJU_RETRIEVAL__CANDIDATES": "40"}
    chosen = load(text, environ, {"retrieval.top_k": 5}).retrieval
    assert (chosen.top_k, chosen.candidates, chosen.dense_weight) == (5, 40, 0.1)


def test_a_section_without_keys_has_its_defaults_and_can_be_filled_from_outside(load):
    chosen = load("retrieval:\nserve:\n", {"WENJU_RETRIEVAL__TOP_K": "4"})
    assert (chosen.retrieval.top_k, chosen.serve.port) == (4, 7860)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("query: ", "query: "),
        ("为这个句子生成表示以用于检索相关文章：", "为这个句子生成表示以用于检索相关文章："),
        ("'quoted'", "quoted"),
        ("[", "["),
        ("", None),
    ],
)
def test_words_from_the_environment_stay_as_they_are(load, raw, value):
    name = "MODEL" if value is None else "QUERY_PROMPT"
    chosen = load("", {f"WENJU_ENCODER__{name}": raw}).encoder
    assert getattr(chosen, name.lower()) == value


def test_lists_and_truths_from_the_environment_are_read(load):
    environ = {"WENJU_RETRIEVAL__RETRIEVERS": "[dense]", "WENJU_ENCODER__ALLOW_DOWNLOAD": "true"}
    chosen = load("", environ)
    assert chosen.retrieval.retrievers == ("dense",)
    assert chosen.encoder.allow_download is True


def test_a_mistake_in_the_environment_is_named_as_such(load):
    for name, told in (("TOP_KK", "unknown setting 'retrieval.top_kk'"), ("TOP_K", "'abc'")):
        with pytest.raises(SettingsError, match=rf"variable WENJU_RETRIEVAL__{name}: .*{told}"):
            load("", {f"WENJU_RETRIEVAL__{name}": "abc"})


def test_a_setting_below_what_is_no_section_is_refused(load):
    with pytest.raises(SettingsError, match="'corpus' is not a section"):
        load("corpus: 3", {"WENJU_CORPUS__DICTIONARY": "x"})


def test_other_variables_are_nobodys_business(load):
    assert load("", {"WENJU_LLM_API_KEY": "secret", "HOME__X": "y"}) == load("")


def test_paths_are_taken_from_the_folder_of_the_file(load, tmp_path):
    (tmp_path / "model").mkdir()
    text = """
    corpus: {sources: [articles, /else/where], dictionary: words.txt}
    index: {dir: ../index}
    encoder: {model: model}
    """
    chosen = load(text)
    assert chosen.folder == tmp_path
    assert chosen.corpus.sources == (tmp_path / "articles", Path("/else/where"))
    assert chosen.corpus.dictionary == tmp_path / "words.txt"
    assert chosen.index.dir == tmp_path / "../index"
    assert chosen.encoder.model == str(tmp_path / "model")


def test_a_models_name_on_a_hub_is_left_alone(load):
    assert load("encoder: {model: BAAI/bge-small-zh-v1.5}").encoder.model.startswith("BAAI/")


def test_the_path_may_be_a_string(tmp_path, monkeypatch):
    (tmp_path / "c.yaml").write_text("")
    monkeypatch.chdir(tmp_path)
    assert load_settings("c.yaml", environ={}).folder == tmp_path
    assert isinstance(load_settings("c.yaml", environ={}), Settings)
