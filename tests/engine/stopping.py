"""Runs that are stopped after some steps, for tests of going on."""

from __future__ import annotations

from typing import Any

from engine.training.control import Control


class StopAfter(Control):
    """Asks to stop once so many steps were begun."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._left = steps

    def take_step(self, *callbacks: Any) -> bool:
        if self._left == 0:
            self.stop()
        self._left -= 1
        return super().take_step(*callbacks)
