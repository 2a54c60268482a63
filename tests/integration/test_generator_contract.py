"""Every generator keeps the contract: the chat model behind LangChain, and the tests' own fake."""

import pytest

from rag.generate import load_generator
from rag.settings import GeneratorSettings
from tests.contracts import GeneratorContract
from tests.fake_generator import FakeGenerator
from tests.scripted_llm import scripted_server


class TestChatGenerator(GeneratorContract):
    @pytest.fixture
    def generator(self):
        with scripted_server() as server:
            settings = GeneratorSettings(
                provider="openai", model="scripted", base_url=server.base_url
            )
            yield load_generator(settings, environ={})


class TestFakeGenerator(GeneratorContract):
    @pytest.fixture
    def generator(self):
        return FakeGenerator("补助", "58万元[1]。")
