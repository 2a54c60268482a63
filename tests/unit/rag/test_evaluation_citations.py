"""Measures of the evidence shown, and which articles count as relevant."""

from __future__ import annotations

from typing import Any

import pytest

from rag.evaluation import Evidence, Question
from rag.evaluation.answer_lines import AnswerLine, CitationLine
from rag.evaluation.metrics import measure_answer
from rag.evaluation.scored import Collection, score
from tests.fakes import SUBSIDY, FakeAssistant, make_article

OTHER = make_article(
    "技能大赛落幕", "九位女职工入围决赛,现场气氛热烈。", source="articles/other.txt"
)
QUOTE = "一次性补助共计58万元"
GOLD = Evidence(f"对开展建会入会的乡镇街道和园区工会,{QUOTE}", file="wulong.txt")
QUESTION = Question("q", "补助多少", answers=("58万元",), evidence=(GOLD,))


def cited(quote: str = QUOTE, *, marker: int = 1, **fields: Any) -> CitationLine:
    start = SUBSIDY.text.find(quote)
    known = {
        "article_id": SUBSIDY.article_id,
        "source": SUBSIDY.source,
        "start": start,
        "end": start + len(quote),
    }
    return CitationLine(marker=marker, quote=quote, **{**known, **fields})


def measures(
    *citations: CitationLine,
    text: str = f"{QUOTE}[1]。",
    question: Question = QUESTION,
    **more: Any,
) -> dict[str, float | None]:
    line = AnswerLine(id="q", status="answered", text=text, citations=citations)
    collection = Collection(FakeAssistant([SUBSIDY, OTHER]))
    return measure_answer(score(question, line, collection))


def test_a_citation_that_quotes_the_gold_words_shows_the_evidence() -> None:
    values = measures(cited())
    assert (values["EvidenceRecall"], values["EvidencePrecision"]) == (1, 1)


def test_the_same_words_from_another_file_do_not_count() -> None:
    assert measures(cited(source="elsewhere/copy.txt"))["EvidenceRecall"] == 0


def test_a_citation_beside_the_point_lowers_precision() -> None:
    idle = cited("新建会和加入分会的非公组织一共43个", marker=2)
    values = measures(cited(), idle)
    assert (values["EvidenceRecall"], values["EvidencePrecision"]) == (1, 0.5)


def test_evidence_without_words_is_met_by_its_article() -> None:
    question = Question("q", "问", evidence=(Evidence("", article=SUBSIDY.title),))
    assert measures(cited(title=SUBSIDY.title), question=question)["EvidenceRecall"] == 1
    assert measures(cited(title=OTHER.title), question=question)["EvidenceRecall"] == 0


@pytest.mark.parametrize(
    ("fields", "verbatim"),
    [
        ({}, 1),
        ({"start": 0, "end": 5}, 0),
        ({"start": None, "end": None}, 1),
        ({"article_id": "unknown"}, 0),
        ({"article_id": OTHER.article_id}, 0),
    ],
)
def test_a_quote_must_stand_in_its_article_at_its_offsets(
    fields: dict[str, Any], verbatim: float
) -> None:
    assert measures(cited(**fields))["QuoteVerbatim"] == verbatim


def test_nothing_is_said_of_offsets_without_the_collection() -> None:
    line = AnswerLine(id="q", status="answered", text="58万元[1]", citations=(cited(),))
    scored = score(QUESTION, line, None)
    assert measure_answer(scored)["QuoteVerbatim"] is None
    assert scored.relevant == {}


def test_a_figure_that_no_quote_holds_is_unsupported() -> None:
    assert measures(cited(), text="补助58万元，另有64万元[1]。")["NumberSupport"] == 0.5
    assert measures(cited(), text="补助580,000元[1]。")["NumberSupport"] == 1
    assert measures(text="补助58万元。")["NumberSupport"] == 0
    assert measures(cited(), text="没有数字[1]。")["NumberSupport"] is None


def test_a_statement_needs_a_quote_with_its_figures_and_words() -> None:
    assert measures(cited())["CitationRecall"] == 1
    two = f"{QUOTE}[1]。当地还新办了学校。"
    assert measures(cited(), text=two)["CitationRecall"] == 0.5
    assert measures(cited(), text="一次性补助共计64万元[1]。")["CitationRecall"] == 0
    assert measures(cited(), text=f"{QUOTE}[7]。")["CitationRecall"] == 0


def test_a_quotation_is_one_statement_and_a_lead_in_is_none() -> None:
    whole = SUBSIDY.text.splitlines()[1] + SUBSIDY.text.splitlines()[2]
    quoted = cited(SUBSIDY.text[SUBSIDY.text.index("对开展") :])
    text = f"资料提到了这件事：\n58万元[1]\n“{whole}”[1]"
    assert measures(quoted, text=text)["CitationRecall"] == 1
    assert measures(quoted, text=f"{text}\n此外无人知道别的什么。")["CitationRecall"] == 2 / 3


def test_an_idle_citation_lowers_citation_precision() -> None:
    idle = cited("新建会和加入分会的非公组织一共43个", marker=2)
    assert measures(cited(), idle, text=f"{QUOTE}[1][2]。")["CitationPrecision"] == 0.5
    assert measures(cited(), text=f"{QUOTE}[1]。")["CitationPrecision"] == 1
    assert measures(cited(), text="全然无关的一句话[1]。")["CitationPrecision"] == 0


def test_two_citations_that_are_needed_together_are_both_precise() -> None:
    first = cited("一次性补助共计58万元")
    second = cited("另给补助共计6万元", marker=2)
    text = "一次性补助共计58万元，另给补助共计6万元[1][2]。"
    assert measures(first, second, text=text)["CitationPrecision"] == 1


def line_with(*articles: Any) -> AnswerLine:
    retrieved = [
        {"rank": rank, "article_id": article.article_id, "score": 1 / rank}
        for rank, article in enumerate(articles, start=1)
    ]
    return AnswerLine(id="q", status="answered", text="", retrieved=retrieved)


def test_passages_of_one_article_count_as_its_best() -> None:
    collection = Collection(FakeAssistant([SUBSIDY, OTHER]))
    scored = score(QUESTION, line_with(OTHER, SUBSIDY, OTHER, SUBSIDY), collection)
    assert list(scored.ranking) == [OTHER.article_id, SUBSIDY.article_id]
    assert scored.relevant == {SUBSIDY.article_id: 1}


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence("", file="wulong.txt", article=SUBSIDY.title),
        Evidence("一次性补助共计58萬元"),
        Evidence("", document=SUBSIDY.article_id),
    ],
)
def test_an_article_is_relevant_by_title_words_or_identifier(evidence: Evidence) -> None:
    collection = Collection(FakeAssistant([SUBSIDY, OTHER]))
    question = Question("q", "问", evidence=(evidence,))
    assert score(question, line_with(OTHER, SUBSIDY), collection).relevant == {
        SUBSIDY.article_id: 1
    }


def test_evidence_that_was_not_found_counts_as_missing_once_an_article() -> None:
    evidence = (
        Evidence("第一处", file="far.txt", article="远"),
        Evidence("第二处", file="far.txt", article="远"),
        Evidence("第三处", file="farther.txt"),
    )
    collection = Collection(FakeAssistant([SUBSIDY, OTHER]))
    scored = score(Question("q", "问", evidence=evidence), line_with(OTHER), collection)
    assert scored.relevant == {"not-found-1": 1, "not-found-2": 1}


def test_an_article_goes_by_the_collections_own_identifier() -> None:
    named = make_article("题", "文字", record_id="rec-7")
    spaced = make_article("题二", "文字二", record_id="rec 8")
    collection = Collection(FakeAssistant([named, spaced]))
    scored = score(QUESTION, line_with(named, spaced), collection)
    assert list(scored.ranking) == ["rec-7", spaced.article_id]
