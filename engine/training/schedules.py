"""Learning-rate schedules as plain formulas of the step: nothing to save but the step itself. Imports no torch.

Each gives the fraction of the set learning rate to use. Torch's schedulers keep state and cannot be asked about a
later step; these can, which makes resuming exact and lets the window draw the schedule before training.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

from engine.training.schedule_settings import ScheduleSettings


@dataclass(frozen=True)
class Schedule:
    """The fractions of one run of ``total_steps`` steps, ``steps_per_epoch`` an epoch."""

    settings: ScheduleSettings
    steps_per_epoch: int
    total_steps: int

    def fraction(self, step: int) -> float:
        """The fraction of the learning rate for the step that follows ``step`` finished ones.

        On plateau is the one schedule that looks at results: its part is kept in ``Plateau``, and this is 1.
        """
        settings = self.settings
        epoch = step // self.steps_per_epoch
        match settings.kind:
            case "step":
                return float(settings.gamma ** (epoch // settings.step_size))
            case "exponential":
                return float(settings.gamma**epoch)
            case "cosine":
                return float(settings.floor + (1 - settings.floor) * _fall(step / max(1, self.total_steps)))
            case "one-cycle":
                return self._one_cycle(step)
            case "warm-up":
                return self._warm_up(step)
        return 1.0

    def _one_cycle(self, step: int) -> float:
        """Smith and Topin, "Super-convergence" (2018), with cosine flanks; momentum is left alone.

        As in torch the top is reached a step before the rise is over, which may be before the first step: the fall
        has then begun already, and a run of a single step has the rate of the end.
        """
        start = 1.0 / self.settings.div_factor
        end = start / self.settings.final_div_factor
        peak = self.settings.pct_start * self.total_steps - 1
        last = self.total_steps - 1
        if step <= peak and peak > 0:
            return float(1.0 + (start - 1.0) * _fall(step / peak))
        return float(end + (1.0 - end) * _fall((step - peak) / (last - peak)))

    def _warm_up(self, step: int) -> float:
        # Where the run is shorter than that, the set rate is not reached.
        rising = round(self.settings.warm_up * self.steps_per_epoch)
        if step < rising:
            return (step + 1) / rising
        if self.settings.then == "constant":
            return 1.0
        return _fall((step - rising) / max(1, self.total_steps - rising))


def _fall(part: float) -> float:
    """Half a cosine from 1 at ``part`` 0 to 0 at ``part`` 1."""
    return (1.0 + math.cos(math.pi * min(1.0, max(0.0, part)))) / 2.0


@dataclass
class Plateau:
    """What the on-plateau schedule remembers: the best loss, epochs since, and the fraction reached."""

    best: float | None = None
    bad: int = 0
    fraction: float = 1.0

    # An improvement by less than this part does not count, as is usual for this schedule.
    THRESHOLD = 1e-4

    def observe(self, loss: float, settings: ScheduleSettings) -> None:
        """Take in the validation loss of an epoch."""
        if settings.kind != "plateau":
            return
        if self.best is None or loss < self.best * (1 - self.THRESHOLD):
            self.best, self.bad = loss, 0
            return
        self.bad += 1
        if self.bad > settings.patience:
            # Never 0, from which there would be no way on.
            self.fraction = max(self.fraction * settings.factor, settings.floor, sys.float_info.min)
            self.bad = 0
