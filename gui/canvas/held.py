"""What the canvas shows while a large difference is being drawn: what it showed before, never a part of a diagram."""

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
    """A picture of a widget, shown in its place."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._picture: QPixmap | None = None
        self._last: tuple[object, QPixmap] | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(widget.update)

    @property
    def on(self) -> bool:
        """Whether the picture is shown."""
        return self._picture is not None

    def take(self, what: object) -> QPixmap:
        """A picture of what is shown now; the last one, as long as ``what`` is equal to what it was then."""
        if self._picture is not None:
            return self._picture
        if self._last is None or self._last[0] != what:
            self._last = (what, self._widget.grab())
        return self._last[1]

    def show(self, picture: QPixmap) -> None:
        """Show a picture from now on."""
        if self._picture is None:
            self._patience.start()
        self._picture, self._last = picture, None

    def release(self) -> None:
        """Show the widget itself again."""
        self._picture = None
        self._patience.stop()
        self._widget.update()

    def paint(self, painter: QPainter) -> None:
        """Paint the picture on the widget, and words when it has been there for long."""
        if self._picture is None:
            return
        room = QRectF(self._widget.rect())
        if self._picture.deviceIndependentSize() != QSizeF(self._widget.size()):
            backdrop.paint(painter, room, 1.0)
        painter.drawPixmap(0, 0, self._picture)
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
