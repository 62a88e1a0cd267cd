"""An image, and the part of it that the network is given: dragged with the mouse, made larger and smaller."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from engine.data.pictures.colour import covering
from gui import theme
from gui.array_image import image_of
from gui.arrows import ARROWS

_LONGEST = 1024
"""Pixels of a side of what is kept of an image."""
_LEAST = 8
"""Pixels of a side of the smallest part."""
_STEP = 1.1


class CropView(QWidget):
    """Shows an image whole. ``changed``: another part of it is to be taken."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels: NDArray[np.uint8] | None = None
        self._shape = (1, 1)
        self._part = QRectF()
        self._grip: QPointF | None = None
        self.empty_text = "Drop, paste or open an image"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(96, 96)
        self.setAccessibleName("Image, and the part of it that is used")
        self.setToolTip("Drag the frame; wheel or + and − make it larger and smaller")
        theme.notifier().changed.connect(self.update)

    @property
    def is_empty(self) -> bool:
        """Whether there is no image."""
        return self._pixels is None

    @property
    def part(self) -> QRectF:
        """What is used, in pixels of the image."""
        return QRectF(self._part)

    def clear(self) -> None:
        """Show no image."""
        self._pixels = None
        self.update()

    def show_image(self, colours: NDArray[np.uint8], across: int, down: int) -> None:
        """Show an image (uint8 height×width×3), of which a part with the shape across×down is used: the middle."""
        height, width = colours.shape[:2]
        if max(height, width) > _LONGEST:
            share = _LONGEST / max(height, width)
            size = (max(1, round(width * share)), max(1, round(height * share)))
            colours = np.asarray(Image.fromarray(colours).resize(size, Image.Resampling.BOX))
        self._pixels, self._shape = np.ascontiguousarray(colours), (across, down)
        self._image = image_of(np.moveaxis(self._pixels, -1, 0))
        self._part = QRectF(*covering(self._pixels.shape[0], self._pixels.shape[1], across, down))
        self.update()

    def cropped(self) -> NDArray[np.uint8] | None:
        """The part that is used, uint8 height×width×3; None without an image."""
        if self._pixels is None:
            return None
        part = self._part.toAlignedRect()
        cut = self._pixels[max(part.top(), 0) : part.bottom() + 1, max(part.left(), 0) : part.right() + 1]
        return np.ascontiguousarray(cut)

    # Moving the part

    def _place(self) -> QRectF:
        """Where the image lies in the widget."""
        assert self._pixels is not None
        height, width = self._pixels.shape[:2]
        size = QSizeF(width, height).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(), size)
        place.moveCenter(QRectF(self.rect()).center())
        return place

    def _scale(self) -> float:
        assert self._pixels is not None
        return float(self._place().width() / self._pixels.shape[1])

    def move_by(self, across: float, down: float) -> None:
        """Move the part by so many pixels of the image, as far as it reaches."""
        self._set(self._part.translated(across, down))

    def zoom(self, times: float) -> None:
        """Make the part larger or smaller around its middle."""
        if self._pixels is None:
            return
        height, width = self._pixels.shape[:2]
        largest = covering(height, width, *self._shape)[2]
        least = min(largest, max(_LEAST, round(_LEAST * self._shape[0] / self._shape[1])))
        wide = min(max(self._part.width() * times, least), largest)
        part = QRectF(0, 0, wide, wide * self._shape[1] / self._shape[0])
        part.moveCenter(self._part.center())
        self._set(part)

    def _set(self, part: QRectF) -> None:
        if self._pixels is None:
            return
        height, width = self._pixels.shape[:2]
        part.moveLeft(min(max(part.left(), 0.0), max(0.0, width - part.width())))
        part.moveTop(min(max(part.top(), 0.0), max(0.0, height - part.height())))
        if part != self._part:
            self._part = part
            self.update()
            self.changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pixels is not None:
            self._grip = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None and self._pixels is not None:
            moved = (event.position() - self._grip) / self._scale()
            self._grip = event.position()
            self.move_by(moved.x(), moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(_STEP ** (-event.angleDelta().y() / 120))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ARROWS and self._pixels is not None:
            across, down = ARROWS[Qt.Key(event.key())]
            step = max(1.0, self._part.width() / 20)
            self.move_by(across * step, down * step)
        elif event.text() in ("+", "-", "−") and event.text():
            self.zoom(1 / _STEP if event.text() == "+" else _STEP)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._pixels is None:
            painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.hairline), 1))
            painter.setBrush(QColor(colours.field))
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(frame, theme.RADII.card, theme.RADII.card)
            painter.setPen(QColor(colours.quiet))
            painter.setFont(theme.font("small"))
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(frame.adjusted(8, 8, -8, -8), wrapped, self.empty_text)
            painter.end()
            return
        place, scale = self._place(), self._scale()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 4)
        painter.drawImage(place, self._image)
        part = QRectF(place.topLeft() + self._part.topLeft() * scale, self._part.size() * scale)
        if part.adjusted(-1, -1, 1, 1).contains(place):  # all of it: nothing is left out
            painter.end()
            return
        shade = QColor(0, 0, 0, 120)
        for beside in (
            QRectF(place.left(), place.top(), place.width(), part.top() - place.top()),
            QRectF(place.left(), part.bottom(), place.width(), place.bottom() - part.bottom()),
            QRectF(place.left(), part.top(), part.left() - place.left(), part.height()),
            QRectF(part.right(), part.top(), place.right() - part.right(), part.height()),
        ):
            painter.fillRect(beside, shade)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else "white"), 1.5))
        painter.drawRect(part)
        painter.end()
