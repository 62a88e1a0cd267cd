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
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolButton, QToolTip, QWidget

from engine.text import printable
from gui import theme
from gui.arrows import ARROWS
from gui.plain_text import plain_tip
from gui.plots.matrix_part import MatrixPart, levels_of, pooled, shaded
from gui.theme.contrast import ratio

_COUNTED = 22.0  # cells narrower than this show no count: hover tells it
_WIDEST = 3.0
"""So many times as wide as high are cells at most, to use the room that there is beside them."""
_LINE = 14.0
"""The height of a line of names, in pixels."""
_LOW, _SHORTENED = 260.0, 34.0
"""Below this height names as wide as this are shortened and not turned."""
_NAMES, _TOLD = 18.0, 20.0
"""The room for the word "Predicted" or "Actual", and for the line that tells of the cell under the mouse."""
_STEP = 1.5
"""How many times larger cells become at a step."""
_NEAR = 34.0
"""How wide cells are, in pixels, where a pair of classes is shown."""
_BUTTON = 20


class ConfusionMatrix(QWidget):
    """Rows are the actual classes, columns the predicted ones; two or more classes.

    ``cell_chosen(row, column)`` says that somebody wants to see what is in a cell: by a click, Enter or Space. Where
    there is no room for the numbers of all cells, the wheel, + and - zoom, a drag moves, Home shows all again.

    The shade of a cell is its share of its row: right answers in the accent, wrong ones in the colour of errors, and
    those by the square root, so that one mistake in a hundred can be seen. Hover, or the arrow keys, tell any cell.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: tuple[int, int] | None = None
        self._counts: NDArray[np.int64] | None = None
        self._names: tuple[str, ...] = ()
        self._sums: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._levels: NDArray[np.uint8] = np.zeros((0, 0), dtype=np.uint8)
        self._images: dict[int, QImage] = {}
        """The shades, by how many cells a side make one pixel."""
        self._said = self._worst_words = ""
        self._widths: dict[str, float] = {}
        self.part = MatrixPart.whole(0)
        """What of the matrix is on show."""
        self._held: QPointF | None = None
        self._dragged = False
        self._cell: tuple[int, int] | None = None
        self.empty_text = "After training, this shows which classes the network mixes up."
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        self.setAccessibleName("Confusion matrix")
        self.setAccessibleDescription(self.empty_text)
        self.zoom_buttons = tuple(QToolButton(self) for _ in range(3))
        tips = (("plus", "Zoom in (+)"), ("minus", "Zoom out (−)"), ("fit", "Show all (Home)"))
        for button, (icon, tip) in zip(self.zoom_buttons, tips, strict=True):
            button.setObjectName(icon)
            button.setToolTip(tip)
            button.setAccessibleName(tip.partition(" (")[0])
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys do the same
            theme.set_role(button, "plain")
            button.setFixedSize(_BUTTON, _BUTTON)
            button.hide()
        self.zoom_buttons[0].clicked.connect(self._zoom_in)
        self.zoom_buttons[1].clicked.connect(self._zoom_out)
        self.zoom_buttons[2].clicked.connect(self.show_all)
        theme.notifier().changed.connect(self._recolour)
        self._recolour()

    def counts(self) -> NDArray[np.int64] | None:
        """The counts on show, or None."""
        return self._counts

    @Slot()
    def clear(self) -> None:
        """Back to the empty state."""
        self._counts, self._cell, self._chosen = None, None, None
        self._images.clear()
        self.setAccessibleDescription(self.empty_text)
        self._place_buttons()
        self.update()

    def set_matrix(self, counts: ArrayLike, names: Sequence[str]) -> None:
        """Show counts (classes x classes, rows = actual); ValueError unless square, named, not negative, 2 or more."""
        array = np.asarray(counts)
        size = len(names)
        if size < 2 or array.shape != (size, size):
            raise ValueError(
                f"Expected a square of two or more classes with a name each; found {array.shape} and {size} names."
            )
        if not np.isfinite(array).all() or (array < 0).any():
            raise ValueError("Expected counts of zero or more.")
        self._counts = array.astype(np.int64)
        self._names = tuple(str(name) for name in names)
        self._sums = self._counts.sum(axis=1)
        self._levels = levels_of(self._counts)
        self._widths.clear()
        self._worst_words = self._worst()
        total, right = int(self._sums.sum()), int(np.trace(self._counts))
        self._said = " ".join(filter(None, (f"{right:,} of {total:,} right.", self._worst_words)))
        self._cell = self._chosen = None
        self.part = MatrixPart.whole(size)
        self.setAccessibleDescription(self._summary())
        self._place_buttons()
        self._recolour()

    def _summary(self) -> str:
        return self._said

    def _worst(self) -> str:
        """What was mixed up most often; "" where nothing was."""
        assert self._counts is not None
        wrong = self._counts.copy()
        np.fill_diagonal(wrong, 0)
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
        count, of = int(self._counts[row, column]), int(self._sums[row])
        share = f"{100 * count / of:.1f} %" if of else "–"
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
        across = max(self.width() - left - 4, 20.0) / max(1.0, self.part.span)
        return self._widest() + 6 > across and not (self.height() < _LOW and across >= _SHORTENED)

    def _widest(self) -> float:
        font = theme.font("caption")
        key = font.key()
        if key not in self._widths:  # of a thousand names it is measured once
            metrics = QFontMetricsF(font)
            self._widths[key] = max((metrics.horizontalAdvance(name) for name in self._names), default=0.0) + 2
        return self._widths[key]

    def _beside(self) -> float:
        return min(self._widest(), self.width() * 0.25, 180.0)

    def _below(self) -> float:
        """The room for the names below the columns."""
        return min(self._widest(), self.height() * 0.25, 120.0) if self.turned() else _LINE

    def cell(self, row: int, column: int) -> QRectF:
        """Where one cell lies; outside of ``grid`` if it is not in the part on show."""
        grid, part = self.grid(), self.part
        across, down = grid.width() / part.span, grid.height() / part.span
        return QRectF(grid.x() + (column - part.left) * across, grid.y() + (row - part.top) * down, across, down)

    def cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """Row and column at a point, or None."""
        grid = self.grid()
        if self._counts is None or not grid.contains(at):
            return None
        return self._row_at(at, grid), self._column_at(at, grid)

    def _row_at(self, at: QPointF, grid: QRectF) -> int:
        return min(int(self.part.top + (at.y() - grid.y()) / grid.height() * self.part.span), self.part.size - 1)

    def _column_at(self, at: QPointF, grid: QRectF) -> int:
        return min(int(self.part.left + (at.x() - grid.x()) / grid.width() * self.part.span), self.part.size - 1)

    def name_at(self, at: QPointF) -> str:
        """The whole name of the class whose label lies at a point; "" where none does."""
        grid = self.grid()
        if self._counts is None:
            return ""
        if at.x() < grid.x() and grid.top() <= at.y() < grid.bottom():
            return self._names[self._row_at(at, grid)]
        if grid.bottom() < at.y() < grid.bottom() + self._below() and grid.left() <= at.x() < grid.right():
            return self._names[self._column_at(at, grid)]
        return ""

    # -- the part on show ---------------------------------------------------------------------------------------

    def can_zoom(self) -> bool:
        """Whether there is no room for the numbers of all cells, so that one may look closer."""
        if self._counts is None:
            return False
        grid, size = self.grid(), len(self._names)
        return not self.part.is_whole or grid.width() / size < _COUNTED or grid.height() / size < _COUNTED / 2

    def _zoom(self, factor: float, x: float = 0.5, y: float = 0.5) -> None:
        if self.can_zoom():
            self._show_part(self.part.zoomed(factor, x, y))

    @Slot()
    def _zoom_in(self) -> None:
        self._zoom_at_cell(_STEP)

    @Slot()
    def _zoom_out(self) -> None:
        self._zoom_at_cell(1 / _STEP)

    def _zoom_at_cell(self, factor: float) -> None:
        """Zoom about the cell that the keys are at, or about the middle."""
        x = y = 0.5
        if self._cell is not None:
            row, column = self._cell
            x = min(max((column + 0.5 - self.part.left) / self.part.span, 0.0), 1.0)
            y = min(max((row + 0.5 - self.part.top) / self.part.span, 0.0), 1.0)
        self._zoom(factor, x, y)

    @Slot()
    def show_all(self) -> None:
        """Show the whole matrix."""
        self._show_part(MatrixPart.whole(len(self._names)))

    def show_cell(self, row: int, column: int) -> None:
        """Bring a cell into view, large enough to be read, and mark it."""
        if self.can_zoom():
            near = max(self.grid().width(), self.grid().height()) / _NEAR
            part = self.part if self.part.span <= near else self.part.zoomed(self.part.span / max(near, 1.0))
            self._show_part(part.around(row, column))
        self.mark((row, column))

    def _show_part(self, part: MatrixPart) -> None:
        if part != self.part:
            self.part = part
            self._place_buttons()
            self.update()

    def _place_buttons(self) -> None:
        """The buttons at the right of the line below, while one may zoom."""
        shown = self.can_zoom()
        for number, button in enumerate(self.zoom_buttons):
            button.setVisible(shown)
            button.move(self.width() - (3 - number) * (_BUTTON + 2), self.height() - _BUTTON)
        self.zoom_buttons[1].setEnabled(not self.part.is_whole)
        self.zoom_buttons[2].setEnabled(not self.part.is_whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def wheelEvent(self, event: QWheelEvent) -> None:
        grid, at = self.grid(), event.position()
        if not self.can_zoom() or not grid.contains(at):
            event.ignore()
            return
        x, y = (at.x() - grid.x()) / grid.width(), (at.y() - grid.y()) / grid.height()
        self._zoom(_STEP ** (event.angleDelta().y() / 120), x, y)
        self._select(self.cell_at(at))
        event.accept()

    # -- events -------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._held is not None and not self.part.is_whole:
            moved = at - self._held
            if self._dragged or moved.manhattanLength() >= QApplication.startDragDistance():
                grid, span = self.grid(), self.part.span
                self._dragged, self._held = True, at
                self._show_part(self.part.moved(-moved.x() / grid.width() * span, -moved.y() / grid.height() * span))
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        self._select(self.cell_at(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is None or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        dragged, self._held, self._dragged = self._dragged, None, False
        cell = self.cell_at(event.position())
        self._select(cell)
        if cell is not None and not dragged:
            self._choose(cell)

    def leaveEvent(self, event: QEvent) -> None:
        self._select(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._select(cell)
            self._held, self._dragged = event.position(), False
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
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom_in()
        elif event.key() == Qt.Key.Key_Minus:
            self._zoom_out()
        elif event.key() == Qt.Key.Key_Home:
            self.show_all()
        elif step is None or self._counts is None:
            super().keyPressEvent(event)
        elif self._cell is None:
            self._select((self.part.rows.start, self.part.columns.start))
        else:
            last = len(self._names) - 1
            (row, column), (across, down) = self._cell, step
            cell = (min(max(row + down, 0), last), min(max(column + across, 0), last))
            self._select(cell)
            self._show_part(self.part.showing(*cell))

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
        self._images.clear()
        for button in self.zoom_buttons:
            button.setIcon(theme.icon(button.objectName(), theme.current().quiet))
        self.update()

    def _shades(self, cells: int) -> QImage:
        """The matrix as an image of which each pixel is ``cells`` × ``cells`` cells."""
        if cells not in self._images:
            colours = theme.current()
            levels = pooled(self._levels, cells)
            self._images[cells] = shaded(levels, colours.field, colours.accent, colours.error)
        return self._images[cells]

    def _paint_cells(self, painter: QPainter, grid: QRectF, across: float, down: float) -> None:
        ratio_of_screen = self.devicePixelRatioF()
        # Rounded up: an image of more pixels than there is room for would lose some of them.
        cells = max(1, math.ceil(1 / (min(across, down) * ratio_of_screen) - 1e-6))
        image, part = self._shades(cells), self.part
        taken = QRectF(part.left / cells, part.top / cells, part.span / cells, part.span / cells)
        painter.drawImage(grid, image, taken)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = theme.current()
        if self._counts is None:
            painter.setPen(QColor(colours.quiet))
            painter.setFont(theme.font("text"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(16, 16, -16, -16), flags, self.empty_text)
            painter.end()
            return
        grid, part = self.grid(), self.part
        across, down = grid.width() / part.span, grid.height() / part.span
        painter.save()
        painter.setClipRect(grid.adjusted(-2, -2, 2, 2))
        self._paint_cells(painter, grid, across, down)
        if min(across, down) > 9:
            painter.setPen(QPen(QColor(colours.panel), 1))
            for column in range(part.columns.start, part.columns.stop + 1):
                x = grid.x() + (column - part.left) * across
                painter.drawLine(QPointF(x, grid.y()), QPointF(x, grid.bottom()))
            for row in range(part.rows.start, part.rows.stop + 1):
                y = grid.y() + (row - part.top) * down
                painter.drawLine(QPointF(grid.x(), y), QPointF(grid.right(), y))
        if across >= _COUNTED and down >= _COUNTED / 2:
            self._paint_counts(painter, min(across, 2 * down))
        for marked, colour in ((self._chosen, colours.accent), (self._cell, colours.text)):
            if marked is not None:
                painter.setPen(QPen(QColor(colour), 2))
                box = self.cell(*marked)
                thin = max(0.0, 5 - min(across, down)) / 2  # one of a thousand cells is smaller than a pixel
                painter.drawRect(box.adjusted(-thin, -thin, thin, thin))
        painter.restore()
        self._paint_names(painter, grid, across, down)
        painter.setFont(theme.font("small"))
        painter.setPen(QColor(colours.text if self._cell else colours.quiet))
        line = self.words(*self._cell) if self._cell else self._summary()
        buttons = 3 * (_BUTTON + 2) + 4 if self.zoom_buttons[0].isVisibleTo(self) else 0
        told = QRectF(4, self.height() - _TOLD, self.width() - 8 - buttons, _TOLD)
        metrics = QFontMetricsF(painter.font())
        if self._cell is None and metrics.horizontalAdvance(line) > told.width():
            line = self._worst_words or line  # how many were right is in the verdict
        elided = metrics.elidedText(line, Qt.TextElideMode.ElideRight, told.width())
        painter.drawText(told, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.end()

    def _paint_counts(self, painter: QPainter, step: float) -> None:
        assert self._counts is not None
        colours, image, part = theme.current(), self._shades(1), self.part
        font = theme.font("small-number" if step > 34 else "caption")
        if step <= 34:
            font.setPixelSize(9)
        painter.setFont(font)
        shown = self._counts[part.rows.start : part.rows.stop, part.columns.start : part.columns.stop]
        for down, across in zip(*np.nonzero(shown), strict=True):
            row, column = part.rows.start + int(down), part.columns.start + int(across)
            ground = image.pixelColor(column, row).name()
            ink = max((colours.text, colours.on_accent, colours.panel), key=lambda one: ratio(one, ground))
            painter.setPen(QColor(ink))
            count = f"{int(self._counts[row, column])}"
            painter.drawText(self.cell(row, column), Qt.AlignmentFlag.AlignCenter, count)

    def _paint_names(self, painter: QPainter, grid: QRectF, across: float, down: float) -> None:
        """The names of the classes, as many as have room, and what the two sides are."""
        colours = theme.current()
        painter.setFont(theme.font("caption"))
        metrics = QFontMetricsF(painter.font())
        beside, below, turned = self._beside(), self._below(), self.turned()
        marked_row, marked_column = self._cell if self._cell is not None else (None, None)
        part = self.part
        for index in _told(part.rows, _LINE / down, marked_row):
            painter.setPen(QColor(colours.text if index == marked_row else colours.quiet))
            box = QRectF(grid.x() - 6 - beside, grid.y() + (index + 0.5 - part.top) * down - _LINE / 2, beside, _LINE)
            cut = metrics.elidedText(self._names[index], Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, cut)
        for index in _told(part.columns, _LINE / across if turned else 1.0, marked_column):
            painter.setPen(QColor(colours.text if index == marked_column else colours.quiet))
            middle = grid.x() + (index + 0.5 - part.left) * across
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


def _told(shown: range, cells: float, marked: int | None) -> list[int]:
    """Which names are written where one takes the room of so many cells: the marked one, and others clear of it."""
    every = max(1, math.ceil(cells - 1e-9))
    found = [index for index in shown if index % every == 0]
    if marked is not None and marked in shown and marked not in found:
        found = [index for index in found if abs(index - marked) >= every] + [marked]
    return found


def _quoted(name: str) -> str:
    return f'"{printable(name)}"'


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
