"""What torch's optimizers remember of each parameter they have changed. Imports no torch.

Known beforehand, it says how much memory training takes; known of a file, it says what may reach torch's kernels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.training.optimizer_settings import OptimizerSettings

STEP = "step"
"""A count of steps, or another number that changes with them: a float32 tensor of no axes."""
LIKE = "like"
"""A tensor of the parameter's shape and dtype."""
SQUARES = "squares"
"""The same, of numbers from 0: squares may grow beyond all bounds, but are never negative."""

_Settings = Mapping[str, Any]
_KEPT: Mapping[str, Callable[[_Settings], dict[str, str]]] = {
    "SGD": lambda given: {"momentum_buffer": LIKE} if given["momentum"] else {},
    "Adam": lambda given: _moments() | ({"max_exp_avg_sq": SQUARES} if given["amsgrad"] else {}),
    "AdamW": lambda given: _moments() | ({"max_exp_avg_sq": SQUARES} if given["amsgrad"] else {}),
    "NAdam": lambda _given: _moments() | {"mu_product": STEP},
    "RAdam": lambda _given: _moments(),
    "RMSprop": lambda given: {
        "step": STEP,
        "square_avg": SQUARES,
        **({"momentum_buffer": LIKE} if given["momentum"] else {}),
        **({"grad_avg": LIKE} if given["centered"] else {}),
    },
    "Adagrad": lambda _given: {"step": STEP, "sum": SQUARES},
    "Adadelta": lambda _given: {"step": STEP, "square_avg": SQUARES, "acc_delta": SQUARES},
    "Muon": lambda _given: {"momentum_buffer": LIKE},
}
_LBFGS_VECTORS = 2
"""L-BFGS keeps one memory for all parameters together: the last direction and gradient, then pairs for its history."""


def _moments() -> dict[str, str]:
    return {"step": STEP, "exp_avg": LIKE, "exp_avg_sq": SQUARES}


def kept(kind: str, settings: _Settings) -> Mapping[str, str]:
    """What an optimizer keeps of a parameter after a step: name -> STEP, LIKE or SQUARES. Not for L-BFGS.

    ``kind`` is the name of torch's class, ``settings`` are its own ("momentum", "amsgrad", "centered" count). Raises
    KeyError for a kind of which that is not known.
    """
    return _KEPT[kind](settings)


def remembered(settings: OptimizerSettings) -> int:
    """How many numbers are remembered for each weight, at the least."""
    if settings.kind == "LBFGS":
        return _LBFGS_VECTORS
    return sum(form != STEP for form in kept(settings.kind, settings.values).values())
