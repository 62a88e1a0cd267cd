"""Moving the view with the middle button held."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from gui.canvas.gestures.gesture import Gesture


class Pan(Gesture):
    """Follows the pointer on the widget: canvas coordinates move along with the view."""

    cursor = Qt.CursorShape.ClosedHandCursor
    last: QPoint | None = None

    @property
    def paints(self) -> bool:
        return False

    def drag(self, to: QPoint) -> None:
        """The pointer is there on the widget: the canvas comes along."""
        if self.last is not None:
            self.view.pan_by(to - self.last)
        self.last = to
