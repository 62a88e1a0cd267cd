"""Scrolling while something is dragged to the edge of the canvas, faster the farther out the pointer is."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer, Signal, Slot

from gui.canvas.navigation import Navigation

EDGE = 28.0
"""Within this distance of the edge the view scrolls, in pixels."""
DWELL_MS, TICK_MS = 160, 16
MOST_STEP = 22.0
"""Pixels in one tick."""


class EdgeScroll(QObject):
    """Watches the pointer of a gesture that scrolls. ``due``: how many pixels the view is to go, and so on."""

    due = Signal(QPoint)

    def __init__(self, view: Navigation) -> None:
        super().__init__(view)
        self._view = view
        self.at = QPointF()
        self.modifiers = Qt.KeyboardModifier.NoModifier
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

    @property
    def active(self) -> bool:
        """Whether the view scrolls, or will if the pointer stays."""
        return self._timer.isActive()

    def follow(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer of a gesture is at a position on the viewport."""
        self.at, self.modifiers = position, modifiers
        if self._step().isNull():
            self._timer.stop()
        elif not self.active:
            # Passing over the edge on the way elsewhere scrolls nothing.
            self._timer.start(DWELL_MS)

    def stop(self) -> None:
        """Scroll no further."""
        self._timer.stop()

    def _step(self) -> QPoint:
        room = self._view.viewport().rect()
        return QPoint(_speed(self.at.x(), room.width()), _speed(self.at.y(), room.height()))

    @Slot()
    def _tick(self) -> None:
        self._timer.setInterval(TICK_MS)
        self.due.emit(self._step())


def _speed(at: float, size: int) -> int:
    """Pixels in one tick at a place along one side of the view."""
    if size < 4 * EDGE:
        return 0
    out = EDGE - at if at < EDGE else size - EDGE - at if at > size - EDGE else 0.0
    return -int(math.copysign(min(MOST_STEP, 2.0 + abs(out) * 0.3), out)) if out else 0
