"""Reading files of the user's in a thread, for the window's own thread may not wait for them.

The window asks the catalogue what its data is like at every edit. For a file that has not been read yet it is told so
at once (``engine.data.reading``), the file is read here, and ``read`` says when to ask again.
"""

from __future__ import annotations

import queue
import sys

from PySide6.QtCore import QObject, QThread, Signal

from engine.data import reading
from engine.data.reading import Work
from gui.threads import STACK_BYTES


class _Thread(QThread):
    """Does one thing after another; None ends it."""

    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self.work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()

    def run(self) -> None:
        while (work := self.work.get()) is not None:
            try:
                work()
            except Exception as error:  # the last door of the thread; the window goes on
                sys.excepthook(type(error), error, error.__traceback__)
            self.done.emit()


class FileReading(QObject):
    """Makes the thread that makes it one that never waits for a file. ``read``: what was being read is known now."""

    read = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = _Thread()
        self._thread.done.connect(self.read)
        self._started = False
        reading.never_wait_here(self.do)

    def do(self, work: Work) -> None:
        """Do something that takes as long as reading does, after what is to be done before it; ``read`` follows."""
        if not self._started:
            self._started = True
            self._thread.start()
        self._thread.work.put(work)

    def close(self) -> None:
        """End the thread after what it is reading."""
        reading.wait_here_again(self.do)
        self._thread.work.put(None)
        self._thread.wait()
