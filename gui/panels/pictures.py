"""Arrays as pictures on screen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from gui.theme import style


def image_of(array: np.ndarray) -> QImage:
    """A picture, channels×height×width uint8 with one or three channels, as an image of its own."""
    if array.shape[0] == 1:
        grey = np.ascontiguousarray(array[0])
        return QImage(grey.data, grey.shape[1], grey.shape[0], grey.shape[1], QImage.Format.Format_Grayscale8).copy()
    colour = np.ascontiguousarray(array[:3].transpose(1, 2, 0))
    height, width = colour.shape[:2]
    return QImage(colour.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


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
