"""LangChain's own standard tests, run on our retriever and encoder, and what they do not ask."""

import numpy as np
import pytest
from langchain_core.runnables import RunnableLambda
from langchain_tests.integration_tests import EmbeddingsIntegrationTests, RetrieversIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from corpus import Article, MappedText, Passage
from rag.langchain import EncoderEmbeddings, WenjuRetriever, as_embeddings, as_retriever
from rag.types import ScoredPassage

TEXT = "武隆区总工会补助58万元。农民工建会补助6万元。每家新建工会另有启动经费。建会手续可在网上办。"


class FourPassages:
    """An assistant with one article, whose passages fit in the order of shared characters."""

    default_top_k = 2

    def __init__(self):
        offsets = MappedText.from_file(TEXT).offsets
        self._article = Article(
            "a1", "武隆建会", TEXT, "wulong.txt", offsets, published="2024-02-19"
        )
        ends = [at + 1 for at, character in enumerate(TEXT) if character == "。"]
        self.passages = [
            Passage(f"a1:{start}", "a1", start, end)
            for start, end in zip([0, *ends], ends, strict=False)
        ]

    def retrieve(self, question, *, top_k=None):
        def shared(passage):
            return len(set(question) & set(TEXT[passage.start : passage.end]))

        best = sorted(self.passages, key=shared, reverse=True)[: top_k or self.default_top_k]
        return [ScoredPassage(p, float(shared(p)), rank) for rank, p in enumerate(best, start=1)]

    def article(self, article_id):
        return {"a1": self._article}[article_id]


class CountingEncoder:
    """Unit vectors over three characters: 工, 会, 补. Queries lead with a 1 that passages lack."""

    dim = 4
    fingerprint = "counting"

    def encode_queries(self, texts):
        return self._rows(texts, 1.0)

    def encode_passages(self, texts):
        return self._rows(texts, 0.5)

    def _rows(self, texts, lead):
        rows = np.array([[lead, *(float(text.count(c)) for c in "工会补")] for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


class TestRetrieverMeetsLangChainsStandard(RetrieversIntegrationTests):
    @property
    def retriever_constructor(self):
        return WenjuRetriever

    @property
    def retriever_constructor_params(self):
        return {"assistant": FourPassages()}

    @property
    def retriever_query_example(self):
        return "补助多少"

    @property
    def num_results_arg_name(self):
        return "top_k"


class TestEmbeddingsMeetLangChainsUnitStandard(EmbeddingsUnitTests):
    @property
    def embeddings_class(self):
        return EncoderEmbeddings

    @property
    def embedding_model_params(self):
        return {"encoder": CountingEncoder()}


class TestEmbeddingsMeetLangChainsStandard(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self):
        return EncoderEmbeddings

    @property
    def embedding_model_params(self):
        return {"encoder": CountingEncoder()}


def test_a_document_is_the_passage_with_its_way_back_to_the_article():
    (document,) = as_retriever(FourPassages(), top_k=1).invoke("武隆区补助多少")
    assert document.page_content == "武隆区总工会补助58万元。"
    assert document.id == "a1:0"
    assert document.metadata == {
        "article_id": "a1",
        "passage_id": "a1:0",
        "title": "武隆建会",
        "source": "wulong.txt",
        "published": "2024-02-19",
        "start": 0,
        "end": 13,
        "score": 5.0,
    }
    start, end = document.metadata["start"], document.metadata["end"]
    assert TEXT[start:end] == document.page_content


def test_documents_keep_the_order_of_the_assistant():
    scores = [
        d.metadata["score"] for d in as_retriever(FourPassages(), top_k=4).invoke("农民工补助")
    ]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)


def test_without_top_k_the_assistants_own_setting_holds():
    assert len(as_retriever(FourPassages()).invoke("补助")) == FourPassages.default_top_k


def test_the_number_asked_for_at_the_call_wins():
    assert len(as_retriever(FourPassages(), top_k=1).invoke("补助", top_k=3)) == 3


def test_the_retriever_composes_with_other_runnables():
    chain = as_retriever(FourPassages(), top_k=1) | RunnableLambda(lambda found: found[0].id)
    assert chain.invoke("农民工") == "a1:13"


def test_queries_and_documents_are_encoded_each_in_its_own_way():
    encoder = CountingEncoder()
    embeddings = as_embeddings(encoder)
    assert embeddings.embed_query("工会") == encoder.encode_queries(["工会"])[0].tolist()
    assert embeddings.embed_documents(["工会"]) == encoder.encode_passages(["工会"]).tolist()


@pytest.mark.parametrize("same", ["補助工會", "补助工会"])
def test_texts_are_folded_as_the_index_folds_them(same):
    embeddings = as_embeddings(CountingEncoder())
    assert embeddings.embed_query(same) == embeddings.embed_query("补助工会")
    assert embeddings.embed_documents([same]) == embeddings.embed_documents(["补助工会"])
