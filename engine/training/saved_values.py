"""The schema of what a run leaves in a file: type, range and finiteness of every value, checked in one place.

Files may be damaged or written by anyone. What has passed here can be shown, plotted and gone on with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.text import brief

LARGEST_COUNT = 2**53
"""No number of steps, epochs or samples reaches this."""
MOST_EPOCHS = 1_000_000
"""Of one run."""
LARGEST_FIGURE = 1e200
"""No loss or metric reaches this: float32 ends at 3.4e38, and squared errors in their own units stay below it."""
LONGEST_NAME = 100
LONGEST_LIST = 65_536
"""Figures under one name."""


class SavedValueError(ValueError):
    """A saved value is not what it should be; the message says which, what was expected and what was found."""


@dataclass(frozen=True)
class Whole:
    """A whole number from ``low`` to ``high``."""

    low: int = 0
    high: int = LARGEST_COUNT

    def check(self, value: Any, name: str) -> int:
        """``value``, or SavedValueError."""
        if type(value) is not int or not self.low <= value <= self.high:
            raise wrong(name, f"a whole number from {self.low:,} to {self.high:,}", value)
        return value


@dataclass(frozen=True)
class Number:
    """A finite number from ``low`` to ``high``; ``optional`` ones may be null."""

    low: float = -LARGEST_FIGURE
    high: float = LARGEST_FIGURE
    optional: bool = False

    def check(self, value: Any, name: str) -> float | None:
        """``value`` as it is, or SavedValueError."""
        if value is None and self.optional:
            return None
        # Compared first: a whole number can be too large to become a float. False for NaN as well.
        if type(value) not in (int, float) or not self.low <= value <= self.high:
            null = " or null" if self.optional else ""
            raise wrong(name, f"a number from {self.low:g} to {self.high:g}{null}", value)
        return float(value) if type(value) is float else value


@dataclass(frozen=True)
class SavedName:
    """A word of at most LONGEST_NAME characters."""

    def check(self, value: Any, name: str) -> str:
        """``value``, or SavedValueError."""
        if not isinstance(value, str) or len(value) > LONGEST_NAME:
            raise wrong(name, f"a name of at most {LONGEST_NAME} characters", value)
        return value


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    options: tuple[str, ...]

    def check(self, value: Any, name: str) -> str:
        """``value``, or SavedValueError."""
        if not isinstance(value, str) or value not in self.options:
            raise wrong(name, " or ".join(f'"{one}"' for one in self.options), value)
        return value


POSITIVE = Number(low=0.0)
OPTIONAL = Number(optional=True)
SHARE = Number(low=0.0, high=1.0, optional=True)

_MATRIX, _BY_CLASS = "confusion", ("precision", "recall", "f1")
_TABLES = frozenset({_MATRIX, *_BY_CLASS})
"""The test figures that are told by class."""
_MOST_WHOLE, _MOST_CLASSES = 100, 2_000
"""Classes up to which a confusion matrix is saved as it is, and the most of a matrix that is read."""
_LISTS = frozenset({"group_sizes", "support"})
"""The figures that are lists of numbers."""
_FIGURES: Mapping[str, Whole | Number] = {
    "test_rows": Whole(),
    "test_accuracy": SHARE,
    "floor_class": Whole(),
    "floor_accuracy": SHARE,
    "test_mae": Number(low=0.0, optional=True),
    "test_mse": Number(low=0.0, optional=True),
    "test_rmse": Number(low=0.0, optional=True),
    "test_r2": Number(high=1.0, optional=True),
    "test_mae_spread": Number(low=0.0, optional=True),
    "test_mse_spread": Number(low=0.0, optional=True),
    "floor_mae": Number(low=0.0, optional=True),
    "floor_median_mae": Number(low=0.0, optional=True),
    "inertia": Number(low=0.0, optional=True),
    "silhouette": Number(low=-1.0, high=1.0, optional=True),
    "silhouette_rows": Whole(),
    "adjusted_rand": Number(low=-1.0, high=1.0, optional=True),
    "group_sizes": Whole(),
    "support": Whole(),
    "test_exact_match": SHARE,
    "test_label_accuracy": SHARE,
    "test_micro_f1": SHARE,
    "test_macro_f1": SHARE,
    "floor_exact_match": SHARE,
    "floor_label_accuracy": SHARE,
    "converged_after": Whole(),
}
"""What is known of single test figures."""
_ROW: Mapping[str, Whole | Number] = {
    "epoch": Whole(low=1),
    "step": Whole(),
    "seconds": POSITIVE,
    "learning_rate": POSITIVE,
    "train_accuracy": SHARE,
    "validation_accuracy": SHARE,
    "train_exact_match": SHARE,
    "validation_exact_match": SHARE,
}
"""What is known of the columns of a history; all others are figures or null."""


def wrong(name: str, expected: str, found: Any) -> SavedValueError:
    """The error for a value that is not as expected."""
    return SavedValueError(f"{name} must be {expected}, not {brief(found)}")


def check_history(value: Any) -> list[dict[str, Any]]:
    """The rows of a history, one an epoch in ascending order: "epoch", and figures by name. Raises SavedValueError."""
    if not isinstance(value, list):
        raise wrong("the history", "a list with one object an epoch", value)
    before, rows = 0, []
    for number, row in enumerate(value, 1):
        if not isinstance(row, Mapping) or "epoch" not in row:
            raise wrong(f"row {number:,} of the history", 'an object with "epoch" and figures', row)
        for name, figure in row.items():
            _check_name(name)
            _ROW.get(name, OPTIONAL).check(figure, f'"{name}" in row {number:,} of the history')
        if row["epoch"] <= before:
            raise wrong(f"the epoch of row {number:,} of the history", f"after epoch {before:,}", row["epoch"])
        before = row["epoch"]
        rows.append(dict(row))
    return rows


def bounded_figures(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a run as they are saved: null in the place of a number that would not be read again, and of a
    large confusion matrix the cells alone that are not zero."""
    return {
        name: None if isinstance(figure, float) and not abs(figure) <= LARGEST_FIGURE else _packed(name, figure)
        for name, figure in figures.items()
    }


def _packed(name: str, figure: Any) -> Any:
    """Of a matrix of a thousand classes nearly all counts are zero: a million of them in each run kept would be more
    than a project may hold."""
    if name != _MATRIX or not isinstance(figure, list) or len(figure) <= _MOST_WHOLE:
        return figure
    cells = [
        number
        for row, counts in enumerate(figure)
        for column, count in enumerate(counts)
        if count
        for number in (row, column, count)
    ]
    return {"classes": len(figure), "cells": cells}


def _unpacked(figure: Any) -> Any:
    """The matrix that ``_packed`` made small, its rows lists of counts. Raises SavedValueError."""
    if not isinstance(figure, Mapping):
        return figure
    classes, cells = figure.get("classes"), figure.get("cells")
    expected = f"of {_MOST_WHOLE + 1:,} to {_MOST_CLASSES:,} classes, with a row, a column and a count for each cell"
    if type(classes) is not int or not _MOST_WHOLE < classes <= _MOST_CLASSES:
        raise wrong('the test figure "confusion"', expected, figure)
    if not isinstance(cells, list) or len(cells) % 3 or len(cells) > 3 * classes * classes:
        raise wrong('the test figure "confusion"', expected, figure)
    table = [[0] * classes for _ in range(classes)]
    for row, column, count in zip(cells[::3], cells[1::3], cells[2::3], strict=True):
        if not all(type(place) is int and 0 <= place < classes for place in (row, column)):
            raise wrong('a cell of the test figure "confusion"', "inside of it", (row, column))
        table[row][column] = Whole().check(count, 'a count in the test figure "confusion"')
    return table


def check_figures(value: Any) -> dict[str, Any]:
    """The test figures of a run: numbers by name, null where there is none, lists of them, and tables by class.

    Raises SavedValueError.
    """
    if not isinstance(value, Mapping):
        raise wrong("the test figures", "an object of numbers by name", value)
    if isinstance(value.get(_MATRIX), Mapping):
        whole = _unpacked(value[_MATRIX])
        check_figures({name: figure for name, figure in value.items() if name != _MATRIX})
        if any(isinstance(value.get(name), list) and len(value[name]) != len(whole) for name in _BY_CLASS):
            raise wrong("the test figures by class", "lists with one entry a class", list(value))
        return {**value, _MATRIX: whole}
    for name, figure in value.items():
        _check_name(name)
        if isinstance(figure, list) and name in _LISTS:
            _check_list(figure, name)
        elif name not in _TABLES:
            _FIGURES.get(name, OPTIONAL).check(figure, f'the test figure "{name}"')
    if tables := {name: table for name, table in value.items() if name in _TABLES}:
        _check_classes(tables)
    return dict(value)


def _check_list(figures: list[Any], name: str) -> None:
    """One figure a group, or a part of another kind."""
    if len(figures) > LONGEST_LIST:
        raise wrong(f'the test figure "{name}"', f"a list of at most {LONGEST_LIST:,} numbers", figures)
    for figure in figures:
        _FIGURES.get(name, OPTIONAL).check(figure, f'an entry of the test figure "{name}"')


def _check_classes(tables: Mapping[str, Any]) -> None:
    """What is told by class must be told for the same number of classes."""
    classes = {len(table) for table in tables.values() if isinstance(table, list)}
    if len(classes) != 1 or not all(isinstance(table, list) for table in tables.values()):
        raise wrong("the test figures by class", "lists with one entry a class", list(tables.values()))
    for name, table in tables.items():
        for entry in table:
            if name != "confusion":
                SHARE.check(entry, f'an entry of the test figure "{name}"')
            elif not isinstance(entry, list) or len(entry) != len(table):
                raise wrong('a row of the test figure "confusion"', f"a list of {len(table):,} counts", entry)
            else:
                for count in entry:
                    Whole().check(count, 'a count in the test figure "confusion"')


def _check_name(name: Any) -> None:
    if not isinstance(name, str) or not name.isidentifier() or len(name) > LONGEST_NAME:
        raise wrong("the name of a figure", "letters, digits and underscores", name)
