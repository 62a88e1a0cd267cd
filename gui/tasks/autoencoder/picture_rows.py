"""Images in rows under one another: the originals, what the network was given, what came back at several moments, and
below each column how large its error is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.number_text import rounded
from gui import theme
from gui.array_image import image_of
from gui.tasks.sample_history import Moment, thinned

_GAP = 4.0
_LARGEST = 72.0
_SMALLEST = 26.0
"""Pixels a side of an image at most, and about at least: with less room fewer of them are shown."""
_FEWEST = 8
"""So many columns are shown, however narrow the widget."""


@dataclass(frozen=True, eq=False)
class Row:
    """A word or two about a row, and its images."""

    words: str
    images: tuple[QImage, ...]


class PictureRows(QWidget):
    """``chosen`` brings the number of the column that was clicked."""

    chosen = Signal(int)

    def __init__(self, name: str, empty_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._originals: tuple[QImage, ...] = ()
        self._given: tuple[QImage, ...] = ()
        self._moments: tuple[Moment, ...] = ()
        self._errors: tuple[float, ...] = ()
        self.empty_text = empty_text
        self.setAccessibleName(name)
        self.setMinimumHeight(110)
        theme.notifier().changed.connect(self.update)

    def show_rows(
        self,
        originals: NDArray[np.uint8],
        moments: Sequence[Moment],
        errors: Sequence[float],
        given: NDArray[np.uint8] | None = None,
    ) -> None:
        """Show pictures uint8 N×channels×height×width, what came back of them at several moments, and the last errors.

        ``given`` is what the network was given in place of the originals, None: these.
        """
        self._originals = tuple(image_of(one) for one in originals)
        self._given = () if given is None else tuple(image_of(one) for one in given)
        self._moments, self._errors = tuple(moments), tuple(errors)
        words = ", ".join(f"{number + 1}: {rounded(error, 3)}" for number, error in enumerate(self._errors))
        self.setAccessibleDescription(f"errors {words}" if words else self.empty_text)
        self.setToolTip("Click an image to try it" if self._originals else "")
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self.show_rows(np.zeros((0, 1, 1, 1), np.uint8), (), ())

    @property
    def errors(self) -> tuple[float, ...]:
        """The errors on show."""
        return self._errors

    def rows(self) -> list[Row]:
        """What there is room for now, from the top."""
        if not self._originals:
            return []
        side, _, _ = self._measures()
        fixed = 1 + bool(self._given)
        room = max(1, int((self.height() - self._line() - _GAP) / side) - fixed)
        rows = [Row("original", self._originals)]
        if self._given:
            rows.append(Row("with noise", self._given))
        for moment in thinned(self._moments, room):
            words = "given back" if moment is self._moments[-1] else f"step {moment.step:,}"
            rows.append(Row(words, tuple(image_of(one) for one in moment.pictures)))
        return rows

    def _line(self) -> float:
        return QFontMetrics(theme.font("caption")).height() + 2.0

    def _measures(self) -> tuple[float, float, int]:
        """From one image to the next, where the first begins, and how many columns there are."""
        metrics = QFontMetrics(theme.font("caption"))
        left = metrics.horizontalAdvance("step 00,000") + 2.0 * theme.SPACING.medium
        least = max(_SMALLEST + _GAP, metrics.horizontalAdvance("0.0000") + _GAP)
        room = max(1.0, self.width() - left)
        columns = min(len(self._originals), max(_FEWEST, int(room / least)))
        fixed = 2 + bool(self._given)
        tall = (self.height() - self._line() - _GAP) / fixed
        return max(8.0, min(room / max(1, columns), tall, _LARGEST + _GAP)), left, columns

    def paintEvent(self, _event: QPaintEvent) -> None:
        rows, colours = self.rows(), theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        if not rows:
            painter.setFont(theme.font("text"))
            painter.setPen(QColor(colours.quiet))
            wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(12, 0, -12, 0), int(wrap), self.empty_text)
            painter.end()
            return
        side, left, columns = self._measures()
        painter.setFont(theme.font("caption"))
        for number, row in enumerate(rows):
            top = _GAP + number * side
            painter.setPen(QColor(colours.text if row.words == "given back" else colours.quiet))
            place = QRectF(theme.SPACING.medium, top, left - theme.SPACING.medium, side - _GAP)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, row.words)
            for column, image in enumerate(row.images[:columns]):
                painter.drawImage(QRectF(left + column * side, top, side - _GAP, side - _GAP), image)
        top = _GAP + len(rows) * side
        painter.setPen(QColor(colours.quiet))
        place = QRectF(theme.SPACING.medium, top, left - theme.SPACING.medium, self._line())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, "error")
        for column, error in enumerate(self._errors[:columns]):
            place = QRectF(left + column * side, top, side - _GAP, self._line())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, rounded(error, 2))
        painter.end()

    def column_at(self, x: float) -> int | None:
        """The column at a place; None beside them."""
        side, left, columns = self._measures()
        column = int((x - left) // side)
        return column if x >= left and column < columns else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        column = self.column_at(event.position().x()) if self._originals else None
        if event.button() == Qt.MouseButton.LeftButton and column is not None:
            self.chosen.emit(column)
        super().mouseReleaseEvent(event)


def pictures_of(values: NDArray[np.generic], value_range: tuple[float, float]) -> NDArray[np.uint8]:
    """Pictures in the units of the data, N×…, as bytes for the screen: the lowest value black, the highest white."""
    low, high = value_range
    shares = (np.nan_to_num(values.astype(np.float64), nan=low) - low) / max(high - low, 1e-9)
    return np.rint(255 * np.clip(shares, 0, 1)).astype(np.uint8)
