"""Commands to a run: flags that the loop reads once per step. Imports no torch.

Any thread may call the methods; none of them waits. Only the thread of the run calls ``take_step``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Control:
    """Pause, resume, one step, stop, and new values of settings that may change while a run goes on."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._paused = False
        self._steps = 0
        self._stop = False
        self._kept = True
        self._changes: dict[str, float] = {}
        # One plain attribute the loop reads every step; everything else is looked at only when it is set.
        self._attention = False

    @property
    def paused(self) -> bool:
        """Whether a pause was asked for and not taken back."""
        return self._paused

    @property
    def stopped(self) -> bool:
        """Whether a stop was asked for; it is never taken back."""
        return self._stop

    @property
    def kept(self) -> bool:
        """Whether what the run has learned is wanted; False after a stop to give it up."""
        return self._kept

    def pause(self) -> None:
        """Hold before the next step."""
        self._set(paused=True)

    def resume(self) -> None:
        """Go on after a pause."""
        self._set(paused=False)

    def step(self) -> None:
        """Do exactly one more step, then hold; a running run is paused by it."""
        with self._condition:
            self._steps = self._steps + 1 if self._paused else 1
            self._paused = True
            self._attention = True
            self._condition.notify_all()

    def stop(self, *, keep: bool = True) -> None:
        """End before the next step, also out of a pause. Without ``keep`` nobody wants what the run has learned."""
        with self._condition:
            self._stop = True
            self._kept = self._kept and keep
            self._attention = True
            self._condition.notify_all()

    def set_learning_rate(self, learning_rate: float) -> None:
        """Use this learning rate from the next step on; a schedule goes on from there.

        Raises ValueError unless it is a number above 0 and at most 100.
        """
        learning_rate = float(learning_rate)
        if not 0.0 < learning_rate <= 100.0:
            raise ValueError(f"The learning rate must be above 0 and at most 100, not {learning_rate:g}.")
        self.set("optimizer.learning_rate", learning_rate)

    def set(self, path: str, value: float) -> None:
        """Use another value of the setting ``path`` from the next step on; the learner knows what that means."""
        with self._condition:
            self._changes[path] = value
            self._attention = True
            self._condition.notify_all()

    def _set(self, *, paused: bool) -> None:
        with self._condition:
            self._paused = paused
            self._steps = 0
            self._attention = True
            self._condition.notify_all()

    def take_step(
        self,
        change: Callable[[str, float], None],
        held: Callable[[bool], None],
        idle: Callable[[], None],
    ) -> bool:
        """For the loop, before each step: True to do it, False to stop. Holds while paused.

        ``change`` is called with the path and value of each setting that was set; ``held(True)`` when a pause begins
        and ``held(False)`` when it ends; ``idle`` now and then while paused.
        """
        if not self._attention:
            return True
        return self._look(change, held, idle)

    def _look(
        self,
        change: Callable[[str, float], None],
        held: Callable[[bool], None],
        idle: Callable[[], None],
    ) -> bool:
        holding = False
        try:
            while True:
                with self._condition:
                    changes, self._changes = self._changes, {}
                    if self._stop:
                        return False
                    single = self._paused and self._steps > 0
                    if single:
                        self._steps -= 1
                    # A paused run keeps looking: after one single step it must hold again.
                    self._attention = self._paused
                    go = single or not self._paused
                for path, value in changes.items():
                    change(path, value)
                if go:
                    return True
                if not holding:
                    holding = True
                    held(True)
                idle()
                with self._condition:
                    if self._paused and not self._stop and not self._steps and not self._changes:
                        self._condition.wait(timeout=0.05)
        finally:
            if holding:
                held(False)
