"""The dataset's pictures as the data block shows them."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage

from gui.theme.style import current

MOST = 9


def images(pictures: np.ndarray | None) -> list[QImage]:
    """Up to nine pictures as images. One channel becomes ink in the theme's text colour on nothing."""
    if pictures is None or len(pictures) == 0:
        return []
    return [_image(_bytes(picture)) for picture in pictures[:MOST]]


def _bytes(picture: np.ndarray) -> np.ndarray:
    """H×W or H×W×3, uint8."""
    picture = np.asarray(picture)
    if picture.dtype != np.uint8:
        picture = (np.clip(np.nan_to_num(picture.astype(np.float64)), 0.0, 1.0) * 255).round().astype(np.uint8)
    if picture.ndim == 3 and picture.shape[0] in (1, 3) and picture.shape[2] not in (1, 3):
        picture = picture.transpose(1, 2, 0)
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[:, :, 0]
    if picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[2] != 3):
        raise ValueError(f"An image has 1 or 3 channels, not the shape {picture.shape}.")
    return np.ascontiguousarray(picture)


def _image(picture: np.ndarray) -> QImage:
    height, width = picture.shape[:2]
    if picture.ndim == 3:
        return QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    ink = QColor(current().text)
    rgba = np.empty((height, width, 4), np.uint8)
    rgba[..., 0], rgba[..., 1], rgba[..., 2] = ink.red(), ink.green(), ink.blue()
    rgba[..., 3] = picture
    return QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
