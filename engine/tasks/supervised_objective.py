"""Learning from samples with targets: a loss, a metric to watch, a verdict on the test rows, what a prediction is.

One rule for the last layer. Training does exactly what was drawn: the losses take the network's outputs as plain
numbers (logits), whatever the last layer is; the analysis warns when that is a softmax or sigmoid. A prediction is
read according to how the drawing ends (``engine.graph.output_activation``): probabilities are taken as they come
where it makes them.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.graph.output_activation import OutputActivation
from engine.graph.targets import Target
from engine.network.evaluate import function
from engine.training.losses import Loss
from engine.training.metric_kinds import usual_metric
from engine.training.objective import Objective


class SupervisedObjective(Objective):
    """Learning a target. Outputs are N×``target.outputs`` float32, targets as ``target_tensor`` makes them.

    What is measured beside the loss is the usual metric of the target.
    """

    def __init__(self, target: Target, loss: Loss, ending: OutputActivation) -> None:
        self.target = target
        self.ending = ending
        metric = usual_metric(target.kind)
        self.channel = metric.channel
        self._loss = loss
        self._of_each_row = function(metric.of_each_row(target.kind, ending))

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The mean loss of a batch, a tensor without axes."""
        return self._loss(outputs, targets)

    @abstractmethod
    def target_tensor(self, targets: NDArray[Any]) -> Tensor:
        """Prepared targets of a split as a tensor that the loss takes."""

    @abstractmethod
    def predict(self, outputs: Tensor) -> Tensor:
        """Probabilities N×classes (N×2, no and yes, for yes/no), or values N×K as prepared."""


def plain(value: Tensor | NDArray[Any]) -> Any:
    """A tensor as plain Python numbers and lists; what cannot be said (0 ÷ 0) is None."""
    array = np.asarray(value.detach().cpu() if isinstance(value, torch.Tensor) else value)
    if array.dtype.kind == "f":
        listed = array.astype(object)
        listed[~np.isfinite(array)] = None
        return listed.tolist() if array.ndim else (None if not np.isfinite(array) else float(array))
    return array.tolist()
