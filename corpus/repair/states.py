"""Readings of a shifted run, under way and finished."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Restored:
    """One restored character, and where in the text the token that completed it ends."""

    char: str
    end: int
    guessed: bool


@dataclass(frozen=True, slots=True)
class State:
    """A reading under way.

    Attributes:
        leads: the bytes of which one is the open lead; empty when no byte is open.
        before: the last restored character (or the one in front of the run).
        score: logarithm of the probability, less the costs.
        chars: the restored characters, last first, as a linked list.
        unknown: places where a byte was not in the file.
        lost: characters that cannot be brought back.
        vanished: pairs assumed to have left no trace.
    """

    leads: tuple[int, ...]
    before: str
    score: float = 0.0
    chars: tuple[Restored, object] | None = None
    unknown: int = 0
    lost: int = 0
    vanished: int = 0

    def moved(self, score: float, *, leads: tuple[int, ...] = (), unknown: int = 0) -> State:
        """Return the state with another score and open lead, and `unknown` more such places."""
        return State(
            leads, self.before, score, self.chars,
            unknown=self.unknown + unknown, lost=self.lost, vanished=self.vanished,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A finished reading of `text[start:end]`."""

    end: int
    state: State

    def restored(self) -> list[Restored]:
        """Return the restored characters in text order."""
        found: list[Restored] = []
        node: object = self.state.chars
        while isinstance(node, tuple):
            found.append(node[0])
            node = node[1]
        return found[::-1]
