"""A network to begin with, on a button: a small picture of its drawing, and its title."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QPainter, QPaintEvent, QPen, QTextLayout
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from engine.graph.graph import Graph
from gui.panels.miniature import paint_miniature
from gui.plain_text import plain_tip
from gui.theme import fonts
from gui.theme.style import current
from gui.theme.tokens import RADII

HEIGHT, PICTURE = 56, 88
"""How high the button is, and how wide its picture, in pixels."""
_INSET, _LINES, _LINE = 6.0, 2, 17.0


class TemplateButton(QAbstractButton):
    """Pressing it begins with the network."""

    def __init__(self, title: str, summary: str, graph: Graph, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._graph = graph
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(summary)
        self.setToolTip(plain_tip(summary))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(PICTURE + 60, HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, focused = current(), self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent if focused else theme.hairline), 2.0 if focused else 1.0))
        painter.setBrush(QColor(theme.pressed if self.isDown() else theme.hover if self.underMouse() else theme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0), RADII.card, RADII.card)
        ground = QRectF(_INSET, _INSET, PICTURE, self.height() - 2 * _INSET)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.canvas))
        painter.drawRoundedRect(ground, RADII.field, RADII.field)
        paint_miniature(painter, self._graph, ground.adjusted(5.0, 5.0, -5.0, -5.0))
        painter.setPen(QColor(theme.text))
        self._write(painter, QRectF(ground.right() + 10.0, 0.0, self.width() - ground.right() - 18.0, self.height()))
        painter.end()

    def _write(self, painter: QPainter, room: QRectF) -> None:
        """The title in the middle of ``room``, in as many lines as there are; the last one is cut where it must be."""
        font = fonts.font("text")
        painter.setFont(font)
        layout = QTextLayout(self.text(), font)
        shown: list[str] = []
        layout.beginLayout()
        while len(shown) < _LINES and (line := layout.createLine()).isValid():
            line.setLineWidth(room.width())
            rest = self.text()[line.textStart() :]
            last = len(shown) == _LINES - 1
            words = (rest if last else rest[: line.textLength()]).strip()
            shown.append(painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width())))
        layout.endLayout()
        top = room.center().y() - len(shown) * _LINE / 2
        for number, words in enumerate(shown):
            line_room = QRectF(room.x(), top + number * _LINE, room.width(), _LINE)
            painter.drawText(line_room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
