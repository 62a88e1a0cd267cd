"""Learning numbers: one or several values for each row.

A loss may ask the network for something else than the values themselves (``engine.graph.losses``): its link makes them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.graph.losses import Link
from engine.graph.output_activation import OutputActivation
from engine.graph.targets import Target
from engine.network.evaluate import function
from engine.tasks.supervised_objective import SupervisedObjective, plain
from engine.training.losses import Loss


class Regression(SupervisedObjective):
    """Values; ``link`` makes predictions of outputs (None: they are), ``shift`` and ``scale`` (one a value) bring
    predictions and prepared targets back to their own units."""

    def __init__(
        self,
        target: Target,
        loss: Loss,
        ending: OutputActivation,
        shift: tuple[float, ...] = (),
        scale: tuple[float, ...] = (),
        link: Link | None = None,
    ) -> None:
        super().__init__(target, loss, ending)
        self._linked = None if link is None else function(link.expression)
        self._shift = torch.tensor(shift or (0.0,) * target.size, dtype=torch.float32)
        self._scale = torch.tensor(scale or (1.0,) * target.size, dtype=torch.float32)
        self._size = self._scale.abs()

    def target_tensor(self, targets: NDArray[Any]) -> Tensor:
        values = torch.from_numpy(np.ascontiguousarray(targets, dtype=np.float32))
        return values.reshape(len(values), self.target.size)

    def to(self, device: torch.device) -> Regression:
        """Keep the units on ``device``, where the outputs are."""
        self._shift, self._scale, self._size = (t.to(device) for t in (self._shift, self._scale, self._size))
        return self

    def measure(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return (self._of_each_row(self.predict(outputs), targets) * self._size).mean(1).sum()

    def predict(self, outputs: Tensor) -> Tensor:
        return outputs if self._linked is None else self._linked(outputs)

    def test(self, outputs: Tensor, targets: Tensor) -> dict[str, Any]:
        """test_rows, test_loss (of the prepared targets), and in the targets' own units test_mse, its root test_rmse,
        test_mae and test_r2.

        With several values each is the mean over them. ``test_mae_spread`` and ``test_mse_spread`` are the sample
        standard deviations of the rows' errors, None for fewer than two rows. R² is None for fewer than two rows, or
        when the targets are all the same: there is no spread to explain.
        """
        from torchmetrics.functional.regression import mean_absolute_error, mean_squared_error, r2_score

        guesses, right = self._in_own_units(self.predict(outputs)), self._in_own_units(targets)
        errors = guesses - right
        varied = len(right) >= 2 and bool((right.var(0) > 0).all())
        return {
            "test_rows": len(right),
            "test_loss": plain(self.loss(outputs, targets)),
            "test_mse": plain(mean_squared_error(guesses, right)),
            "test_rmse": plain(mean_squared_error(guesses, right, squared=False)),
            "test_mae": plain(mean_absolute_error(guesses, right)),
            "test_r2": plain(r2_score(guesses, right)) if varied else None,
            "test_mae_spread": _spread(errors.abs()),
            "test_mse_spread": _spread(errors.square()),
        }

    def floor(self, learned: Tensor, targets: Tensor) -> dict[str, Any]:
        """floor_mae and floor_median_mae, the mean absolute error of always answering the mean or the median of the
        training targets, in their own units; floor_mean and floor_median, what these are, of a single value."""
        known, right = self._in_own_units(learned), self._in_own_units(targets)
        found: dict[str, Any] = {}
        for name, constant in (("mean", known.mean(0)), ("median", known.median(0).values)):
            found[f"floor_{name}"] = plain(constant[0]) if len(constant) == 1 else None
            found["floor_mae" if name == "mean" else "floor_median_mae"] = plain((right - constant).abs().mean())
        return found

    def _in_own_units(self, prepared: Tensor) -> Tensor:
        """In double precision, since own units may be large numbers that differ little; not every device has it."""
        return prepared.cpu().double() * self._scale.cpu().double() + self._shift.cpu().double()


def _spread(errors: Tensor) -> float | None:
    """The sample standard deviation of the rows' errors, each the mean over its values."""
    spread: float | None = plain(errors.mean(1).std()) if len(errors) >= 2 else None
    return spread
