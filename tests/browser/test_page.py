"""The chat page in a real browser, over the sample collection."""

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.browser

QUESTION = "武隆区建会补助多少"
UNKNOWN = "月球背面的工会主席叫什么名字"


def answer_line(page, question):
    """Ask the HTTP interface beside the page."""
    response = httpx.post(f"{page.url}/api/query", json={"question": question}, timeout=20)
    return response.json()


def test_a_question_is_answered_with_the_sums_and_the_words_they_rest_on(sample):
    sample.open()
    sample.ask(QUESTION)
    citation = answer_line(sample, QUESTION)["citations"][0]
    assert "58万元" in sample.text(".wj-short")
    assert "6万元" in sample.text(".wj-short")
    assert sample.text(".wj-badge") == "有据"
    assert citation["title"] in sample.text(".wj-source")
    sample.wait_for("#wj-panel .wj-quote")
    assert sample.text("#wj-panel article h3") == citation["title"]
    assert sample.text("#wj-panel mark.wj-quote") == citation["quote"]
    assert "58万元" in sample.text("#wj-panel mark.wj-quote strong")
    assert sample.is_in_view("#wj-panel mark.wj-quote")


def test_what_is_not_in_the_collection_is_said_plainly_and_near_articles_can_be_opened(sample):
    sample.open()
    sample.ask(UNKNOWN)
    assert sample.text(".wj-badge") == "没有找到"
    assert not sample.all(".wj-source")
    chip = sample.find("a.wj-chip")
    title = chip.text
    chip.click()
    sample.wait_for("#wj-panel .wj-passage")
    assert sample.text("#wj-panel article h3") == title
    assert sample.is_in_view("#wj-panel .wj-passage")


def test_an_example_is_asked_at_a_click(sample):
    sample.open()
    example = sample.find(".wj-example")
    question = example.text
    example.click()
    sample.wait_for(".wj-done .wj-badge")
    assert sample.find(".wj-asked").text.endswith(question)


def test_a_conversation_goes_on_and_earlier_evidence_can_be_opened_again(sample):
    sample.open()
    sample.ask(QUESTION)
    first = sample.text("#wj-panel article h3")
    sample.ask("女职工产假有多少天")
    sample.wait_until(lambda: sample.text("#wj-panel article h3") != first)
    exchanges = sample.all(".wj-exchange")
    assert len(exchanges) == 2
    exchanges[0].find_element(By.CSS_SELECTOR, ".wj-source").click()
    sample.wait_until(lambda: sample.text("#wj-panel article h3") == first)
    assert sample.all(".wj-source.wj-current")[0] == sample.all(".wj-source")[0]


def test_shift_enter_makes_a_new_line_and_the_keyboard_alone_reaches_the_evidence(sample):
    sample.open()
    box = sample.find("#wj-question textarea")
    box.send_keys("武隆区", Keys.SHIFT + Keys.ENTER)
    assert not sample.all(".wj-exchange")
    box.clear()
    sample.ask(QUESTION)
    link = sample.find(".wj-short .wj-marker")
    sample.driver.execute_script("arguments[0].focus()", link)
    link.send_keys(Keys.ENTER)
    assert sample.is_in_view("#wj-panel mark.wj-quote")


def test_nothing_is_asked_of_other_machines_and_the_browser_has_nothing_to_complain_about(sample):
    sample.open()
    sample.ask(QUESTION)
    sample.ask(UNKNOWN)
    sample.find("a.wj-chip").click()
    sample.wait_for("#wj-panel .wj-passage")
    foreign = [
        url for url in sample.requested() if not url.startswith((sample.url, "data:", "blob:"))
    ]
    assert foreign == []
    assert sample.complaints() == []


def test_a_phone_shows_everything_and_evidence_as_a_sheet(sample):
    sample.open(width=360, height=740)
    sample.ask(QUESTION)
    assert sample.evaluate("document.documentElement.scrollWidth") <= 360
    assert not sample.is_in_view("#wj-panel mark.wj-quote")
    sample.find(".wj-short .wj-marker").click()
    sample.wait_until(lambda: sample.is_in_view("#wj-panel mark.wj-quote"))
    sample.find(".wj-close").click()
    sample.wait_until(lambda: not sample.is_in_view("#wj-panel mark.wj-quote"))
    assert sample.is_in_view(".wj-short")


def background(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_dark_follows_the_system_and_the_choice_is_kept(sample):
    sample.open()
    light = background(sample)
    sample.open(dark=True)
    dark = background(sample)
    assert light != dark
    sample.find(".wj-theme").click()
    assert background(sample) == light
    sample.open(dark=True)
    sample.wait_until(lambda: background(sample) == light)
    sample.evaluate("localStorage.clear()")
