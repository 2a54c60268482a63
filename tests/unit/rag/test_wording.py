import string

import pytest

from corpus import to_simplified
from rag.wording import _SIMPLIFIED, _TRADITIONAL, is_traditional, phrase


@pytest.mark.parametrize("name", _SIMPLIFIED)
def test_every_phrase_says_the_same_in_both_scripts(name):
    assert to_simplified(_TRADITIONAL[name]) == _SIMPLIFIED[name]


@pytest.mark.parametrize("name", _SIMPLIFIED)
def test_both_scripts_have_the_same_blanks(name):
    blanks = [
        [field for _, field, _, _ in string.Formatter().parse(words[name]) if field]
        for words in (_SIMPLIFIED, _TRADITIONAL)
    ]
    assert blanks[0] == blanks[1]


@pytest.mark.parametrize(
    ("text", "traditional"),
    [
        ("武隆區建會補助多少", True),
        ("武隆区建会补助多少", False),
        ("ＡＢＣ１２３？", False),
        ("Wulong", False),
        ("", False),
        ("工会工作", False),
    ],
)
def test_a_text_is_traditional_by_any_character_that_only_traditional_writes(text, traditional):
    assert is_traditional(text) is traditional


def test_blanks_are_filled_and_what_fills_them_is_never_read_as_a_blank():
    words = phrase("model_failed", like="问", reason="{like} {0} 断开")
    assert "{like} {0} 断开" in words
    assert phrase("not_found", like="問").startswith("沒有找到")
