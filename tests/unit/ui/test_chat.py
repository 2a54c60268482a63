"""The conversation: how it grows, what is remembered, what goes wrong."""

import logging

import pytest

from rag import GeneratorError, IndexDamagedError, SettingsError, Turn
from tests.fakes import SUBSIDY, SUBSIDY_ANSWER, SUBSIDY_QUESTION, FakeAssistant, not_found
from ui.chat import Chat, Exchange, Place


def make_chat(**answers):
    assistant = FakeAssistant([SUBSIDY], {SUBSIDY_QUESTION: SUBSIDY_ANSWER, **answers})
    return Chat(assistant, max_question_chars=2000), assistant


def last(views):
    *_, final = views
    return final


def test_an_answer_grows_and_is_done_at_the_end():
    chat, _ = make_chat()
    states = [(view[-1].state, view[-1].answer) for view in chat.ask(SUBSIDY_QUESTION, ())]
    assert states[0] == ("running", None)
    assert [state for state, _ in states[1:-1]] == ["running", "running"]
    assert len(states[1][1].text) < len(SUBSIDY_ANSWER.text)
    assert states[-1] == ("done", SUBSIDY_ANSWER)


def test_a_blank_question_changes_nothing():
    chat, assistant = make_chat()
    before = (Exchange("问", None, "stopped"),)
    assert list(chat.ask("  \n ", before)) == [before]
    assert assistant.asked == []


def test_white_space_around_a_question_is_dropped():
    chat, assistant = make_chat()
    last(chat.ask(f"  {SUBSIDY_QUESTION}\n", ()))
    assert assistant.asked[0][0] == SUBSIDY_QUESTION


def test_a_follow_up_carries_the_conversation():
    chat, assistant = make_chat()
    conversation = last(chat.ask(SUBSIDY_QUESTION, ()))
    last(chat.ask("农民工建会呢", conversation))
    assert assistant.asked[1][1] == (Turn(SUBSIDY_QUESTION, SUBSIDY_ANSWER.text),)


def test_stopped_and_failed_exchanges_are_not_part_of_the_history():
    chat, assistant = make_chat()
    conversation = (
        Exchange("停下的", SUBSIDY_ANSWER, "stopped"),
        Exchange("坏的", None, "failed", "坏了"),
    )
    last(chat.ask(SUBSIDY_QUESTION, conversation))
    assert assistant.asked[0][1] == ()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (GeneratorError("no route"), "语言模型没有回应"),
        (IndexDamagedError("page 7"), "wenju check"),
        (SettingsError("x"), "没能查成"),
        (ZeroDivisionError("secret detail"), "出了意外"),
    ],
)
def test_a_failure_ends_the_exchange_with_words_and_without_details(error, said, caplog):
    chat, _ = make_chat(坏问题=error)
    with caplog.at_level(logging.CRITICAL):
        exchange = last(chat.ask("坏问题", ()))[-1]
    assert exchange.state == "failed"
    assert said in exchange.problem
    assert str(error) not in exchange.problem


def test_a_question_that_is_too_long_is_told_the_limit():
    chat, _ = make_chat()
    exchange = last(chat.ask("长" * 2001, ()))[-1]
    assert "2000 字" in exchange.problem


def test_an_unexpected_failure_is_logged_with_its_cause(caplog):
    chat, _ = make_chat(坏问题=ZeroDivisionError("detail"))
    last(chat.ask("坏问题", ()))
    assert "ZeroDivisionError" in caplog.text


def test_stopping_ends_a_running_exchange_and_keeps_what_was_said():
    chat, _ = make_chat()
    running = (Exchange("问", SUBSIDY_ANSWER),)
    assert chat.stop(running) == (Exchange("问", SUBSIDY_ANSWER, "stopped"),)


def test_stopping_when_nothing_runs_changes_nothing():
    chat, _ = make_chat()
    done = (Exchange("问", SUBSIDY_ANSWER, "done"),)
    assert chat.stop(done) == done
    assert chat.stop(()) == ()


def test_a_citation_leads_to_its_article():
    chat, _ = make_chat()
    conversation = last(chat.ask(SUBSIDY_QUESTION, ()))
    found = chat.evidence(Place(1, "cite", 1), conversation)
    assert found.article == SUBSIDY
    assert chat.first_evidence(conversation) == found


def test_a_near_title_leads_to_its_article():
    chat, _ = make_chat()
    conversation = (Exchange("问", not_found("问", SUBSIDY), "done"),)
    assert chat.evidence(Place(1, "near", 1), conversation).article == SUBSIDY
    assert chat.first_evidence(conversation) is None


@pytest.mark.parametrize(
    "place", [Place(0, "cite", 1), Place(2, "cite", 1), Place(1, "cite", 9), Place(1, "near", 9)]
)
def test_a_place_that_is_not_there_leads_nowhere(place):
    chat, _ = make_chat()
    assert chat.evidence(place, (Exchange("问", SUBSIDY_ANSWER, "done"),)) is None


def test_an_article_removed_since_is_said_to_be_gone():
    chat = Chat(FakeAssistant(), max_question_chars=2000)
    found = chat.evidence(Place(1, "cite", 1), (Exchange("问", SUBSIDY_ANSWER, "done"),))
    assert found.article is None


@pytest.mark.parametrize("place", [Place(1, "cite", 2), Place(30, "near", 7)])
def test_a_place_survives_the_way_through_a_link(place):
    assert Place.parse(place.target) == place


@pytest.mark.parametrize(
    "target", ["", "cite-1", "cite-1-2-3", "x-1-2", "cite-1-9999999", "cite--1-2"]
)
def test_what_is_not_a_place_is_not_taken_for_one(target):
    assert Place.parse(target) is None
