"""Offsets against a model that knows, for every single character, where it came from."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.offsets import Edit, MappedText, OffsetMap, Run, RunKind, Span


@dataclass(frozen=True)
class Char:
    char: str
    places: frozenset[int]
    kind: RunKind


def model_of(text: str) -> list[Char]:
    return [Char(char, frozenset({at}), RunKind.KEPT) for at, char in enumerate(text)]


def union(chars: list[Char]) -> frozenset[int]:
    return frozenset[int]().union(*(char.places for char in chars))


def model_edited(chars: list[Char], edits: list[Edit]) -> list[Char]:
    """Edit the model: as many new characters as old ones map one to one, others as a block."""
    edited: list[Char] = []
    at = 0
    for edit in edits:
        edited += chars[at : edit.start]
        old = chars[edit.start : edit.end]
        block = union(old)
        one_to_one = len(old) == len(edit.new)
        edited += [
            Char(char, old[index].places if one_to_one else block, edit.kind)
            for index, char in enumerate(edit.new)
        ]
        at = edit.end
    return edited + chars[at:]


def places(ranges: tuple[Span, ...]) -> set[int]:
    return {at for span in ranges for at in range(span.start, span.end)}


@st.composite
def texts_and_edits(draw: st.DrawFn, most_rounds: int = 3) -> tuple[str, list[list[Edit]]]:
    text = draw(st.text("甲乙丙丁(ab)\n", min_size=1, max_size=30))
    rounds: list[list[Edit]] = []
    length = len(text)
    for _ in range(draw(st.integers(0, most_rounds))):
        cuts = sorted(draw(st.lists(st.integers(0, length), max_size=6)))
        edits = [
            Edit(start, end, draw(st.text("新字", max_size=3)), draw(st.sampled_from(RunKind)))
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ]
        rounds.append(edits)
        length += sum(len(edit.new) - (edit.end - edit.start) for edit in edits)
    return text, rounds


@settings(deadline=None, max_examples=50)
@given(texts_and_edits(most_rounds=1), st.data())
def test_a_span_leads_to_exactly_the_places_it_came_from(
    case: tuple[str, list[list[Edit]]], data: st.DataObject
) -> None:
    text, rounds = case
    mapped, model = MappedText.from_file(text), model_of(text)
    for edits in rounds:
        mapped, model = mapped.edited(edits), model_edited(model, edits)
    assert mapped.text == "".join(char.char for char in model)

    start = data.draw(st.integers(0, len(model)))
    end = data.draw(st.integers(start, len(model)))
    assert places(mapped.offsets.file_ranges(start, end)) == union(model[start:end])


@settings(deadline=None, max_examples=50)
@given(texts_and_edits(most_rounds=3), st.data())
def test_after_many_edits_no_place_and_no_doubt_is_lost(
    case: tuple[str, list[list[Edit]]], data: st.DataObject
) -> None:
    text, rounds = case
    mapped, model = MappedText.from_file(text), model_of(text)
    for edits in rounds:
        mapped, model = mapped.edited(edits), model_edited(model, edits)
    assert union(model) <= places(mapped.offsets.file_ranges(0, len(model)))

    start = data.draw(st.integers(0, len(model)))
    end = data.draw(st.integers(start, len(model)))
    kinds = [char.kind for char in model[start:end]]
    assert mapped.offsets.worst_kind(start, end) == max(kinds, default=RunKind.KEPT)
    guessed = {at for at in range(start, end) if model[at].kind is RunKind.GUESSED}
    assert places(mapped.offsets.guessed_spans(start, end)) == guessed


@settings(deadline=None, max_examples=50)
@given(texts_and_edits())
def test_runs_are_sorted_gapless_and_cover_the_text(
    case: tuple[str, list[list[Edit]]],
) -> None:
    text, rounds = case
    mapped = MappedText.from_file(text)
    for edits in rounds:
        mapped = mapped.edited(edits)
    at = 0
    for run in mapped.offsets.runs:
        assert run.start == at
        assert run.end > run.start
        at = run.end
    assert at == len(mapped)


@settings(deadline=None, max_examples=50)
@given(texts_and_edits())
def test_packed_runs_come_back_equal(case: tuple[str, list[list[Edit]]]) -> None:
    text, rounds = case
    mapped = MappedText.from_file(text)
    for edits in rounds:
        mapped = mapped.edited(edits)
    assert OffsetMap.unpack(mapped.offsets.pack()) == mapped.offsets


@settings(deadline=None, max_examples=50)
@given(texts_and_edits(), st.data())
def test_a_text_cut_in_two_and_joined_covers_the_same_places(
    case: tuple[str, list[list[Edit]]], data: st.DataObject
) -> None:
    text, rounds = case
    mapped = MappedText.from_file(text)
    for edits in rounds:
        mapped = mapped.edited(edits)
    cut = data.draw(st.integers(0, len(mapped)))
    joined = MappedText.joined([mapped.slice(0, cut), mapped.slice(cut, len(mapped))])
    assert joined.text == mapped.text
    whole = mapped.offsets.file_ranges(0, len(mapped))
    assert places(joined.offsets.file_ranges(0, len(joined))) == places(whole)


def test_deleted_text_splits_the_range_of_what_is_around_it() -> None:
    mended = MappedText.from_file("區(qū)會").edited([Edit(1, 5, "")])
    assert mended.text == "區會"
    assert mended.offsets.file_ranges(0, 2) == (Span(0, 1), Span(5, 6))


def test_inserted_characters_have_no_place_in_the_file() -> None:
    joined = MappedText.joined([MappedText.from_file("甲"), MappedText.inserted("\n")])
    assert joined.offsets.file_ranges(1, 2) == ()


def test_an_empty_span_has_no_place_even_inside_a_block() -> None:
    block = MappedText("甲乙", OffsetMap((Run(0, 2, 10, 17),)))
    assert block.offsets.file_ranges(1, 1) == ()


def test_both_halves_of_a_block_lead_to_its_range_once() -> None:
    block = MappedText("甲乙", OffsetMap((Run(0, 2, 10, 17),)))
    parts = MappedText.joined([block.slice(0, 1), block.slice(1, 2)])
    assert parts.offsets.file_ranges(0, 2) == (Span(10, 17),)


def test_what_replaces_reordered_text_leads_to_the_first_place_only() -> None:
    page = MappedText.from_file("左栏右栏")
    reordered = MappedText.joined([page.slice(2, 4), page.slice(0, 2)])
    assert reordered.edited([Edit(1, 3, "X")]).offsets.file_ranges(1, 2) == (Span(3, 4),)


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        MappedText.from_file("甲乙丙").edited([Edit(0, 2, ""), Edit(1, 3, "")])


def test_stripping_moves_the_offsets_along() -> None:
    stripped = MappedText.from_file(" \n甲乙 ").stripped()
    assert stripped.text == "甲乙"
    assert stripped.offsets.file_ranges(0, 2) == (Span(2, 4),)


def test_stripping_a_blank_text_leaves_nothing() -> None:
    assert MappedText.from_file(" \n ").stripped() == MappedText("", OffsetMap(()))
