"""A row of a table to type into, and beside each number what came back of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from engine.number_text import rounded

_ROW = 24
_VALUE, _BACK = 1, 2


class RowForm(QTableWidget):
    """``edited`` brings the row, float32 of one number a column, when a number was typed; other words are put back."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self._row: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        self.setHorizontalHeaderLabels(["column", "sample", "given back"])
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setAccessibleName("Sample, and what came back of it")
        self.setToolTip("Double-click a number of the sample to change it")
        self.itemChanged.connect(self._changed)

    def show_row(self, columns: Sequence[str], row: NDArray[np.generic]) -> None:
        """Show a sample, one number a column."""
        self._row = np.asarray(row, dtype=np.float32).reshape(-1).copy()
        self.blockSignals(True)
        self.setRowCount(len(self._row))
        for number, (name, value) in enumerate(zip(columns, self._row, strict=True)):
            self._write(number, 0, name, editable=False)
            self._write(number, _VALUE, _words(float(value)), editable=True)
        self.blockSignals(False)

    @property
    def whole_height(self) -> int:
        """The height in which all lines are seen, in pixels."""
        return self.horizontalHeader().sizeHint().height() + self.rowCount() * _ROW + 4

    def show_back(self, back: NDArray[np.generic]) -> None:
        """Show what came back, in the order of the columns."""
        self.blockSignals(True)
        for number, value in enumerate(np.asarray(back, dtype=np.float64).reshape(-1)[: self.rowCount()]):
            self._write(number, _BACK, _words(float(value)), editable=False)
        self.blockSignals(False)

    def _write(self, number: int, place: int, words: str, *, editable: bool) -> None:
        item = self.item(number, place)
        if item is None:
            item = QTableWidgetItem()
            if not editable:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.setItem(number, place, item)
        if item.text() != words:
            item.setText(words)

    @Slot(QTableWidgetItem)
    def _changed(self, item: QTableWidgetItem) -> None:
        if item.column() != _VALUE:
            return
        number = item.row()
        try:
            value = float(item.text().replace(",", "."))
        except ValueError:
            value = math.nan
        if not math.isfinite(np.float32(value)):
            self._write(number, _VALUE, _words(float(self._row[number])), editable=True)
            return
        self._row[number] = value
        self.edited.emit(self._row.copy())


def _words(value: float) -> str:
    return "" if math.isnan(value) else rounded(value, 4)
