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
        self._is_sum = [channel.is_sum for channel in channels]
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
        if self._at_once:
            self._publish([step], [[value.item()] for value in step.values], [step.rows])
            return
        self._steps.append(step)
        if self._telemetry.wanted or len(self._steps) >= EVERY:
            self.flush()

    def flush(self) -> None:
        """Read what is still on the device, add it up and publish it. Raises NotFinite."""
        if not self._steps:
            return
        self._telemetry.wanted = False
        steps, self._steps = self._steps, []
        series = zip(*(step.values for step in steps), strict=True)
        values = [torch.stack(list(numbers)).tolist() for numbers in series]
        self._publish(steps, values, [step.rows for step in steps])

    def _publish(self, steps: list[Step], values: list[list[float]], rows: list[int]) -> None:
        """Add steps up and publish them; ``values`` has one list a channel, as the learner gave them."""
        progress, sums = self._progress, self._progress.sums
        for number, is_sum in enumerate(self._is_sum):
            for place, count in enumerate(rows):
                value = values[number][place]
                sums[number] += value if is_sum else value * count
                if is_sum:
                    values[number][place] = value / count
        seen = sum(rows)
        progress.rows += seen
        self._telemetry.publish_steps(progress.step, values, seen, steps[-1].learning_rate)
        for number, value in enumerate(values[0], progress.step - len(steps) + 1):
            if not math.isfinite(value):
                raise NotFinite(number, value)
