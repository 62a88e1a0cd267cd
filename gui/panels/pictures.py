"""Arrays as pictures on screen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from gui.array_image import image_of
from gui.dataset_preview import DatasetPreview
from gui.plots.points import PointsPlot
from gui.theme import style


def sheet(pictures: np.ndarray, side: int, columns: int, ratio: float = 2.0, gap: int = 4) -> QPixmap:
    """Pictures n×channels×height×width in a grid of cells ``side`` wide, not smoothed when they are enlarged."""
    rows = -(-len(pictures) // columns)
    width, height = columns * (side + gap) - gap, rows * (side + gap) - gap
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    for number, picture in enumerate(pictures):
        x, y = (number % columns) * (side + gap), (number // columns) * (side + gap)
        painter.fillRect(x, y, side, side, QColor(style.current().field))
        painter.drawPixmap(x, y, side, side, QPixmap.fromImage(image_of(picture)))
    painter.end()
    return pixmap


def scatter(points: np.ndarray, classes: np.ndarray | None, size: QSize, ratio: float = 2.0) -> QPixmap:
    """Points n×2 in their classes' colours and, so that colour is not the only sign, round or square by turns."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colours = style.current()
    painter.setPen(QColor(colours.hairline))
    painter.setBrush(QColor(colours.canvas))
    painter.drawRoundedRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), 6, 6)
    painter.setPen(Qt.PenStyle.NoPen)
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    margin, reach = 12.0, 2.4
    across = margin + (points[:, 0] - low[0]) / span[0] * (size.width() - 2 * margin)
    down = size.height() - margin - (points[:, 1] - low[1]) / span[1] * (size.height() - 2 * margin)
    for number in range(len(points)):
        kind = -1 if classes is None else int(classes[number])
        painter.setBrush(QColor(colours.accent if kind < 0 else PointsPlot.colour(kind)))
        at = QPointF(float(across[number]), float(down[number]))
        if kind % 2 == 1 and kind > 0:
            painter.drawRect(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))
        else:
            painter.drawEllipse(at, reach, reach)
    painter.end()
    return pixmap


def seen(look: DatasetPreview, size: QSize, ratio: float = 2.0) -> QPixmap | None:
    """A picture of data one can see whole, points in the plane or pairs of numbers; None for other data."""
    if look.points is not None and len(look.points[0]):
        return scatter(look.points[0], look.points[1], size, ratio)
    if look.pairs is not None and len(look.pairs[0]):
        return scatter(np.column_stack(look.pairs), None, size, ratio)
    return None
