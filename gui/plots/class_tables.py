"""What is told of each class beside the matrix: its figures, and of many classes a search and the pairs mixed up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gui import theme
from gui.plain_text import PlainLabel
from gui.plots.mix_ups import MOST, MixUps
from gui.plots.numbers import ClassNumbers

MANY = 20
"""Above so many classes there is a search, and a list of what was mixed up."""


class ClassTables(QWidget):
    """The figures of each class; of more than ``MANY`` classes also the pairs that were mixed up, and a search.

    ``cell_chosen(actual, predicted)``: somebody wants to see the samples of a pair.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.numbers, self.mix_ups = ClassNumbers(), MixUps()
        self.choice = QTabBar()
        self.choice.setAccessibleName("What is listed")
        self.choice.setExpanding(False)
        self.choice.setDrawBase(False)
        self.choice.addTab("Classes")
        self.choice.addTab("Mixed up")
        self.choice.setTabToolTip(1, "Which classes are mixed up most often")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a class")
        self.search.setAccessibleName("Find a class")
        self.search.setClearButtonEnabled(True)
        self.note = PlainLabel()
        theme.set_role(self.note, "caption")
        self.note.setFont(theme.font("caption"))
        self.note.setWordWrap(True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.numbers)
        self._stack.addWidget(self.mix_ups)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACING.tiny)
        for widget in (self.choice, self.search):
            column.addWidget(widget)
        column.addWidget(self._stack, 1)
        column.addWidget(self.note)
        self._pairs = 0
        self.choice.currentChanged.connect(self._chosen)
        self.search.textChanged.connect(self._search)
        self.mix_ups.cell_chosen.connect(self.cell_chosen)

    def set_figures(
        self,
        names: Sequence[str],
        counts: NDArray[np.integer],
        precision: ArrayLike,
        recall: ArrayLike,
        f1: ArrayLike,
    ) -> None:
        """Show the figures of each class, and what was mixed up (counts: classes × classes, rows = actual)."""
        self.numbers.set_numbers(names, precision, recall, f1, counts.sum(axis=1))
        many = len(names) > MANY
        self._pairs = self.mix_ups.set_matrix(counts, names) if many else 0
        self.choice.setVisible(many)
        self.search.setVisible(many)
        self.search.clear()
        self.choice.setCurrentIndex(0)
        self._say()

    @Slot(int)
    def _chosen(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        self._say()

    @Slot(str)
    def _search(self, words: str) -> None:
        self.numbers.search(words)
        self.mix_ups.search(words)
        self._say()

    def _say(self) -> None:
        """How many of how many are on show, where not all are."""
        table = self.mix_ups if self._stack.currentWidget() is self.mix_ups else self.numbers
        shown, count = len(table.figures.order), table.figures.count
        if shown == 0:
            words = "No class of this name." if count else "Nothing was mixed up."
        elif shown < count:
            words = f"{shown:,} of {count:,}"
        elif table is self.mix_ups and self._pairs > MOST:
            words = f"The {MOST:,} most frequent of {self._pairs:,} pairs."
        else:
            words = ""
        self.note.setText(words)
        self.note.setVisible(bool(words))
