"""Which weights of a run are in use: those of its best epoch, or the last. Both are in its state. Imports no torch.

Only a run with patience notes a best epoch. Whoever sets patience wants the weights of that epoch, so they are in use
however the run ends: by itself, by hand, by an error or a kill. A run goes on from the last ones, whatever is in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training.state import TrainingState

BEST, LAST = "best", "last"

Weights = Mapping[str, NDArray[Any]]


def choices(state: TrainingState | None) -> dict[str, Weights]:
    """The weights that a run has left to choose from, BEST first; empty unless it has noted a best epoch."""
    if state is None:
        return {}
    best, last = state.best(), state.weights()
    return {BEST: best, LAST: last} if best and best.keys() == last.keys() else {}


def preferred(state: TrainingState, patience: int) -> Weights:
    """The weights to use of a run that is not asked about: the best where it has patience, else the last."""
    return choices(state).get(BEST if patience else LAST) or state.weights()


def in_use(weights: Weights | None, state: TrainingState | None) -> str:
    """BEST or LAST; "" where a run has left no choice, or ``weights`` are none of its own.

    Where both are the same, as after the best epoch, they are BEST.
    """
    if weights is None:
        return ""
    return next((name for name, array in choices(state).items() if _same(weights, array)), "")


def _same(one: Weights, other: Weights) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def sentence(weights: Weights | None, state: TrainingState | None) -> str:
    """Which are in use, with the loss of both, in a sentence or two; "" where there is no choice."""
    used = in_use(weights, state)
    if not used or state is None:
        return ""
    position = state.position
    history = position.get("history") or [{}]
    row = history[-1]
    judge = "training loss" if row.get("validation_loss") is None else "validation loss"
    best = f"{judge} {_figure(position.get('best_loss'))}"
    last = f"{judge} {_figure(row.get(judge.replace('training', 'train').replace(' ', '_')))}"
    epoch = f"epoch {position.get('best_epoch', 0):,}"
    after = f"after epoch {row.get('epoch', 0):,}"
    if len(choices(state)) == 2 and _same(choices(state)[BEST], choices(state)[LAST]):
        return f"The weights in use are both the last ones and the best, of {epoch} ({best})."
    if used == BEST:
        return f"The best weights are in use, of {epoch} ({best}). The last ones: {last} {after}."
    return f"The last weights are in use ({last} {after}). The best ones, of {epoch}: {best}."


def _figure(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "–"
