"""What every task has: a loss, a metric to watch, a verdict on the test rows, and what a prediction is.

One rule for the last layer. Training does exactly what was drawn: the losses take the network's outputs as plain
numbers (logits), whatever the last layer is; the analysis warns when that is a softmax or sigmoid. A prediction is
read according to how the drawing ends (``engine.graph.output_activation``): probabilities are taken as they come
where it makes them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.graph.signature import Target
from engine.network.evaluate import function
from engine.training.losses import Loss
from engine.training.metric_kinds import MetricKind, usual_metric


class TaskError(ValueError):
    """The recipe asks for a task or a loss that does not fit the data."""


class Task(ABC):
    """A kind of problem. Outputs are N×``target.outputs`` float32, targets as ``target_tensor`` makes them.

    ``metric`` is what ``measure`` adds up: that of the target's kind.
    """

    def __init__(self, target: Target, loss: Loss, ending: str) -> None:
        self.target = target
        self.ending = ending
        self.metric: MetricKind = usual_metric(target.kind)
        self._loss = loss
        self._of_each_row = function(self.metric.of_each_row(target.kind, ending))

    @abstractmethod
    def target_tensor(self, targets: NDArray[Any]) -> Tensor:
        """Prepared targets of a split as a tensor that the loss takes."""

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The mean loss of a batch, a tensor without axes."""
        return self._loss(outputs, targets)

    @abstractmethod
    def measure(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The metric, summed over the rows of a batch; a tensor without axes."""

    @abstractmethod
    def predict(self, outputs: Tensor) -> Tensor:
        """Probabilities N×classes (N×2, no and yes, for yes/no), or values N×K as prepared."""

    @abstractmethod
    def test(self, outputs: Tensor, targets: Tensor) -> dict[str, Any]:
        """The verdict on test rows, as plain numbers and lists; ``test_rows`` tells how many there were."""

    @abstractmethod
    def floor(self, learned: Tensor, targets: Tensor) -> dict[str, Any]:
        """What always giving the same answer would get on rows with these ``targets``, as plain numbers.

        Which answer that is, is measured on ``learned``, the targets of the training rows; both as ``target_tensor``
        makes them, with at least one row.
        """


def plain(value: Tensor | NDArray[Any]) -> Any:
    """A tensor as plain Python numbers and lists; what cannot be said (0 ÷ 0) is None."""
    array = np.asarray(value.detach().cpu() if isinstance(value, torch.Tensor) else value)
    if array.dtype.kind == "f":
        listed = array.astype(object)
        listed[~np.isfinite(array)] = None
        return listed.tolist() if array.ndim else (None if not np.isfinite(array) else float(array))
    return array.tolist()
