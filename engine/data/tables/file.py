"""Read tables from untrusted sources: a CSV file -> rows as a dataset has them. Errors name the line and the column."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import DataError, Schema
from engine.data.table_reading import COMMENTS
from engine.data.tables import layout as table_layout
from engine.data.tables import marks as table_marks
from engine.data.tables.encoding import UnknownCategory, read_encoded
from engine.data.tables.layout import TableLayout, Wanted
from engine.data.tables.marks import Cell, DecimalMark, Unclear
from engine.data.tables.text import TableText
from engine.text import brief

_LARGEST_NUMBER = float(np.finfo(np.float32).max)
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")


def read_samples(path: Path, schema: Schema) -> tuple[NDArray[np.float32], tuple[UnknownCategory, ...]]:
    """The inputs in a table as ``read_rows`` gives them, and the categories that the data of ``schema`` did not have.

    Of a table of the user's the columns are those of its own file, and missing values are not numbers (NaN).
    """
    if schema.is_own_table:
        return read_encoded(path, schema.fields, schema.table_reading)
    return read_rows(path, schema), ()


def read_rows(path: Path, schema: Schema) -> NDArray[np.float32]:
    """The inputs in a table, N×columns (pictures: N×channels×height×width).

    With a first line of names the columns are found by their names (:mod:`engine.data.tables.columns`), in any order,
    and others are passed over; without one the columns must be the inputs in their order. Comma, semicolon, tab or |
    may part the cells (:mod:`engine.data.tables.layout`), and numbers may have either decimal mark
    (:mod:`engine.data.tables.marks`). Raises DataError: the file cannot be read or is no table, columns are missing or
    there twice, a row has too many or too few cells, and whatever is no finite number within float32.
    """
    if schema.is_own_table:
        return read_encoded(path, schema.fields, schema.table_reading)[0]
    text = TableText(path)
    wanted = Wanted.of(schema)
    layout = table_layout.judge(text, wanted)
    values = array("f")  # a list of numbers, or of lines, would take many times the memory of the file
    marks: DecimalMark | None = None
    columns = list(zip(layout.places, wanted.names, strict=True))
    for line, cells in _rows(text, layout):
        for place, name in columns:
            cell = cells[place]
            if _WHOLE.fullmatch(cell):
                values.append(float(cell))
                continue
            if marks is None:
                marks = _marks(text, layout, wanted)
            try:
                values.append(_number(marks, cell))
            except Unclear as error:
                raise DataError(f"{path}, line {line}, column {name}: {error}") from None
    if not values:
        raise DataError(f"{path} has no rows below its line of names.")
    return np.frombuffer(values, dtype=np.float32).reshape(-1, *schema.input.sizes)


def _rows(text: TableText, layout: TableLayout) -> Iterator[tuple[int, list[str]]]:
    """The rows below the names, each with as many cells as there are columns. Raises DataError."""
    rows = text.rows(layout.delimiter)
    if layout.has_names:
        next(rows)
    for line, cells in rows:
        if not layout.fits(cells):
            found = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
            raise DataError(f"{text.path}, line {line} has {found}, {layout.most} expected. {_advice(layout, cells)}")
        yield line, cells


def _advice(layout: TableLayout, cells: list[str]) -> str:
    if cells[0].startswith(COMMENTS):
        return "Remove lines of comments."
    if len(cells) > layout.most and layout.delimiter == ",":
        advice = "Where a number has a comma in it, write it without or in quotation marks"
        return f"{advice}; a column with the names of the rows needs a name too." if layout.has_names else f"{advice}."
    return "Give every row a cell for each column; for those that do not matter it may be empty."


def _marks(text: TableText, layout: TableLayout, wanted: Wanted) -> DecimalMark:
    def cells() -> Iterator[Cell]:
        for line, row in _rows(text, layout):
            for place, name in zip(layout.places, wanted.names, strict=True):
                yield line, name, row[place]

    try:
        return table_marks.judge(cells(), layout.delimiter, text.line)
    except Unclear as error:
        raise DataError(f"{text.path}, {error}") from None


def _number(marks: DecimalMark, cell: str) -> float:
    """The number in a cell. Raises Unclear, which does not name the cell."""
    value = marks.number(cell)
    if value is None and _INFINITE.fullmatch(cell):
        value = math.inf
    if value is None:
        missing = not cell or cell.casefold() in table_layout.MISSING
        advice = "Fill it in, or leave the row out." if missing else "Write the number alone, without a unit."
        raise Unclear(f"expected a number, found {brief(cell) if cell else 'an empty cell'}. {advice}")
    if not abs(value) <= _LARGEST_NUMBER:
        raise Unclear(f"{brief(cell)} is too large: numbers here lie between ±{_LARGEST_NUMBER:.2g}.")
    return value
