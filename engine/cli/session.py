"""A training run from the terminal: in a thread, with progress, saved now and then, stopped by Ctrl-C.

What has been reached is written to the project file while the run goes on, so that killing the process loses at most
the last seconds, and going on ends with the weights of an unbroken run.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from engine.running.run import Run
from engine.training.result import Outcome
from engine.training.state import TrainingState
from engine.training.telemetry import Report

LOOK_EVERY = 0.1
"""Seconds between looks at the run."""
KEEP_EVERY = 1.0
"""Least seconds between two savings."""
SAVING_SHARE = 0.1
"""The largest share of the time that saving may take."""
STACK = 16 * 1024 * 1024
"""Bytes: macOS gives threads 512 kB, too little for torch (https://github.com/numpy/numpy/issues/11551)."""


class ConsoleRun:
    """Carries out ``run``. ``show`` is given every look at it, ``save`` the states worth saving."""

    def __init__(self, run: Run, show: Callable[[Report], None], save: Callable[[TrainingState], None]) -> None:
        self._run, self._show, self._save = run, show, save
        self._outcome: Outcome | None = None
        self._error: BaseException | None = None
        self._kept: TrainingState | None = None
        self._kept_at, self._pause = 0.0, 0.0
        self._seen = 0

    def carry_out(self) -> Outcome:
        """Train to the end, or until a signal asks to stop. Raises what went wrong in the thread."""
        before = threading.stack_size(STACK)
        worker = threading.Thread(target=self._work, name="training", daemon=True)
        with stopped_by_signals(self._run.control.stop):
            try:
                worker.start()
                threading.stack_size(before)
                while worker.is_alive():
                    worker.join(LOOK_EVERY)
                    self._look()
                self._look()
            finally:
                # Whatever happened here, the run must not go on behind our back.
                self._run.control.stop()
                if worker.ident is not None:  # else there was no memory for a thread
                    worker.join()
        if self._error is not None:
            raise self._error
        assert self._outcome is not None
        return self._outcome

    def _work(self) -> None:
        try:
            self._outcome = self._run.run()
        except BaseException as error:  # it belongs to whoever waits for the run
            self._error = error

    def _look(self) -> None:
        report = self._run.telemetry.read(self._seen)
        self._seen = report.next
        self._show(report)
        if not report.ended:
            self.keep(self._run.latest())

    def keep(self, state: TrainingState | None) -> None:
        """Save a state that is new, unless it is too soon after the last one."""
        now = time.monotonic()
        if state is None or state is self._kept or now - self._kept_at < self._pause:
            return
        self._save(state)
        self._kept = state
        self._kept_at = time.monotonic()
        self._pause = max(KEEP_EVERY, (self._kept_at - now) / SAVING_SHARE)


@contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C, a polite kill and a closed terminal stop the run in order; a second one is not so patient."""

    def heard(number: int, _frame: Any) -> None:
        stop()
        signal.signal(number, before[number])

    wanted = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        wanted = []  # only the main thread hears signals
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        wanted = [number for number in wanted if number != signal.SIGHUP]  # started with nohup: it is to go on
    before = {number: signal.signal(number, heard) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
