"""Beam search for the text that a shifted run of bytes was, one true character at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from heapq import nlargest
from math import log

from corpus.repair import gbk
from corpus.repair.characters import fits, in_big5, is_traditional
from corpus.repair.layers import LOST_MARK
from corpus.repair.model import PageModel
from corpus.repair.moves import Give, Move, moves
from corpus.repair.residue import TAG, Evidence
from corpus.repair.states import Reading, Restored, State

_BEAM = 32
_MAX_TOKENS = 90
_BUDGET = 200_000  # characters tried on one page, some two seconds; a real page needs 10,000
_MARGIN = 12.0  # readings this much worse than the best one at the same place are given up
_HOPELESS = 20.0  # so is the search when the best one is this much worse than the text itself
_MAX_VANISHED = 6
_COMMONEST, _LIKELIEST = 30, 6
_VANISH_COST = -1.0
_LONE_BYTE = 0x80
_LETTER_COST = 4.0
_LISTED_UNTAGGED_COST = 6.0
_NOT_BIG5_COST = 4.0
_TWO_STOPS_COST = 4.0
_ENDINGS = {"。": 10.0, "”": 8.0, "！": 10.0, "？": 10.0, "）": 4.0, "：": 4.0, "；": 4.0}
_STOPS = frozenset("。！？!?；;，,、：:")


class Search:
    """The search for readings of a run, in the light of what is known of its page."""

    def __init__(self, text: str, *, model: PageModel, evidence: Evidence) -> None:
        """Take the page's text and what it tells."""
        self._text = text
        self._line_end = len(text)
        self._model = model
        self._evidence = evidence
        self._budget = _BUDGET
        self._cache: dict[str, float] = {}
        self._commonest: dict[object, list[str]] = {}

    def begun(self, before: str, char: str, end: int, *, leads: tuple[int, ...]) -> State:
        """Return the state after a first known character, with a byte of the next one open."""
        state = self._plus(State((), before), char, end, guessed=False)
        return state.moved(state.score, leads=leads)

    def readings(
        self, start: State, at: int, *, as_it_stands: Callable[[int], float]
    ) -> list[Reading]:
        """Return all readings found from `at` on; each ends where decoding is in step again.

        `as_it_stands` gives the score of the unrepaired text up to a place.
        """
        line_end = self._text.find("\n", at)
        self._line_end = len(self._text) if line_end < 0 else line_end
        finished: list[Reading] = []
        front: dict[int, list[State]] = {at: [start]}
        for _ in range(_MAX_TOKENS):
            if not front or self._budget < 0:
                break
            here = min(front)
            states = _best(front.pop(here))
            if states[0].score < as_it_stands(here) - _HOPELESS:
                break
            states = _best([*states, *self._vanished(states, here)])
            finished.extend(self._lone_trails(states, here))
            for move in moves(self._text, here, self._line_end) if here < self._line_end else ():
                for state in states:
                    self._go(state, move, here, front, finished)
        return finished

    def _go(
        self,
        state: State,
        move: Move,
        here: int,
        front: dict[int, list[State]],
        finished: list[Reading],
    ) -> None:
        for after in self._applied(state, move, here):
            if after.leads:
                if move.end < self._line_end:
                    front.setdefault(move.end, []).append(after)
            else:
                tagged = move.give is Give.TRAIL
                finished.append(self._in_step(after, move.end, may_be_tagged=tagged))

    def _applied(self, state: State, move: Move, here: int) -> Iterable[State]:
        """Return the states that a move leads to."""
        if move.give is Give.PAIR:
            return self._pair(state, move)
        if move.give is Give.TRAIL:
            return self._closed(state, move, move.pair[0])
        if move.give is Give.TAG:
            return self._past_tag(state, move, here)
        if move.give is Give.HALF_TAG:
            return self._half_tag(state, move)
        return self._unknown_trail(state, move)

    def _pair(self, state: State, move: Move) -> Iterator[State]:
        first, second = move.pair
        for after in self._closed(state, move, first):
            score = after.score - move.cost
            if second in gbk.LEADS:
                yield after.moved(score, leads=(second,))
            elif gbk.is_ascii_trail(second):
                letter = after.moved(score - _LETTER_COST)
                yield self._plus(letter, chr(second), move.end, guessed=False)

    def _closed(self, state: State, move: Move, trail: int) -> list[State]:
        """Close the open lead with a known byte, whichever lead it was."""
        guessed = len(state.leads) > 1
        untagged = move.give is Give.PAIR
        if guessed:
            found = self._common(gbk.chars_between, state.leads, trail)
            chars = self._likeliest(state.before, found, untagged=untagged)
        else:
            chars = gbk.chars_between(state.leads, trail)
        return [
            self._plus(state, char, move.end, guessed=guessed, untagged=untagged) for char in chars
        ]

    def _past_tag(self, state: State, move: Move, here: int) -> Iterator[State]:
        """Pass a tag that the site put behind a character made of two halves."""
        if move.reading in self._evidence.listed.get(self._text[here - 1], ()):
            yield state

    def _half_tag(self, state: State, move: Move) -> Iterator[State]:
        """Close the open lead with the unknown byte that a tag's reading tells."""
        chars = read_as(state.leads, move.reading, self._evidence)
        for char in chars:
            after = self._plus(state, char, move.end, guessed=len(chars) > 1)
            yield after.moved(after.score, unknown=int(len(chars) > 1))

    def _unknown_trail(self, state: State, move: Move) -> Iterator[State]:
        """Close the open lead with a byte that nothing tells."""
        chars = self._common(gbk.chars_led_by_any, state.leads)
        sign = move.give is Give.SIGN
        for char in self._likeliest(state.before, chars, untagged=True, ending=sign):
            after = self._plus(state, char, move.end, guessed=True, untagged=True)
            if sign:
                yield after.moved(after.score + _ending_odds(char), unknown=1)
                continue
            mark = (Restored(LOST_MARK, move.end, guessed=True), after.chars)
            yield State(
                (), char, after.score, mark,
                unknown=after.unknown + 1, lost=after.lost + 1, vanished=after.vanished,
            )  # fmt: skip

    def _vanished(self, states: list[State], here: int) -> Iterator[State]:
        """Yield what follows if a pair left no trace here: it closed one lead, opened another."""
        for state in states:
            if len(state.leads) != 1 or state.vanished == _MAX_VANISHED:
                continue
            chars = self._common(gbk.vanishing_chars, state.leads[0])
            for char in self._likeliest(state.before, chars, untagged=True):
                yield self._vanish(state, char, here)

    def _lone_trails(self, states: list[State], here: int) -> Iterator[Reading]:
        """Yield readings in which a lone byte 80, which shows nothing either, closed the lead."""
        tag = TAG.match(self._text, here, self._line_end)
        for state in states:
            chars = gbk.chars_between(state.leads, _LONE_BYTE)
            if tag:
                chars = [char for char in chars if fits(char, tag[1])]
            if len(chars) == 1 and state.chars:
                after = self._plus(state, chars[0], here, guessed=not tag, untagged=not tag)
                closed = after.moved(after.score - _VANISH_COST, unknown=1)
                yield self._in_step(closed, here)

    def _vanish(self, state: State, char: str, here: int) -> State:
        comma = char == "，"
        _, trail = gbk.bytes_of(char) or (0, 0)
        after = self._plus(state, char, here, guessed=not comma, untagged=True)
        return State(
            gbk.vanishing_trails(trail), char, after.score - (0 if comma else _VANISH_COST),
            after.chars, unknown=state.unknown + 1, lost=state.lost, vanished=state.vanished + 1,
        )  # fmt: skip

    def _plus(
        self, state: State, char: str, end: int, *, guessed: bool, untagged: bool = False
    ) -> State:
        """Return the state with one more character; `untagged`: no tag can stand behind it."""
        self._budget -= 1
        score = state.score + self._odds(state.before, char, untagged=untagged)
        return State(
            (), char, score, (Restored(char, end, guessed), state.chars),
            unknown=state.unknown, lost=state.lost, vanished=state.vanished,
        )  # fmt: skip

    def _common(self, chars_of: Callable[..., Iterable[str]], *key: object) -> list[str]:
        """Return the commonest of some characters; the rare ones are not worth the search."""
        found = self._commonest.get((chars_of, key))
        if found is None:
            found = nlargest(_COMMONEST, chars_of(*key), key=self._model.share)
            self._commonest[chars_of, key] = found
        return found

    def _likeliest(
        self, before: str, chars: Iterable[str], *, untagged: bool, ending: bool = False
    ) -> list[str]:
        def odds(char: str) -> float:
            return self._odds(before, char, untagged=untagged) + ending * _ending_odds(char)

        return nlargest(_LIKELIEST, chars, key=odds)

    def _odds(self, before: str, char: str, *, untagged: bool) -> float:
        """Return the score of a character behind another one."""
        key = before + char
        score = self._cache.get(key)
        if score is None:
            score = self._model.log(before, char)
            if self._evidence.is_traditional and _is_han(char) and not in_big5(char):
                score -= _NOT_BIG5_COST
            if char in _STOPS and before in _STOPS:
                score -= _TWO_STOPS_COST
            self._cache[key] = score
        if untagged and char in self._evidence.listed:
            score -= _LISTED_UNTAGGED_COST
        return score

    def _in_step(self, state: State, end: int, *, may_be_tagged: bool = False) -> Reading:
        """Finish a reading: a tag behind it must fit, a listed character must have one."""
        score = state.score
        tag = TAG.match(self._text, end, self._line_end)
        if tag and fits(state.before, tag[1]):
            end = tag.end()
        elif tag or (may_be_tagged and state.before in self._evidence.listed):
            score -= _LISTED_UNTAGGED_COST
        following = self._text[end] if end < self._line_end else "\n"
        return Reading(end, state.moved(score + self._model.log(state.before, following)))


def read_as(leads: Iterable[int], reading: str, evidence: Evidence) -> list[str]:
    """Return the characters that start with one of the bytes and are read so.

    The page's own list comes first; without it, any Traditional character with the reading.
    """
    wanted = frozenset(leads)
    listed = [
        char
        for char, known in evidence.listed.items()
        if reading in known and (pair := gbk.bytes_of(char)) and pair[0] in wanted
    ]
    if listed or len(wanted) > 1:
        return listed
    return [
        char
        for lead in wanted
        for char in gbk.chars_led_by(lead).values()
        if is_traditional(char) and fits(char, reading)
    ]


def _best(states: list[State]) -> list[State]:
    """Return the most likely states at one place, the best first."""
    best = nlargest(_BEAM, states, key=_score)
    return [state for state in best if state.score > best[0].score - _MARGIN]


def _score(state: State) -> float:
    return state.score


@cache
def _ending_odds(char: str) -> float:
    """Return how much likelier than elsewhere a character is at the end of a paragraph."""
    return log(_ENDINGS.get(char, 1.0))


def _is_han(char: str) -> bool:
    return "㐀" <= char <= "鿿"
