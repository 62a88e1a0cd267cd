"""The end that is asked for from outside, as when somebody logs out: no crash, but there is no time to ask anything.

Python notices a signal only when it has something to do, which an idle window has not: the signal wakes it by a socket.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Slot


class Termination(QObject):
    """Calls ``before`` when the process is to end, then lets it end as it would have. Where there are such signals."""

    def __init__(self, before: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._before = before
        self._reader, self._writer = socket.socketpair()
        self._usual: dict[int, object] = {}
        if os.name != "posix":
            return
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._wakes = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                self._usual[number] = signal.signal(number, self._asked)

    @Slot()
    def _woken(self, *_what: object) -> None:
        try:
            self._reader.recv(4096)
        except BlockingIOError:
            return

    def _asked(self, number: int, _frame: FrameType | None) -> None:
        self.stop()
        try:
            self._before()
        finally:
            os.kill(os.getpid(), number)

    def stop(self) -> None:
        """Signals do from now on what they did before."""
        for number in self._usual:
            signal.signal(number, signal.SIG_DFL)
        if os.name == "posix":
            signal.set_wakeup_fd(self._wakes)
            self._notifier.setEnabled(False)
        self._usual.clear()
        self._reader.close()
        self._writer.close()
