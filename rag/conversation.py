"""Questions in a conversation: made whole from what was said before, or taken apart into parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus import Segmenter, fold
from rag.persons import is_person
from rag.places import gazetteer
from rag.question import HOW_MANY, YEAR, Question, analyse, is_place_name
from rag.types import Turn

FEW_TERMS = 3

_PART = re.compile(r"[,，;；?？]")

_ASKS = re.compile(
    rf"{HOW_MANY}(?!个(?:方面|月来))|什么|哪|谁|怎么|怎样|如何|为何|何时|何处|是否|多久|吗$"
)

JOINT = "——"
"""Stands between a question and the one that leans on it in a question made whole."""

_PERSON_PRONOUN = re.compile(r"(?<![其吉])(?:他|她)(?!们|人|乡)")

_POINTS_BACK = re.compile(
    r"这(?=\d)|这(?:笔|个|些|次|项|场|家|名|位|里|件|样|种)|那(?:笔|个|些|次|项|场|家|名|位|里|件|样|种)|他们|她们|它们?|(?<![其吉])(?:他|她)(?!人|乡)|"
    r"该(?:区|市|县|院|厂|公司|活动|项目|单位|工会)|上述|其中|此次|此外|还有(?:呢|吗|哪些|什么)|^那|呢[?]?$|^(?:然后|另外|还)"
)

_SWAP = re.compile(r"^(?:那|那么)?(.{2,12}?)呢[?]?$")


def parts_of(question: Question, segmenter: Segmenter) -> tuple[Question, ...]:
    """Return the questions that one question asks at once (从什么时候开始，覆盖多少群众).

    Each later part leans on the first. A question that already leans on another is left whole.
    """
    pieces = [piece for piece in _PART.split(question.text) if piece.strip()]
    asking = [number for number, piece in enumerate(pieces) if _ASKS.search(fold(piece))]
    if question.context or len(asking) < 2:  # noqa: PLR2004 - nothing to take apart
        return (question,)
    starts = [0, *(number + 1 for number in asking[:-1])]
    texts = ["，".join(pieces[a : b + 1]) for a, b in zip(starts, asking, strict=True)]
    first, *later = texts
    leaning = (in_context(text, leans_on(text, first), segmenter) for text in later)
    return (
        analyse(first, segmenter),
        *(replace(part, text=text) for part, text in zip(leaning, later, strict=True)),
    )


def made_whole(text: str, history: Sequence[Turn], segmenter: Segmenter) -> str | None:
    """Return the question with what it leaves to the conversation, or None when it is whole.

    A pronoun for a person takes the person's name; 「那涪陵呢」 asks the last question of another
    place; anything else that points back is put behind the question it follows. Without a pointing
    word nothing is taken over, so that a change of subject is not dragged along.
    """
    if not history or not _needs_context(text, segmenter):
        return None
    before = made_whole(history[-1].question, history[:-1], segmenter) or history[-1].question
    swapped = _swapped_place(text, before, segmenter)
    if swapped is not None:
        return swapped
    dated = _swapped_year(text, before)
    if dated is not None:
        return dated
    person = _person(before, history[-1].answer, segmenter)
    if person and _PERSON_PRONOUN.search(text):
        return _PERSON_PRONOUN.sub(person, text)
    return leans_on(text, before)


def leans_on(text: str, before: str) -> str:
    """Return a question joined to the one before it, in the form that `in_context` takes apart."""
    return f"{before.rstrip('?？。')}{JOINT}{text}"


def may_lean(question: Question) -> bool:
    """Tell whether a question without a pointing word may still lean on the one before it.

    It may when it names no place, person, year or title and has few words of its own.
    """
    named = question.places or question.names or question.years
    return not named and len(question.terms) <= FEW_TERMS


def in_context(text: str, whole: str, segmenter: Segmenter) -> Question:
    """Take apart a question made whole: its kind is that of the last part, as asked.

    What the last part does not name itself (place, year) is taken from the part before.
    """
    before, joint, _ = whole.rpartition(JOINT)
    if not joint:
        return analyse(whole, segmenter)
    asked, earlier = analyse(text, segmenter), analyse(before, segmenter)
    return replace(
        asked,
        text=whole,
        folded=f"{earlier.folded} {asked.folded}",
        places=asked.places or earlier.places,
        years=asked.years or earlier.years,
        names=asked.names or earlier.names,
        persons=asked.persons or earlier.persons,
        localities=asked.localities or earlier.localities,
        context=tuple(term for term in earlier.terms if term.word not in asked.words),
    )


def _needs_context(text: str, segmenter: Segmenter) -> bool:
    folded = fold(text).strip()
    if _POINTS_BACK.search(folded):
        return True
    asked = analyse(text, segmenter)
    return not asked.words and not asked.places and not asked.names


def _swapped_place(text: str, before: str, segmenter: Segmenter) -> str | None:
    match = _SWAP.match(fold(text).strip())
    if match is None:
        return None
    known = gazetteer()
    bare = [stem for stem in known.levels if stem in match[1] and is_place_name(stem, segmenter)]
    found = known.find(match[1], bare=bare)
    if len(found) != 1 or found[0].end - found[0].start < len(match[1]) - 3:
        return None
    folded = fold(before)
    bare = [stem for stem in known.levels if stem in folded and is_place_name(stem, segmenter)]
    old = [
        m
        for m in known.find(folded, bare=bare)
        if known.level(m.stem) == known.level(found[0].stem)
    ]
    if not old:
        return None
    return before[: old[0].start] + match[1] + before[old[0].end :]


def _swapped_year(text: str, before: str) -> str | None:
    """Return the question before asked of another year (「2025年呢」), or None."""
    match = re.fullmatch(r"(?:那|那么)?((?:19|20)\d{2})年?呢[?]?", fold(text).strip())
    old = list(YEAR.finditer(fold(before)))
    if match is None or len(old) != 1:
        return None
    start, end = old[0].span(1)
    return before[:start] + match[1] + before[end:]


def _person(question: str, answer: str, segmenter: Segmenter) -> str | None:
    """Return the person last spoken of: named in the question before, or else in its answer."""
    for text in (question, answer):
        for word, tag in segmenter.tagged(fold(text)):
            if is_person(word, tag):
                return word
    return None
