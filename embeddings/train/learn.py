"""The contrastive training itself: each query must find its own passage among the batch's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch.nn.functional import cross_entropy, embedding_bag, normalize

from embeddings.train.samples import Bags

CHECKPOINT_EVERY = 500


@dataclass(frozen=True, slots=True)
class Recipe:
    """What shapes a training run besides its data.

    Attributes:
        steps: batches in all.
        batch: pairs in a batch, each passage being a wrong one for all other queries.
        learning_rate: the highest; it rises over the first 2 % and then falls as a cosine.
        temperature: what cosines are divided by before the softmax.
        seed: of everything random.
    """

    steps: int
    batch: int = 1024
    learning_rate: float = 0.02
    temperature: float = 0.05
    seed: int = 1


def first_table(weights: NDArray[np.float32], *, dim: int, seed: int) -> NDArray[np.float32]:
    """Return random directions of the given lengths: to begin with, weighted shared groups."""
    rng = np.random.default_rng(seed)
    table = rng.standard_normal((len(weights), dim)).astype(np.float32) / math.sqrt(dim)
    return table * weights[:, None]


def loss_of(
    table: torch.Tensor, queries: Bags, passages: Bags, *, temperature: float
) -> torch.Tensor:
    """Return the softmax loss, both ways, of one batch.

    Source: van den Oord et al. 2018 (InfoNCE).
    """
    asked, found = (
        normalize(
            embedding_bag(
                torch.from_numpy(bags.rows.astype(np.int64)),
                table,
                torch.from_numpy(bags.starts.astype(np.int64)),
                mode="sum",
            )
        )
        for bags in (queries, passages)
    )
    agreement = asked @ found.T / temperature
    own = torch.arange(len(asked))
    return (cross_entropy(agreement, own) + cross_entropy(agreement.T, own)) / 2


class Learner:
    """The table and its optimiser; can be saved between any two steps and gone on with."""

    def __init__(self, table: NDArray[np.float32], recipe: Recipe) -> None:
        """Start from `table`."""
        self.recipe = recipe
        self.step = 0
        self._table = torch.from_numpy(table.copy())
        self._squares = torch.zeros(len(table))

    @property
    def table(self) -> NDArray[np.float32]:
        """Return the vectors as they are now."""
        found: NDArray[np.float32] = self._table.numpy()
        return found

    def learn(
        self,
        batches: Iterable[tuple[int, Bags, Bags]],
        *,
        report: Callable[[int, float], None],
        checkpoint: Path,
    ) -> None:
        """Go through the batches, saving to `checkpoint` now and then and at the end."""
        for step, queries, passages in batches:
            report(step, self._learn_from(queries, passages, step))
            self.step = step + 1
            if self.step % CHECKPOINT_EVERY == 0:
                self.save(checkpoint)
        self.save(checkpoint)

    def _learn_from(self, queries: Bags, passages: Bags, step: int) -> float:
        """Make one step on the rows that the batch touches, a third of the table or so."""
        touched, (queries, passages) = _compacted((queries, passages), size=len(self._table))
        rows = self._table[touched].requires_grad_()
        loss = loss_of(rows, queries, passages, temperature=self.recipe.temperature)
        (gradient,) = torch.autograd.grad(loss, rows)
        self._update(touched, gradient, step)
        return float(loss.detach())

    def _update(self, touched: torch.Tensor, gradient: torch.Tensor, step: int) -> None:
        """Move these rows alone, each by a rate of its own.

        Adam (Kingma & Ba 2015) with its usual constant for the second moment, but one moment a
        row and no first one: a step of 512 pairs takes half the time of full Adam.
        """
        squares = torch.lerp(self._squares[touched], gradient.square().mean(dim=1), 0.001)
        self._squares[touched] = squares
        rate = self._rate(step) * math.sqrt(1 - 0.999 ** (step + 1))
        gradient *= (-rate / (squares.sqrt() + 1e-8))[:, None]
        self._table.index_add_(0, touched, gradient)

    def _rate(self, step: int) -> float:
        rise = max(self.recipe.steps // 50, 1)
        if step < rise:
            return self.recipe.learning_rate * (step + 1) / rise
        done = (step - rise) / max(self.recipe.steps - rise, 1)
        return self.recipe.learning_rate * (0.02 + 0.98 * (1 + math.cos(math.pi * done)) / 2)

    def save(self, path: Path) -> None:
        """Write table, squares and step, whole or not at all."""
        temporary = path.with_suffix(".tmp")
        tensors = {
            "table": self._table,
            "squares": self._squares,
        }
        save_file(tensors | {"step": torch.tensor(self.step)}, temporary)
        temporary.replace(path)

    def restore(self, path: Path) -> None:
        """Go back to what `save` wrote.

        Raises:
            ValueError: it was written by a run with another vocabulary or dimension.
        """
        tensors: Mapping[str, torch.Tensor] = load_file(path)
        if tensors["table"].shape != self._table.shape:
            message = (
                f"checkpoint {path} is of another run: {tuple(tensors['table'].shape)} instead of "
                f"{tuple(self._table.shape)}; use another --work folder"
            )
            raise ValueError(message)
        self._table = tensors["table"]
        self._squares = tensors["squares"]
        self.step = int(tensors["step"])


def _compacted(bags: Sequence[Bags], *, size: int) -> tuple[torch.Tensor, list[Bags]]:
    """Return the rows that occur at all, and the bags in terms of these."""
    occurs = np.zeros(size, dtype=bool)
    for one in bags:
        occurs[one.rows] = True
    place = np.cumsum(occurs, dtype=np.int32) - 1
    return (
        torch.from_numpy(np.flatnonzero(occurs)),
        [Bags(place[one.rows], one.starts) for one in bags],
    )
