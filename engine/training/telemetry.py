"""What a run publishes and others poll: plain numbers, never tensors. Imports no torch.

The run appends; whoever wants to look reads at its own pace. Neither ever waits for the other for longer than a
copy of a few numbers.
"""

from __future__ import annotations

import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training.channel import Channel
from engine.training.fold_figures import FoldFigures
from engine.training.run_status import ENDED, RunStatus

Row = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """One look at a run.

    ``steps`` and ``series``: what is new since the last look, one entry a step (the step's number from 1), and by the
    name of each of ``channels`` its value there. ``next`` is what to pass as ``since`` at the next look.
    ``epochs``: all finished epochs, one plain dict each. ``progress`` is 0 … 1; ``throughput`` is in rows a second;
    ``eta`` in seconds, None as long as it cannot be said; ``elapsed`` in seconds without pauses. ``floor``: what always
    giving the same answer gets on the rows the run is watched on (see ``Learner.floor``), there before the first step.
    """

    state: RunStatus
    message: str
    next: int
    steps: NDArray[np.int64]
    channels: tuple[Channel, ...]
    series: Mapping[str, NDArray[np.float64]]
    epochs: list[Row]
    step: int
    total_steps: int
    epoch: int
    total_epochs: int
    learning_rate: float
    throughput: float
    elapsed: float
    eta: float | None
    floor: Mapping[str, Any] = field(default_factory=dict)
    stage: str = ""
    """What is done before the steps that are told of, in a few words, as "fold 2 of 5"; "" when these have begun."""
    stage_progress: float = 0.0
    """How much of all is done in such a stage, 0 … 1."""
    folds: FoldFigures | None = None
    """What cross-validation has found so far."""

    @property
    def progress(self) -> float:
        """How much of the run is done, 0 … 1."""
        if self.stage:
            return self.stage_progress
        return min(1.0, self.step / self.total_steps) if self.total_steps else 0.0

    @property
    def ended(self) -> bool:
        return self.state in ENDED


class Telemetry:
    """Filled by one run, read by anyone. ``clock`` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._steps = array("q")
        self._channels: tuple[Channel, ...] = ()
        self._series: tuple[array[float], ...] = ()
        self._epochs: list[Row] = []
        self._state, self._message = RunStatus.PREPARING, ""
        self._floor: Mapping[str, Any] = {}
        self._step = self._total_steps = self._epoch = self._total_epochs = 0
        self._learning_rate = 0.0
        self._stage, self._stage_progress = "", 0.0
        self._folds: FoldFigures | None = None
        self._elapsed = 0.0
        self._since: float | None = None
        # (seconds running, rows done): the last few seconds give the throughput.
        self._pace: deque[tuple[float, int]] = deque()
        self._rows = 0
        self._first_step = 0
        # Set by a reader, cleared by the run: asks for the numbers still on the device.
        self.wanted = False

    # The reading side

    def read(self, since: int = 0) -> Report:
        """What happened since an earlier look (``report.next``; 0 for everything)."""
        self.wanted = True
        with self._lock:
            since = max(0, min(since, len(self._steps)))
            elapsed = self._running_time()
            throughput = self._throughput(elapsed)
            return Report(
                state=self._state,
                message=self._message,
                next=len(self._steps),
                steps=np.array(self._steps[since:], dtype=np.int64),
                channels=self._channels,
                series={
                    channel.name: np.array(values[since:], dtype=np.float64)
                    for channel, values in zip(self._channels, self._series, strict=True)
                },
                epochs=list(self._epochs),
                step=self._step,
                total_steps=self._total_steps,
                epoch=self._epoch,
                total_epochs=self._total_epochs,
                learning_rate=self._learning_rate,
                throughput=throughput,
                elapsed=elapsed,
                eta=self._eta(elapsed),
                floor=self._floor,
                stage=self._stage,
                stage_progress=self._stage_progress,
                folds=self._folds,
            )

    @property
    def state(self) -> str:
        return self._state

    # The publishing side: only the thread of the run calls these.

    def begin(
        self,
        *,
        channels: Sequence[Channel],
        step: int,
        total_steps: int,
        epoch: int,
        total_epochs: int,
        epochs: Sequence[Mapping[str, Any]] = (),
        floor: Mapping[str, Any] | None = None,
    ) -> None:
        """Say where the run starts, how long it will be and what guessing would get."""
        with self._lock:
            self._floor = dict(floor or {})
            # What came before, as folds, says nothing about how long these steps take.
            self._elapsed = 0.0
            self._since = self._clock() if self._since is not None else None
            self._channels, self._series = tuple(channels), tuple(array("d") for _ in channels)
            self._step, self._total_steps, self._first_step = step, total_steps, step
            self._epoch, self._total_epochs = epoch, total_epochs
            self._epochs = [dict(row) for row in epochs]

    def publish_steps(
        self, last: int, series: Sequence[Sequence[float]], rows: int, learning_rate: float
    ) -> None:
        """Add the newest steps, ending with number ``last``; ``rows`` were looked at in them.

        ``series`` has one sequence a channel, in their order, with one value a step.
        """
        with self._lock:
            self._steps.extend(range(last - len(series[0]) + 1, last + 1))
            for mine, values in zip(self._series, series, strict=True):
                mine.extend(values)
            self._step = last
            self._learning_rate = learning_rate
            self._rows += rows
            now = self._running_time()
            if not self._pace or now - self._pace[-1][0] > 0.1:
                self._pace.append((now, self._rows))
                while len(self._pace) > 2 and now - self._pace[0][0] > 5.0:
                    self._pace.popleft()

    def publish_stage(self, words: str, progress: float) -> None:
        """Say what is done before the run's own steps, "" when that is over, and how much of all is done, 0 … 1."""
        with self._lock:
            self._stage, self._stage_progress = words, progress

    def publish_folds(self, folds: FoldFigures) -> None:
        """Say what cross-validation has found so far."""
        with self._lock:
            self._folds = folds

    def publish_epoch(self, row: Mapping[str, Any], epoch: int) -> None:
        """Add a finished epoch; ``epoch`` are finished now."""
        with self._lock:
            self._epochs.append(dict(row))
            self._epoch = epoch

    def publish_state(self, state: RunStatus, message: str = "") -> None:
        """Say what the run is doing; the clock stands still unless it is running."""
        if state not in tuple(RunStatus):
            raise ValueError(f"a run's state is one of {', '.join(RunStatus)}, not {state!r}")
        with self._lock:
            self._elapsed = self._running_time()
            self._since = self._clock() if state == RunStatus.RUNNING else None
            self._state, self._message = state, message

    def _running_time(self) -> float:
        return self._elapsed + (self._clock() - self._since if self._since is not None else 0.0)

    def _throughput(self, elapsed: float) -> float:
        """Rows a second over the last few seconds of running."""
        if not self._pace:
            return 0.0
        then, rows = self._pace[0] if len(self._pace) > 1 else (0.0, 0)
        return (self._rows - rows) / (elapsed - then) if elapsed > then else 0.0

    def _eta(self, elapsed: float) -> float | None:
        """Seconds left, from the whole run so far: validation after each epoch counts too."""
        done = self._step - self._first_step
        if self._state in ENDED:
            return 0.0
        if done <= 0 or elapsed <= 0:
            return None
        return (self._total_steps - self._step) * elapsed / done
