"""A table of the user's as one looks at it: its cells as they stand in the file, and a summary of each column."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.data.column_settings import ChosenType, ColumnSetting
from engine.data.fields import Feature, Impute
from engine.data.sources import own_table, own_table_settings
from engine.data.sources.own_table_columns import Look
from engine.data.sources.own_table_guesses import Guess, guesses
from engine.data.sources.own_table_judge import TableLook
from engine.data.sources.own_table_parts import no_parts
from engine.data.sources.own_table_settings import TypeOffer
from engine.data.tables.marks import DecimalMark

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

    ``guess`` is what it is taken for by itself, ``offers`` what it can be taken for. ``fills`` says what would stand in
    for a missing value, for each kind of field that it can be. ``tells_parts``: it can name splits.
    """

    missing: int
    different: int
    is_number: bool
    bars: tuple[int, ...]
    top: tuple[tuple[str, int], ...] = ()
    low: float = 0.0
    median: float = 0.0
    high: float = 0.0
    guess: ChosenType = ChosenType.AUTO
    offers: tuple[TypeOffer, ...] = ()
    tells_parts: bool = False
    fills: Mapping[Feature, Mapping[Impute, str]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class TableContents:
    """A table that was looked at, with a summary of each of its columns, and how it was read."""

    looked: TableLook
    summaries: tuple[ColumnSummary, ...]
    guesses: tuple[Guess, ...]


def view(options: Mapping[str, Any]) -> TableContents:
    """Read the table under the given options; takes as long as reading does. Raises DataError."""
    looked = own_table.look(options)
    most = int(options.get("categories", 32))
    summaries = tuple(_with_offers(look, looked.marks, most) for look in looked.looks)
    return TableContents(looked, summaries, guesses(looked.table, looked.looks, looked.marks))


def _with_offers(look: Look, marks: DecimalMark, most_categories: int) -> ColumnSummary:
    offers = own_table_settings.offered(look, marks)
    fills = {}
    if any(one.type is ChosenType.NUMBER for one in offers):
        as_numbers = own_table_settings.looked_at_as(look, ColumnSetting(ChosenType.NUMBER), marks)
        fills[Feature.NUMBER] = own_table_settings.fills(as_numbers, Feature.NUMBER)
    if any(one.type is ChosenType.DATE for one in offers):
        fills[Feature.DATE] = own_table_settings.date_fills(look)
    for feature in (Feature.CATEGORY, Feature.YES_NO):
        fills[feature] = own_table_settings.fills(look, feature)
    guess = own_table_settings.guess(look, most_categories)
    return replace(summary(look), guess=guess, offers=offers, fills=fills, tells_parts=not no_parts(look))


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
    top = tuple(look.words(TOP))
    return ColumnSummary(missing, look.different, False, tuple(rows for _, rows in top), top)
