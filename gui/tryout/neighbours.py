"""The training samples that are nearest to the row in the form: what they were, and in what they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.counting import counted
from engine.data.dataset import Schema
from engine.data.fields import DataField, inputs
from engine.data.tables.cells import cells
from engine.number_text import rounded
from engine.reports.true_values import true_words
from engine.tasks.queries import NearestSamples
from engine.text import printable
from gui import theme
from gui.plain_text import PlainLabel, plain_tip
from gui.theme.style import set_role

MOST_COLUMNS = 40
"""Columns that are shown: those that tell the samples apart the most."""
_LONGEST = 40
_MISSING = "–"
_SAID = "The nearest training samples. Bold: not as in the form."
_EXPLAINED = (
    "Distances are between the inputs as the network is given them: numbers scaled, categories as 0 and 1. Samples "
    "that are held back from training are never shown here."
)
_LINE = 23


class NeighboursView(QWidget):
    """``wanted`` brings a row, float32 1×columns, whose neighbours ``show_found`` is to be given; ``chosen(number)``
    which of them is to be put into the form."""

    wanted = Signal(object)
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schema: Schema | None = None
        self._fields: tuple[DataField, ...] = ()
        self._texts: Sequence[str] = ()
        self._row: np.ndarray | None = None
        self.found: NearestSamples | None = None
        self.note = PlainLabel(_SAID)
        self.note.setWordWrap(True)
        self.note.setToolTip(_EXPLAINED)
        set_role(self.note, "quiet")
        self.table = QTableWidget()
        self.table.setAccessibleName("Nearest training samples")
        self.table.setToolTip("Click a sample to put it into the form")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setMinimumSectionSize(_LINE)
        self.table.verticalHeader().setDefaultSectionSize(_LINE)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(6)
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        self.table.cellClicked.connect(self._click)
        self.table.cellActivated.connect(self._click)

    def show_schema(self, schema: Schema) -> None:
        """Another table."""
        self._schema, self._fields, self._row = schema, inputs(schema.fields), None
        self.show_found(None, "")

    def show_row(self, texts: Sequence[str], row: np.ndarray | None) -> None:
        """The cells of the form, and the row that they become; None while they become none."""
        self._texts, self._row = tuple(texts), row
        self.ask()

    def ask(self) -> None:
        """Ask for the neighbours, while this is on show."""
        if self._row is not None and self.isVisible():
            self.wanted.emit(self._row)

    def show_found(self, found: NearestSamples | None, why: str) -> None:
        """Show the neighbours, or why there are none."""
        if found is not None and (self._schema is None or found.squares.shape[1] != len(self._schema.columns)):
            found = None
        self.found = found
        self.table.setVisible(found is not None)
        if found is None:
            self.note.setText(why)
            return
        some = "" if found.among == found.all else f" Compared with {found.among:,} of {found.all:,} training samples."
        hidden = max(0, len(self._fields) - MOST_COLUMNS)
        more = f" {counted(hidden, 'column')} that differ less are not shown." if hidden else ""
        self.note.setText(_SAID + some + more)
        self._fill(found)

    def _fill(self, found: NearestSamples) -> None:
        schema = self._schema
        assert schema is not None
        each = [cells(schema.fields, row) for row in found.inputs.tolist()]
        order = self._order(found)[:MOST_COLUMNS]
        has_target = bool(len(found.targets)) and bool(true_words(schema.target, found.targets[0]))
        heads = ["Actual", "Distance"] if has_target else ["Distance"]
        names = [*heads, *(printable(self._fields[number].shown) for number in order)]
        self.table.setColumnCount(len(names))
        self.table.setRowCount(len(each))
        for place, name in enumerate(names):
            item = QTableWidgetItem(name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…")
            item.setToolTip(plain_tip(name))
            self.table.setHorizontalHeaderItem(place, item)
        for row, texts in enumerate(each):
            told = [true_words(schema.target, found.targets[row])] if has_target else []
            told.append(rounded(float(found.distances[row]), 3))
            for place, words in enumerate(told):
                self._write(row, place, words, differs=False)
            for place, number in enumerate(order, len(told)):
                self._write(row, place, texts[number] or _MISSING, differs=texts[number] != self._texts[number])

    def _order(self, found: NearestSamples) -> list[int]:
        """The numbers of the fields, those first in which the neighbours are farthest away."""
        totals, at = [], 0
        for field in self._fields:
            totals.append(float(found.squares[:, at : at + len(field.columns)].sum()))
            at += len(field.columns)
        return sorted(range(len(totals)), key=lambda number: -totals[number])

    def _write(self, row: int, place: int, words: str, *, differs: bool) -> None:
        shown = printable(words)
        item = QTableWidgetItem(shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…")
        if differs:
            item.setFont(theme.font("strong"))
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, "differs")
        if len(shown) > _LONGEST:
            item.setToolTip(plain_tip(shown))
        self.table.setItem(row, place, item)

    @Slot(int, int)
    def _click(self, row: int, _column: int) -> None:
        self.chosen.emit(row)
