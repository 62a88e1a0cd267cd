"""Follows the runs of a window for the desktop: progress in the task bar, no sleep meanwhile, a word at the end."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Slot

from engine.training.run_status import RunStatus
from engine.training.telemetry import Report
from gui.preferences.declared import AWAKE, NOTIFY
from gui.preferences.store import preferences
from gui.project_session import ProjectSession
from gui.system import notification
from gui.system.awake import StayAwake
from gui.system.task_bar import TaskBar
from gui.training.run_controller import RunController

LONG_S = 30.0
"""From this long on somebody may have turned to something else."""
AWAKE_AFTER_MS = 10_000
"""No computer falls asleep sooner."""
_NAME = "sketchnet-desktop"
_AT_WORK = (RunStatus.PREPARING, RunStatus.RUNNING, RunStatus.STOPPING)


class Desktop(QObject):
    """What all windows share: the sign in the task bar, and the wish to stay awake. Ask ``desktop()`` for it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(_NAME)
        self.task_bar, self.awake = TaskBar(), StayAwake()
        self._at_work: set[object] = set()
        preferences().changed.connect(self._changed)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.awake.release)

    def works(self, run: object, is_at_work: bool) -> None:
        """A run is at work, or rests or has ended."""
        (self._at_work.add if is_at_work else self._at_work.discard)(run)
        self._see_to_sleep()

    @Slot(str)
    def _changed(self, name: str) -> None:
        if name == AWAKE:
            self._see_to_sleep()

    def _see_to_sleep(self) -> None:
        if self._at_work and preferences().value(AWAKE):
            self.awake.hold()
        else:
            self.awake.release()


def desktop() -> Desktop:
    """The application's own; made on first use. RuntimeError without an application."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("A desktop needs an application; none has been made yet.")
    found = app.findChild(Desktop, _NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    return found if found is not None else Desktop(app)


class RunWatch(QObject):
    """Watches one window's runs, of what is open in ``session``."""

    def __init__(self, trainer: RunController, session: ProjectSession, parent: QObject) -> None:
        super().__init__(parent)
        self._trainer, self._session = trainer, session
        self._began = 0.0
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(AWAKE_AFTER_MS)
        self._patience.timeout.connect(self._stay_awake)
        trainer.started.connect(self._started)
        trainer.reported.connect(self._reported)
        trainer.state_changed.connect(self._state_changed)
        trainer.ended.connect(self._ended)

    @Slot()
    def _started(self) -> None:
        self._began = time.monotonic()
        self._patience.start()

    @Slot()
    def _stay_awake(self) -> None:
        if self._trainer.running and self._trainer.state in _AT_WORK:
            desktop().works(self, True)

    @Slot(object)
    def _reported(self, report: Report) -> None:
        if self._trainer.running and report.total_steps:
            desktop().task_bar.show(self, report.progress)

    @Slot(str)
    def _state_changed(self, state: str) -> None:
        """A run that rests lets the computer sleep."""
        if state == RunStatus.PAUSED:
            self._patience.stop()
            desktop().works(self, False)
        elif state == RunStatus.RUNNING and self._trainer.running:
            self._patience.start()

    @Slot(object, str, object)
    def _ended(self, _trained: Any, message: str, _failure: Any) -> None:
        self._patience.stop()
        desktop().works(self, False)
        desktop().task_bar.end(self)
        was_long = time.monotonic() - self._began >= LONG_S
        if was_long and preferences().value(NOTIFY) and not notification.is_looked_at():
            notification.notify("Training stopped" if message else "Training finished", message or self._session.name)
