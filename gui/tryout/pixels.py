"""Images of Qt's, as they come from the clipboard or are dropped, as arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPixmap

LARGEST = 64_000_000
"""Pixels of an image that is taken."""


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """An image as uint8 height×width×3; what is transparent in it lies on white."""
    flat = QImage(image.size(), QImage.Format.Format_RGB888)
    flat.fill(QColor("white"))
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    width, height, stride = flat.width(), flat.height(), flat.bytesPerLine()
    rows = np.frombuffer(flat.constBits(), np.uint8, count=stride * height).reshape(height, stride)
    return rows[:, : 3 * width].reshape(height, width, 3).copy()


def image_in(data: QMimeData) -> NDArray[np.uint8] | None:
    """The image that is dropped or lies in the clipboard, uint8 height×width×3; None where there is none."""
    if not data.hasImage():
        return None
    found = data.imageData()
    image = found.toImage() if isinstance(found, QPixmap) else found
    if not isinstance(image, QImage) or image.isNull() or image.width() * image.height() > LARGEST:
        return None
    return pixels_of(image)


def image_in_clipboard() -> NDArray[np.uint8] | None:
    """The image in the clipboard; None where there is none."""
    data = QGuiApplication.clipboard().mimeData()
    return None if data is None else image_in(data)
