"""The confusion matrix: what each true class was read as."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.arrows import ARROWS
from gui.theme.contrast import channels, ratio

_COUNTED = 22.0  # cells narrower than this show no count: hover tells it


class ConfusionMatrix(QWidget):
    """Rows are the true classes, columns the network's answers; 2 to 100 classes.

    The shade of a cell is its share of its row: right answers in the accent, wrong ones in the colour of errors, and
    those by the square root, so that one mistake in a hundred can be seen. Hover, or the arrow keys, tell any cell.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        self._counts, self._cell, self._image = None, None, None
        self.setAccessibleDescription(self.empty_text)
        self.update()

    def set_matrix(self, counts: ArrayLike, names: Sequence[str]) -> None:
        """Show counts (classes x classes, rows = truth); ValueError unless square, named, 2 to 100 and not negative."""
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
        self._cell = None
        self.setAccessibleDescription(self._summary())
        self._recolour()

    def _summary(self) -> str:
        assert self._counts is not None
        total, right = int(self._counts.sum()), int(np.trace(self._counts))
        words = f"{right:,} of {total:,} right."
        wrong = self._counts - np.diag(np.diag(self._counts))
        if wrong.max() > 0:
            row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
            words += (
                f" Most often mixed up: {self._names[row]} read as {self._names[column]} "
                f"({int(wrong[row, column]):,} times)."
            )
        return words

    def words(self, row: int, column: int) -> str:
        """What a cell says on hover."""
        assert self._counts is not None
        count, of = int(self._counts[row, column]), int(self._counts[row].sum())
        share = f"{100 * self._shares[row, column]:.1f} %" if of else "–"
        verb = "rightly read as" if row == column else "read as"
        return f"{self._names[row]} {verb} {self._names[column]}: {count:,} of {of:,} ({share})"

    # -- geometry -----------------------------------------------------------------------------------------------

    def grid(self) -> QRectF:
        """Where the cells lie."""
        metrics = QFontMetricsF(theme.font("caption"))
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)
        left = min(widest, self.width() * 0.25) + 28
        below = 58.0  # names, the word "answer", and the line that hover fills
        side = max(min(self.width() - left - 4, self.height() - below - 4), 20.0)
        return QRectF(left, 4, side, side)

    def cell(self, row: int, column: int) -> QRectF:
        """Where one cell lies."""
        grid, size = self.grid(), len(self._names)
        step = grid.width() / size
        return QRectF(grid.x() + column * step, grid.y() + row * step, step, step)

    def cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """Row and column at a point, or None."""
        grid = self.grid()
        if self._counts is None or not grid.contains(at):
            return None
        step = grid.width() / len(self._names)
        last = len(self._names) - 1
        return min(int((at.y() - grid.y()) / step), last), min(int((at.x() - grid.x()) / step), last)

    # -- events -------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._select(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._select(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None or self._counts is None:
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
        grid = self.grid()
        step = grid.width() / len(self._names)
        painter.drawImage(grid, self._image)
        if step > 9:
            painter.setPen(QPen(QColor(colours.panel), 1))
            for index in range(len(self._names) + 1):
                along = index * step
                painter.drawLine(QPointF(grid.x() + along, grid.y()), QPointF(grid.x() + along, grid.bottom()))
                painter.drawLine(QPointF(grid.x(), grid.y() + along), QPointF(grid.right(), grid.y() + along))
        if step >= _COUNTED:
            self._paint_counts(painter, step)
        self._paint_names(painter, grid, step)
        if self._cell is not None:
            painter.setPen(QPen(QColor(colours.text), 2))
            painter.drawRect(self.cell(*self._cell))
        painter.setFont(theme.font("small"))
        painter.setPen(QColor(colours.text if self._cell else colours.quiet))
        line = self.words(*self._cell) if self._cell else self._summary()
        told = QRectF(4, grid.bottom() + 36, self.width() - 8, 18)
        elided = QFontMetricsF(painter.font()).elidedText(line, Qt.TextElideMode.ElideRight, told.width())
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

    def _paint_names(self, painter: QPainter, grid: QRectF, step: float) -> None:
        colours = theme.current()
        painter.setFont(theme.font("caption"))
        metrics = QFontMetricsF(painter.font())
        marked_row, marked_column = self._cell if self._cell is not None else (-1, -1)
        every = max(1, int(np.ceil(14 / step)))
        across = max(every, int(np.ceil((max(map(metrics.horizontalAdvance, self._names)) + 4) / step)))
        lying = across > every * 4 and len(self._names) <= 30  # long names are cut under their column instead
        for index, name in enumerate(self._names):
            if index % every == 0 or index == marked_row:
                painter.setPen(QColor(colours.text if index == marked_row else colours.quiet))
                box = QRectF(20, grid.y() + index * step - 4, grid.x() - 26, step + 8)
                cut = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, cut)
            if lying or index % (1 if len(self._names) <= 30 else across) == 0:
                painter.setPen(QColor(colours.text if index == marked_column else colours.quiet))
                room = step - 2 if len(self._names) <= 30 else across * step
                middle = grid.x() + (index + 0.5) * step
                cut = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
                box = QRectF(middle - room / 2, grid.bottom() + 3, room, 14)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, cut)
        painter.setFont(theme.font("section"))
        painter.setPen(QColor(colours.quiet))
        painter.drawText(QRectF(grid.x(), grid.bottom() + 18, grid.width(), 14), Qt.AlignmentFlag.AlignCenter, "answer")
        painter.save()
        painter.translate(12, grid.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-40, -8, 80, 14), Qt.AlignmentFlag.AlignCenter, "truth")
        painter.restore()
