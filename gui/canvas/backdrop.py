"""The background of the canvas: one colour and a grid of dots, drawn in one call."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.canvas.grid import grid_steps
from gui.theme.style import current


@lru_cache(maxsize=32)
def _dots(across: int, down: int) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for y in range(down) for x in range(across)])


def paint(painter: QPainter, rect: QRectF, scale: float) -> None:
    """Fill ``rect`` (canvas coordinates). The pattern repeats, so one list of dots serves every place and zoom."""
    theme = current()
    painter.fillRect(rect, QColor(theme.canvas))
    step = grid_steps(scale)
    left, top = math.floor(rect.left() / step) * step, math.floor(rect.top() / step) * step
    # Whole multiples of eight keep the lists few.
    across = 8 * math.ceil((rect.width() / step + 2) / 8)
    down = 8 * math.ceil((rect.height() / step + 2) / 8)
    pen = QPen(QColor(theme.dots), 2.0)
    pen.setCosmetic(True)
    # Round or smooth dots of this size look no different and take twenty times as long.
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.translate(left, top)
    painter.scale(step, step)
    painter.drawPoints(_dots(across, down))
    painter.restore()
