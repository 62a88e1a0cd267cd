"""A pad to paint on in colours, for networks that take images in colour or of another size than the digits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.plain_text import plain_tip
from gui.tryout.pixels import pixels_of

COLOURS = {
    "black": "#000000",
    "white": "#FFFFFF",
    "grey": "#868E96",
    "red": "#E03131",
    "orange": "#F08C00",
    "green": "#2B8A3E",
    "blue": "#1C7ED6",
    "brown": "#8B5A2B",
}
SIZES = {"Thin": 6.0, "Medium": 16.0, "Thick": 40.0, "Fill": 0.0}
"""The widths of the brush in units of the pad; 0 fills all of it."""
_SIDE = 256
"""Units of the longer side of the pad, which are pixels of what is painted."""
_MOST_UNDONE = 30
_FRAME_MS = 40
_SWATCH = 18


class _Colour(QToolButton):
    """A colour to paint with."""

    def __init__(self, name: str, colour: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.colour = QColor(colour)
        self.setCheckable(True)
        self.setFixedSize(QSize(_SWATCH, _SWATCH))
        self.setToolTip(plain_tip(f"Paint with {name}"))
        self.setAccessibleName(f"Paint with {name}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        painter.setPen(QPen(QColor(colours.accent if chosen else colours.hairline), 2 if chosen else 1))
        painter.setBrush(self.colour)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)
        painter.end()


class PaintSurface(QWidget):
    """What is painted on. ``changed`` comes at most once in ``_FRAME_MS`` while the brush moves."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour, self.width_of_brush = QColor("black"), SIZES["Medium"]
        self._image = QImage(_SIDE, _SIDE, QImage.Format.Format_RGB32)
        self._image.fill(QColor("white"))
        self._undo: list[QImage] = []
        self._last: QPointF | None = None
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(_FRAME_MS)
        self._frame.timeout.connect(self.changed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(96, 96)
        self.setAccessibleName("Paint pad")
        self.setToolTip("Paint with the mouse. Backspace takes back a stroke, Delete clears.")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was painted."""
        return not self._undo

    def set_shape(self, across: int, down: int) -> None:
        """Be an empty surface of that shape."""
        longest = max(across, down)
        size = QSize(max(1, round(_SIDE * across / longest)), max(1, round(_SIDE * down / longest)))
        self._image = QImage(size, QImage.Format.Format_RGB32)
        self._image.fill(QColor("white"))
        self._undo.clear()
        self.update()

    def pixels(self) -> NDArray[np.uint8]:
        """What is painted, uint8 height×width×3."""
        return pixels_of(self._image)

    @Slot()
    def undo(self) -> None:
        """Take back the last stroke."""
        if self._undo:
            self._image = self._undo.pop()
            self.update()
            self.changed.emit()

    @Slot()
    def clear(self) -> None:
        """Paint all of it white; ``undo`` brings it back."""
        if self._undo:
            self._remember()
            self._image.fill(QColor("white"))
            self.update()
            self.changed.emit()

    def _remember(self) -> None:
        self._undo.append(self._image.copy())
        del self._undo[:-_MOST_UNDONE]

    def _place(self) -> QRectF:
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(), size)
        place.moveCenter(QRectF(self.rect()).center())
        return place

    def _at(self, point: QPointF) -> QPointF:
        place = self._place()
        return (point - place.topLeft()) * (self._image.width() / place.width())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._remember()
        if not self.width_of_brush:
            self._image.fill(self.colour)
            self.update()
            self.changed.emit()
            return
        self._last = self._at(event.position())
        self._draw(self._last)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._draw(self._at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._draw(self._at(event.position()))
            self._last = None
            self._frame.stop()
            self.changed.emit()

    def _draw(self, to: QPointF) -> None:
        assert self._last is not None
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        round_, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(self.colour, self.width_of_brush, Qt.PenStyle.SolidLine, round_, join))
        if to == self._last:
            painter.drawPoint(to)
        else:
            painter.drawLine(self._last, to)
        painter.end()
        self._last = to
        self.update()
        if not self._frame.isActive():
            self._frame.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace or event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.key() == Qt.Key.Key_Delete:
            self.clear()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(160, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = self._place()
        painter.drawImage(place, self._image)
        painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.hairline), 1))
        painter.drawRect(place.adjusted(0, 0, -1, -1))
        painter.end()


class PaintPad(QWidget):
    """A surface with its colours and brush sizes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.surface = PaintSurface(self)
        self.colours: list[_Colour] = []
        self.sizes = QComboBox(self)
        self.sizes.addItems(list(SIZES))
        self.sizes.setCurrentText("Medium")
        self.sizes.setAccessibleName("Brush size")
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for number, (name, colour) in enumerate(COLOURS.items()):
            button = _Colour(name, colour, self)
            self._group.addButton(button, number)
            self.colours.append(button)
            row.addWidget(button)
        row.addStretch(1)
        self.colours[0].setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACING.tiny)
        column.addWidget(self.surface, 1)
        column.addLayout(row)
        column.addSpacing(theme.SPACING.tiny)
        column.addWidget(self.sizes)
        self._group.idClicked.connect(self._choose)
        self.sizes.currentTextChanged.connect(self._set_size)

    @Slot(int)
    def _choose(self, number: int) -> None:
        self.surface.colour = self.colours[number].colour

    @Slot(str)
    def _set_size(self, words: str) -> None:
        self.surface.width_of_brush = SIZES[words]
