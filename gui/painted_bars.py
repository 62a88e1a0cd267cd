"""A small histogram painted into any widget."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter


def paint_bars(painter: QPainter, room: QRectF, bars: tuple[int, ...], colour: str) -> None:
    """Bars side by side that fill ``room``, the highest as high as it is."""
    most = max(bars, default=0)
    if not most:
        return
    width = room.width() / len(bars)
    for place, count in enumerate(bars):
        height = max(1.0, room.height() * count / most) if count else 0.0
        gap = 1.0 if width > 3 else 0.0
        painter.fillRect(
            QRectF(room.left() + place * width, room.bottom() - height, max(1.0, width - gap), height), QColor(colour)
        )
