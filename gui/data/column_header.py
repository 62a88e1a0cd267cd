"""The head of a column of a table: its name, what it was taken for, and how its values are spread."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from engine.data.fields import Role
from gui.data.row_model import RowModel
from gui.painted_bars import paint_bars
from gui.theme import fonts
from gui.theme.contrast import mix
from gui.theme.style import current

_HEIGHT, _CHART, _MARGIN = 76, 24, 6


class ColumnHeader(QHeaderView):
    """Of a view that shows a RowModel. A click selects the column."""

    def __init__(self, rows: RowModel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._rows = rows
        self.chosen = -1
        """The column whose page is shown. Qt would look at every row to tell whether a column is selected."""
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setDefaultSectionSize(112)
        self.setMinimumSectionSize(64)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        table, theme = self._rows.table, current()
        if table is None or not rect.isValid():
            return
        painter.save()
        painter.fillRect(rect, QColor(theme.selected if logicalIndex == self.chosen else theme.panel))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(theme.hairline))
        room = rect.adjusted(_MARGIN, 5, -_MARGIN, -6)
        is_numbers = self._rows.is_numbers(logicalIndex)
        side = Qt.AlignmentFlag.AlignRight if is_numbers else Qt.AlignmentFlag.AlignLeft
        role = self._rows.fields[logicalIndex].role if self._rows.fields else Role.INPUT
        used = role in (Role.INPUT, Role.TARGET)
        name = str(self._rows.headerData(logicalIndex, Qt.Orientation.Horizontal))
        y = room.top()
        for words, face, colour in (
            (name, "strong", theme.text if used else theme.quiet),
            (self._rows.kind_words(logicalIndex), "caption", theme.accent if role is Role.TARGET else theme.quiet),
        ):
            painter.setFont(fonts.font(face))
            painter.setPen(QColor(colour))
            line = painter.fontMetrics()
            shown = line.elidedText(words, Qt.TextElideMode.ElideMiddle, room.width())
            painter.drawText(QRect(room.left(), y, room.width(), line.height()), side, shown)
            y += line.height()
        chart = QRectF(room.left(), room.bottom() + 1 - _CHART, room.width(), _CHART)
        bar = theme.accent if role is Role.TARGET else mix(theme.panel, theme.quiet, 0.6 if used else 0.3)
        paint_bars(painter, chart, table.summaries[logicalIndex].bars, bar)
        painter.restore()
