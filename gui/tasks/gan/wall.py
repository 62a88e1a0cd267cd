"""A wall of images: all of them at once, as large as there is room for, each pixel as it is."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.array_image import image_of

_GAP = 2.0
_LARGEST = 84.0
"""Pixels a side of an image at most."""


class Wall(QWidget):
    """Images (uint8 N×channels×height×width, one or three channels) in rows, those that find room whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.images: list[QImage] = []
        self.setAccessibleName("Made images")
        self.setMinimumHeight(96)

    def show_pictures(self, pictures: NDArray[np.uint8] | None) -> None:
        """Show other pictures; None for none."""
        self.images = [] if pictures is None else [image_of(picture) for picture in pictures]
        self.setAccessibleDescription(f"{len(self.images)} images" if self.images else "")
        self.update()

    def layout_of(self, count: int) -> tuple[int, float]:
        """How many stand in a row, and the side of each, so that ``count`` are as large as can be."""
        width, height = max(1.0, self.width() - 2 * _GAP), max(1.0, self.height() - 2 * _GAP)
        best = (1, 0.0)
        for columns in range(1, count + 1):
            rows = math.ceil(count / columns)
            side = min(width / columns, height / rows, _LARGEST + _GAP)
            if side > best[1]:
                best = (columns, side)
        return best

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.images:
            return
        columns, side = self.layout_of(len(self.images))
        painter = QPainter(self)
        left = (self.width() - columns * side) / 2
        for number, image in enumerate(self.images):
            row, column = divmod(number, columns)
            place = QRectF(left + column * side, _GAP + row * side, side - _GAP, side - _GAP)
            painter.drawImage(place, image)
        painter.end()
