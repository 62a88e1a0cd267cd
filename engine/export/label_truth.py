"""The labels that a table has already, against those that a network says of its rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Schema
from engine.data.fields import Role
from engine.data.sources.own_table_labels import parts_of
from engine.data.tables import columns as table_columns
from engine.data.tables.raw import RawColumn, RawTable
from engine.graph.targets import MultiLabel, TargetKind


class LabelTruth:
    """Counts how many rows have every label right, and what the F1 score over all labels together is made of.

    ``known`` is how many rows of the table have all labels; none where the table lacks a column of them.
    """

    def __init__(self, schema: Schema, table: RawTable) -> None:
        self.known = self._right = self._both = self._said = self._true = 0
        self._names = schema.target.names
        fields = [field for field in schema.fields if field.role is Role.TARGET]
        self._yes = [field.categories[1:] for field in fields]
        self._columns: Sequence[RawColumn] = ()
        if schema.target.kind is TargetKind.LABELS and table.has_names:
            names = [field.name for field in fields]
            try:
                found = table_columns.find(table.names, names)
            except table_columns.TwoColumns:
                return
            if all(name in found for name in names):
                self._columns = [table.columns[found[name]] for name in names]

    def compare(self, row: int, shares: NDArray[np.float32]) -> None:
        """Take account of a row of the table, of which a network gives these probabilities."""
        texts = [column.values[column.codes[row]] for column in self._columns]
        if not texts or any(column.is_missing(text) for column, text in zip(self._columns, texts, strict=True)):
            return
        if len(texts) == len(self._names):
            true = [text in yes for text, yes in zip(texts, self._yes, strict=True)]
        else:
            there = parts_of(texts[0], self._names)
            true = [name in there for name in self._names]
        said = [bool(share > MultiLabel.threshold) for share in shares]
        self.known += 1
        self._right += said == true
        self._said, self._true = self._said + sum(said), self._true + sum(true)
        self._both += sum(one and other for one, other in zip(said, true, strict=True))

    def figures(self) -> dict[str, float]:
        """``exact_match`` and ``micro_f1``; nothing where no row is known."""
        if not self.known:
            return {}
        all_said = self._said + self._true
        return {"exact_match": self._right / self.known, "micro_f1": 2 * self._both / all_said if all_said else 0.0}
