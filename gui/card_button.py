"""What all cards that can be pressed have in common: a frame, the ground of a picture, words in several lines."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QFont, QFontMetricsF, QPainter, QPen, QTextLayout
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.theme.style import current
from gui.theme.tokens import RADII


class CardButton(QAbstractButton):
    """A card; the pointer, a press and the keyboard are seen on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def paint_frame(self, painter: QPainter, ground: QRectF) -> None:
        """Paint the card itself, and ``ground``, where its picture lies."""
        theme, focused = current(), self.hasFocus()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent if focused else theme.hairline), 2.0 if focused else 1.0))
        painter.setBrush(QColor(theme.pressed if self.isDown() else theme.hover if self.underMouse() else theme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0), RADII.card, RADII.card)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.canvas))
        painter.drawRoundedRect(ground, RADII.field, RADII.field)


def lines_of(words: str, font: QFont, width: float, most: int) -> list[str]:
    """``words`` in at most ``most`` lines of ``width`` pixels; an ellipsis in the last one says that there are more."""
    layout = QTextLayout(words, font)
    lines: list[str] = []
    layout.beginLayout()
    while len(lines) < most and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        rest = words[line.textStart() :]
        text = (rest if len(lines) == most - 1 else rest[: line.textLength()]).strip()
        lines.append(QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width))
    layout.endLayout()
    return lines
