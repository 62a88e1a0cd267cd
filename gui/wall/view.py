"""The wall itself: rows of thumbnails, of which only those on show are painted, selected by mouse and keyboard."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from gui.theme.style import current, notifier
from gui.wall.sieve import Mask
from gui.wall.thumbnails import GAP, Grid, Wall, Words, strip

SIDE, LEAST, MOST = 72, 32, 192
_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_NONE: NDArray[np.int64] = np.empty(0, dtype=np.int64)


class WallView(QAbstractScrollArea):
    """Shows the images with the numbers ``shown``. ``chosen``: others are selected, or another one is current.

    ``numbered(n)`` tells that a key from 1 to 9 was pressed, ``deleted`` that Delete was; ``menu_wanted`` where a menu
    is asked for.
    """

    chosen = Signal()
    numbered = Signal(int)
    deleted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # the columns would change with it
        self.setAccessibleName("Images")
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._wall: Wall | None = None
        self.shown = _NONE
        """The numbers of the images, in the order they stand in."""
        self._side = SIDE
        self.grid = Grid(SIDE, 1)
        self._words = Words(SIDE)
        self._strips: OrderedDict[int, QImage] = OrderedDict()
        self._selected: Mask = np.zeros(0, dtype=np.bool_)
        self._current = self._anchor = 0
        notifier().changed.connect(self._theme_changed)

    # What is shown

    def show_wall(self, wall: Wall | None, shown: NDArray[np.int64] = _NONE) -> None:
        """Show some of the images; what is selected stays so as far as it is still shown."""
        number = self.current
        is_other = wall is None or self._wall is None or len(wall.images) != len(self._wall.images)
        self._wall, self.shown = wall, shown if wall is not None else _NONE
        before = self._selected
        self._selected = np.zeros(0 if wall is None else len(wall.images), dtype=np.bool_)
        if not is_other:
            self._selected[self.shown] = before[self.shown]
        there = np.flatnonzero(self.shown == number) if number >= 0 and not is_other else _NONE
        last = max(0, len(self.shown) - 1)
        self._current = int(there[0]) if len(there) else 0 if is_other else min(self._current, last)
        self._anchor = self._current
        if len(self.shown) and not self._selected.any() and not is_other:
            self._selected[self.shown[self._current]] = True
        if is_other:
            self.verticalScrollBar().setValue(0)
        self._arrange()
        self.chosen.emit()

    def repaint_wall(self, wall: Wall) -> None:
        """The same images, of which more is known."""
        self._wall = wall
        self._strips.clear()
        self.viewport().update()

    @property
    def side(self) -> int:
        """Of a thumbnail, in pixels."""
        return self._side

    @Slot(int)
    def set_side(self, side: int) -> None:
        """Make the thumbnails larger or smaller; the current one stays in sight."""
        if side != self._side:
            self._side = side
            self._arrange()
            self._show_current()

    def _arrange(self) -> None:
        self.grid = Grid.within(self._side, self.viewport().width())
        self._words = Words(self._side)
        self._strips.clear()
        bar = self.verticalScrollBar()
        height = self.grid.rows(len(self.shown)) * self.grid.down + GAP
        bar.setRange(0, max(0, height - self.viewport().height()))
        bar.setPageStep(max(1, self.viewport().height() - self.grid.down))
        bar.setSingleStep(self.grid.down)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    @Slot()
    def _theme_changed(self) -> None:
        self._arrange()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    # Selecting

    @property
    def current(self) -> int:
        """The number of the image that the keyboard is at; -1 for none."""
        return int(self.shown[self._current]) if len(self.shown) else -1

    @property
    def selected(self) -> NDArray[np.int64]:
        """The numbers of the images that are selected."""
        return np.flatnonzero(self._selected)

    def select(self, numbers: NDArray[np.int64]) -> None:
        """Select these images, as far as they are shown, and bring the first of them into sight."""
        self._selected[:] = False
        places = np.flatnonzero(np.isin(self.shown, numbers))
        self._selected[self.shown[places]] = True
        if len(places):
            self._current = self._anchor = int(places[0])
            self._show_current()
        self._changed()

    def _go(self, place: int, modifiers: Qt.KeyboardModifier) -> None:
        """Make another image current; Shift selects up to it, Ctrl leaves selected what is."""
        if not len(self.shown):
            return
        self._current = min(max(place, 0), len(self.shown) - 1)
        if modifiers & _SHIFT:
            first, last = sorted((self._anchor, self._current))
            if not modifiers & _CONTROL:
                self._selected[:] = False
            self._selected[self.shown[first : last + 1]] = True
        elif not modifiers & _CONTROL:
            self._select_current()
        self._show_current()
        self._changed()

    def _select_current(self) -> None:
        self._selected[:] = False
        self._selected[self.shown[self._current]] = True
        self._anchor = self._current

    def _turn(self, place: int) -> None:
        self._current = self._anchor = place
        number = self.shown[place]
        self._selected[number] = not self._selected[number]
        self._changed()

    def _changed(self) -> None:
        self.viewport().update()
        self.chosen.emit()

    def _show_current(self) -> None:
        top = GAP + self._current // self.grid.columns * self.grid.down
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if top - GAP < bar.value():
            bar.setValue(top - GAP)
        elif top + self.grid.down > bar.value() + height:
            bar.setValue(top + self.grid.down - height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers, grid = Qt.Key(event.key()), event.modifiers(), self.grid
        page = grid.columns * max(1, self.viewport().height() // grid.down)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -grid.columns,
            Qt.Key.Key_Down: grid.columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
        }
        if key in steps:
            place = self._current + steps[key]
            if key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp) and place < 0:
                place = self._current % grid.columns
            self._go(place, modifiers)
        elif key == Qt.Key.Key_Home:
            self._go(0, modifiers)
        elif key == Qt.Key.Key_End:
            self._go(len(self.shown) - 1, modifiers)
        elif key == Qt.Key.Key_A and modifiers & _CONTROL:
            self._selected[self.shown] = True
            self._changed()
        elif key == Qt.Key.Key_Space and len(self.shown):
            self._turn(self._current)
        elif key == Qt.Key.Key_Delete:
            self.deleted.emit()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and not modifiers & ~Qt.KeyboardModifier.KeypadModifier:
            self.numbered.emit(key - Qt.Key.Key_0)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().toPoint())
        if place < 0:
            return
        if event.button() == Qt.MouseButton.LeftButton and event.modifiers() & _CONTROL:
            self._turn(place)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._go(place, event.modifiers())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        place = self.place_at(event.pos()) if by_mouse else self._current
        if not 0 <= place < len(self.shown):
            return
        if not self._selected[self.shown[place]]:
            self._go(place, Qt.KeyboardModifier.NoModifier)
        self.menu_wanted.emit(
            event.globalPos() if by_mouse else self.viewport().mapToGlobal(self.rect_of(place).center())
        )

    # Places

    def place_at(self, point: QPoint) -> int:
        """Which of those shown is at a point of the viewport; -1 for none."""
        column, in_column = divmod(point.x() - GAP, self.grid.across)
        row, in_row = divmod(point.y() - GAP + self.verticalScrollBar().value(), self.grid.down)
        place = row * self.grid.columns + column
        hit = 0 <= column < self.grid.columns and in_column < self.grid.side and in_row < self.grid.down - GAP
        return place if hit and 0 <= place < len(self.shown) else -1

    def rect_of(self, place: int) -> QRect:
        """Where the one at a place of those shown is, in the viewport."""
        row, column = divmod(place, self.grid.columns)
        top = GAP + row * self.grid.down - self.verticalScrollBar().value()
        return QRect(GAP + column * self.grid.across, top, self.grid.side, self.grid.side)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self.viewport()), current()
        painter.fillRect(self.viewport().rect(), QColor(theme.canvas))
        wall = self._wall
        if wall is None or not len(self.shown):
            return
        grid, value = self.grid, self.verticalScrollBar().value()
        first = max(0, (value - GAP) // grid.down)
        last = min(grid.rows(len(self.shown)) - 1, (value + self.viewport().height() - GAP) // grid.down)
        for row in range(first, last + 1):
            painter.drawImage(GAP, GAP + row * grid.down - value, self._strip(wall, row))
        most = 3 * (last - first + 2)
        while len(self._strips) > most:
            self._strips.popitem(last=False)
        begin, end = first * grid.columns, min(len(self.shown), (last + 1) * grid.columns)
        self._paint_selection(painter, begin, end)

    def _strip(self, wall: Wall, row: int) -> QImage:
        found = self._strips.get(row)
        if found is None:
            numbers = self.shown[row * self.grid.columns : (row + 1) * self.grid.columns]
            found = strip(wall, numbers, self.grid, self._words, self.devicePixelRatioF())
            self._strips[row] = found
        else:
            self._strips.move_to_end(row)
        return found

    def _paint_selection(self, painter: QPainter, begin: int, end: int) -> None:
        theme = current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        places = begin + np.flatnonzero(self._selected[self.shown[begin:end]])
        if len(places):
            painter.setPen(QPen(QColor(theme.accent), theme.stroke(3)))
            painter.drawRects([QRectF(self.rect_of(place)).adjusted(-1.5, -1.5, 1.5, 1.5) for place in places.tolist()])
        if begin <= self._current < end and self.hasFocus():
            painter.setPen(QPen(QColor(theme.text), theme.stroke(1), Qt.PenStyle.DashLine))
            painter.drawRect(QRectF(self.rect_of(self._current)).adjusted(-3.5, -3.5, 3.5, 3.5))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(720, 480)
