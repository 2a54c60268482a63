"""Settings of the generator that are refused before any library is loaded."""

import pytest

from rag.errors import SettingsError
from rag.generate import load_generator
from rag.settings import GeneratorSettings


def test_no_provider_means_no_generator():
    assert load_generator(GeneratorSettings(), environ={}) is None


def test_a_provider_without_a_model_is_refused():
    with pytest.raises(SettingsError, match=r"generator\.model"):
        load_generator(GeneratorSettings(provider="ollama"), environ={})


@pytest.mark.parametrize("provider", ["openai", "deepseek", "qwen"])
def test_a_hosted_provider_without_its_key_is_refused_naming_the_variable(provider):
    settings = GeneratorSettings(provider=provider, model="m", api_key_env="MY_KEY")
    with pytest.raises(SettingsError, match="MY_KEY"):
        load_generator(settings, environ={"WENJU_LLM_API_KEY": "belongs to another"})
