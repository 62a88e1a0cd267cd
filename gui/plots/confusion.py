"""The confusion matrix: what each actual class was predicted as."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.text import printable
from gui import theme
from gui.arrows import ARROWS
from gui.plain_text import plain_tip
from gui.theme.contrast import channels, ratio

_COUNTED = 22.0  # cells narrower than this show no count: hover tells it
_WIDEST = 3.0
"""So many times as wide as high are cells at most, to use the room that there is beside them."""
_LINE = 14.0
"""The height of a line of names, in pixels."""
_LOW, _SHORTENED = 260.0, 34.0
"""Below this height names as wide as this are shortened and not turned."""
_NAMES, _TOLD = 18.0, 20.0
"""The room for the word "Predicted" or "Actual", and for the line that tells of the cell under the mouse."""


class ConfusionMatrix(QWidget):
    """Rows are the actual classes, columns the predicted ones; 2 to 100 classes.

    ``cell_chosen(row, column)`` says that somebody wants to see what is in a cell: by a click, Enter or Space.

    The shade of a cell is its share of its row: right answers in the accent, wrong ones in the colour of errors, and
    those by the square root, so that one mistake in a hundred can be seen. Hover, or the arrow keys, tell any cell.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: tuple[int, int] | None = None
        self._counts: NDArray[np.int64] | None = None
        self._names: tuple[str, ...] = ()
        self._shares = np.zeros((0, 0))
        self._image: QImage | None = None
        self._cell: tuple[int, int] | None = None
        self.empty_text = "After training, this shows which classes the network mixes up."
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        self.setAccessibleName("Confusion matrix")
        self.setAccessibleDescription(self.empty_text)
        theme.notifier().changed.connect(self._recolour)

    def counts(self) -> NDArray[np.int64] | None:
        """The counts on show, or None."""
        return self._counts

    @Slot()
    def clear(self) -> None:
        """Back to the empty state."""
        self._counts, self._cell, self._chosen, self._image = None, None, None, None
        self.setAccessibleDescription(self.empty_text)
        self.update()

    def set_matrix(self, counts: ArrayLike, names: Sequence[str]) -> None:
        """Show counts (classes x classes, rows = actual). ValueError unless square, named, 2 to 100, not negative."""
        array = np.asarray(counts)
        size = len(names)
        if not 2 <= size <= 100 or array.shape != (size, size):
            raise ValueError(
                f"Expected a square of 2 to 100 classes with a name each; found {array.shape} and {size} names."
            )
        if not np.isfinite(array).all() or (array < 0).any():
            raise ValueError("Expected counts of zero or more.")
        self._counts = array.astype(np.int64)
        self._names = tuple(str(name) for name in names)
        sums = self._counts.sum(axis=1, keepdims=True)
        self._shares = self._counts / np.maximum(sums, 1)
        self._cell = self._chosen = None
        self.setAccessibleDescription(self._summary())
        self._recolour()

    def _summary(self) -> str:
        assert self._counts is not None
        total, right = int(self._counts.sum()), int(np.trace(self._counts))
        words = f"{right:,} of {total:,} right."
        return " ".join(filter(None, (words, self._worst())))

    def _worst(self) -> str:
        """What was mixed up most often; "" where nothing was."""
        assert self._counts is not None
        wrong = self._counts - np.diag(np.diag(self._counts))
        if wrong.max() <= 0:
            return ""
        row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
        return (
            f"Most often mixed up: {_quoted(self._names[row])} predicted as {_quoted(self._names[column])} "
            f"({_times(int(wrong[row, column]))})."
        )

    def words(self, row: int, column: int) -> str:
        """What a cell says on hover."""
        assert self._counts is not None
        count, of = int(self._counts[row, column]), int(self._counts[row].sum())
        share = f"{100 * self._shares[row, column]:.1f} %" if of else "–"
        verb = "correctly predicted as" if row == column else "predicted as"
        actual, predicted = _quoted(self._names[row]), _quoted(self._names[column])
        return f"Actual {actual} {verb} {predicted}: {count:,} of {of:,} ({share})"

    # -- geometry -----------------------------------------------------------------------------------------------

    def grid(self) -> QRectF:
        """Where the cells lie."""
        left = self._beside() + _NAMES + 8
        below = self._below() + _NAMES + _TOLD
        height = max(self.height() - below - 4, 20.0)
        width = min(max(self.width() - left - 4, 20.0), _WIDEST * height)
        return QRectF(left, 4, width, min(height, _WIDEST * width))

    def turned(self) -> bool:
        """Whether the names below the columns are turned, since they have no room side by side.

        Where there is little height they are shortened instead, as long as enough of them is left.
        """
        left = self._beside() + _NAMES + 8
        across = max(self.width() - left - 4, 20.0) / max(1, len(self._names))
        return self._widest() + 6 > across and not (self.height() < _LOW and across >= _SHORTENED)

    def _widest(self) -> float:
        metrics = QFontMetricsF(theme.font("caption"))
        return max((metrics.horizontalAdvance(name) for name in self._names), default=0.0) + 2

    def _beside(self) -> float:
        return min(self._widest(), self.width() * 0.25, 180.0)

    def _below(self) -> float:
        """The room for the names below the columns."""
        return min(self._widest(), self.height() * 0.25, 120.0) if self.turned() else _LINE

    def cell(self, row: int, column: int) -> QRectF:
        """Where one cell lies."""
        grid, size = self.grid(), len(self._names)
        across, down = grid.width() / size, grid.height() / size
        return QRectF(grid.x() + column * across, grid.y() + row * down, across, down)

    def cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """Row and column at a point, or None."""
        grid = self.grid()
        if self._counts is None or not grid.contains(at):
            return None
        size = len(self._names)
        row, column = (at.y() - grid.y()) / grid.height(), (at.x() - grid.x()) / grid.width()
        return min(int(row * size), size - 1), min(int(column * size), size - 1)

    def name_at(self, at: QPointF) -> str:
        """The whole name of the class whose label lies at a point; "" where none does."""
        grid, size = self.grid(), len(self._names)
        if self._counts is None:
            return ""
        if at.x() < grid.x() and grid.top() <= at.y() < grid.bottom():
            return self._names[min(int((at.y() - grid.y()) / grid.height() * size), size - 1)]
        if grid.bottom() < at.y() < grid.bottom() + self._below() and grid.left() <= at.x() < grid.right():
            return self._names[min(int((at.x() - grid.x()) / grid.width() * size), size - 1)]
        return ""

    # -- events -------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._select(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._select(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._select(cell)
            self._choose(cell)
        else:
            super().mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(QPointF(event.pos()))
            words = self.words(*cell) if cell is not None else self.name_at(QPointF(event.pos()))
            if cell is not None and self._has_samples(cell):
                words += ". Click to see them."
            QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().event(event)

    def _has_samples(self, cell: tuple[int, int]) -> bool:
        return self._counts is not None and bool(self._counts[cell] > 0)

    def _choose(self, cell: tuple[int, int]) -> None:
        if self._has_samples(cell):
            self.mark(cell)
            self.cell_chosen.emit(*cell)

    def mark(self, cell: tuple[int, int] | None) -> None:
        """Show which cell is looked into; None for none."""
        self._chosen = cell
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._cell is not None:
            self._choose(self._cell)
        elif step is None or self._counts is None:
            super().keyPressEvent(event)
        elif self._cell is None:
            self._select((0, 0))
        else:
            last = len(self._names) - 1
            (row, column), (across, down) = self._cell, step
            self._select((min(max(row + down, 0), last), min(max(column + across, 0), last)))

    def selected(self) -> tuple[int, int] | None:
        """The cell under the mouse or the keys, or None."""
        return self._cell

    def _select(self, cell: tuple[int, int] | None) -> None:
        if cell != self._cell:
            self._cell = cell
            if self._counts is not None:
                self.setAccessibleDescription(self.words(*cell) if cell else self._summary())
            hand = cell is not None and self._has_samples(cell)
            self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
            self.update()

    # -- paint --------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    @Slot()
    def _recolour(self) -> None:
        if self._counts is not None:
            colours = theme.current()
            panel, right, wrong = (
                np.array(channels(colour), dtype=np.float64)
                for colour in (colours.field, colours.accent, colours.error)
            )
            on_diagonal = np.eye(len(self._names), dtype=bool)
            strength = np.where(on_diagonal, self._shares, np.sqrt(self._shares))[..., None]
            full = np.where(on_diagonal[..., None], right, wrong)
            pixels = np.ascontiguousarray((panel + (full - panel) * strength).round().astype(np.uint8))
            size = len(self._names)
            self._image = QImage(pixels.data, size, size, 3 * size, QImage.Format.Format_RGB888).copy()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = theme.current()
        if self._counts is None or self._image is None:
            painter.setPen(QColor(colours.quiet))
            painter.setFont(theme.font("text"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(16, 16, -16, -16), flags, self.empty_text)
            painter.end()
            return
        grid, size = self.grid(), len(self._names)
        across, down = grid.width() / size, grid.height() / size
        painter.drawImage(grid, self._image)
        if min(across, down) > 9:
            painter.setPen(QPen(QColor(colours.panel), 1))
            for index in range(size + 1):
                x, y = grid.x() + index * across, grid.y() + index * down
                painter.drawLine(QPointF(x, grid.y()), QPointF(x, grid.bottom()))
                painter.drawLine(QPointF(grid.x(), y), QPointF(grid.right(), y))
        if across >= _COUNTED and down >= _COUNTED / 2:
            self._paint_counts(painter, min(across, 2 * down))
        self._paint_names(painter, grid, across, down)
        for marked, colour in ((self._chosen, colours.accent), (self._cell, colours.text)):
            if marked is not None:
                painter.setPen(QPen(QColor(colour), 2))
                painter.drawRect(self.cell(*marked))
        painter.setFont(theme.font("small"))
        painter.setPen(QColor(colours.text if self._cell else colours.quiet))
        line = self.words(*self._cell) if self._cell else self._summary()
        told = QRectF(4, self.height() - _TOLD, self.width() - 8, _TOLD)
        metrics = QFontMetricsF(painter.font())
        if self._cell is None and metrics.horizontalAdvance(line) > told.width():
            line = self._worst() or line  # how many were right is in the verdict
        elided = metrics.elidedText(line, Qt.TextElideMode.ElideRight, told.width())
        painter.drawText(told, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.end()

    def _paint_counts(self, painter: QPainter, step: float) -> None:
        assert self._counts is not None
        assert self._image is not None
        colours = theme.current()
        font = theme.font("small-number" if step > 34 else "caption")
        if step <= 34:
            font.setPixelSize(9)
        painter.setFont(font)
        for row, column in zip(*np.nonzero(self._counts), strict=True):
            ground = self._image.pixelColor(int(column), int(row)).name()
            ink = max((colours.text, colours.on_accent, colours.panel), key=lambda one: ratio(one, ground))
            painter.setPen(QColor(ink))
            count = f"{int(self._counts[row, column])}"
            painter.drawText(self.cell(int(row), int(column)), Qt.AlignmentFlag.AlignCenter, count)

    def _paint_names(self, painter: QPainter, grid: QRectF, across: float, down: float) -> None:
        """The names of the classes, as many as have room, and what the two sides are."""
        colours = theme.current()
        painter.setFont(theme.font("caption"))
        metrics = QFontMetricsF(painter.font())
        beside, below, turned = self._beside(), self._below(), self.turned()
        marked_row, marked_column = self._cell if self._cell is not None else (None, None)
        for index in _told(len(self._names), _LINE / down, marked_row):
            painter.setPen(QColor(colours.text if index == marked_row else colours.quiet))
            box = QRectF(grid.x() - 6 - beside, grid.y() + (index + 0.5) * down - _LINE / 2, beside, _LINE)
            cut = metrics.elidedText(self._names[index], Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, cut)
        for index in _told(len(self._names), _LINE / across if turned else 1.0, marked_column):
            painter.setPen(QColor(colours.text if index == marked_column else colours.quiet))
            middle = grid.x() + (index + 0.5) * across
            room = below if turned else across - 2
            cut = metrics.elidedText(self._names[index], Qt.TextElideMode.ElideMiddle, room)
            if turned:
                painter.save()
                painter.translate(middle, grid.bottom() + 4)
                painter.rotate(-90)
                box = QRectF(-room, -_LINE / 2, room, _LINE)
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, cut)
                painter.restore()
            else:
                box = QRectF(middle - room / 2, grid.bottom() + 3, room, _LINE)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, cut)
        font = theme.font("caption")
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        box = QRectF(grid.x(), grid.bottom() + below + 4, grid.width(), _LINE)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "Predicted")
        painter.save()
        painter.translate(10, grid.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-60, -8, 120, _LINE), Qt.AlignmentFlag.AlignCenter, "Actual")
        painter.restore()


def _told(count: int, cells: float, marked: int | None) -> list[int]:
    """Which names are written where one takes the room of so many cells: the marked one, and others clear of it."""
    every = max(1, math.ceil(cells - 1e-9))
    found = list(range(0, count, every))
    if marked is not None and marked not in found:
        found = [index for index in found if abs(index - marked) >= every] + [marked]
    return found


def _quoted(name: str) -> str:
    return f'"{printable(name)}"'


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
