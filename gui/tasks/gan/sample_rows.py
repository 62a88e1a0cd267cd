"""Images that a generator made, a row for each moment of training, those of the same noise under one another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.array_image import image_of
from gui.tasks.sample_history import Moment, thinned

COLUMNS = 16
"""Noises, and so images, in a row."""
_GAP = 3.0
_LARGEST = 96.0
"""Pixels a side of an image at most."""
_FEWEST = 3
"""So many rows find room, however low the widget is."""


class SampleRows(QWidget):
    """Rows of sixteen images, as many as find room; the newest moment is the last one.

    Where there is only one moment, more of its images follow in further rows.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments: tuple[Moment, ...] = ()
        self._first = 0
        self.empty_text = "Train: generated images appear here as the network learns."
        self.setAccessibleName("Generated images")
        self.setMinimumHeight(96)
        theme.notifier().changed.connect(self.update)

    def show_moments(self, moments: Sequence[Moment], first: int = 0) -> None:
        """Show other images: of each moment those from number ``first`` on, round at the end."""
        self._moments, self._first = tuple(moments), first
        said = "; ".join(words for words, _ in self.rows() if words)
        self.setAccessibleDescription(said or self.empty_text)
        self.update()

    def rows(self) -> list[tuple[str, list[QImage]]]:
        """What there is room for now: words about each row, and its images."""
        if not self._moments:
            return []
        room = self.layout_of()[1]
        if len(self._moments) == 1:
            moment = self._moments[0]
            count = min(room, max(1, len(moment.pictures) // COLUMNS))
            return [(self._words(moment) if not row else "", self._images(moment, row)) for row in range(count)]
        return [(self._words(moment), self._images(moment, 0)) for moment in thinned(self._moments, room)]

    def _words(self, moment: Moment) -> str:
        return "now" if moment is self._moments[-1] else f"step {moment.step:,}"

    def _images(self, moment: Moment, row: int) -> list[QImage]:
        count = len(moment.pictures)
        numbers = ((self._first + row * COLUMNS + column) % count for column in range(min(COLUMNS, count)))
        return [image_of(moment.pictures[number]) for number in numbers]

    def layout_of(self) -> tuple[float, int]:
        """From one image to the next, in pixels, and how many rows find room."""
        width, height = max(1.0, self.width() - self._margin() - _GAP), max(1.0, self.height() - _GAP)
        side = max(4.0, min(width / COLUMNS, height / _FEWEST, _LARGEST + _GAP))
        return side, max(1, int(height / side))

    def _margin(self) -> float:
        """For the words at the left."""
        return QFontMetrics(theme.font("caption")).horizontalAdvance("step 00,000") + 2 * theme.SPACING.medium

    def paintEvent(self, _event: QPaintEvent) -> None:
        rows = self.rows()
        side = self.layout_of()[0]
        left = self._margin()
        painter = QPainter(self)
        if not rows:
            painter.setFont(theme.font("text"))
            painter.setPen(QColor(theme.current().quiet))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.empty_text)
        painter.setFont(theme.font("caption"))
        for number, (words, images) in enumerate(rows):
            top = _GAP + number * side
            painter.setPen(QColor(theme.current().text if words == "now" else theme.current().quiet))
            place = QRectF(theme.SPACING.medium, top, left, side - _GAP)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
            for column, image in enumerate(images):
                painter.drawImage(QRectF(left + column * side, top, side - _GAP, side - _GAP), image)
        painter.end()
