"""How the drawing of the pad comes on the screen: where the pad lies in its widget, and its ink, kept as a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.tryout import ink
from gui.tryout.ink import SIDE, Stroke
from gui.tryout.pad_drawing import PadDrawing


def in_ink(pixels: NDArray[np.uint8], colour: QColor) -> QImage:
    """A grey picture (uint8, height×width) in ink of a colour: bright is ink, and black is the pad itself."""
    height, width = pixels.shape
    levels = QImage(np.ascontiguousarray(pixels).data, width, height, width, QImage.Format.Format_Alpha8)
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(colour)
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.drawImage(0, 0, levels)
    painter.end()
    return image


class PadPainting:
    """Paints a drawing on a widget. Each piece of ink is painted once, and then kept."""

    def __init__(self, widget: QWidget, drawing: PadDrawing) -> None:
        self._widget, self._drawing = widget, drawing
        self._kept: QPixmap | None = None

    def square(self) -> QRectF:
        """Where the pad lies in the widget: the largest square, at the top, in widget coordinates."""
        side = float(min(self._widget.width(), self._widget.height()))
        return QRectF((self._widget.width() - side) / 2, 0.0, side, side)

    def to_pad(self, at: QPointF) -> tuple[float, float]:
        """A point of the widget in pad units, clipped to the pad."""
        square = self.square()
        scale = SIDE / square.width()
        x, y = (at.x() - square.x()) * scale, (at.y() - square.y()) * scale
        return min(max(x, 0.0), SIDE), min(max(y, 0.0), SIDE)

    def from_pad(self, point: tuple[float, float]) -> QPointF:
        """A point of the pad in widget coordinates."""
        square = self.square()
        scale = square.width() / SIDE
        return QPointF(square.x() + point[0] * scale, square.y() + point[1] * scale)

    def forget(self) -> None:
        """The drawing, the size or the colours are others: paint all ink anew."""
        self._kept = None

    def add_newest(self) -> QRectF:
        """Paint what the newest point made certain; returns where the widget looks different, in its coordinates."""
        kept = self._kept_ink()
        if kept is None:  # the next frame paints all of it
            return self.square()
        newest = self._drawing.newest(3)
        painter = self._pad_painter(kept)
        covered = ink.paint_piece(painter, newest, len(newest.points) - 1, self._colour())
        painter.end()
        reach = ink.PEN
        for x, y in newest.points[-2:]:  # the straight rest of the stroke is painted with every frame
            covered |= QRectF(x, y, 0, 0).adjusted(-reach, -reach, reach, reach)
        first, last = (covered.left(), covered.top()), (covered.right(), covered.bottom())
        return QRectF(self.from_pad(first), self.from_pad(last))

    def add_tail(self, stroke: Stroke) -> None:
        """Paint the straight rest of a stroke that is finished now."""
        kept = self._kept_ink()
        if kept is not None:
            painter = self._pad_painter(kept)
            ink.paint_tail(painter, stroke, self._colour())
            painter.end()

    def paint(self, painter: QPainter) -> None:
        """Paint the picture and the ink on the widget."""
        self._kept = kept = self._kept_ink() or self._all_ink()
        if self._drawing.picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.square(), in_ink(self._drawing.picture, self._colour()))
        painter.drawPixmap(QPointF(0, 0), kept)

    def paint_pen(self, cursor: tuple[float, float] | None) -> None:
        """Paint what is not ink yet: the straight rest of the stroke in progress, and the keyboard's cursor."""
        painter = self._pad_painter(self._widget)
        painter.setClipRect(QRectF(0, 0, SIDE, SIDE), Qt.ClipOperation.IntersectClip)
        ink.paint_tail(painter, self._drawing.newest(2), self._colour())
        if cursor is not None:
            painter.setPen(QPen(QColor(theme.current().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(*cursor), ink.PEN / 2, ink.PEN / 2)
        painter.end()

    def _colour(self) -> QColor:
        return QColor(theme.current().ink)

    def _kept_ink(self) -> QPixmap | None:
        """The picture that is kept of the ink; None where there is none for this screen."""
        right = self._kept is not None and self._kept.devicePixelRatio() == self._widget.devicePixelRatioF()
        return self._kept if right else None

    def _all_ink(self) -> QPixmap:
        """A new picture of all ink so far."""
        ratio = self._widget.devicePixelRatioF()
        picture = QPixmap(self._widget.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = self._pad_painter(picture)
        for stroke in self._drawing.strokes:
            ink.paint_stroke(painter, stroke, self._colour())
        current = self._drawing.in_progress
        for index in range(len(current.points)):
            ink.paint_piece(painter, current, index, self._colour())
        painter.end()
        return picture

    def _pad_painter(self, device: QPixmap | QWidget) -> QPainter:
        painter = QPainter(device)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        square = self.square()
        painter.translate(square.topLeft())
        painter.scale(square.width() / SIDE, square.height() / SIDE)
        return painter
