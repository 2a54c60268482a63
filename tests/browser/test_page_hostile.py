"""The chat page over articles that attack it, and over one that is slow."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.served import HOSTILE, HOSTILE_ARTICLE, HOSTILE_QUESTION, SLOW_QUESTION

pytestmark = pytest.mark.browser

ALIVE = "script, iframe, img, form, input, object, embed, style, video, audio"


def test_text_of_an_article_is_only_ever_text(fake):
    fake.open()
    fake.ask(HOSTILE_QUESTION)
    fake.wait_for("#wj-panel mark.wj-quote")
    assert fake.evaluate("window.hit") is None
    for inside in ("#wj-header", "#wj-transcript", "#wj-panel"):
        assert fake.all(f"{inside} :is({ALIVE})") == []
        assert fake.all(f"{inside} a:not([href^='#'])") == []
    foreign = [url for url in fake.requested() if not url.startswith((fake.url, "data:"))]
    assert foreign == []
    assert fake.complaints() == []


def test_the_reader_sees_exactly_the_characters_that_stand_there(fake):
    fake.open()
    assert HOSTILE in fake.text(".wj-example")
    fake.ask(HOSTILE_QUESTION)
    fake.wait_for("#wj-panel mark.wj-quote")
    assert fake.text("#wj-panel mark.wj-quote") == HOSTILE
    assert fake.text("#wj-panel article h3") == HOSTILE_ARTICLE.title
    assert HOSTILE_ARTICLE.outlet in fake.text("#wj-panel .wj-meta")
    assert HOSTILE_ARTICLE.author in fake.text("#wj-panel .wj-meta")
    assert HOSTILE_ARTICLE.source in fake.text("#wj-panel footer")
    assert HOSTILE_ARTICLE.url in fake.text("#wj-panel footer")
    assert fake.text(".wj-notes li") == HOSTILE
    assert fake.text(".wj-source q") == HOSTILE
    assert HOSTILE in fake.text(".wj-said")
    assert HOSTILE in fake.text(".wj-rewritten")


def test_a_question_that_attacks_is_shown_as_asked(fake):
    fake.open()
    question = HOSTILE.replace("\t", " ")
    fake.ask(question)
    assert fake.text(".wj-asked").endswith(question)
    assert fake.evaluate("window.hit") is None


def test_an_answer_can_be_stopped_and_the_next_question_asked(fake):
    fake.open()
    fake.find("#wj-question textarea").send_keys(SLOW_QUESTION, Keys.ENTER)
    fake.wait_for(".wj-running .wj-said")
    said = fake.text(".wj-running .wj-said")
    fake.find("#wj-question .stop-button").click()
    fake.wait_for(".wj-stopped")
    assert fake.text(".wj-stopped .wj-said") == said
    assert "已停止" in fake.text(".wj-stopped")
    fake.ask(HOSTILE_QUESTION)
    assert len(fake.all(".wj-exchange")) == 2


def test_a_question_that_is_too_long_is_not_taken(fake):
    fake.open()
    script = "document.querySelector('#wj-question textarea').maxLength"
    assert fake.evaluate(script) == 2000
