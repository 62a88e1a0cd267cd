"""The learning-rate schedule of one run: its formula, evaluated, and what it keeps of the results. Imports no torch."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from engine.training.schedule_settings import ScheduleSettings


@dataclass(frozen=True)
class Schedule:
    """The fractions of one run of ``total_steps`` steps, ``steps_per_epoch`` an epoch."""

    settings: ScheduleSettings
    steps_per_epoch: int
    total_steps: int

    @cached_property
    def _formula(self) -> Callable[[int, int, int], float] | None:
        rule = self.settings.declaration.formula
        return None if rule is None else rule(self.settings.values).function()

    def fraction(self, step: int) -> float:
        """The fraction of the learning rate for the step that follows ``step`` finished ones.

        A schedule that looks at results has its part in ``Plateau``, and this is 1.
        """
        formula = self._formula
        return 1.0 if formula is None else formula(step, self.steps_per_epoch, max(1, self.total_steps))


@dataclass
class Plateau:
    """What a schedule that watches the loss remembers: the best loss, epochs since, and the fraction reached."""

    best: float | None = None
    bad: int = 0
    fraction: float = 1.0

    # An improvement by less than this part does not count, as is usual for this schedule.
    THRESHOLD = 1e-4

    def observe(self, loss: float, settings: ScheduleSettings) -> None:
        """Take in the validation loss of an epoch."""
        if not settings.declaration.watches_loss:
            return
        if self.best is None or loss < self.best * (1 - self.THRESHOLD):
            self.best, self.bad = loss, 0
            return
        self.bad += 1
        if self.bad > settings.patience:
            # Never 0, from which there would be no way on.
            self.fraction = max(self.fraction * settings.factor, settings.floor, sys.float_info.min)
            self.bad = 0
