"""The cells of a table of any columns: the different texts of each column, and which row has which.

A text stands in memory once, however many rows have it, and whatever is asked of a column (is it a number, is it a
date) is asked of each different text once.

The texts and the numbers of lines are in arrays, which Python's cycle collector does not look into: to walk through
tuples or lists of millions of them takes a second or more in which no other thread runs.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.counting import counted
from engine.data.dataset import DataError
from engine.data.fingerprint import Fingerprint
from engine.data.table_reading import AUTO, COMMENTS, TableReading
from engine.data.tables import columns as table_columns
from engine.data.tables import dialect as table_dialect
from engine.data.tables import formats
from engine.data.tables.dialect import Dialect
from engine.data.tables.layout import MISSING
from engine.data.tables.marks import Cell, DecimalMark, Unclear, chosen, is_number, judge
from engine.data.tables.text import Row, TableText

MOST_ROWS = 1_000_000
MOST_COLUMNS = 10_000
MOST_CELLS = 20_000_000
_ROWS_AT_ONCE, _CELLS_AT_ONCE, _LETTERS_AT_ONCE = 1_024, 2**20, 8 * 2**20
_RAGGED_AMONG, _MOST_RAGGED = 20, 1_000
"""One row in so many may be left out since its cells are too many or too few, up to so many rows."""
_NUMBERED = "column {}"
"""What a column is called that has no name in its file."""


@dataclass(frozen=True, eq=False)
class RawColumn:
    """A column: ``values`` are its M different texts (str), ``codes`` (int32, N) say which of them each row has.

    ``lines`` (int32, M) are the lines in which each of them stands first. ``also_missing`` are words, in small letters,
    that mean a missing value here beside those that always do, ``date_order`` is DAY_FIRST or MONTH_FIRST where
    that was said.
    """

    name: str
    values: NDArray[np.object_]
    codes: NDArray[np.int32]
    lines: NDArray[np.int32]
    also_missing: frozenset[str] = frozenset()
    date_order: str = AUTO

    def is_missing(self, text: str) -> bool:
        """Whether a cell says that its value is not known."""
        return is_missing(text) or (bool(self.also_missing) and text.casefold() in self.also_missing)


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table as it stands in its file, read as ``reading`` says. ``has_names``: its first line held the names.

    ``renamed`` are the names that columns were given because others had the same. ``ragged`` are the lines of
    the rows that were left out since they have other than as many cells as there are columns, ``comments`` those of
    lines that were passed over.
    """

    text: TableText
    dialect: Dialect
    reading: TableReading
    has_names: bool
    columns: tuple[RawColumn, ...]
    rows: int
    renamed: tuple[str, ...]
    ragged: tuple[int, ...] = ()
    comments: tuple[int, ...] = ()

    @property
    def delimiter(self) -> str:
        """What parts the cells."""
        return self.dialect.delimiter

    @property
    def path(self) -> Path:
        return self.text.path

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, all different."""
        return tuple(column.name for column in self.columns)

    @property
    def nbytes(self) -> int:
        """About the memory it takes, in bytes."""
        texts = sum(len(column.values) for column in self.columns)
        return 4 * self.rows * len(self.columns) + 100 * texts + len(self.text.data)

    def fingerprint(self) -> Fingerprint:
        """Of the bytes that were read."""
        return Fingerprint.of(self.path, self.text.data)

    def marks(self, columns: Sequence[RawColumn]) -> DecimalMark:
        """The decimal mark of the numbers in ``columns``. Raises DataError where it cannot be known."""

        def cells() -> Iterator[Cell]:
            for column in columns:
                for line, text in zip(column.lines, column.values, strict=True):
                    if not column.is_missing(text):
                        yield int(line), column.name, text

        said = self.reading.decimal_mark
        try:
            return judge(cells(), self.delimiter, self.text.line) if said is None else chosen(said, cells())
        except Unclear as error:
            raise DataError(f"{self.path}, {error}") from None


def is_missing(text: str) -> bool:
    """Whether a cell says that its value is not known."""
    return not text or text.casefold() in MISSING


def read(
    path: Path, reading: TableReading | None = None, *, wanted: Sequence[str] = (), strict: bool = False
) -> RawTable:
    """The table in a file, of whatever columns; see :class:`engine.data.tables.text.TableText` for encodings.

    ``reading`` is what is said of how it is written. Where it says nothing of it, the first line holds names where it
    has one of the names that are ``wanted``; where none are, unless it has a number or a missing value, or each of its
    words again below. A few rows among many that have too many or too few cells are left out, unless it is ``strict``
    or names are wanted. Raises DataError: a file that cannot be read, is empty or too large, and rows of unequal
    length.
    """
    reading = reading or TableReading()
    if wanted:
        reading = _for_new_rows(path, reading, wanted)
    text = TableText(path, reading)
    dialect = table_dialect.judge(text, reading, fewest=2 if len(wanted) != 1 else 1)
    first = dialect.sample[0][1]
    named = _has_names(dialect.sample, reading.header, wanted)
    if len(first) > MOST_COLUMNS:
        raise DataError(f"{path} has {len(first):,} columns; {MOST_COLUMNS:,} are the most. Leave some out.")
    names, renamed = _names(first) if named else (_numbered(len(first)), ())
    filling = TableFilling(text, len(names), dialect.delimiter, reading, strict=strict or bool(wanted))
    columns = filling.fill(names, named)
    comments = tuple(sorted({*filling.comments, *text.comments}))
    return RawTable(text, dialect, reading, named, columns, filling.rows, renamed, tuple(filling.ragged), comments)


def _for_new_rows(path: Path, reading: TableReading, wanted: Sequence[str]) -> TableReading:
    """How a further table is read where ``reading`` was said of the first: names are looked for in its first line.

    A sheet that it does not have, and lines above the names that it does not have, are not asked of it.
    """
    reading = replace(reading, header=AUTO)
    if reading.sheet and reading.sheet not in formats.sheets(path):
        reading = replace(reading, sheet="")
    if reading.skipped:
        text = TableText(path, reading)
        sample = text.sample(text.delimiter or table_dialect.judge(text, replace(reading, skip=0)).delimiter)
        if sample and _has_names(sample, AUTO, wanted):
            return replace(reading, skip=0)
    return reading


class TableFilling:
    """Makes columns of the rows of a text, ``count`` of them, some hundred rows at a time.

    ``rows`` were taken, ``ragged`` and ``comments`` are lines that were not.
    """

    def __init__(self, text: TableText, count: int, delimiter: str, reading: TableReading, *, strict: bool) -> None:
        self._text, self._delimiter, self._strict = text, delimiter, strict
        self._notices = reading.comment == AUTO
        self._also_missing, self._dates = reading.missing_words, reading.dates
        self._known: list[dict[str, int]] = [{} for _ in range(count)]
        self._lines = [array("i") for _ in range(count)]
        self._codes = [array("i") for _ in range(count)]
        self.rows = 0
        self.ragged: list[int] = []
        self.comments: list[int] = []
        self._unfit: DataError | None = None

    def fill(self, names: Sequence[str], named: bool) -> tuple[RawColumn, ...]:
        """The columns, called as ``names`` are. Raises DataError."""
        text, count = self._text, len(names)
        most, at_once = min(MOST_ROWS, MOST_CELLS // count), min(_ROWS_AT_ONCE, max(64, _CELLS_AT_ONCE // count))
        reader = text.rows(self._delimiter)
        if named:
            next(reader)
        gathered: list[list[str]] = []
        lines = array("i")
        letters = text.letters
        for line, cells in reader:
            if len(cells) != count:
                fitted = self._fitted(line, cells, count)
                if fitted is None:
                    continue
                cells = fitted
            if self.rows == most:
                raise DataError(
                    f"{text.path} has more than {most:,} rows of {counted(count, 'column')}, the most that are read. "
                    "Take a part of it."
                )
            self.rows += 1
            gathered.append(cells)
            lines.append(line)
            if len(gathered) == at_once or text.letters - letters > _LETTERS_AT_ONCE:
                self._take(gathered, lines)
                gathered, lines, letters = [], array("i"), text.letters
        self._take(gathered, lines)
        if self._unfit is not None and _RAGGED_AMONG * len(self.ragged) > self.rows:
            raise self._unfit
        made = []
        for name in names:
            # One by one: to free millions of texts at once takes a second in which no other thread runs.
            texts, firsts, places = self._known.pop(0), self._lines.pop(0), self._codes.pop(0)
            values = np.fromiter(texts, dtype=np.object_, count=len(texts))
            made.append(RawColumn(name, values, _array(places), _array(firsts), self._also_missing, self._dates))
        return tuple(made)

    def _take(self, gathered: list[list[str]], lines: array[int]) -> None:
        """Take some rows, with the lines that they stand in."""
        if not gathered:
            return
        at = np.frombuffer(lines, dtype=np.int32)
        columns = zip(self._known, self._lines, self._codes, zip(*gathered, strict=True), strict=True)
        for texts, firsts, places, cells in columns:
            before, code = len(texts), texts.setdefault
            found = [code(cell, len(texts)) for cell in cells]
            places.fromlist(found)
            new = len(texts) - before
            if new == len(found):
                firsts.extend(lines)
            elif new:
                # New codes rise by one from row to row: where one is above all before it, its text is there first.
                codes = np.array(found, dtype=np.int32)
                highest = np.maximum.accumulate(codes)
                first = codes[1:] > np.maximum(highest[:-1], before - 1)
                firsts.frombytes(at[np.concatenate((codes[:1] >= before, first))].tobytes())

    def _fitted(self, line: int, cells: list[str], count: int) -> list[str] | None:
        """The cells of a row without empty ones beyond the last column; None for a row that is left out.

        Raises DataError for other than ``count`` cells where that is no exception.
        """
        if len(cells) > count and not any(cells[count:]):
            return cells[:count]
        if self._notices and cells[0].startswith(COMMENTS):
            self.comments.append(line)
            return None
        if cells[0].startswith(COMMENTS):
            advice = "Remove lines of comments."
        elif len(cells) > count and self._delimiter == ",":
            advice = "Where a number has a comma in it, write it without or in quotation marks."
        else:
            advice = "Give every row a cell for each column; it may be empty."
        found = f"{self._text.path}, line {line} has {counted(len(cells), 'cell')}, {count:,} expected."
        unfit = DataError(f"{found} {advice}")
        # In a cell of several lines a quotation mark may be missing: then it holds more than one row.
        if self._strict or len(self.ragged) == _MOST_RAGGED or any("\n" in cell for cell in cells):
            raise self._unfit or unfit
        self.ragged.append(line)
        self._unfit = self._unfit or unfit
        return None


def _array(numbers: array[int]) -> NDArray[np.int32]:
    return np.frombuffer(numbers, dtype=np.int32) if numbers else np.empty(0, dtype=np.int32)


def _has_names(sample: list[Row], header: str, wanted: Sequence[str]) -> bool:
    first, below = sample[0][1], [cells for _, cells in sample[1:]]
    if header != "auto":
        return header == "yes"
    if wanted:
        try:
            return bool(table_columns.find(first, wanted))
        except table_columns.TwoColumns:
            return True
    if first == [str(number) for number in range(len(first))] and len(first) > 2:
        return True  # as pandas writes columns without names
    if any(is_number(cell) or cell.casefold() in MISSING for cell in first if cell):
        return False
    return not below or not all(any(cell == row[at] for row in below if at < len(row)) for at, cell in enumerate(first))


def _numbered(count: int) -> list[str]:
    return [_NUMBERED.format(number + 1) for number in range(count)]


def _names(first: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """A name for each column, all different, and those that had to be changed for that."""
    names: list[str] = []
    renamed: list[str] = []
    taken = set(first)
    seen: set[str] = set()
    for place, cell in enumerate(first):
        name = cell or _NUMBERED.format(place + 1)
        if name in seen:
            number = 2
            while f"{name} ({number})" in seen or f"{name} ({number})" in taken:
                number += 1
            name = f"{name} ({number})"
            renamed.append(name)
        seen.add(name)
        names.append(name)
    return names, tuple(renamed)
