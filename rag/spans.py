"""The span inside a sentence: the words of it that answer."""

from __future__ import annotations

import re

from corpus import Segmenter
from rag.evidence import Unit
from rag.facts import Mention
from rag.persons import is_person
from rag.question import Question
from rag.reader import Matcher

_SEGMENT = re.compile(r"[^,，、:：;；。!！?？\n]+")
_PLACE_SPAN = re.compile(
    r"在((?:(?![,，。;；在]).){2,28}?)(?:举行|举办|召开|开展|成立|启动|揭牌|设立)"
    r"|(?:出生在|出生于|位于|来自|坐落在|地址:?|走进|来到)((?:(?![,，。;；]).){2,28}?)(?:一个|的|,|，|。|;|$|开展|举行|参加)"
)
_LISTED = re.compile(
    r"(?:[:：]|包括|分为|设(?:有|立了?|置了?)?|分别(?:是|为)|即)((?:[^。;；,，、]+、)+[^。;；,，、]+)"
)


def answering_spans(
    question: Question, unit: Unit, matcher: Matcher, segmenter: Segmenter
) -> tuple[tuple[int, int], ...]:
    """Return the answering words of a unit as ranges of the article's text."""
    if question.wanted:
        found = _figure_spans(question, unit, matcher)
    elif question.kind == "person":
        found = _person_spans(question, unit, segmenter)
    elif question.kind == "place":
        found = _group_spans(_PLACE_SPAN, unit)
    elif question.kind == "list":
        found = _group_spans(_LISTED, unit)
    else:
        found = ()
    return tuple((unit.start + a, unit.start + b) for a, b in found)


def _figure_spans(question: Question, unit: Unit, matcher: Matcher) -> tuple[tuple[int, int], ...]:
    """Return the figures of the kind and measure asked for, those nearest the question's words."""
    fitting = [
        m
        for m in unit.mentions
        if question.fits(m) and not any(m.agrees(own) for own in question.mentions)
    ]
    if len(fitting) < 2:  # noqa: PLR2004 - nothing to choose between
        return tuple((m.start, m.end) for m in fitting)
    near = {m: _nearness(question, m, unit, matcher) for m in fitting}
    best = max(near.values())
    return tuple((m.start, m.end) for m in fitting if near[m] >= best - 1e-9)


def _nearness(question: Question, mention: Mention, unit: Unit, matcher: Matcher) -> float:
    """Return how far a figure's own clause holds the question's words; its noun breaks ties."""
    clause = next(
        (m for m in _SEGMENT.finditer(unit.folded) if m.start() <= mention.start < m.end()), None
    )
    own = matcher.local(clause.group()) if clause else 0.0
    follows = unit.folded[mention.end : mention.end + 4]
    noun = any(follows.startswith(word) for word in question.words)
    return own + (0.2 if noun else 0.0) + (0.05 if mention.unit == question.unit else 0.0)


def _person_spans(
    question: Question, unit: Unit, segmenter: Segmenter
) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    at = 0
    for word, tag in segmenter.tagged(unit.folded):
        if is_person(word, tag) and word not in question.folded and word not in unit.places:
            found.append((at, at + len(word)))
        at += len(word)
    return tuple(found[:1])


def _group_spans(pattern: re.Pattern[str], unit: Unit) -> tuple[tuple[int, int], ...]:
    match = pattern.search(unit.folded)
    if match is None:
        return ()
    group = next(i for i in range(1, pattern.groups + 1) if match[i])
    return (match.span(group),)
