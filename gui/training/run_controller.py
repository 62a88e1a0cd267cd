"""The window's side of training: starts and stops the worker, and looks at what it publishes at its own pace."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.graph.graph import Graph
from engine.graph.signature import Signature
from engine.training.control import Control
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord
from engine.training.run_status import RunStatus
from engine.training.telemetry import Telemetry
from gui.sketch import DocumentState
from gui.training.run_state import Phase, RunUnderWay
from gui.training.trained import Curve, Mark, Onward, Start, Trained
from gui.training.worker import RunSpecification, Worker

POLL_MS = 80
"""12 looks a second: drawing more often costs training up to a quarter of its speed on two cores."""
KEEP_EVERY_S = 10.0
"""How often a run is told of for the journal."""
_PHASES = {
    RunStatus.PREPARING: Phase.PREPARING,
    RunStatus.RUNNING: Phase.RUNNING,
    RunStatus.PAUSED: Phase.PAUSED,
    RunStatus.STOPPING: Phase.STOPPING,
}
SNAPSHOT_EVERY = 3
"""Every third look also fetches the weights for the pad."""


class RunController(QObject):
    """Trains one network at a time.

    ``reported`` brings a ``Report`` with what is new; ``weights_changed`` a snapshot of a running network;
    ``got_so_far`` now and then what a kill would lose;
    ``ended`` the final ``Trained`` (None when there is nothing to keep) and a sentence when something went wrong.
    """

    started = Signal()
    reported = Signal(object)
    weights_changed = Signal(object)
    state_changed = Signal(str)
    marked = Signal(int, str)
    """Something was changed at a step of the run under way, for its curve: the step's number, and a word or two."""
    ended = Signal(object, str, object)
    got_so_far = Signal(object)

    def __init__(self, parent: QObject | None = None, poll_ms: int = POLL_MS) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None
        self._control = Control()
        self._telemetry = Telemetry()
        self._what: tuple[Graph, Recipe, Signature] | None = None
        self._began: DocumentState | None = None
        self._start = Start.NEW
        self._next = 0
        self._looks = 0
        self._version = 0
        self._state: RunStatus | None = None
        self._told: Any = None
        self._keep_at = 0.0
        self._marks: list[Mark] = []
        self.least_keep_s = 0.0
        """How often at most a run is told of for the journal, where that is to be less often than usual."""
        self.wants_snapshots = True
        self.give_way: Callable[[], None] = _nothing
        """Done in the run's thread before it begins: waits for whatever must not be at work beside it."""
        self._timer = QTimer(self)
        self._timer.setInterval(poll_ms)
        self._timer.timeout.connect(self.look)

    @property
    def running(self) -> bool:
        """Whether a run is under way, paused ones included."""
        return self._worker is not None

    @property
    def paused(self) -> bool:
        """Whether a run is under way and holds."""
        return self.running and self._control.paused

    @property
    def _keep_every(self) -> float:
        return max(KEEP_EVERY_S, self.least_keep_s)

    @property
    def recipe(self) -> Recipe | None:
        """The recipe of the run under way, or of the last one; None before the first."""
        return None if self._what is None else self._what[1]

    @property
    def goes_on(self) -> bool:
        """Whether the run under way goes on with an earlier one."""
        return self.running and self._start is Start.RESUME

    @property
    def before(self) -> Trained | None:
        """What the run under way has begun with; None for new weights."""
        return self._before if self.running else None

    @property
    def under_way(self) -> RunUnderWay | None:
        """The run under way, as a part of the state of training; None when there is none."""
        if not self.running or self._began is None:
            return None
        known = Phase.RUNNING if self._state is None else _PHASES.get(self._state, Phase.RUNNING)
        phase = Phase.STOPPING if self._control.stopped else known
        return RunUnderWay(phase, self._began)

    @property
    def _before(self) -> Trained | None:
        return None if self._began is None or self._start is Start.NEW else self._began.trained

    @property
    def state(self) -> RunStatus | None:
        """The run's state; None when none was ever started."""
        return self._state

    # Commands

    def start(self, sketch: DocumentState, signature: Signature, onward: Onward, *, paused: bool = False) -> None:
        """Begin a run of a sketch's drawing from where ``onward`` says; ``paused`` does a single step and holds."""
        if self.running:
            return
        graph, recipe = sketch.graph, sketch.recipe.with_setting("epochs", onward.epochs)
        self._control, self._telemetry = Control(), Telemetry()
        self._what, self._began, self._start = (graph, recipe, signature), sketch, onward.start
        before = self._before
        self._next = self._looks = 0
        self._told, self._keep_at = None, time.monotonic() + self._keep_every
        self._marks = list(self._before.marks) if self._before is not None and onward.start is Start.RESUME else []
        if paused:
            self._control.step()
        resume = weights = None
        if before is not None and onward.start is Start.RESUME:
            resume = before.training
        elif before is not None:
            weights = before.for_graph(graph).weights
        prepared = None if before is None else before.preparation
        folds = None if before is None or resume is None else before.folds
        table = None if prepared is None else prepared.table
        wanted = RunSpecification(graph, recipe, resume, weights, table, folds)
        self._worker = Worker(wanted, self._control, self._telemetry, self.give_way)
        self._worker.finished.connect(self._finish)
        self._worker.start()
        self._timer.start()
        self._set_state(RunStatus.PREPARING)
        self.started.emit()

    def pause(self) -> None:
        """Hold after the step under way."""
        self._control.pause()

    def resume(self) -> None:
        """Go on from a hold."""
        self._control.resume()

    def step(self) -> None:
        """Do one step and hold."""
        self._control.step()

    def stop(self) -> None:
        """End after the step under way."""
        self._control.stop()
        if self.running:
            self._set_state(RunStatus.STOPPING)

    def set_live(self, path: str, value: float, words: str) -> None:
        """Use another value of a setting from the next step on; ``words`` are what the setting is called."""
        self._control.set(path, value)
        mark = (self._telemetry.read(self._next).step, f"{words} {value:g}")
        self._marks.append(mark)
        self.marked.emit(*mark)
        if self._what is not None:
            # What the run leaves behind belongs to the recipe with this rate: it can go on from there.
            graph, recipe, signature = self._what
            self._what = (graph, recipe.with_setting(path, value), signature)
        if self._began is not None:
            self._began = replace(self._began, recipe=self._began.recipe.with_setting(path, value))

    def close(self, *, keep: bool = True) -> None:
        """Stop and wait for the thread, however long its step takes, for when the window closes.

        Without ``keep`` nothing is made of what it has learned that would take time.
        """
        if self._worker is not None:
            self._control.stop(keep=keep)
            self._finish()

    # Looking

    @Slot()
    def look(self) -> None:
        """Read what the run has published since the last look; by itself it does so every ``POLL_MS``."""
        report = self._telemetry.read(self._next)
        self._next = report.next
        self._set_state(RunStatus.STOPPING if self._control.stopped and not report.ended else report.state)
        self.reported.emit(report)
        self._looks += 1
        if self.wants_snapshots and self._looks % SNAPSHOT_EVERY == 0:
            self._fetch_snapshot()
        if time.monotonic() >= self._keep_at:
            self._tell_for_journal()

    def _tell_for_journal(self) -> None:
        run = self._worker.active if self._worker is not None else None
        state = run.latest() if run is not None else None
        if run is None or state is None or state is self._told or self._what is None:
            return
        self._told = state
        graph, recipe, signature = self._what
        self.got_so_far.emit(Trained(graph, recipe, signature, **run.record_of(state).values()))
        self._keep_at = time.monotonic() + self._keep_every

    def _fetch_snapshot(self) -> None:
        run = self._worker.active if self._worker is not None else None
        if run is None or self._what is None:
            return
        version, weights, step = run.snapshot()
        if weights and version != self._version:
            self._version = version
            graph, recipe, signature = self._what
            record = RunRecord(weights=weights, preparation=getattr(run, "preparation", None))
            self.weights_changed.emit(
                Trained(graph, recipe, signature, **record.values(), version=version, taken_after=step)
            )

    def _set_state(self, state: RunStatus) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    @Slot()
    def _finish(self) -> None:
        worker, sender = self._worker, self.sender()
        if worker is None or (isinstance(sender, Worker) and sender is not worker):
            return  # a word from a run that was closed already must not be taken for the end of the next one
        worker.wait()
        self._timer.stop()
        self.look()
        self._worker = None
        outcome, message = worker.outcome, worker.problem
        trained, failure = None, None
        if outcome is not None and self._what is not None:
            trained = self._kept(outcome)
            failure = getattr(outcome, "failure", None)
            if outcome.state == RunStatus.FAILED:
                message = outcome.message
        self._set_state(outcome.state if outcome is not None else (RunStatus.FAILED if message else RunStatus.STOPPED))
        self.ended.emit(trained, message, failure)
        worker.deleteLater()

    def _kept(self, outcome: Any) -> Trained | None:
        if not outcome.weights or self._what is None:
            return None
        graph, recipe, signature = self._what
        self._version += 1
        return Trained(
            graph,
            recipe,
            signature,
            **outcome.values(),
            version=self._version,
            curve=self._curve(),
            floor=self._telemetry.read(self._next).floor,
            marks=tuple(self._marks),
        )

    def _curve(self) -> Curve:
        """Every step of the run that has ended, with those of the run that it went on with."""
        report = self._telemetry.read(0)
        if self._start is not Start.RESUME or self._before is None:
            return report.steps, report.series
        steps, series = self._before.curve_so_far
        before = {name: series.get(name, np.full(len(steps), np.nan)) for name in report.series}
        both = {name: np.concatenate((before[name], values)) for name, values in report.series.items()}
        return np.concatenate((steps, report.steps)), both


def _nothing() -> None:
    """Nothing has to be waited for."""
