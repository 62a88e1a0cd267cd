"""What torch's optimizers remember of each parameter they have changed. Imports no torch.

Known beforehand, it says how much memory training takes; known of a file, it says what may reach torch's kernels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.training.optimizer_declaration import LIKE, SQUARES, STEP
from engine.training.optimizer_kinds import OPTIMIZERS
from engine.training.optimizer_settings import OptimizerSettings

__all__ = ["LIKE", "SQUARES", "STEP", "kept", "remembered"]


def kept(kind: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    """What an optimizer keeps of a parameter after a step: name -> STEP, LIKE or SQUARES.

    ``kind`` is the name of torch's class, ``settings`` are its own ("momentum", "amsgrad", "centered" count). Raises
    KeyError for a kind of which that is not known, as for those with one memory for all parameters.
    """
    keeps = OPTIMIZERS[kind].keeps
    if keeps is None:
        raise KeyError(kind)
    return keeps(settings)


def remembered(settings: OptimizerSettings) -> int:
    """How many numbers are remembered for each weight, at the least."""
    kind = settings.declaration
    if kind.keeps is None:
        return kind.vectors
    return sum(form != STEP for form in kind.keeps(settings.values).values())
