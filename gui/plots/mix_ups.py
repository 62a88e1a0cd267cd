"""Which classes a network mixes up most often, as a list: what a matrix of hundreds of classes cannot show at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.plots.figure_table import FigureColumn, FigureForm, FigureTable

MOST = 2_000
"""So many pairs at most are listed, the most frequent ones."""
_COLUMNS = (
    FigureColumn("actual", "The class that the samples are of.", FigureForm.NAME),
    FigureColumn("predicted", "The class that was predicted instead.", FigureForm.NAME),
    FigureColumn("times", "How many test samples were mixed up this way.", FigureForm.COUNT),
    FigureColumn("share", "The share of the samples of the actual class that were mixed up this way."),
)


class MixUps(FigureTable):
    """One row for each pair of classes that were mixed up, the most frequent first, at most ``MOST``.

    ``cell_chosen(actual, predicted)`` says that somebody wants to see the samples: by a click or Enter.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_COLUMNS, "Classes that are mixed up", parent)
        self.pairs: NDArray[np.int64] = np.zeros((0, 2), dtype=np.int64)
        """The numbers of the two classes of each row, as given."""
        self.clicked.connect(self._picked)
        self.activated.connect(self._picked)

    def set_matrix(self, counts: NDArray[np.integer], names: Sequence[str]) -> int:
        """Show what was mixed up, from counts (classes × classes, rows = actual); how many pairs there are in all."""
        rows, columns = np.nonzero(counts)
        wrong = rows != columns
        rows, columns = rows[wrong], columns[wrong]
        times = counts[rows, columns]
        first = np.argsort(-times, kind="stable")[:MOST]
        rows, columns, shown = rows[first], columns[first], times[first]
        self.pairs = np.column_stack([rows, columns]).astype(np.int64)
        of = np.maximum(counts.sum(axis=1)[rows], 1)
        values = [[names[at] for at in rows], [names[at] for at in columns], shown, shown / of]
        self.show_rows(values, Qt.SortOrder.DescendingOrder, by=2)
        return len(times)

    @Slot(QModelIndex)
    def _picked(self, index: QModelIndex) -> None:
        actual, predicted = self.pairs[int(self.figures.order[index.row()])]
        self.cell_chosen.emit(int(actual), int(predicted))
