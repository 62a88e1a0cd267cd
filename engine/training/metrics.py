"""Losses and metrics as they come: single steps for the curves, sums for the epoch, and a check that all are finite."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.training.state import Progress
from engine.training.telemetry import Telemetry

EVERY = 50
"""Steps after which the numbers are fetched from a graphics card even if nobody asked; each fetch waits for it."""


class NotFinite(ArithmeticError):
    """The loss of a step (its number, from 1) is infinite or not a number.

    ``validated``: it was that of the validation rows, after the step, and is a sentence about one of them that is to
    blame, or "".
    """

    def __init__(self, step: int, loss: float, validated: str | None = None) -> None:
        super().__init__(f"loss {loss} at step {step}")
        self.step, self.loss, self.validated = step, loss, validated


class Recorder:
    """Collects the steps of a run; numbers stay on the device until someone wants them.

    On the CPU reading a number costs nothing, so there every step is read and checked at once.
    """

    def __init__(self, telemetry: Telemetry, position: Progress, device: torch.device) -> None:
        self._telemetry, self._position = telemetry, position
        self._at_once = device.type == "cpu"
        self._losses: list[Tensor] = []
        self._metrics: list[Tensor] = []
        self._rows: list[int] = []
        self._rate = 0.0

    def check(self, loss: Tensor) -> None:
        """Before the weights are changed: raise NotFinite, on the CPU only."""
        if self._at_once and not math.isfinite(value := loss.item()):
            raise NotFinite(self._position.step + 1, value)

    def add(self, loss: Tensor, metric: Tensor, rows: int, learning_rate: float) -> None:
        """Note the step that was just counted in the position."""
        self._losses.append(loss)
        self._metrics.append(metric)
        self._rows.append(rows)
        self._rate = learning_rate
        if self._at_once or self._telemetry.wanted or len(self._losses) >= EVERY:
            self.flush()

    def flush(self) -> None:
        """Read what is still on the device, add it up and publish it. Raises NotFinite."""
        if not self._losses:
            return
        self._telemetry.wanted = False
        losses, metrics = _read(self._losses, self._at_once), _read(self._metrics, self._at_once)
        rows, position = self._rows, self._position
        self._losses, self._metrics, self._rows = [], [], []
        for loss, metric, count in zip(losses, metrics, rows, strict=True):
            position.loss_sum += loss * count
            position.metric_sum += metric
            position.rows += count
        means = [metric / count for metric, count in zip(metrics, rows, strict=True)]
        self._telemetry.publish_steps(position.step, losses, means, sum(rows), self._rate)
        for number, loss in enumerate(losses, position.step - len(losses) + 1):
            if not math.isfinite(loss):
                raise NotFinite(number, loss)


def _read(numbers: list[Tensor], at_once: bool) -> list[float]:
    if at_once:
        return [float(number.item()) for number in numbers]
    return [float(number) for number in torch.stack(numbers).tolist()]
