"""What the network is shown: the prepared picture, pixel by pixel, because most surprises are explained by it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.array_image import image_of

_GROUND = "#101114"  # the pictures' own black: the same in both themes, since it is what the network gets

_SIDE = 84
"""Of the picture, in pixels: three for each of 28."""


class Preview(QWidget):
    """A small grey picture (uint8, height x width, 0 = ground) shown without smoothing, and two lines about it."""

    def __init__(
        self, parent: QWidget | None = None, *, caption: str = "network input", note: str = "", side: int = _SIDE
    ) -> None:
        super().__init__(parent)
        self._side = side
        self._caption = caption
        self._note = note
        self._picture: NDArray[np.uint8] | None = None
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            "The drawing as the network receives it: cropped, fitted into 20×20 pixels and centred in 28×28, "
            "exactly like its training images."
        )
        self.setAccessibleName("Network input")
        theme.notifier().changed.connect(self.update)

    def picture(self) -> NDArray[np.uint8] | None:
        """The picture on show, or None."""
        return self._picture

    def show_picture(self, picture: NDArray[np.uint8]) -> None:
        """Show a picture of a dataset, uint8 channels×height×width: with three channels in colour."""
        if len(picture) != 3:
            self.set_picture(picture[0])
            return
        self._picture, self._image = picture[0].copy(), image_of(picture)
        self.setAccessibleDescription("the prepared image")
        self.update()

    @Slot(object)
    def set_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """Show a picture; None for an empty square. ValueError unless it is uint8 with two axes."""
        if picture is None:
            self._picture, self._image = None, None
        else:
            if picture.ndim != 2 or picture.dtype != np.uint8:
                raise ValueError(
                    f"Expected a grey image, uint8 with two axes; found {picture.dtype} {picture.shape}."
                )
            self._picture = np.ascontiguousarray(picture).copy()
            height, width = self._picture.shape
            # copy(): a QImage made from a buffer does not keep that buffer alive.
            view = QImage(self._picture.data, width, height, width, QImage.Format.Format_Grayscale8)
            self._image = view.copy()
        self.setAccessibleDescription("empty" if picture is None else "the prepared drawing")
        self.update()

    def sizeHint(self) -> QSize:
        letters = QFontMetrics(theme.font("caption"))
        words = max(letters.horizontalAdvance(line) for line in (self._caption, self._note))
        return QSize(max(self._side, words), self._side + (32 if self._note else 18))

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = float(self._side)
        square = QRectF(0, 0, side, side)
        shape = QPainterPath()
        shape.addRoundedRect(square, theme.RADII.field, theme.RADII.field)
        painter.fillPath(shape, QColor(_GROUND))
        if self._image is not None:
            painter.setClipPath(shape)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Lighten)
            size = QSizeF(self._image.size()).scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
            shown = QRectF(QPointF(), size)
            shown.moveCenter(square.center())
            painter.drawImage(shown, self._image)  # no SmoothPixmapTransform: 28 x 28 shown 3 to 1, crisp
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            painter.setClipping(False)
        if colours.strong:
            # The pictures' own black is hardly told from a black panel.
            inset = colours.edge / 2
            painter.setPen(QPen(QColor(colours.hairline), colours.edge))
            painter.drawRoundedRect(square.adjusted(inset, inset, -inset, -inset), theme.RADII.field, theme.RADII.field)
        painter.setFont(theme.font("caption"))
        painter.setPen(QColor(colours.quiet))
        painter.drawText(QRectF(0, side + 4, self.width(), 14), Qt.AlignmentFlag.AlignVCenter, self._caption)
        if self._note:
            painter.drawText(QRectF(0, side + 18, self.width(), 14), Qt.AlignmentFlag.AlignVCenter, self._note)
        painter.end()
