"""An array of a dataset as an image for the screen."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage


def image_of(array: np.ndarray) -> QImage:
    """A picture, channels×height×width uint8 with one or three channels, as an image of its own."""
    if array.shape[0] == 1:
        grey = np.ascontiguousarray(array[0])
        return QImage(grey.data, grey.shape[1], grey.shape[0], grey.shape[1], QImage.Format.Format_Grayscale8).copy()
    colour = np.ascontiguousarray(array[:3].transpose(1, 2, 0))
    height, width = colour.shape[:2]
    return QImage(colour.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
