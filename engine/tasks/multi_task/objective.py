"""Several objectives as one: the sum of their weighted losses, and the figures of each under its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.graph.targets import SeveralTargets, TargetKind
from engine.tasks.multi_task.kind import channels
from engine.tasks.supervised_objective import SupervisedObjective
from engine.training.channel import Channel
from engine.training.objective import Objective

_WHOLE = ("test_rows",)
"""Figures that are the same for all targets."""


class SeveralObjectives(Objective):
    """An objective for each of ``target``'s goals, in their order, with its weight.

    The outputs of all goals stand side by side (``SeveralTargets.output_places``); targets are float32 N×goals, class
    numbers and 0 or 1 too. The loss is the sum of weight × loss over the goals.
    """

    def __init__(
        self, target: SeveralTargets, objectives: Sequence[SupervisedObjective], weights: Sequence[float]
    ) -> None:
        self.target, self.objectives, self.weights = target, tuple(objectives), tuple(weights)
        self._channels = channels(target)[1:]
        self.channel = self._channels[0]
        self._places = target.output_places
        self._whole_numbers = [one.target.kind is TargetKind.CLASSES for one in self.objectives]
        self._values = [one.target.kind is TargetKind.VALUES for one in self.objectives]

    @property
    def channels(self) -> tuple[Channel, ...]:
        return self._channels

    def of_each(self, outputs: Tensor, targets: Tensor) -> list[tuple[SupervisedObjective, Tensor, Tensor]]:
        """Each objective with its outputs and its targets, as it takes them."""
        found = []
        for at, (objective, place) in enumerate(zip(self.objectives, self._places, strict=True)):
            right = targets[:, at : at + 1] if self._values[at] else targets[:, at]
            found.append((objective, outputs[:, place], right.long() if self._whole_numbers[at] else right))
        return found

    def target_tensor(self, targets: NDArray[Any]) -> Tensor:
        """Prepared targets of a split, float32 N×goals."""
        return torch.from_numpy(np.ascontiguousarray(targets, dtype=np.float32))

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        each = self.of_each(outputs, targets)
        parts = [w * o.loss(y, right) for w, (o, y, right) in zip(self.weights, each, strict=True)]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    def measure(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return self.measures(outputs, targets)[0]

    def measures(self, outputs: Tensor, targets: Tensor) -> tuple[Tensor, ...]:
        return tuple(objective.measure(y, right) for objective, y, right in self.of_each(outputs, targets))

    def predict(self, outputs: Tensor) -> Tensor:
        """The answers of all goals side by side: probabilities, or values as prepared."""
        pairs = zip(self.objectives, self._places, strict=True)
        return torch.cat([objective.predict(outputs[:, place]) for objective, place in pairs], dim=1)

    def test(self, outputs: Tensor, targets: Tensor) -> dict[str, Any]:
        """test_rows, test_loss (the weighted sum), and for each goal the figures of classification or regression that
        are one number,
        ``test_<key>_accuracy`` for ``test_accuracy`` and so on (``SeveralTargets.keys``)."""
        found: dict[str, Any] = {}
        for name, (objective, y, right) in zip(self.target.keys, self.of_each(outputs, targets), strict=True):
            figures = objective.test(y, right)
            found |= {key: figures.pop(key) for key in _WHOLE}
            found |= {_named(name, key): value for key, value in figures.items() if not isinstance(value, list)}
        loss = float(self.loss(outputs, targets))
        return found | {"test_loss": loss if np.isfinite(loss) else None}

    def floor(self, learned: Tensor, targets: Tensor) -> dict[str, Any]:
        """For each goal what always giving the same answer gets, ``<key>_floor_accuracy`` or ``<key>_floor_mae``."""
        found: dict[str, Any] = {}
        places = (learned.new_zeros(len(learned), self.target.outputs), learned)
        known = [right for _objective, _y, right in self.of_each(*places)]
        asked = self.of_each(targets.new_zeros(len(targets), self.target.outputs), targets)
        for name, before, (objective, _y, right) in zip(self.target.keys, known, asked, strict=True):
            found |= {_named(name, key): value for key, value in objective.floor(before, right).items()}
        return found


def _named(goal: str, key: str) -> str:
    """The name of a figure of one goal."""
    rest = key.removeprefix("test_")
    return f"{goal}_{rest}" if rest == key else f"test_{goal}_{rest}"
