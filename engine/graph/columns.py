"""The columns of a table, of which each data block gives all or some."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.counting import counted
from engine.graph.parameters import BadParameter, Parameter
from engine.graph.shapes import ShapeError, ShapeErrorCode
from engine.text import brief, printable

MOST_COLUMNS = 10_000
LONGEST_NAME = 1_000
"""Characters of the name of a column."""
_MOST_SHOWN = 12


class Column(NamedTuple):
    """A column of a table as it is called there, and how many numbers of a sample it becomes. ``categories`` of them,
    the first ones, are 0 or 1 for one category each; 0 for a column of numbers. People call it by its ``title``, or by
    its name where that is ""."""

    name: str
    numbers: int = 1
    categories: int = 0
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class ColumnNames(Parameter):
    """Names of columns, each once, kept as a tuple; none of them stand for all columns.

    As text they are separated by commas; a name with a comma in it stands in quotation marks.
    """

    @property
    def expected(self) -> str:
        return "names of columns, separated by commas"

    def check(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or len(value) > MOST_COLUMNS:
            raise self._refuse(self.expected, value)
        for name in value:
            if not isinstance(name, str) or not name or len(name) > LONGEST_NAME or "\0" in name:
                raise self._refuse(self.expected, name)
        return tuple(dict.fromkeys(value))

    def parse(self, text: str) -> tuple[str, ...]:
        try:
            cells = next(csv.reader([text], skipinitialspace=True, strict=True), [])
        except csv.Error:
            raise BadParameter(f"{self.title}: a quotation mark in {brief(text)} has no partner.") from None
        return self.check([cell.strip() for cell in cells if cell.strip()])

    def show(self, value: Any) -> str:
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(value)
        return line.getvalue().replace(",", ", ") if not any("," in name for name in value) else line.getvalue()


def places(columns: Sequence[Column], chosen: Sequence[str]) -> tuple[int, ...]:
    """Where the numbers of the ``chosen`` columns stand in a sample, in the order of the data.

    Raises ShapeError with code COLUMNS for a name that no column has.
    """
    return tuple(at for column, start in _found(columns, chosen) for at in range(start, start + column.numbers))


def category_places(columns: Sequence[Column], chosen: Sequence[str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The same of their categories alone, and how many each column has; () chooses all columns.

    Raises ShapeError with code COLUMNS for a name that no column has, and for a column of numbers.
    """
    found = _found(columns, chosen or [column.name for column in columns])
    numbers = [column.name for column, _start in found if not column.categories]
    if numbers:
        holds = f"{listed(numbers)} holds" if len(numbers) == 1 else f"{listed(numbers)} hold"
        raise ShapeError(f"{holds} numbers, and only categories can come in as tokens.", ShapeErrorCode.COLUMNS)
    return (
        tuple(at for column, start in found for at in range(start, start + column.categories)),
        tuple(column.categories for column, _start in found),
    )


def _found(columns: Sequence[Column], chosen: Sequence[str]) -> list[tuple[Column, int]]:
    """The chosen columns in the order of the data, and where the first number of each stands. Raises ShapeError."""
    wanted, found, at = set(chosen), list[tuple[Column, int]](), 0
    for column in columns:
        if column.name in wanted:
            found.append((column, at))
        at += column.numbers
    missing = unknown(columns, chosen)
    if missing:
        has = "has no column" if len(missing) == 1 else "has no columns"
        raise ShapeError(
            f"The data {has} called {listed(missing)}; it has {listed([column.name for column in columns])}.",
            ShapeErrorCode.COLUMNS,
        )
    return found


def unknown(columns: Sequence[Column], chosen: Sequence[str]) -> list[str]:
    """The ``chosen`` names that no column has."""
    known = {column.name for column in columns}
    return [name for name in chosen if name not in known]


def listed(names: Sequence[str]) -> str:
    """Names in a sentence; of many, the first."""
    shown = ", ".join(printable(name)[:60] for name in names[:_MOST_SHOWN])
    return shown if len(names) <= _MOST_SHOWN else f"{shown} and {len(names) - _MOST_SHOWN} more"


def detail(chosen: Sequence[str]) -> str:
    """What stands on a data block that gives some of the columns: "age, sex", or how many there are."""
    names = ", ".join(map(printable, chosen))
    return names if len(names) <= 24 else counted(len(chosen), "column")
