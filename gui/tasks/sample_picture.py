"""One picture as large as its square, pixel by pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.array_image import image_of


class SamplePicture(QWidget):
    """A square of ``side`` pixels with a picture (uint8 channels×height×width, one or three channels), or empty."""

    def __init__(self, name: str, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.setFixedSize(side, side)
        self.setAccessibleName(name)
        self.show_picture(None)
        theme.notifier().changed.connect(self.update)

    @property
    def image(self) -> QImage | None:
        """The picture on show; None for none."""
        return self._image

    def show_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """Show another picture; None for none."""
        self._image = None if picture is None else image_of(picture)
        self.setAccessibleDescription("empty" if picture is None else "an image")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        square, radius = QRectF(self.rect()), min(theme.RADII.field, self.width() / 8)
        shape = QPainterPath()
        shape.addRoundedRect(square, radius, radius)
        painter.fillPath(shape, QColor(theme.current().field))
        if self._image is not None:
            painter.setClipPath(shape)
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(square.center())
            painter.drawImage(place, self._image)  # no smoothing: each pixel as it was made
        painter.end()
