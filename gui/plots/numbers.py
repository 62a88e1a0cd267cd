"""Precision, recall and F1 of every class, as a small table that can be sorted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.plots.figure_table import FigureColumn, FigureForm, FigureTable

_NEVER = "Not defined: this class never came up."
_COLUMNS = (
    FigureColumn("class", "The class that this row is about.", FigureForm.NAME),
    FigureColumn(
        "precision",
        "Precision: the share of the samples predicted as this class that are of this class.",
        undefined=_NEVER,
    ),
    FigureColumn(
        "recall", "Recall: the share of the samples of this class that are predicted as it.", undefined=_NEVER
    ),
    FigureColumn(
        "F1", "F1 score: the harmonic mean of precision and recall, from 0 to 1; 1 is perfect.", undefined=_NEVER
    ),
    FigureColumn("samples", "Support: how many test samples are of this class.", FigureForm.COUNT),
)


class ClassNumbers(FigureTable):
    """One row a class. Numbers are 0 to 1; NaN (the class never came up) is written as a dash and sorts first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_COLUMNS, "Metrics for each class", parent)

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
        columns.append(np.full(len(names), np.nan) if examples is None else np.asarray(examples, dtype=np.float64))
        for column in columns:
            if column.shape != (len(names),):
                raise ValueError(f"Expected {len(names)} numbers, one for each class; found shape {column.shape}.")
        self.setColumnHidden(4, examples is None)
        self.show_rows([names, *columns], Qt.SortOrder.AscendingOrder)
