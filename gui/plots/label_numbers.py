"""Precision, recall and F1 of every label, where a sample may have several, as a table that can be sorted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.plots.figure_table import FigureColumn, FigureForm, FigureTable

_NEVER = "Not defined: this label never came up."
_COLUMNS = (
    FigureColumn("label", "The label that this row is about.", FigureForm.NAME),
    FigureColumn(
        "threshold", "The label is predicted where its probability is above this.", FigureForm.NUMBER, undefined=_NEVER
    ),
    FigureColumn(
        "precision", "Precision: the share of the samples predicted to have this label that have it.", undefined=_NEVER
    ),
    FigureColumn(
        "recall", "Recall: the share of the samples with this label that are predicted to have it.", undefined=_NEVER
    ),
    FigureColumn(
        "F1", "F1 score: the harmonic mean of precision and recall, from 0 to 1; 1 is perfect.", undefined=_NEVER
    ),
    FigureColumn("samples", "Support: how many test samples have this label.", FigureForm.COUNT),
)


class LabelNumbers(FigureTable):
    """One row a label. Shares are 0 to 1; NaN is written as a dash and sorts first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_COLUMNS, "Metrics for each label", parent)

    def set_numbers(
        self,
        names: Sequence[str],
        threshold: float,
        precision: ArrayLike,
        recall: ArrayLike,
        f1: ArrayLike,
        support: ArrayLike,
    ) -> None:
        """Show one row a label; ValueError unless every list has one number for each name."""
        columns = [np.asarray(part, dtype=np.float64) for part in (precision, recall, f1, support)]
        for column in columns:
            if column.shape != (len(names),):
                raise ValueError(f"Expected {len(names)} numbers, one for each label; found shape {column.shape}.")
        self.show_rows([names, np.full(len(names), threshold), *columns], Qt.SortOrder.AscendingOrder)
