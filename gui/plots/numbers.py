"""Precision, recall and F1 of every class, as a small table that can be sorted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from gui import theme

_COLUMNS = (
    ("class", "The class that this row is about."),
    ("precision", "Precision: the share of the samples predicted as this class that are of this class."),
    ("recall", "Recall: the share of the samples of this class that are predicted as it."),
    ("F1", "F1 score: the harmonic mean of precision and recall, from 0 to 1; 1 is perfect."),
    ("samples", "Support: how many test samples are of this class."),
)
_VALUE = Qt.ItemDataRole.UserRole
_LEAST_NAME, _MOST_NAME = 76, 120
"""Room for the name of a class where the figures take the rest, and the most that is asked for it, in pixels."""


class _Cell(QTableWidgetItem):
    """Sorts by its number, not by how it is written."""

    def __lt__(self, other: QTableWidgetItem) -> bool:
        return float(self.data(_VALUE)) < float(other.data(_VALUE))


class ClassNumbers(QTableWidget):
    """One row a class. Numbers are 0 to 1; NaN (the class never came up) is written as a dash and sorts first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_COLUMNS), parent)
        for column, (title, tip) in enumerate(_COLUMNS):
            item = QTableWidgetItem(title)
            item.setToolTip(tip)
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, item)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setMinimumWidth(292)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(44)
        header.sortIndicatorChanged.connect(self._share_width)
        self.setAccessibleName("Metrics for each class")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def sizeHint(self) -> QSize:
        """Wide enough for the names, shortened where they are long, and for all figures beside them."""
        names = min(max(self.sizeHintForColumn(0), _LEAST_NAME), _MOST_NAME)
        bar = self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        return QSize(names + self._figures() + bar, super().sizeHint().height())

    def _widths(self) -> dict[int, int]:
        """How wide each column of figures is: Qt leaves room for the arrow of the order in every title, here only the
        one that has it gets it."""
        header = self.horizontalHeader()
        shown = [column for column in range(1, len(_COLUMNS)) if not self.isColumnHidden(column)]
        roomy = {column: header.sectionSizeHint(column) for column in shown}
        header.setSortIndicatorShown(False)
        tight = {column: header.sectionSizeHint(column) for column in shown}
        header.setSortIndicatorShown(True)
        titles = {column: (roomy if column == header.sortIndicatorSection() else tight)[column] for column in shown}
        return {column: max(titles[column], self.sizeHintForColumn(column)) for column in shown}

    def _figures(self) -> int:
        """How wide the columns of figures are together."""
        return sum(self._widths().values())

    @Slot()
    def _share_width(self, *_order: object) -> None:
        """Give the names what the figures leave; where that is too little, the figures come first."""
        header, mode = self.horizontalHeader(), QHeaderView.ResizeMode
        widths = self._widths()
        for column, width in widths.items():
            header.setSectionResizeMode(column, mode.Fixed)
            header.resizeSection(column, width)
        left = self.viewport().width() - sum(widths.values())
        fits = left >= self.sizeHintForColumn(0)
        header.setSectionResizeMode(0, mode.Stretch if fits else mode.Fixed)
        if not fits:
            header.resizeSection(0, max(_LEAST_NAME, left))

    def set_numbers(
        self,
        names: Sequence[str],
        precision: ArrayLike,
        recall: ArrayLike,
        f1: ArrayLike,
        examples: ArrayLike | None = None,
    ) -> None:
        """Show one row a class; ValueError unless every list has one number for each name."""
        columns = [np.asarray(part, dtype=np.float64) for part in (precision, recall, f1)]
        if examples is not None:
            columns.append(np.asarray(examples, dtype=np.float64))
        for column in columns:
            if column.shape != (len(names),):
                raise ValueError(f"Expected {len(names)} numbers, one for each class; found shape {column.shape}.")
        self.setSortingEnabled(False)
        self.setRowCount(len(names))
        self.setColumnHidden(4, examples is None)
        for row, name in enumerate(names):
            first = _Cell(str(name))
            first.setData(_VALUE, row)
            self.setItem(row, 0, first)
            for place, column in enumerate(columns, start=1):
                self.setItem(row, place, _number(float(column[row]), whole=place == 4))
        self.setSortingEnabled(True)
        self._share_width()
        self.updateGeometry()
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)


def _number(value: float, *, whole: bool) -> _Cell:
    known = bool(np.isfinite(value))
    words = "–" if not known else f"{value:,.0f}" if whole else f"{100 * value:.1f} %"
    item = _Cell(words)
    item.setData(_VALUE, value if known else -1.0)
    item.setFont(theme.font("number"))
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if not known:
        item.setToolTip("Not defined: this class never came up.")
    return item
