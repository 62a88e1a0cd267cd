"""What an autoencoder makes small: how far what it gives back is from what came in."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from engine.graph import losses
from engine.graph.losses import Link
from engine.graph.targets import TargetKind
from engine.network.evaluate import function
from engine.training.losses import Loss
from engine.training.metric_kinds import usual_metric
from engine.training.objective import Objective


class ReconstructionObjective(Objective):
    """Outputs and targets are float32 N×…, as prepared; ``link`` makes what is given back of the outputs, None: it is.

    What is measured beside the loss is the mean absolute error of a number.
    """

    def __init__(self, loss: Loss, link: Link | None = None) -> None:
        metric = usual_metric(TargetKind.INPUT)
        self.channel = metric.channel
        self._loss = loss
        self._linked = None if link is None else function(link.expression)

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return self._loss(outputs, targets)

    def given_back(self, outputs: Tensor) -> Tensor:
        """The outputs in the units of the targets."""
        return outputs if self._linked is None else self._linked(outputs)

    def measure(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return (self.given_back(outputs) - targets).abs().flatten(1).mean(1).sum()

    def test(self, outputs: Tensor, targets: Tensor) -> dict[str, Any]:
        """test_rows, and test_reconstruction_mse and test_reconstruction_mae, means over all numbers."""
        errors = (self.given_back(outputs) - targets).double()
        return {
            "test_rows": len(targets),
            "test_reconstruction_mse": float(errors.square().mean()),
            "test_reconstruction_mae": float(errors.abs().mean()),
        }

    def floor(self, learned: Tensor, targets: Tensor) -> dict[str, Any]:
        """floor_mae: the mean absolute error of always giving the mean of the samples ``learned``."""
        return {"floor_mae": float((targets - learned.mean(0)).abs().double().mean())}


def link_named(name: str) -> Link | None:
    """The link that a preparation names, "" for none."""
    return losses.LINKS[name] if name else None
