"""Escaping and marking: whatever comes in, exactly its characters are seen and nothing runs."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.markup import Layer, article_body, emphasised, escape

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/x.png)",
    "[点这里](javascript:alert(1))",
    "https://evil.example/自动链接",
    "</section></div><h1>假标题",
    '"><svg onload=alert(1)>',
    "'><form action=//evil.example><input name=password>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- -->\n\n# 标题\n\n<iframe src=//evil.example>",
    "```html\n<script>1</script>\n```",
    "$$\\href{javascript:alert(1)}{x}$$",
    "${alert(1)} {{7*7}} <style>*{display:none}</style>",
    "行一\r\n\r\n行二",
]


class Seen(HTMLParser):
    """Collects what a reader sees and which tags there are."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def seen(markup: str) -> tuple[str, set[str]]:
    parser = Seen()
    parser.feed(markup)
    parser.close()
    return "".join(parser.text), parser.tags


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_seen_as_it_stands_and_makes_no_tag(text):
    assert seen(escape(text)) == (text, set())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_escaped_text_is_one_line_and_reads_back_the_same(text):
    escaped = escape(text)
    assert not set(escaped) & set("\n\r<>\"'")
    assert seen(escaped)[0] == text.replace("\x00", seen(escape("\x00"))[0])


def test_lone_surrogates_are_replaced_so_that_json_can_carry_the_page():
    assert escape("a\ud800b") == "a\ufffdb"


def test_phrases_are_emphasised_wherever_they_stand():
    assert emphasised("共58万元,另6万元", ["6万元", "58万元"]) == (
        "共<strong>58万元</strong>,另<strong>6万元</strong>"
    )


def test_the_longer_of_two_phrases_at_one_place_wins():
    assert emphasised("16万元", ["6万元", "16万元"]) == "<strong>16万元</strong>"


def test_emphasis_does_not_open_a_way_around_escaping():
    assert emphasised("<b>1</b>", ["<b>"]) == "<strong>&lt;b&gt;</strong>1&lt;/b&gt;"


def test_an_article_keeps_its_paragraphs_and_drops_blank_lines():
    assert article_body("一\n\n二", []) == "<p>一</p><p>二</p>"


def test_a_layer_lies_exactly_over_its_span():
    layers = [Layer(1, 3, "<mark>", "</mark>")]
    assert article_body("甲乙丙丁", layers) == "<p>甲<mark>乙丙</mark>丁</p>"


def test_a_later_layer_stands_inside_an_earlier_one():
    layers = [Layer(0, 3, "<mark>", "</mark>"), Layer(1, 2, "<strong>", "</strong>")]
    assert article_body("甲乙丙", layers) == (
        "<p><mark>甲</mark><mark><strong>乙</strong></mark><mark>丙</mark></p>"
    )


def test_a_layer_over_two_paragraphs_is_closed_and_opened_again():
    layers = [Layer(0, 3, "<mark>", "</mark>")]
    assert article_body("甲\n乙", layers) == "<p><mark>甲</mark></p><p><mark>乙</mark></p>"


@st.composite
def _texts_with_layers(draw):
    text = draw(st.text(alphabet="甲乙<&\n", max_size=30))
    spans = draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4))
    return text, [Layer(min(span), max(span), "<mark>", "</mark>") for span in spans]


@given(_texts_with_layers())
def test_marks_never_change_the_characters_of_an_article(drawn):
    text, layers = drawn
    assert seen(article_body(text, layers))[0] == text.replace("\n", "")
