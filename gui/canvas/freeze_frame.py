"""What the canvas shows while a large change is being drawn: the previous picture, never half a diagram."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from gui.canvas import backdrop, text
from gui.theme.style import current
from gui.theme.tokens import RADII

PATIENCE_MS = 400
"""After so long it says that something is under way."""
WORDS = "Drawing the diagram…"


class Held(QObject):
    """A picture of a widget that is shown in its place; where there is none, the bare ground."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self.on = False
        """Whether it is shown in place of the widget."""
        self._picture: QPixmap | None = None
        self._taken: object = None
        """What was shown when the picture was taken."""
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(widget.update)

    def take(self, what: object) -> None:
        """Take a picture of what is shown now, unless it is shown itself, or was taken of something equal to ``what``.

        Of a widget that nobody sees there is none.
        """
        if self.on:
            return
        if not self._widget.isVisible():
            self._picture = None
        elif self._picture is None or self._taken != what:
            self._picture, self._taken = self._widget.grab(), what

    def show(self) -> None:
        """Show it from now on."""
        if not self.on:
            self._patience.start(PATIENCE_MS)
        self.on = True

    def release(self) -> None:
        """Show the widget itself again."""
        self.on, self._picture = False, None
        self._patience.stop()
        self._widget.update()

    def paint(self, painter: QPainter) -> None:
        """Paint it on the widget, and words when it has been there for long."""
        room, picture = QRectF(self._widget.rect()), self._picture
        if picture is None or picture.deviceIndependentSize() != QSizeF(self._widget.size()):
            backdrop.paint(painter, room, 1.0)
        if picture is not None:
            painter.drawPixmap(0, 0, picture)
        if not self._patience.isActive():
            _say(painter, room)


def _say(painter: QPainter, room: QRectF) -> None:
    theme = current()
    box = QRectF(0.0, 0.0, text.width("text", WORDS) + 32.0, 36.0)
    box.moveCenter(QPointF(room.center().x(), room.top() + 48.0))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.border), 1.0))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(box, RADII.card, RADII.card)
    painter.setFont(text.face("text"))
    painter.setPen(QColor(theme.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, WORDS)
