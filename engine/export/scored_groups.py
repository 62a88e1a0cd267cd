"""How right a network is for each value of a sensitive column: whether people are treated unlike, in a table scored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Schema
from engine.data.fields import DataField, Feature, Role
from engine.data.tables import columns as table_columns
from engine.data.tables.encoding import number_of
from engine.data.tables.marks import DecimalMark
from engine.data.tables.raw import RawColumn, RawTable
from engine.graph.targets import CLASSIFIED, TargetKind
from engine.number_text import rounded

MOST_VALUES = 12
"""Values of a sensitive column that are told apart, the most frequent ones; of numbers four ranges."""
_RANGES = 4


@dataclass(frozen=True)
class GroupFigures:
    """The ``rows`` in which a sensitive ``column`` has a ``value``, and the figures over those whose target is known.

    ``share``: how often ``predicted``, the class that is predicted most over all rows, is predicted; NaN for numbers.
    """

    column: str
    value: str
    rows: int
    figures: dict[str, float]
    predicted: str = ""
    share: float = math.nan


class ScoredGroups:
    """Is told what was predicted for each row of a table; knows the figures of each group when all are told."""

    def __init__(self, schema: Schema, table: RawTable) -> None:
        self._schema, self._table = schema, table
        self._columns = [(field, column) for field in schema.fields if field.sensitive for column in _in(table, field)]
        self._said: list[str | float] = []

    def add(self, said: str | float) -> None:
        """The next row is predicted as ``said``: a class or a number."""
        if self._columns:
            self._said.append(said)

    def found(self) -> tuple[GroupFigures, ...]:
        """The figures of the groups of each sensitive column, the largest group first."""
        if not self._columns or self._schema.target.kind not in (*CLASSIFIED, TargetKind.VALUES):
            return ()
        return tuple(one for field, column in self._columns for one in self._of_column(field, column))

    def _of_column(self, field: DataField, column: RawColumn) -> list[GroupFigures]:
        names = _groups(field, column, self._table)[column.codes]
        found = []
        kinds, counts = np.unique(names[names != ""], return_counts=True)
        for at in np.argsort(-counts, kind="stable")[:MOST_VALUES]:
            rows = np.flatnonzero(names == kinds[at])
            found.append(self._figures(field.shown, str(kinds[at]), rows))
        return found

    def _figures(self, column: str, value: str, rows: NDArray[np.int64]) -> GroupFigures:
        if self._schema.target.kind is TargetKind.VALUES:
            return GroupFigures(column, value, len(rows), self._errors(rows))
        said = np.array(self._said, dtype=object)
        most = _most_frequent(said.tolist())
        share = float((said[rows] == most).mean())
        target = self._target()
        figures = {}
        if target is not None:
            true = target.values[target.codes[rows]]
            known = np.array([not target.is_missing(text) for text in true], dtype=bool)
            if known.any():
                figures = {"accuracy": float((true[known] == said[rows][known]).mean())}
        return GroupFigures(column, value, len(rows), figures, str(most), share)

    def _errors(self, rows: NDArray[np.int64]) -> dict[str, float]:
        target = self._target()
        if target is None:
            return {}
        marks = self._table.marks([target])
        each = [None if target.is_missing(text) else number_of(marks, text) for text in target.values]
        pairs = [(each[target.codes[row]], self._said[row]) for row in rows.tolist()]
        errors = [said - true for true, said in pairs if true is not None and isinstance(said, float)]
        if not errors:
            return {}
        squares = sum(one * one for one in errors)
        return {"rmse": math.sqrt(squares / len(errors)), "mean error": sum(errors) / len(errors)}

    def _target(self) -> RawColumn | None:
        """The column of the only target; None where the table has none."""
        targets = [field for field in self._schema.fields if field.role is Role.TARGET]
        return next(iter(_in(self._table, targets[0])), None) if len(targets) == 1 else None


def _most_frequent(said: Sequence[str | float]) -> str | float:
    counts: dict[str | float, int] = {}
    for one in said:
        counts[one] = counts.get(one, 0) + 1
    return max(counts, key=lambda one: (counts[one], str(one)))


def _in(table: RawTable, field: DataField) -> list[RawColumn]:
    """The column of a field in a table with names, by either of its names; nothing where it is not there."""
    if not table.has_names:
        return []
    for name in dict.fromkeys((field.name, field.shown)):
        try:
            found = table_columns.find(table.names, [name])
        except table_columns.TwoColumns:
            return []
        if found:
            return [table.columns[found[name]]]
    return []


def _number(marks: DecimalMark, text: str) -> float:
    value = number_of(marks, text)
    return math.nan if value is None else value


def _groups(field: DataField, column: RawColumn, table: RawTable) -> NDArray[np.object_]:
    """The group of each different text of a column, "" where it is missing: itself, or the range of a number."""
    names = np.array(["" if column.is_missing(text) else str(text) for text in column.values], dtype=object)
    if field.feature is not Feature.NUMBER or len(names) <= MOST_VALUES:
        return names
    marks = table.marks([column])
    each = np.array([math.nan if not name else _number(marks, name) for name in names])
    values = each[column.codes]
    values = values[~np.isnan(values)]
    if not len(values):
        return np.full(len(names), "", dtype=object)
    edges = np.unique(np.quantile(values, np.linspace(0, 1, _RANGES + 1)))
    for at, value in enumerate(each):
        place = min(int(np.searchsorted(edges, value, side="right")), len(edges) - 1) if value == value else 0
        names[at] = f"{rounded(float(edges[place - 1]))} to {rounded(float(edges[place]))}" if place else ""
    return names
