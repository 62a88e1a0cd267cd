"""Copies of the weights for those who want to try the network while it learns."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from torch import nn

from engine.training.weights import Arrays, take_weights


class Snapshot(NamedTuple):
    """The weights by name after ``step`` steps of a run; ``version`` counts the copies, 0 for none yet."""

    version: int
    weights: Arrays
    step: int


class WeightSnapshots:
    """The loop makes a copy between two steps when one was asked for, at most every ``interval`` seconds.

    ``latest`` may be called from any thread; what it returns is never changed afterwards.
    """

    def __init__(self, interval: float = 0.1, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval, self._clock = interval, clock
        self._latest = Snapshot(0, {}, 0)
        self._made = -interval
        self.wanted = False

    def latest(self) -> Snapshot:
        """The last copy, and ask for a newer one. Version 0 with no weights: there is none yet."""
        self.wanted = True
        return self._latest

    def serve(self, module: nn.Module, step: int) -> None:
        """For the loop, between steps: make a copy if one is wanted and the last is old enough."""
        if self.wanted and self._clock() - self._made >= self._interval:
            self.publish(module, step)

    def publish(self, module: nn.Module, step: int) -> None:
        """Make a copy now."""
        self.wanted = False
        self._made = self._clock()
        self._latest = Snapshot(self._latest.version + 1, take_weights(module), step)
