"""EM and F1 are those of the CMRC 2018 script: hand-worked cases and a second implementation."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.cmrc import PUNCTUATION, cmrc_em, cmrc_f1, latin_tokens, tokens

WORDS = st.text(alphabet="补助58万元工会 abAB,.，。“”-3", max_size=12)


def second_f1(prediction: str, gold: str) -> float:
    """The definition once more, for text without Latin words of several letters or stops."""

    def units(text: str) -> list[str]:
        kept = [c for c in text.lower().strip() if c not in PUNCTUATION]
        cut: list[str] = []
        joined = False
        for character in kept:
            ideograph = "\u4e00" <= character <= "\u9fa5"
            if character == " " or ideograph or not joined:
                cut.append(character)
            else:
                cut[-1] += character
            joined = not ideograph and character != " "
        return [unit for unit in cut if unit != " "]

    a, b = units(prediction), units(gold)
    longest = max(
        (
            size
            for size in range(1, min(len(a), len(b)) + 1)
            for i in range(len(a) - size + 1)
            for j in range(len(b) - size + 1)
            if a[i : i + size] == b[j : j + size]
        ),
        default=0,
    )
    return 2 * longest / (len(a) + len(b)) if longest else 0.0


@given(
    st.text(alphabet="补助58万元工会 ab，。“”-3", max_size=10),
    st.text(alphabet="补助58万元工会 ab，。“”-3", max_size=10),
)
def test_f1_equals_a_second_implementation(prediction: str, gold: str) -> None:
    assert cmrc_f1(prediction, [gold]) == pytest.approx(second_f1(prediction, gold))


def test_f1_equals_a_second_implementation_on_a_thousand_random_pairs() -> None:
    drawn = random.Random(2018)
    for _ in range(1000):
        prediction, gold = (
            "".join(drawn.choices("补助58万元工会 a，。“-", k=drawn.randint(0, 9))) for _ in "ab"
        )
        assert cmrc_f1(prediction, [gold]) == pytest.approx(second_f1(prediction, gold))


@pytest.mark.parametrize(
    ("prediction", "gold", "f1"),
    [
        ("58万元", "58万元", 1.0),
        ("共58万元", "58万元", 2 * (3 / 4) * 1 / (3 / 4 + 1)),  # 共|58|万|元 and 58|万|元
        ("工会主席", "主席工会", 0.5),  # one run of two of four, not four common characters
        ("《工会法》", "工会法", 1.0),
        ("iPhone 6S", "iphone 6s", 1.0),
        ("3.5", "3", 0.0),
        ("", "工会", 0.0),
        ("。，", "。", 0.0),
        ("工…会", "工会", 2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2)),  # an ellipsis stays
    ],
)
def test_hand_worked_f1(prediction: str, gold: str, f1: float) -> None:
    assert cmrc_f1(prediction, [gold]) == pytest.approx(f1)


def test_the_best_alternative_counts() -> None:
    assert cmrc_f1("3个镇", ["三个镇", "3个镇"]) == 1.0
    assert cmrc_em("3个镇", ["三个镇", "3个镇"]) == 1.0
    assert cmrc_f1("3个镇", []) == 0.0


@pytest.mark.parametrize(
    ("prediction", "gold", "equal"),
    [
        ("“工会法”", "工会法", 1.0),
        ("ABC", "abc", 1.0),
        ("58 万元", "58万元", 0.0),
        ("58万", "58万元", 0.0),
        ("1,000", "1000", 0.0),  # the script drops full-width commas alone
    ],
)
def test_exact_match_ignores_case_and_listed_punctuation(
    prediction: str, gold: str, equal: float
) -> None:
    assert cmrc_em(prediction, [gold]) == equal


@pytest.mark.parametrize(
    ("run", "words"),
    [  # as nltk.word_tokenize (3.10) cuts them
        ("hello world", ["hello", "world"]),
        ("$3.88, 1,000", ["$", "3.88", ",", "1,000"]),
        ("it's", ["it", "'s"]),
        ("don't", ["do", "n't"]),
        ("cannot", ["can", "not"]),
        ("end.", ["end", "."]),
        ("first. second", ["first", ".", "second"]),
        ("u.s. army", ["u.s.", "army"]),
        ("st. john", ["st.", "john"]),
        ('a "b" c', ["a", "``", "b", "''", "c"]),
        ("(x) [y]", ["(", "x", ")", "[", "y", "]"]),
        ("wait...", ["wait", "..."]),
        ("50%", ["50", "%"]),
        ("'umbra' shade", ["'", "umbra", "'", "shade"]),
    ],
)
def test_runs_of_other_characters_are_cut_as_nltk_does(run: str, words: list[str]) -> None:
    assert latin_tokens(run) == words


def test_ideographs_stand_alone_and_punctuation_does_not_part_a_run() -> None:
    assert tokens("第3届COVID-19会议") == ["第", "3", "届", "covid19", "会", "议"]


@given(WORDS, WORDS)
def test_f1_is_symmetric_and_within_bounds(first: str, second: str) -> None:
    value = cmrc_f1(first, [second])
    assert 0 <= value <= 1
    assert value == pytest.approx(cmrc_f1(second, [first]))
