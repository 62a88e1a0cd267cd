"""Unsaved work goes into its journal in a thread of its own: a slow disk or a large network holds up no frame."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress

from PySide6.QtCore import QObject, Signal, Slot

from engine.project.project import Project, ProjectError
from engine.project.recovery import Journal
from gui.background import giving_way

MOST_OF_THE_TIME = 0.05
"""How much of the time of a run writing down what it has come to may take."""


class JournalWriter(QObject):
    """Writes the newest of the values it is given, and forgets those it had no time for.

    ``journal`` is where to: set it by ``use``. Where that cannot be written, a spare one in the user's own folder is.
    ``failed`` says, in a sentence, that neither could be.
    """

    failed = Signal(str)
    _ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.journal = Journal.of(None)
        self._spare: Journal | None = None
        """Where the journal is while it cannot lie beside the file."""
        self._guard = threading.Lock()
        self._wanted: Project | None = None
        self._thread: threading.Thread | None = None
        self._problem = ""
        self._began = self._took = 0.0
        self._ended.connect(self._tell)

    @property
    def has_time(self) -> bool:
        """Whether writing again now would take no more than MOST_OF_THE_TIME, as far as the last time tells."""
        return self._thread is None and time.monotonic() >= self._began + self._took / MOST_OF_THE_TIME

    def use(self, journal: Journal) -> None:
        """Write to another journal from now on; the one before it stays as it is."""
        self._forget()
        self.journal, self._took = journal, 0.0

    def write(self, project: Project) -> None:
        """Have ``project`` written as soon as what is being written is."""
        with self._guard:
            self._wanted = project
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="journal")
                self._thread.start()

    def settle(self) -> None:
        """Wait until all is written."""
        thread = self._thread
        if thread is not None:
            thread.join()
        self._tell()

    def discard(self) -> None:
        """The work is saved or given up: remove what was written of it."""
        self._forget()
        self.journal.discard()
        self._discard_spare()

    def _forget(self) -> None:
        with self._guard:
            self._wanted = None
        self.settle()

    def _work(self) -> None:
        """Runs in the thread."""
        while True:
            with self._guard:
                project, self._wanted = self._wanted, None
                if project is None:
                    self._thread = None
                    break
            self._began = time.monotonic()
            try:
                with giving_way():
                    self._problem = self._write(project)
            except Exception as error:  # the last door of the thread; the window goes on
                sys.excepthook(type(error), error, error.__traceback__)
            self._took = time.monotonic() - self._began
        with suppress(RuntimeError):  # the window may be gone
            self._ended.emit()

    def _write(self, project: Project) -> str:
        """Runs in the thread. Returns why it could not be written, in a sentence."""
        try:
            self.journal.write(project)
            self._discard_spare()
        except ProjectError as error:
            if not self._wrote_spare(project):
                return str(error)
        return ""

    def _wrote_spare(self, project: Project) -> bool:
        """Journal in the user's own folder, as when that of the file is gone. Returns whether that went well."""
        if self.journal.file is None:
            return False
        spare = self._spare or Journal.of(None)
        try:
            spare.write(project)
        except ProjectError:
            return False
        self._spare = spare
        return True

    def _discard_spare(self) -> None:
        if self._spare is not None:
            self._spare.discard()
            self._spare = None

    @Slot()
    def _tell(self) -> None:
        problem, self._problem = self._problem, ""
        if problem:
            self.failed.emit(problem)
