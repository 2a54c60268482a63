"""The contrastive training itself: each query must find its own passage among the batch's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
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
        dims: the loss is the mean over the first so many dimensions (Matryoshka).
        seed: of everything random.
    """

    steps: int
    batch: int = 1024
    learning_rate: float = 0.01
    temperature: float = 0.05
    dims: tuple[int, ...] = (256,)
    seed: int = 1


def first_table(weights: NDArray[np.float32], *, dim: int, seed: int) -> NDArray[np.float32]:
    """Return random directions of the given lengths: to begin with, weighted shared groups."""
    rng = np.random.default_rng(seed)
    table = rng.standard_normal((len(weights), dim)).astype(np.float32) / math.sqrt(dim)
    return table * weights[:, None]


def loss_of(
    table: torch.Tensor, queries: Bags, passages: Bags, *, dims: Iterable[int], temperature: float
) -> torch.Tensor:
    """Return the softmax loss, both ways, of one batch.

    Source: van den Oord et al. 2018 (InfoNCE); Kusupati et al. 2022 (Matryoshka).
    """
    asked, found = (
        embedding_bag(
            torch.from_numpy(bags.rows.astype(np.int64)),
            table,
            torch.from_numpy(bags.starts.astype(np.int64)),
            mode="sum",
        )
        for bags in (queries, passages)
    )
    own = torch.arange(len(asked))
    losses = []
    for dim in dims:
        agreement = normalize(asked[:, :dim]) @ normalize(found[:, :dim]).T / temperature
        losses.append((cross_entropy(agreement, own) + cross_entropy(agreement.T, own)) / 2)
    return torch.stack(losses).mean()


class Learner:
    """The table and its optimiser; can be saved between any two steps and gone on with."""

    def __init__(self, table: NDArray[np.float32], recipe: Recipe) -> None:
        """Start from `table`."""
        self.recipe = recipe
        self.step = 0
        self._table = torch.from_numpy(table.copy()).requires_grad_()
        self._moments = (torch.zeros_like(self._table), torch.zeros_like(self._table))

    @property
    def table(self) -> NDArray[np.float32]:
        """Return the vectors as they are now."""
        found: NDArray[np.float32] = self._table.detach().numpy()
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
            loss = loss_of(
                self._table,
                queries,
                passages,
                dims=self.recipe.dims,
                temperature=self.recipe.temperature,
            )
            (gradient,) = torch.autograd.grad(loss, self._table)
            self._update(gradient, step)
            self.step = step + 1
            report(step, float(loss.detach()))
            if self.step % CHECKPOINT_EVERY == 0:
                self.save(checkpoint)
        self.save(checkpoint)

    def _update(self, gradient: torch.Tensor, step: int) -> None:
        """Make one step of Adam (Kingma & Ba 2015), its usual constants."""
        first, second = self._moments
        with torch.no_grad():
            first.lerp_(gradient, 0.1)
            second.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
            scale = math.sqrt(1 - 0.999 ** (step + 1)) / (1 - 0.9 ** (step + 1))
            rate = self._rate(step) * scale
            self._table.addcdiv_(first, second.sqrt().add_(1e-8), value=-rate)

    def _rate(self, step: int) -> float:
        rise = max(self.recipe.steps // 50, 1)
        if step < rise:
            return self.recipe.learning_rate * (step + 1) / rise
        done = (step - rise) / max(self.recipe.steps - rise, 1)
        return self.recipe.learning_rate * (0.02 + 0.98 * (1 + math.cos(math.pi * done)) / 2)

    def save(self, path: Path) -> None:
        """Write table, moments and step, whole or not at all."""
        temporary = path.with_suffix(".tmp")
        tensors = {
            "table": self._table.detach(),
            "first": self._moments[0],
            "second": self._moments[1],
        }
        save_file(tensors | {"step": torch.tensor(self.step)}, temporary)
        temporary.replace(path)

    def restore(self, path: Path) -> None:
        """Go back to what `save` wrote."""
        tensors: Mapping[str, torch.Tensor] = load_file(path)
        self._table = tensors["table"].requires_grad_()
        self._moments = (tensors["first"], tensors["second"])
        self.step = int(tensors["step"])
