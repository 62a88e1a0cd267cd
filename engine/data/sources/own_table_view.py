"""A table of the user's as one looks at it: its cells as they stand in the file, and a summary of each column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.sources import own_table
from engine.data.sources.own_table_columns import Look
from engine.data.sources.own_table_guesses import Guess, guesses
from engine.data.sources.own_table_judge import TableLook

BARS = 24
"""Bars of a histogram at most."""
TOP = 8
"""The most frequent values that are listed."""


@dataclass(frozen=True)
class ColumnSummary:
    """A column in a few figures.

    ``missing`` are rows without a value, ``different`` the different values. For numbers ``low``, ``median`` and
    ``high`` are set and ``bars`` are the rows of each part of equal width between ``low`` and ``high``; for others
    ``top`` are the most frequent values with their rows, and ``bars`` these rows.
    """

    missing: int
    different: int
    is_number: bool
    bars: tuple[int, ...]
    top: tuple[tuple[str, int], ...] = ()
    low: float = 0.0
    median: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, eq=False)
class TableContents:
    """A table that was looked at, with a summary of each of its columns, and how it was read."""

    looked: TableLook
    summaries: tuple[ColumnSummary, ...]
    guesses: tuple[Guess, ...]


def view(options: Mapping[str, Any]) -> TableContents:
    """Read the table under the given options; takes as long as reading does. Raises DataError."""
    looked = own_table.look(options)
    read_as = guesses(looked.table, looked.looks, looked.marks)
    return TableContents(looked, tuple(map(summary, looked.looks)), read_as)


def summary(look: Look) -> ColumnSummary:
    """A column in a few figures, from all of its rows."""
    missing = int(look.counts[look.missing].sum())
    known = ~np.isnan(look.numbers) & np.isfinite(look.numbers)
    if look.is_numbers and known.any():
        order = np.argsort(look.numbers[known], kind="stable")
        values, counts = look.numbers[known][order], look.counts[known][order]
        median = values[np.searchsorted(np.cumsum(counts), counts.sum() / 2)]
        parts = min(BARS, len(values))
        with np.errstate(over="ignore"):
            spread = values[-1] - values[0]
        share = (values / 2 - values[0] / 2) / (spread / 2) if np.isfinite(spread) and spread > 0 else 0 * values
        places = np.minimum((share * parts).astype(np.int64), parts - 1)
        bars = np.bincount(places, weights=counts, minlength=parts).astype(np.int64)
        low, high = float(values[0]), float(values[-1])
        return ColumnSummary(missing, look.different, True, tuple(bars.tolist()), (), low, float(median), high)
    top = tuple(look.words()[:TOP])
    return ColumnSummary(missing, look.different, False, tuple(rows for _, rows in top), top)
