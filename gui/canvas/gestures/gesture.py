"""What all gestures share: a beginning, movement, an end in one edit, and a cancelling that leaves no trace."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.canvas import text
from gui.canvas.navigation import Navigation
from gui.theme.style import current

Modifiers = Qt.KeyboardModifier


class Gesture:
    """A gesture under way. Points are canvas coordinates; the canvas calls these and forgets it when it ends."""

    cursor: Qt.CursorShape | None = None
    stays = False
    """Whether it goes on without a pressed button (a layer picked up), so that a release does not end it."""

    scrolls = False
    """Whether the view scrolls when the pointer is held at its edge."""

    kind = ""
    """The kind of layer picked up, if there is one."""

    view: Navigation

    def __init__(self, view: Navigation, start: QPointF) -> None:
        self.view = view
        self.start = start
        self.at = start
        self.inside = True

    @property
    def scale(self) -> float:
        """The zoom: screen pixels for one canvas unit."""
        return self.view.scale_now

    @property
    def paints(self) -> bool:
        """Whether it paints anything now that must be painted again when the pointer moves."""
        return True

    def begin(self) -> None:
        """Called once the gesture is the canvas's."""

    def drag(self, to: QPoint) -> None:
        """The pointer moved to a place on the viewport."""

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """The pointer moved."""

    def scrolled(self) -> None:
        """The view shows another part of the canvas now."""

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        """The button came up: make the edit. The gesture is over already."""

    def clear(self) -> None:
        """Take back everything that was shown for a while. Called at every end, before any edit."""

    def cancel(self) -> None:
        """Ended without an edit, after ``clear``: select again what was selected before."""

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint what the gesture shows, in canvas coordinates, above everything."""


def paint_hint(painter: QPainter, at: QPointF, scale: float, words: str, tone: str = "") -> None:
    """A few words beside the pointer, of the same size at every zoom. ``tone`` is "", "good" or "bad"."""
    if not words:
        return
    theme = current()
    painter.save()
    painter.translate(at)
    painter.scale(1.0 / scale, 1.0 / scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = 340.0
    measured = text.metrics("small")
    flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)
    box = measured.boundingRect(QRectF(0.0, 0.0, room, 400.0), flags, words)
    box.moveTopLeft(QPointF(18.0 + 8.0, 16.0 + 5.0))
    colour = {"good": theme.accent, "bad": theme.error}.get(tone, theme.border)
    painter.setPen(QPen(QColor(colour), 1.0))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(box.adjusted(-8.0, -5.0, 8.0, 5.0), 6.0, 6.0)
    painter.setFont(text.face("small"))
    painter.setPen(QColor({"bad": theme.error_text}.get(tone, theme.text)))
    painter.drawText(box, flags, words)
    painter.restore()
