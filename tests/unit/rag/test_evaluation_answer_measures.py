"""Measures of answers on cases worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from rag.evaluation import Evidence, Question
from rag.evaluation.answer_lines import AnswerLine, CitationLine
from rag.evaluation.metrics import METRICS, measure_answer
from rag.evaluation.scored import Scored

SUMS = Question("q", "补助多少", answers=("58万元", "6万元"))
ANSWERED = {"status": "answered", "text": "一次性补助58万元[1]。", "short": "58万元"}


def measures(question: Question = SUMS, **answer: Any) -> dict[str, float | None]:
    line = AnswerLine(id=question.id, **{**ANSWERED, **answer})
    return measure_answer(Scored(question, line))


def refusal(question: Question) -> dict[str, float | None]:
    return measures(question, status="not_found", text="没有找到58万元", short=None)


def test_every_measure_stays_within_bounds_and_says_what_it_is() -> None:
    for name, function in METRICS.items():
        assert (function.__doc__ or "").startswith("Return"), name
        value = measures()[name]
        assert value is None or 0 <= value <= 1, name


def test_a_full_answer_holds_every_gold_answer() -> None:
    half = measures()
    assert (half["Contains"], half["AnswerRecall"], half["Correct"]) == (0, 0.5, 0)
    whole = measures(text="补助58万元和6万元[1]。", short="58万元；6万元")
    assert (whole["Contains"], whole["AnswerRecall"], whole["Correct"]) == (1, 1, 1)
    assert (whole["EM"], whole["F1"], whole["NumberExact"]) == (1, 1, 1)


def test_one_alternative_is_enough() -> None:
    either = Question("q", "几个", answers=("三个镇", "58万元"), match="any")
    assert measures(either)["Contains"] == 1
    assert measures(either)["EM"] == 1


def test_quoting_the_answer_is_not_giving_it_short() -> None:
    values = measures(text="补助58万元和6万元[1]。", short="58万元")
    assert (values["Contains"], values["ShortContains"]) == (1, 0)
    assert measures(short=None)["ShortContains"] is None


def test_a_wrong_short_answer_is_not_made_good_by_its_quote() -> None:
    text = "9家[1]\n“一次性补助58万元和6万元。”[1]"
    assert measures(text=text, short="9家")["Correct"] == 0
    assert measures(text=text, short="58万元")["Correct"] == 1
    assert measures(text=text, short=None)["Correct"] == 1


def test_a_list_is_compared_item_by_item() -> None:
    swapped = measures(short="6万元；58万元")
    assert (swapped["EM"], swapped["F1"]) == (1, 1)
    half = measures(short="58万元")
    assert half["EM"] == 0
    # The span meets 58万元 fully; 6万元 meets it in 万元, two of three tokens on both sides.
    recall = (1 + 2 / 3) / 2
    assert half["F1"] == pytest.approx(2 * recall / (1 + recall))


def test_script_does_not_decide() -> None:
    question = Question("q", "多少", answers=("20万元",))
    values = measures(question, text="發放20萬元消費券[1]", short="20萬元")
    assert (values["EM"], values["F1"], values["Contains"], values["NumberExact"]) == (1, 1, 1, 1)


def test_figures_count_in_any_spelling_and_extra_ones_are_told() -> None:
    question = Question("q", "多少", answers=("2000元",))
    spelt = measures(question, text="两千元", short="两千元")
    assert (spelt["NumberRecall"], spelt["NumberExact"], spelt["EM"]) == (1, 1, 0)
    more = measures(question, text="2000元，另有300元", short="2000元；300元")
    assert (more["NumberRecall"], more["NumberExact"]) == (1, 0)
    assert measures(Question("q", "谁", answers=("何真宗",)))["NumberRecall"] is None


def test_rouge_l_is_the_longest_common_subsequence() -> None:
    question = Question("q", "什么", answers=("甲乙丙丁",))
    assert measures(question, short="甲丙丁戊")["ROUGE-L"] == pytest.approx(2 * 3 / 8)
    assert measures(question, short="戊")["ROUGE-L"] == 0


def test_refusing_an_answerable_question_is_wrong_throughout() -> None:
    values = refusal(SUMS)
    for name in ("Correct", "Contains", "AnswerRecall", "ShortContains", "EM", "F1", "ROUGE-L"):
        assert values[name] == 0, name
    assert (values["Answered"], values["RefusalPrecision"]) == (0, 0)
    assert values["RefusalRecall"] is None


def test_refusing_an_unanswerable_question_is_right() -> None:
    values = refusal(Question("q", "谁", answerable=False))
    assert (values["Correct"], values["RefusalPrecision"], values["RefusalRecall"]) == (1, 1, 1)
    assert values["Contains"] is values["F1"] is values["Answered"] is None


@pytest.mark.parametrize("status", ["answered", "partial"])
def test_answering_an_unanswerable_question_is_wrong_even_in_part(status: str) -> None:
    values = measures(Question("q", "谁", answerable=False), status=status)
    assert (values["Correct"], values["RefusalRecall"]) == (0, 0)
    assert values["RefusalPrecision"] is None


def test_a_partial_answer_that_holds_everything_is_right() -> None:
    values = measures(status="partial", text="58万元和6万元")
    assert (values["Correct"], values["Answered"]) == (1, 1)


@pytest.mark.parametrize("answerable", [True, False])
def test_an_error_is_neither_an_answer_nor_a_refusal(answerable: bool) -> None:
    question = Question("q", "谁", answerable=answerable, answers=("甲",) if answerable else ())
    values = measures(question, status="not_found", text="", short=None, error="too long")
    assert values["Correct"] == 0
    assert values["RefusalPrecision"] is None
    assert values["RefusalRecall"] == (None if answerable else 0)


def test_an_answerable_question_without_gold_is_right_when_answered() -> None:
    values = measures(Question("q", "谁"))
    assert values["Correct"] == 1
    assert values["Contains"] is None


def test_markers_are_not_figures_of_the_answer() -> None:
    line = AnswerLine(
        id="q",
        status="answered",
        text="补助58万元[12]。",
        citations=(CitationLine(marker=12, quote="补助58万元"),),
    )
    assert measure_answer(Scored(SUMS, line))["NumberSupport"] == 1


def test_evidence_alone_is_not_an_answer() -> None:
    question = Question("q", "谁", answers=("甲",), evidence=(Evidence("甲说"),))
    assert measures(question)["EvidenceRecall"] == 0
