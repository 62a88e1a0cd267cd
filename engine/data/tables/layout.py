"""How a table is laid out: what parts its cells, whether its first line is one of names, where the columns stand.

Every delimiter is tried on many lines, and the one under which most rows have the cells that the first line promises,
and those that are wanted hold numbers, is that of the table. So the commas of ``5,1;3,5`` do not part cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.data.dataset import DataError, Schema
from engine.data.table_reading import COMMENTS
from engine.data.tables import columns as table_columns
from engine.data.tables.marks import is_number
from engine.data.tables.text import DELIMITERS, Row, TableText
from engine.graph.columns import listed
from engine.text import brief

MISSING = {"nan", "na", "n/a", "null", "none", "?", "-", "missing"}
"""How programs write a number that is not known: no name of a column."""
_FEWEST_NUMBERED = 3
"""Columns from which on 0, 1, 2 at the head of a table is not taken for a row."""


@dataclass(frozen=True)
class Wanted:
    """The columns that a dataset's inputs are read from: ``pixels`` if they are those of pictures.

    ``grid`` are the rows and columns of pictures of one channel.
    """

    names: tuple[str, ...]
    grid: tuple[int, int] | None = None
    pixels: bool = False

    @classmethod
    def of(cls, schema: Schema) -> Wanted:
        """The columns of a dataset; pictures have ``pixel 1``, ``pixel 2``, … row by row."""
        if schema.columns:
            return cls(schema.columns)
        sizes = schema.input.sizes
        grid = (sizes[1], sizes[2]) if len(sizes) == 3 and sizes[0] == 1 else None
        return cls(tuple(f"pixel {number + 1}" for number in range(schema.input.count)), grid, pixels=True)


@dataclass(frozen=True)
class TableLayout:
    """``places`` says where each wanted column stands; a row has from ``fewest`` to ``most`` cells."""

    delimiter: str
    has_names: bool
    places: tuple[int, ...]
    fewest: int
    most: int

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a row has as many cells as it should; empty ones at its end do not count."""
        return self.fewest <= len(cells) and not any(cells[self.most :])


class _Unfit(Exception):
    """No layout under one delimiter; the message follows the name of the file.

    ``likely`` says how likely this delimiter is all the same: the complaint about the likeliest is the one to show.
    """

    def __init__(self, message: str, likely: tuple[float, ...] = (0.0,)) -> None:
        super().__init__(message)
        self.likely = likely


def judge(text: TableText, wanted: Wanted) -> TableLayout:
    """The layout of a table. Raises DataError: it is empty, lacks columns, or it cannot be known what is meant."""
    fitting: list[tuple[tuple[float, ...], TableLayout]] = []
    unfit: list[_Unfit] = []
    for delimiter in (text.delimiter,) if text.delimiter else DELIMITERS:
        try:
            rows = text.sample(delimiter)
            if not rows:
                raise DataError(f"{text.path} is empty.")
            layout = _layout(delimiter, rows, wanted)
        except _Unfit as error:
            unfit.append(error)
        except DataError as error:  # under the delimiter that is meant, most likely: under others rows are shorter
            unfit.append(_Unfit(str(error).removeprefix(str(text.path)), (2.0,)))
        else:
            fitting.append((_rank(layout, rows), layout))
    if fitting:
        return max(fitting, key=lambda pair: pair[0])[1]
    raise DataError(f"{text.path}{max(unfit, key=lambda error: error.likely)}")


def _rank(layout: TableLayout, rows: list[Row]) -> tuple[float, ...]:
    """How well a layout fits the rows, the larger the better."""
    below = [cells for _, cells in rows[layout.has_names :]]
    fitting = [cells for cells in below if layout.fits(cells)]
    cells = [row[place] for row in fitting for place in layout.places[:100]]
    return (
        float(layout.has_names),
        len(fitting) / len(below) if below else 1.0,
        sum(map(is_number, cells)) / len(cells) if cells else 0.0,
    )


def _layout(delimiter: str, rows: list[Row], wanted: Wanted) -> TableLayout:
    """The layout of rows that are parted by ``delimiter``, judged by the first of them. Raises _Unfit."""
    line, first = rows[0]
    count, trimmed = len(wanted.names), _trimmed(first)
    places = table_columns.numbered(first, count, wanted.grid)
    if places is not None and not (all(map(is_number, trimmed)) and _is_row(line, trimmed, rows[1:], wanted)):
        return TableLayout(delimiter, True, tuple(places), len(trimmed), len(first))
    if all(map(is_number, trimmed)):
        return _without_names(delimiter, trimmed, wanted)
    try:
        found = table_columns.find(first, wanted.names)
    except table_columns.TwoColumns as error:
        here, there = (place + 1 for place in error.places)
        raise _Unfit(
            f", line {line}: columns {here} and {there} are both named {error.name} "
            f"({brief(first[here - 1])} and {brief(first[there - 1])}). Rename or remove one of them.",
            (1.0,),
        ) from None
    if len(found) == count:
        return TableLayout(delimiter, True, tuple(found[name] for name in wanted.names), len(trimmed), len(first))
    if not found and any(is_number(cell) or cell.casefold() in MISSING for cell in first):
        return _without_names(delimiter, first if len(first) == count else trimmed, wanted)
    missing = [name for name in wanted.names if name not in found]
    if first[0].startswith(COMMENTS):
        advice = "Remove lines of comments."
    elif len(first) == 1 < count:
        advice = "Cells are separated by commas, semicolons, tabs or |."
    elif wanted.pixels:
        advice = f"It needs {count:,} columns of pixels, numbered in a row from 0 or 1."
    elif not found and len(trimmed) == count:
        advice = "Where the columns are in this order, the line of names may be left out."
    else:
        advice = "Give the columns these names."
    raise _Unfit(
        f", line {line} lacks the columns {listed(missing)}; it has {listed(first)}. {advice}",
        (0.5 * bool(found), 0.0, len(first)),
    )


def _without_names(delimiter: str, first: list[str], wanted: Wanted) -> TableLayout:
    """The layout of a table whose first line is a row: the columns are those that are wanted, in their order."""
    count = len(wanted.names)
    if len(first) != count:
        raise _Unfit(
            f" has {len(first)} column{'s' * (len(first) != 1)}; the network takes {count}: {listed(wanted.names)}. "
            "A first line with names would say which is which.",
            (0.0, sum(map(is_number, first)) / len(first), len(first)),
        )
    return TableLayout(delimiter, False, tuple(range(count)), count, count)


def _is_row(line: int, first: list[str], below: list[Row], wanted: Wanted) -> bool:
    """Whether a line of whole numbers from 0 or 1 is a row of the table. Raises _Unfit where that cannot be known.

    From 0, and with three columns or more, it is what pandas writes for columns without names, but for a row that comes
    again. From 1, or with two columns, it is a row if it comes again or if there are other whole numbers below it.
    """
    others = [_trimmed(cells) for _, cells in below]
    count = len(wanted.names)
    from_0, from_1 = ([str(start + place) for place in range(count)] for start in (0, 1))
    if not others or count < 2 or first not in (from_0, from_1):
        return True
    comes_again = first in others
    if first == from_0 and count >= _FEWEST_NUMBERED:
        if not comes_again:
            return False
    elif comes_again or any(cell.isdecimal() or not is_number(cell) for cells in others for cell in cells):
        return True
    raise _Unfit(
        f", line {line} can be a row or the numbers of the columns. "
        f"Write a line with the names above the rows: {listed(wanted.names)}.",
        (1.0,),
    )


def _trimmed(cells: list[str]) -> list[str]:
    """The cells without empty ones at their end."""
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]
