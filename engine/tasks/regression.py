"""Learning numbers: one or several values for each row."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.graph.signature import Answer
from engine.tasks.task import Task, plain
from engine.training.losses import Loss


class Regression(Task):
    """Values; ``shift`` and ``scale`` (one a value) bring prepared answers back to their own units."""

    metric: ClassVar[str] = "mae"

    def __init__(
        self, answer: Answer, loss: Loss, ending: str, shift: tuple[float, ...] = (), scale: tuple[float, ...] = ()
    ) -> None:
        super().__init__(answer, loss, ending)
        self._shift = torch.tensor(shift or (0.0,) * answer.size, dtype=torch.float32)
        self._scale = torch.tensor(scale or (1.0,) * answer.size, dtype=torch.float32)

    def targets(self, answers: NDArray[Any]) -> Tensor:
        values = torch.from_numpy(np.ascontiguousarray(answers, dtype=np.float32))
        return values.reshape(len(values), self.answer.size)

    def to(self, device: torch.device) -> Regression:
        """Keep the units on ``device``, where the outputs are."""
        self._shift, self._scale = self._shift.to(device), self._scale.to(device)
        return self

    def loss(self, outputs: Tensor, answers: Tensor) -> Tensor:
        return self._loss(outputs, answers)

    def measure(self, outputs: Tensor, answers: Tensor) -> Tensor:
        return ((outputs - answers) * self._scale).abs().mean(1).sum()

    def predict(self, outputs: Tensor) -> Tensor:
        return outputs

    def test(self, outputs: Tensor, answers: Tensor) -> dict[str, Any]:
        """test_loss (of the prepared answers), and in the answers' own units test_mse, test_mae, test_r2.

        With several values each is the mean over them. R² is None for fewer than two rows, or when the answers are
        all the same: there is no spread to explain.
        """
        from torchmetrics.functional.regression import mean_absolute_error, mean_squared_error, r2_score

        # In double precision, since own units may be large numbers that differ little; not every device has it.
        shift, scale = self._shift.cpu().double(), self._scale.cpu().double()
        guesses = outputs.cpu().double() * scale + shift
        right = answers.cpu().double() * scale + shift
        varied = len(right) >= 2 and bool((right.var(0) > 0).all())
        return {
            "test_loss": plain(self.loss(outputs, answers)),
            "test_mse": plain(mean_squared_error(guesses, right)),
            "test_mae": plain(mean_absolute_error(guesses, right)),
            "test_r2": plain(r2_score(guesses, right)) if varied else None,
        }
