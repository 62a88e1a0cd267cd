"""What the training rows of a table hold, column by column: what one may be asked about without guessing.

It tells whoever tries a network which values are ordinary, and where it has seen hardly any. Nothing of it reaches a
network.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.data import date_parts
from engine.data.dataset import Array
from engine.data.date_parts import DatePart
from engine.data.fields import DataField, Feature, inputs
from engine.data.preparation import Preparation
from engine.data.tables.cells import MISSING, cells
from engine.number_text import rounded

BINS = 40
"""Parts of equal width into which the range of a number is divided."""
_MOST_ROWS, _MOST_CELLS = 20_000, 4_000_000
"""At most so many rows, and so many of their numbers, are counted; the lowest and highest are those of all rows."""
_AT_ONCE = 2**22
_LARGEST_LOG = 88.0
_DAYS = (DatePart.DAYS,)


@dataclass(frozen=True)
class ColumnSeen:
    """One field: ``typical`` is the text of its median or its most frequent category, "" where no row has a value.

    Of a number ``low`` and ``high`` are the ends of its range in the units of the file, of a date in days since the
    year 2000, NaN where they are not known; ``ends`` is how they are read, and ``whole`` says that all are whole
    numbers. ``counts`` are how many of the rows looked at lie in each of BINS parts of that range, or have each of the
    categories; empty where that is not known.
    """

    typical: str
    low: float = math.nan
    high: float = math.nan
    whole: bool = False
    counts: tuple[int, ...] = ()
    ends: tuple[str, str] = ("", "")

    @property
    def has_range(self) -> bool:
        """Whether it is a number or a date whose range is known and has a length."""
        return self.low < self.high


def seen(fields: Sequence[DataField], rows: Array) -> tuple[ColumnSeen, ...]:
    """What is in training rows, raw as in a dataset's ``inputs``, N×columns: one for each input field."""
    low, high = _ends(rows)
    step = max(1, math.ceil(len(rows) / max(1, min(_MOST_ROWS, _MOST_CELLS // max(1, rows.shape[1])))))
    some = np.asarray(rows[::step], dtype=np.float32)
    found, at = [], 0
    for field in inputs(fields):
        width = len(field.columns)
        part = some[:, at : at + width]
        known = part[~np.isnan(part).any(axis=1)]
        if field.flag:
            known = known[known[:, -1] < 0.5]
        found.append(_column(field, known, float(low[at]), float(high[at])))
        at += width
    return tuple(found)


def recorded(fields: Sequence[DataField], preparation: Preparation) -> tuple[ColumnSeen, ...]:
    """The same as far as it was kept with a network, for where its data is not at hand: ends, and what stands in for
    missing values as what is typical."""
    columns = sum(len(field.columns) for field in inputs(fields))
    fill = preparation.input_fill or preparation.input_shift
    known = len(preparation.input_low) == columns
    if len(fill) != columns:
        return tuple(ColumnSeen(MISSING) for _ in inputs(fields))
    found, at = [], 0
    for field, text in zip(inputs(fields), cells(fields, fill), strict=True):
        if field.measured[0]:
            ends = (preparation.input_low[at], preparation.input_high[at]) if known else (math.nan, math.nan)
            found.append(_ranged(field, ColumnSeen(text, *_in_file(field, *ends))))
        else:
            nothing = field.feature is Feature.CATEGORY and not any(fill[at : at + field.category_columns])
            found.append(ColumnSeen(field.categories[0] if nothing else text))
        at += len(field.columns)
    return tuple(found)


def _ranged(field: DataField, column: ColumnSeen) -> ColumnSeen:
    """The same with its ends as they are read."""
    if not column.low <= column.high:
        return column
    return replace(column, ends=(value_text(field, column.low), value_text(field, column.high)))


def value_text(field: DataField, value: float) -> str:
    """A number of a field as one reads it, or the date so many days after the year 2000 began."""
    return date_parts.told([value], _DAYS, field.written) if field.feature is Feature.DATE else rounded(value)


def _column(field: DataField, known: NDArray[np.float32], low: float, high: float) -> ColumnSeen:
    if not len(known):
        return ColumnSeen(MISSING)
    if field.category_columns:
        if field.feature is Feature.YES_NO:
            yes = int((known[:, 0] > 0.5).sum())
            counts = [len(known) - yes, yes]
        else:
            counts = known[:, : field.category_columns].sum(axis=0).astype(np.int64).tolist()
        most = int(np.argmax(counts))
        values = [float(most)] if field.feature is Feature.YES_NO else np.eye(field.category_columns)[most].tolist()
        return ColumnSeen(_text(field, values), counts=tuple(counts))
    middle = known[np.argsort(known[:, 0], kind="stable")[(len(known) - 1) // 2]]
    text = _text(field, middle[: len(field.columns) - field.flag].tolist())
    if not field.measured[0]:
        return ColumnSeen(text)
    low, high = _in_file(field, low, high)
    values = known[:, 0].astype(np.float64)
    if field.log:
        values = np.expm1(np.minimum(values, _LARGEST_LOG))
        whole = bool((np.abs(values - np.rint(values)) <= 1e-4 * np.maximum(1, np.abs(values))).all())
    else:
        whole = bool((values % 1 == 0).all())
    column = _ranged(field, ColumnSeen(text, low, high, whole))
    if not low < high:
        return column
    places = np.clip((values - low) / (high - low) * BINS, 0, BINS - 1).astype(np.int64)
    return replace(column, counts=tuple(np.bincount(places, minlength=BINS).tolist()))


def _text(field: DataField, values: list[float]) -> str:
    return cells((field,), [*values, *([0.0] * field.flag)])[0]


def _in_file(field: DataField, low: float, high: float) -> tuple[float, float]:
    if not field.log:
        return low, high
    return _undone(low), _undone(high)


def _undone(logarithm: float) -> float:
    return float(f"{math.expm1(min(logarithm, _LARGEST_LOG)):.6g}")


def _ends(rows: Array) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Lowest and highest of each column, NaN where no row has a value."""
    columns = rows.shape[1]
    low, high = (np.full(columns, np.nan, dtype=np.float32) for _ in range(2))
    each = max(1, _AT_ONCE // max(1, columns))
    for start in range(0, len(rows), each):
        part = np.asarray(rows[start : start + each], dtype=np.float32)
        low, high = np.fmin(low, np.fmin.reduce(part, axis=0)), np.fmax(high, np.fmax.reduce(part, axis=0))
    return low, high
