"""The weights of a run to choose between: those of its best epoch, and the last ones. Imports no torch.

Every run keeps both. Which of them a project uses is not written down anywhere: it is what its weights are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.number_text import rounded
from engine.training.state import TrainingState

BEST, LAST = "best", "last"

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Kept:
    """Weights that a run has kept: ``name`` is BEST or LAST; ``loss`` that of its ``epoch``, None when not known.

    ``judge`` says which loss that is: "validation loss" or "training loss".
    """

    name: str
    weights: Weights
    epoch: int
    loss: float | None
    judge: str

    def words(self) -> str:
        """What they are, for example "the best weights, of epoch 7 (validation loss 0.163)"."""
        loss = "" if self.loss is None else f" ({self.judge} {rounded(self.loss)})"
        return f"the {self.name} weights, of epoch {self.epoch:,}{loss}"


def uses_best(training: TrainingState, patience: int) -> bool:
    """Whether a run's best weights are the ones to use, however it ended: with patience, once an epoch is done."""
    return patience > 0 and any(name.startswith("best/") for name in training.tensors)


def weights_to_use(training: TrainingState, patience: int) -> dict[str, NDArray[Any]]:
    """The weights to use of a run that ended, failed, or is saved while it is under way: the best or the last ones."""
    return training.best() if uses_best(training, patience) else training.weights()


def kept_weights(training: TrainingState | None) -> tuple[Kept, ...]:
    """The best and the last weights of a run; empty where it has kept none but the last, or both are the same."""
    if training is None:
        return ()
    best, last, position = training.best(), training.weights(), training.position
    if not best or best.keys() != last.keys() or _same(best, last):
        return ()
    rows = position.get("history") or [{}]
    validated = rows[-1].get("validation_loss") is not None
    judge, column = ("validation loss", "validation_loss") if validated else ("training loss", "train_loss")
    return (
        Kept(BEST, best, int(position.get("best_epoch", 0)), position.get("best_loss"), judge),
        Kept(LAST, last, int(rows[-1].get("epoch", 0)), rows[-1].get(column), judge),
    )


def in_use(weights: Weights | None, training: TrainingState | None) -> tuple[Kept, Kept] | None:
    """Which of a run's kept weights ``weights`` are, and the other ones; None when there is nothing to choose."""
    kept = kept_weights(training)
    if weights is None or not kept:
        return None
    best, last = kept
    if _same(weights, best.weights):
        return best, last
    return (last, best) if _same(weights, last.weights) else None


def in_use_words(used: Kept, other: Kept) -> str:
    """A sentence about which weights are in use, and which others there are."""
    return f"In use: {used.words()}. Also kept: {other.words()}."


def _same(one: Weights, other: Weights) -> bool:
    return one.keys() == other.keys() and all(
        one[name].dtype == other[name].dtype and np.array_equal(one[name], other[name]) for name in one
    )
