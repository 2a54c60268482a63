from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.jsonl import located_text, read_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
SPOKEN = st.text(
    st.one_of(st.sampled_from('"\\/\n\t\b工会😀é\u2028'), st.characters(codec="utf-8")),
    max_size=40,
)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=5), st.booleans())
def test_objects_read_as_the_json_module_reads_them(
    record: dict[str, object], ascii_only: bool
) -> None:
    line = json.dumps(record, ensure_ascii=ascii_only, indent=1)
    expected = json.loads(line)
    found = {name: value.value for name, value in read_object(line).items()}
    assert found == expected


@settings(deadline=None, max_examples=100)
@given(SPOKEN, st.booleans(), st.integers(0, 1000))
def test_text_leads_back_through_its_escapes(
    spoken: str, ascii_only: bool, file_start: int
) -> None:
    line = json.dumps({"id": "1", "text": spoken, "more": 1}, ensure_ascii=ascii_only)
    mapped = located_text(line, read_object(line)["text"], file_start=file_start)
    assert mapped.text == spoken
    file = " " * file_start + line
    for at, char in enumerate(spoken):
        (place,) = mapped.offsets.file_ranges(at, at + 1)
        assert json.loads(f'"{file[place.start : place.end]}"') == char


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    line = r'{"text": "甲\ud83d乙\ud83d\ude00"}'
    mapped = located_text(line, read_object(line)["text"], file_start=0)
    assert mapped.text == "甲\ufffd乙😀"
    (place,) = mapped.offsets.file_ranges(2, 3)
    assert line[place.start : place.end] == "乙"


def test_a_raw_tab_inside_a_string_is_allowed() -> None:
    assert read_object('{"text": "甲\t乙"}')["text"].value == "甲\t乙"


def test_the_last_of_two_equal_names_counts_as_in_the_json_module() -> None:
    assert read_object('{"a": 1, "a": 2}')["a"].value == 2


@pytest.mark.parametrize(
    "line",
    ["", "[1]", "null", '{"a": 1', '{"a" 1}', "{a: 1}", '{"a": 1,}', '{"a": 1} x', '{"a": tru}'],
)
def test_anything_but_one_object_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"column"):
        read_object(line)
