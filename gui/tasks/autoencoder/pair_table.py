"""Rows of a table beside what came back of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from engine.number_text import rounded

MOST_ROWS, MOST_COLUMNS = 40, 40
_ROW = 24
"""The height of a line, in pixels."""
_SPARE = 20


class PairTable(QTableWidget):
    """A line for each sample: its error, then by column what it was → what came back.

    ``chosen`` brings the number of the sample in a line that was clicked, or chosen by key.
    """

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: tuple[int, ...] = ()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.setAccessibleName(name)
        self.itemActivated.connect(self._activated)
        self.itemClicked.connect(self._activated)

    def show_pairs(
        self,
        columns: Sequence[str],
        inputs: NDArray[np.generic],
        outputs: NDArray[np.generic],
        errors: NDArray[np.float64],
        numbers: Sequence[int],
    ) -> None:
        """Show the samples with these ``numbers``, in this order, of ``inputs`` and ``outputs`` N×columns."""
        names = list(columns[:MOST_COLUMNS])
        headings = ["error", *names]
        other = [self._heading(place) for place in range(self.columnCount())] != headings
        if other:
            self.setColumnCount(len(headings))
            self.setHorizontalHeaderLabels(headings)
        self._numbers = tuple(int(number) for number in numbers[:MOST_ROWS])
        self.setRowCount(len(self._numbers))
        for line, number in enumerate(self._numbers):
            self._write(line, 0, rounded(float(errors[number]), 3))
            for place in range(len(names)):
                was, back = (_number(values[number].reshape(-1)[place]) for values in (inputs, outputs))
                self._write(line, 1 + place, f"{was} → {back}")
        if other:
            self.resizeColumnsToContents()
            for place in range(len(headings)):  # with room for longer numbers, which may come
                self.setColumnWidth(place, self.columnWidth(place) + _SPARE)

    def _heading(self, place: int) -> str:
        item = self.horizontalHeaderItem(place)
        return "" if item is None else item.text()

    def _write(self, line: int, place: int, words: str) -> None:
        item = self.item(line, place)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
            self.setItem(line, place, item)
        item.setText(words)

    @Slot(QTableWidgetItem)
    def _activated(self, item: QTableWidgetItem) -> None:
        self.chosen.emit(self._numbers[item.row()])


def _number(value: float) -> str:
    return "missing" if np.isnan(value) else rounded(float(value), 3)
