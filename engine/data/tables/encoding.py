"""The cells of a table as the numbers that a network is given: numbers, logarithms, 0 and 1 for categories.

Nothing here is measured: what becomes of a cell depends on its own text and on the declared fields. A missing value is
not a number (NaN), in all the columns of its field, until :class:`engine.data.preparation.Preparation` imputes it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data import date_parts
from engine.data import fields as of_fields
from engine.data.dataset import DataError
from engine.data.fields import DataField, Feature, Impute
from engine.data.table_reading import TableReading
from engine.data.tables import columns as table_columns
from engine.data.tables import raw as raw_table
from engine.data.tables.marks import DecimalMark, Unclear, is_number
from engine.data.tables.raw import RawColumn, RawTable
from engine.data.tables.units import without_units
from engine.graph.columns import listed
from engine.text import brief

Floats = NDArray[np.float32]
LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class UnknownCategory:
    """A category that was not in the data: ``rows`` are the numbers, from 0, of those that have it."""

    field: str
    value: str
    rows: tuple[int, ...]

    @property
    def sentence(self) -> str:
        return f"{self.field} is {brief(self.value)}, which was not among the data that the network was trained on."


def number_of(marks: DecimalMark, text: str) -> float | None:
    """The finite number within float32 in a cell; None where there is none."""
    try:
        value = marks.number(text)
    except Unclear:
        return None
    return value if value is not None and abs(value) <= LARGEST else None


def encode(field: DataField, column: RawColumn, marks: DecimalMark, *, where: Path | None = None) -> Floats:
    """The columns of the input, float32 N×(as many as ``field.columns``), that a column of a table becomes.

    ``where`` names the file where what is no number is an error; without it, it counts as missing. Raises DataError.
    """
    width = len(field.columns) - field.flag
    each = np.zeros((len(column.values), len(field.columns)), dtype=np.float32)
    places = {category: place for place, category in enumerate(field.categories)}
    for at, text in enumerate(column.values):
        missing = column.is_missing(text)
        if not missing and field.feature is Feature.NUMBER:
            value = _number(field, marks, text, column.lines[at], where)
            each[at, 0] = value
            missing = math.isnan(value)
        elif not missing and field.feature is Feature.DATE:
            numbers = _moment(field, text, column.lines[at], where)
            missing = numbers is None
            each[at, :width] = numbers or 0
        elif not missing and field.feature is Feature.YES_NO:
            if text in places:
                each[at, 0] = places[text]
            else:  # neither: the more frequent of the two stands in, and it is said
                missing = True
        elif not missing and text in places:
            each[at, places[text]] = 1
        elif not missing and field.other:
            each[at, len(places)] = 1
        if missing and field.impute is Impute.CATEGORY:
            each[at, width - 1] = 1
        elif missing:
            if where is not None and field.impute.refuses:
                raise DataError(
                    f"{where}, line {column.lines[at]}, column {field.name}: the value is missing. Fill it in, or "
                    "leave the row out."
                )
            each[at, :width] = np.nan
            if field.flag:
                each[at, width] = 1
    return each[column.codes]


def _moment(field: DataField, text: str, line: int, where: Path | None) -> list[float] | None:
    """The numbers that a cell with a date becomes, None where there is none. Raises DataError."""
    moment = date_parts.read(text, field.written)
    if moment is not None:
        return date_parts.numbers(moment, field.parts)
    if where is None or field.stray:
        return None
    raise DataError(
        f"{where}, line {line}, column {field.name}: expected a date such as {date_parts.in_words(field.written)}, "
        f"found {brief(text)}. Correct it, or leave the cell empty where the value is not known."
    )


def _number(field: DataField, marks: DecimalMark, text: str, line: int, where: Path | None) -> float:
    """The number in a cell, NaN where there is none. Raises DataError."""
    value = number_of(marks, text)
    if value is not None and field.log:
        value = math.log1p(value) if value > -1 else None
    if value is not None:
        return value
    if where is None or field.stray:
        return math.nan
    found = number_of(marks, text)
    expected = "a number" if found is None else "a number above -1, of which a logarithm is taken"
    raise DataError(
        f"{where}, line {line}, column {field.name}: expected {expected}, found {brief(text)}. "
        "Correct it, or leave the cell empty where the value is not known."
    )


def encoded(
    fields: Sequence[DataField], table: RawTable, marks: DecimalMark, numbers: Mapping[str, NDArray[np.float64]]
) -> Floats:
    """The input of all rows of the table that the fields were judged by, float32 N×columns.

    ``numbers`` are those in the different texts of each column, by its name; NaN where there is none.
    """
    by_name = {column.name: column for column in table.columns}

    def part(field: DataField) -> Floats:
        column, known = by_name[field.name], numbers[field.name]
        if field.feature is not Feature.NUMBER or field.log:
            return encode(field, column, marks)
        each = known[:, None].astype(np.float32)
        if field.flag:
            each = np.hstack((each, np.isnan(each)))
        return each[column.codes]

    return np.concatenate([part(field) for field in of_fields.inputs(fields)], axis=1)


def read_encoded(
    path: Path, fields: Sequence[DataField], reading: TableReading | None = None
) -> tuple[Floats, tuple[UnknownCategory, ...]]:
    """The inputs in another table of the same fields, float32 N×columns, and the categories that are new in it.

    With a line of names the columns may stand in any order, and others are passed over; without one they are the inputs
    in their order. ``reading`` is what was said of how the first table was written. Raises DataError: as
    :func:`engine.data.tables.raw.read`, and for columns that are missing and cells that cannot be read.
    """
    wanted = of_fields.inputs(fields)
    table = raw_table.read(path, reading, wanted=names_in_files(wanted))
    table = without_units(table, [field.name for field in wanted])
    if not table.rows:
        raise DataError(f"{path} has no rows below its line of names.")
    columns = _found(table, wanted)
    pairs = list(zip(wanted, columns, strict=True))
    marks = table.marks([column for field, column in pairs if field.feature is Feature.NUMBER and _numbers(column)])
    parts = [encode(field, column, marks, where=path) for field, column in pairs]
    return np.concatenate(parts, axis=1), tuple(
        unknown for field, column in pairs for unknown in _unknown(field, column)
    )


def _numbers(column: RawColumn) -> bool:
    return any(map(is_number, column.values))


def names_in_files(fields: Sequence[DataField]) -> list[str]:
    """What the columns of the fields may be called in a table of new rows."""
    return [name for field in fields for name in dict.fromkeys((field.name, field.shown))]


def _found(table: RawTable, fields: Sequence[DataField]) -> list[RawColumn]:
    """The columns of the fields, or in their order in a table without names. Raises DataError."""
    names = [field.name for field in fields]
    if not table.has_names and len(table.columns) == len(names):
        return list(table.columns)
    try:
        found = table_columns.find(table.names, names)
        titles = {field.title: field.name for field in fields if field.title and field.name not in found}
        for title, at in table_columns.find(table.names, list(titles)).items():
            if at not in found.values():
                found[titles[title]] = at
    except table_columns.TwoColumns as error:
        here, there = (table.names[place] for place in error.places)
        raise DataError(
            f"{table.path}: {brief(here)} and {brief(there)} can both be the column {error.name}. Rename or remove one."
        ) from None
    missing = [name for name in names if name not in found]
    if missing:
        what = f"lacks the columns {listed(missing)}" if table.has_names else f"has {len(table.columns)} columns"
        advice = "Give the columns these names." if table.has_names else f"A line of names is needed: {listed(names)}."
        raise DataError(f"{table.path} {what}; it has {listed(table.names)}. {advice}")
    return [table.columns[found[name]] for name in names]


def _unknown(field: DataField, column: RawColumn) -> list[UnknownCategory]:
    if field.feature not in (Feature.CATEGORY, Feature.YES_NO):
        return []
    new = [at for at, text in enumerate(column.values) if not column.is_missing(text) and text not in field.categories]
    # Those that were too rare to have a column of their own are not told from new ones: they share "other".
    new = [] if field.other else new
    return [
        UnknownCategory(field.name, column.values[at], tuple(np.flatnonzero(column.codes == at).tolist())) for at in new
    ]
