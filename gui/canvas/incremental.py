"""Work on the canvas that would take longer than a frame, done a slice at a time while the window stays responsive."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot

SLICE_S = 0.005
"""How long a slice takes: what is left of a frame is for painting and for the rest of the window."""


class Slices(QObject):
    """Does work in the order in which it was asked for.

    Work is an iterable that does a little at each step. ``done`` says that nothing waits any more; it comes only
    after something had to wait.
    """

    done = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Iterator[object]] = deque()
        self._working = False
        self._ended = 0.0
        """When the last slice was over."""
        self._yielded = False
        """Whether the last turn was left to others."""
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.do_slice)

    @property
    def pending(self) -> bool:
        """Whether work waits; not to the work itself, for which all is there that it may need."""
        return bool(self._waiting) and not self._working

    def do(self, work: Iterable[object], *, much: bool = False) -> None:
        """Do it: at once, unless it is too much for a frame or other work waits; then it waits its turn."""
        if much or self._waiting:
            self._waiting.append(iter(work))
            self._timer.start()
        else:
            for _ in work:
                pass

    def finish(self) -> None:
        """Do at once all that waits. Asked by the work itself it does nothing."""
        if self.pending:
            self._work(None)

    @Slot()
    def do_slice(self) -> None:
        """Do a slice of what waits, unless something else took its part of this frame. By itself it comes in turns."""
        if self._working:
            return
        now = time.perf_counter()
        if now - self._ended > SLICE_S and not self._yielded:
            self._yielded = True  # something else took its part of this frame, as what asked for the work did
            return
        self._yielded = False
        self._work(now + SLICE_S)
        self._ended = time.perf_counter()

    def _work(self, until: float | None) -> None:
        self._working = True
        try:
            while self._waiting:
                for _ in self._waiting[0]:
                    if until is not None and time.perf_counter() >= until:
                        return
                self._waiting.popleft()
        except BaseException:
            self._waiting.popleft()  # work that failed is not begun again; the rest still is to be done
            raise
        finally:
            self._working = False
        self._timer.stop()
        self.done.emit()
