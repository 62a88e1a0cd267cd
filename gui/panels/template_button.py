"""A network to begin with, on a button: a small picture of its drawing, and its title."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.graph.graph import Graph
from gui.card_button import CardButton, lines_of
from gui.panels.miniature import paint_miniature
from gui.plain_text import plain_tip
from gui.theme import fonts
from gui.theme.style import current

HEIGHT, PICTURE = 56, 88
"""How high the button is, and how wide its picture, in pixels."""
_INSET, _LINES, _LINE = 6.0, 2, 17.0


class TemplateButton(CardButton):
    """Pressing it begins with the network."""

    def __init__(self, title: str, summary: str, graph: Graph, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._graph = graph
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(summary)
        self.setToolTip(plain_tip(summary))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(PICTURE + 60, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = QRectF(_INSET, _INSET, PICTURE, self.height() - 2 * _INSET)
        self.paint_frame(painter, ground)
        paint_miniature(painter, self._graph, ground.adjusted(5.0, 5.0, -5.0, -5.0))
        painter.setPen(QColor(current().text))
        self._write(painter, QRectF(ground.right() + 10.0, 0.0, self.width() - ground.right() - 18.0, self.height()))
        painter.end()

    def _write(self, painter: QPainter, room: QRectF) -> None:
        """The title in the middle of ``room``, in as many lines as there are; the last one is cut where it must be."""
        font = fonts.font("text")
        painter.setFont(font)
        shown = lines_of(self.text(), font, room.width(), _LINES)
        top = room.center().y() - len(shown) * _LINE / 2
        for number, words in enumerate(shown):
            line_room = QRectF(room.x(), top + number * _LINE, room.width(), _LINE)
            painter.drawText(line_room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
