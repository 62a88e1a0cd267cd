"""One column of a row moved over all that training samples hold in it, while the others stay as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.data.fields import DataField, Feature
from engine.data.tables.cells import encoded_column, may_be_missing, number_cell, other_text, plain
from engine.data.tables.encoding import Floats
from engine.data.tables.seen import ColumnSeen, value_text

POINTS = 61
"""So many values of a number at most: as many rows as are predicted without waking other threads."""


@dataclass(frozen=True)
class Sweep:
    """The values of one field: their ``texts`` as cells, and ``places`` where they lie: numbers, days since the year
    2000 of a date, 0, 1, 2 … of categories, of which ``labels`` are the names (empty for others).

    ``now`` is the place of the value that the row has, None where that is missing and has none.
    """

    texts: tuple[str, ...]
    places: tuple[float, ...]
    labels: tuple[str, ...] = ()
    now: float | None = None

    @property
    def step(self) -> int | None:
        """The step that is nearest to the value that the row has."""
        now = self.now
        if now is None or not self.places:
            return None
        return min(range(len(self.places)), key=lambda at: abs(self.places[at] - now))


def sweep(field: DataField, seen: ColumnSeen, text: str) -> Sweep | None:
    """The values of a field, where ``text`` is the one a row has; None where it is not known between what to go.

    A value beyond the range in training is gone to as well.
    """
    if field.category_columns:
        return _categories(field, text)
    if not field.measured[0] or not seen.has_range:
        return None
    now = place_of(field, text)
    low, high = (seen.low, seen.high) if now is None else (min(seen.low, now), max(seen.high, now))
    if seen.whole and high - low < POINTS:
        found = np.arange(low, high + 1)
    else:
        found = np.linspace(low, high, POINTS)
        if seen.whole:
            found = np.unique(np.rint(found))
    if field.feature is Feature.DATE:
        texts = tuple(value_text(field, float(value)) for value in found)
    else:
        texts = tuple(plain(float(f"{value:.6g}")) if not seen.whole else number_cell(value) for value in found)
    return Sweep(texts, tuple(found.tolist()), (), now)


def place_of(field: DataField, text: str) -> float | None:
    """Where the value of a cell lies: a number in the units of the file, days of a date; None where it is missing."""
    value = float(encoded_column(field, [text])[0, 0])
    if np.isnan(value):
        return None
    return float(text) if field.feature is Feature.NUMBER and field.log else value


def rows_of(row: Floats, at: int, field: DataField, found: Sweep) -> Floats:
    """The row, float32 1×columns, once for each value: N×columns; the columns of the field begin with ``at``."""
    rows = np.repeat(row, len(found.texts), axis=0)
    part = encoded_column(field, found.texts)
    rows[:, at : at + part.shape[1]] = part
    return rows


def _categories(field: DataField, text: str) -> Sweep:
    texts, labels = list(field.categories), list(field.categories)
    if field.other:
        texts.append(other_text(field))
        labels.append("other")
    if may_be_missing(field):
        texts.append("")
        labels.append("missing")
    now = float(texts.index(text)) if text in texts else None
    return Sweep(tuple(texts), tuple(map(float, range(len(texts)))), tuple(labels), now)
