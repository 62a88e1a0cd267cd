"""Tells the user of errors that nothing has caught, and of sessions that crashed: once each, in a dialog."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from gui.crash import report
from gui.crash.dialog import CrashDialog
from gui.crash.log import logger
from gui.crash.report import CrashReport
from gui.crash.restart import start_again
from gui.crash.sessions import CrashedSession, RunningSession, crashed_sessions
from gui.crash.termination import Termination
from gui.first_run import FirstSight
from gui.settings_file import settings

_NAME = "sketchnet-crash-watch"
_AGAIN_MS = 200
_MOST_TOLD = 5
"""Dialogs in a session: whoever has closed as many knows; the status line and the log tell of the others."""


class CrashWatch(QObject):
    """The application's own; ask ``crash_watch()`` for it.

    ``leaving`` says that the process is about to be replaced: whoever has unsaved work writes it down now, and says
    with ``reopen`` which file it belongs to.
    """

    leaving = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(_NAME)
        self._session = RunningSession()
        self._told: set[str] = set()
        self._termination: Termination | None = None
        self._dialog: CrashDialog | None = None
        self._files: list[Path] = []
        self._has_unnamed = False

    # The session

    def begin(self) -> None:
        """The program has started."""
        self._session.begin()
        self._termination = Termination(self._write_down, self)

    def end(self) -> None:
        """The program ends well."""
        if self._termination is not None:
            self._termination.stop()
            self._termination = None
        self._session.end()

    # Telling

    @Slot(object)
    def tell_error(self, error: BaseException) -> None:
        """Show what is known of an error, unless the same was shown already or another is being shown."""
        if _place_of(error) in self._told or len(self._told) >= _MOST_TOLD or self._is_open:
            return
        self._told.add(_place_of(error))
        self._show(report.of_error(error), may_restart=True)

    def tell_crash(self, window: QWidget) -> None:
        """Show what is known of the last session, if that crashed: over ``window``, once nothing else is asked."""
        crashed = crashed_sessions()
        if crashed:
            tell = partial(self._tell_crash_over, window, crashed)
            # After what is asked as soon as the window is seen: whether to restore unsaved work.
            FirstSight(window).seen.connect(partial(QTimer.singleShot, 0, self, tell))

    def _tell_crash_over(self, window: QWidget, crashed: list[CrashedSession]) -> None:
        if not isValid(window):
            return
        if QApplication.activeModalWidget() is not None or not window.isVisible():
            QTimer.singleShot(_AGAIN_MS, self, partial(self._tell_crash_over, window, crashed))
            return
        made = report.of_session(crashed[0])
        logger().error("%s\n%s", made.title, crashed[0].said)
        self._show(made, may_restart=False, parent=window)

    @property
    def _is_open(self) -> bool:
        return self._dialog is not None

    def _show(self, made: CrashReport, *, may_restart: bool, parent: QWidget | None = None) -> None:
        parent = parent or QApplication.activeModalWidget() or QApplication.activeWindow() or _some_window()
        self._dialog = dialog = CrashDialog(made, may_restart=may_restart, parent=parent)
        dialog.finished.connect(self._closed)
        dialog.restart_wanted.connect(self.restart)
        dialog.open()

    @Slot()
    def _closed(self) -> None:
        self._dialog = None

    # Starting again

    def reopen(self, file: Path | None) -> None:
        """There is unsaved work of a file; None for work without one."""
        if file is None:
            self._has_unnamed = True
        else:
            self._files.append(file)

    def _write_down(self) -> None:
        """What is unsaved, in every window, for the next start; that this one was no crash."""
        self._files, self._has_unnamed = [], False
        self.leaving.emit()
        settings().sync()
        self._session.end()

    @Slot()
    def restart(self) -> None:
        """Write unsaved work down, in every window, and start the program again, which offers to recover it."""
        was_running = self._session.is_running
        self._write_down()
        try:
            # Work without a file is asked about where nothing else was asked for.
            start_again([] if self._has_unnamed else self._files)
        except OSError as error:
            if was_running:
                self._session.begin()
            if self._dialog is not None:
                self._dialog.say(f"Sketchnet could not be started again: {error.strerror}. Close it and start it.")


def crash_watch() -> CrashWatch:
    """The application's watch; made on first use. RuntimeError without an application."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("A watch needs an application; none has been made yet.")
    found = app.findChild(CrashWatch, _NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    return found if found is not None else CrashWatch(app)


def _place_of(error: BaseException) -> str:
    """Where in the program an error arose: what is the same is told once."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    return f"{type(error).__name__} {place}"


def _some_window() -> QWidget | None:
    return next((widget for widget in QApplication.topLevelWidgets() if widget.isVisible() and widget.isWindow()), None)
