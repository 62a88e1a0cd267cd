"""Whether values lie far outside those that a network was trained on, and the sentences that say so.

A network answers for any numbers at all, and surely; beyond the values it has seen, its answer has been tested by
nobody. Ordinary rows practically never lie far outside: of the rows held back of each built-in table less than one in
two hundred does (``tests/engine/data/test_learned_range.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Schema
from engine.data.fields import Feature, inputs
from engine.data.kinds import DataKind
from engine.data.preparation import Preparation
from engine.data.tables.seen import value_text
from engine.number_text import rounded

FAR = 0.5
"""A value is far outside when it lies beyond the lowest or highest training value by more than this share of the
distance between those two."""
DARK = 0.05
"""Pixels that all stay below this share of the learned range are on another scale: 0 to 1 where 0 to 255 is meant."""
_MOST_NAMED = 3
_LARGEST_LOG = 700.0

_Exact = NDArray[np.float64]


def far_outside(
    rows: NDArray[Any], schema: Schema, preparation: Preparation | None
) -> tuple[list[str], list[list[str]]]:
    """What is to be said about raw rows, as in a dataset's ``inputs``: about all of them together, and about each row.

    The training values are those that ``preparation`` has recorded. Without a record (a file of an older version)
    pictures are judged by the dataset's own value range, and of anything else nothing is said.
    """
    each: list[list[str]] = [[] for _ in rows]
    learned = _learned(schema, preparation)
    if learned is None or not len(rows) or rows.shape[1] != len(learned[0]):
        return [], each
    if schema.kind is DataKind.PICTURES:
        return _pixels(rows, *learned), each
    low, high = learned
    slack = _slack(low, high)
    wrong = (rows < low - slack) | (rows > high + slack)
    for number in np.flatnonzero(wrong.any(axis=1)):
        columns = np.flatnonzero(wrong[number])
        # The farthest first: when not all are named, those that matter are.
        beyond = np.maximum(low - rows[number], rows[number] - high) / slack
        columns = columns[np.argsort(-beyond[columns], kind="stable")]
        named = _named(schema) if len(columns) else {}
        said = []
        for c in columns[:_MOST_NAMED].tolist():
            name, words = named[c] if c in named else (schema.columns[c], figure)
            said.append(_sentence(name, words, float(rows[number, c]), float(low[c]), float(high[c])))
        if len(columns) > _MOST_NAMED:
            rest = len(columns) - _MOST_NAMED
            said.append(f"So {'does' if rest == 1 else 'do'} {rest:,} more {'column' if rest == 1 else 'columns'}.")
        each[number] = said
    return [], each


def _learned(schema: Schema, preparation: Preparation | None) -> tuple[_Exact, _Exact] | None:
    """Lowest and highest training value of each column or channel; None where they are not known."""
    if preparation is not None and preparation.input_low:
        return np.array(preparation.input_low), np.array(preparation.input_high)
    if schema.kind is not DataKind.PICTURES:
        return None
    channels = schema.input.sizes[0]
    low, high = schema.value_range
    return np.full(channels, low), np.full(channels, high)


def _slack(low: _Exact, high: _Exact) -> _Exact:
    """How far beyond its range a column may lie; one that never changed may differ by rounding alone."""
    span = high - low
    return np.where(span > 0, FAR * span, np.maximum(np.maximum(abs(low), abs(high)) * 1e-5, 1e-9))


def _named(schema: Schema) -> dict[int, tuple[str, Callable[[float], str]]]:
    """What logarithms and days are called, by their columns, and how they stand in the file."""
    found: dict[int, tuple[str, Callable[[float], str]]] = {}
    at = 0
    for field in inputs(schema.fields):
        if field.feature is Feature.DATE and field.measured[0]:
            found[at] = (field.shown, partial(value_text, field))
        elif field.log:
            found[at] = (field.shown, _undone)
        at += len(field.columns)
    return found


def _undone(logarithm: float) -> str:
    return figure(float(np.expm1(min(logarithm, _LARGEST_LOG))))


def _sentence(name: str, words: Callable[[float], str], value: float, low: float, high: float) -> str:
    if low == high:
        return f"{name} is {words(value)}, but was always {words(low)} in everything the network was trained on."
    side, beyond = ("below", low - value) if value < low else ("above", value - high)
    return (
        f"{name} is {words(value)}, far {side} everything the network was trained on "
        f"({words(low)} … {words(high)}): beyond it by {_times(beyond / (high - low))} times that range."
    )


def _pixels(rows: NDArray[Any], low: _Exact, high: _Exact) -> list[str]:
    """One sentence about all pixels: it is their scale that is wrong, and that is the same for all."""
    bottom, top = float(low.min()), float(high.max())
    least, most = float(rows.min()), float(rows.max())
    span = top - bottom
    between = f"All pixels lie between {figure(least)} and {figure(most)}"
    learned = f"those the network was trained on go from {figure(bottom)} to {figure(top)}"
    if least < bottom - FAR * span or most > top + FAR * span:
        return [f"{between}, but {learned}: bring them to that scale."]
    if span > 0 and most - bottom <= DARK * span:
        advice = "" if most > 1 else f" Pixels from 0 to 1 have to be multiplied by {figure(top)}."
        return [f"{between}, but {learned}.{advice}"]
    return []


def _times(share: float) -> str:
    return f"{share:,.0f}" if share >= 10 else f"{share:.2g}"


def figure(value: float) -> str:
    """A number as one reads it in a sentence: 12,000, 37, 0.05, 3e-07."""
    return f"{value:,.0f}" if 1_000 <= abs(value) < 1e15 else rounded(value)
