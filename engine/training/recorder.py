"""The numbers of steps as they come: single ones for the curves, sums for the epoch, a check that all are finite."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from engine.training.channel import Channel
from engine.training.learner import Step
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

    On the processor reading a number costs nothing, so there every step is read and checked at once.
    """

    def __init__(
        self, telemetry: Telemetry, progress: Progress, channels: Sequence[Channel], device: torch.device
    ) -> None:
        self._telemetry, self._progress, self._channels = telemetry, progress, channels
        self._at_once = device.type == "cpu"
        self._steps: list[Step] = []
        self.start_round()

    def start_round(self) -> None:
        """Begin to add up anew, unless that was begun before the run was saved."""
        if len(self._progress.sums) != len(self._channels):
            self._progress.sums = [0.0] * len(self._channels)

    def check(self, first: Tensor) -> None:
        """Before the weights are changed: raise NotFinite if the first channel's value is, on the processor only."""
        if self._at_once and not math.isfinite(value := first.item()):
            raise NotFinite(self._progress.step + 1, value)

    def add(self, step: Step) -> None:
        """Note the step that was just counted in the progress."""
        self._steps.append(step)
        if self._at_once or self._telemetry.wanted or len(self._steps) >= EVERY:
            self.flush()

    def flush(self) -> None:
        """Read what is still on the device, add it up and publish it. Raises NotFinite."""
        if not self._steps:
            return
        self._telemetry.wanted = False
        steps, progress = self._steps, self._progress
        self._steps = []
        rows = [step.rows for step in steps]
        series = []
        for number, channel in enumerate(self._channels):
            values = _read([step.values[number] for step in steps], self._at_once)
            for value, count in zip(values, rows, strict=True):
                progress.sums[number] += value if channel.is_sum else value * count
            means = [value / count for value, count in zip(values, rows, strict=True)] if channel.is_sum else values
            series.append(means)
        progress.rows += sum(rows)
        self._telemetry.publish_steps(progress.step, series, sum(rows), steps[-1].learning_rate)
        for number, value in enumerate(series[0], progress.step - len(steps) + 1):
            if not math.isfinite(value):
                raise NotFinite(number, value)


def _read(numbers: list[Tensor], at_once: bool) -> list[float]:
    if at_once:
        return [float(number.item()) for number in numbers]
    return [float(number) for number in torch.stack(numbers).tolist()]
