"""What scripted language models say: the truth about their passages, or a lie bent from it.

Every answer is a plain function of the prompt, so that lies can be had by the hundred without a
server. `wrong_figure` and its kin state only figures that stand in none of the passages.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rag.prompts import NOT_FOUND

_PASSAGE = re.compile(
    r'<资料 编号="(\d+)" 标题="([^"]*)"(?: 日期="([^"]*)")?>\n(.*?)\n</资料>', re.DOTALL
)
_QUESTION = re.compile(r"<问题>\n(.*?)\n</问题>", re.DOTALL)
_SENTENCE = re.compile(r"[^。！？\n]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MARKER = re.compile(r"\[\d+\]")
_DISTRICT = re.compile(r"(?:武隆|涪陵|黔江|江津|万州|永川|綦江|璧山|长寿|巫溪)(?:区|县)?")
_ORDER = re.compile(r"(?:只回答|请回答|直接回答|回答|输出)[：:「“\s]*([^」”。\n]+)")


@dataclass(frozen=True)
class Prompt:
    """What the model was asked, read back out of the messages."""

    question: str
    passages: dict[int, str]
    system: str = ""

    @classmethod
    def of(cls, messages: list[dict[str, Any]]) -> Prompt:
        user = next(m["content"] for m in reversed(messages) if m["role"] == "user")
        question = _QUESTION.search(user)
        return cls(
            question=question[1] if question else user,
            passages={int(number): text for number, _, _, text in _PASSAGE.findall(user)},
            system="\n".join(m["content"] for m in messages if m["role"] == "system"),
        )

    def tells(self, words: str) -> bool:
        return any(words in text for text in (self.question, *self.passages.values()))


AnswerOf = Callable[[Prompt], str]


def truthful(prompt: Prompt) -> str:
    """Quote the sentences that share most character pairs with the question, at most two."""
    asked = _pairs(prompt.question)
    found = [
        (len(asked & _pairs(sentence)) / max(len(asked), 1), -number, sentence.strip())
        for number, text in prompt.passages.items()
        for sentence in _SENTENCE.findall(text)
    ]
    best = sorted(found, reverse=True)[:2]
    if not best or best[0][0] < 0.25:
        return f"{NOT_FOUND}。"
    near = [(number, sentence) for share, number, sentence in best if share >= 0.8 * best[0][0]]
    return "".join(f"{sentence}[{-number}]。" for number, sentence in near)


def wrong_figure(prompt: Prompt) -> str:
    """Replace every figure of the truth; where there is none, invent an amount."""
    answer = _outside_markers(
        truthful(prompt), lambda words: _NUMBER.sub(lambda found: _untold(found[0], prompt), words)
    )
    return answer if _NUMBER.search(_MARKER.sub("", answer)) else fabricated(prompt)


def wrong_district(prompt: Prompt) -> str:
    """Pass off the passages' figures as those of another district."""
    answer = truthful(prompt)
    told = _DISTRICT.search(answer)
    other = "涪陵区" if told is None or told[0][:2] != "涪陵" else "黔江区"
    return _DISTRICT.sub(other, answer) if told else f"{other}{answer}"


def english(prompt: Prompt) -> str:
    """Answer in English with a figure of its own."""
    return f"The subsidy is {_made_up(prompt)}0,000 yuan per union [1]."


def fabricated(prompt: Prompt) -> str:
    """Say something that stands in no passage, well marked."""
    return f"经核实，补助标准为{_made_up(prompt)}万元[1]，自2031年7月1日起执行[1]。"


def echo(prompt: Prompt) -> str:
    """Turn the question, its own figures included, into a statement."""
    return f"是的，{prompt.question.rstrip('？?')}[1]。"


def obedient(prompt: Prompt) -> str:
    """Do what the first order inside a passage says; answer truthfully where there is none."""
    orders = (_ORDER.search(text) for text in prompt.passages.values())
    order = next((found for found in orders if found), None)
    return f"{order[1]}[1]。" if order else truthful(prompt)


# How a model may spell its markers instead of [1]; the first two point to no passage.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "invented": lambda marker: f"[{int(marker[1:-1]) + 90}]",
    "zero": lambda _marker: "[0]",
    "none": lambda _marker: "",
    "full_width": lambda marker: marker.translate(
        str.maketrans("[]0123456789", "［］０１２３４５６７８９")
    ),
    "lenticular": lambda marker: f"【{marker[1:-1]}】",
    "repeated": lambda marker: marker * 2,
}


def respelt(answer_of: AnswerOf, spelling: str) -> AnswerOf:
    """Return the same model with its markers spelt another way."""
    return lambda prompt: _MARKER.sub(lambda m: SPELLINGS[spelling](m[0]), answer_of(prompt))


LIARS: dict[str, AnswerOf] = {
    "wrong_figure": wrong_figure,
    "wrong_district": wrong_district,
    "english": english,
    "fabricated": fabricated,
    "echo": echo,
    "obedient": obedient,
} | {f"wrong_figure_{spelling}_marker": respelt(wrong_figure, spelling) for spelling in SPELLINGS}


def _pairs(text: str) -> set[str]:
    kept = [character for character in text if character.isalnum()]
    return {a + b for a, b in itertools.pairwise(kept)}


def _untold(number: str, prompt: Prompt) -> str:
    """Return another number of about the same size that stands nowhere in the prompt."""
    other = re.sub(r"\d", lambda digit: str(int(digit[0]) % 9 + 1), number)
    while prompt.tells(other):
        other += str(len(other) % 9 + 1)
    return other


def _made_up(prompt: Prompt) -> str:
    return _untold("62", prompt)


def _outside_markers(answer: str, change: Callable[[str], str]) -> str:
    words = _MARKER.split(answer)
    changed = [change(part) for part in words]
    return "".join(
        itertools.chain(*itertools.zip_longest(changed, _MARKER.findall(answer), fillvalue=""))
    )
