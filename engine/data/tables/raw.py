"""The cells of a table of any columns: the different texts of each column, and which row has which.

A text stands in memory once, however many rows have it, and whatever is asked of a column (is it a number, is it a
date) is asked of each different text once.

The texts and the numbers of lines are in arrays, which Python's cycle collector does not look into: to walk through
tuples or lists of millions of them takes a second or more in which no other thread runs.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.counting import counted
from engine.data.dataset import DataError
from engine.data.fingerprint import Fingerprint
from engine.data.tables import columns as table_columns
from engine.data.tables.layout import COMMENTS, MISSING
from engine.data.tables.marks import Cell, DecimalMark, Unclear, is_number, judge
from engine.data.tables.text import DELIMITERS, Row, TableText

MOST_ROWS = 1_000_000
MOST_COLUMNS = 10_000
MOST_CELLS = 20_000_000
_NUMBERED = "column {}"
"""What a column is called that has no name in its file."""


@dataclass(frozen=True, eq=False)
class RawColumn:
    """A column: ``values`` are its M different texts (str), ``codes`` (int32, N) say which of them each row has.

    ``lines`` (int32, M) are the lines in which each of them stands first.
    """

    name: str
    values: NDArray[np.object_]
    codes: NDArray[np.int32]
    lines: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table as it stands in its file. ``has_names``: its first line held the names of the columns.

    ``renamed`` are the names that columns were given because others had the same.
    """

    text: TableText
    delimiter: str
    has_names: bool
    columns: tuple[RawColumn, ...]
    rows: int
    renamed: tuple[str, ...]

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
                    if not is_missing(text):
                        yield int(line), column.name, text

        try:
            return judge(cells(), self.delimiter, self.text.line)
        except Unclear as error:
            raise DataError(f"{self.path}, {error}") from None


def is_missing(text: str) -> bool:
    """Whether a cell says that its value is not known."""
    return not text or text.casefold() in MISSING


def read(path: Path, header: str = "auto", wanted: Sequence[str] = (), sheet: str = "") -> RawTable:
    """The table in a file, of whatever columns; see :class:`engine.data.tables.text.TableText` for encodings.

    ``header`` is "yes" or "no" where it is known whether the first line holds names. Otherwise it does where it has
    one of the names that are ``wanted``; where none are, unless it has a number or a missing value, or each of its
    words again below. ``sheet`` names the one of a spreadsheet; "" for the first that has rows. Raises DataError: a
    file that cannot be read, is empty or too large, and rows of unequal length.
    """
    text = TableText(path, sheet)
    delimiter, sample = _laid_out(text)
    first = sample[0][1]
    named = _has_names(sample, header, wanted)
    if len(first) > MOST_COLUMNS:
        raise DataError(f"{path} has {len(first):,} columns; {MOST_COLUMNS:,} are the most. Leave some out.")
    names, renamed = _names(first) if named else (_numbered(len(first)), ())
    return _filled(text, delimiter, named, names, renamed)


def _filled(
    text: TableText, delimiter: str, named: bool, names: Sequence[str], renamed: tuple[str, ...]
) -> RawTable:
    known: list[dict[str, int]] = [{} for _ in names]
    lines = [array("i") for _ in names]
    codes = [array("i") for _ in names]
    columns = list(zip(known, lines, codes, strict=True))
    count, rows, most = len(names), 0, min(MOST_ROWS, MOST_CELLS // len(names))
    reader = text.rows(delimiter)
    if named:
        next(reader)
    for line, cells in reader:
        if len(cells) != count:
            cells = _fitted(text.path, line, cells, count, delimiter)
        if rows == most:
            raise DataError(
                f"{text.path} has more than {most:,} rows of {counted(count, 'column')}, the most that are read. "
                "Take a part of it."
            )
        rows += 1
        for (texts, firsts, places), cell in zip(columns, cells, strict=True):
            code = texts.get(cell)
            if code is None:
                code = texts[cell] = len(texts)
                firsts.append(line)
            places.append(code)
    del columns
    made = []
    for name in names:
        # One by one: to free millions of texts at once takes a second in which no other thread runs.
        texts, firsts, places = known.pop(0), lines.pop(0), codes.pop(0)
        values = np.fromiter(texts, dtype=np.object_, count=len(texts))
        made.append(RawColumn(name, values, _array(places), _array(firsts)))
    return RawTable(text, delimiter, named, tuple(made), rows, renamed)


def _array(numbers: array[int]) -> NDArray[np.int32]:
    return np.frombuffer(numbers, dtype=np.int32) if numbers else np.empty(0, dtype=np.int32)


def _fitted(path: Path, line: int, cells: list[str], count: int, delimiter: str) -> list[str]:
    """The cells of a row without empty ones beyond the last column. Raises DataError for other than ``count`` cells."""
    if len(cells) > count and not any(cells[count:]):
        return cells[:count]
    if cells[0].startswith(COMMENTS):
        advice = "Remove lines of comments."
    elif len(cells) > count and delimiter == ",":
        advice = "Where a number has a comma in it, write it without or in quotation marks."
    else:
        advice = "Give every row a cell for each column; it may be empty."
    raise DataError(f"{path}, line {line} has {counted(len(cells), 'cell')}, {count:,} expected. {advice}")


def _laid_out(text: TableText) -> tuple[str, list[Row]]:
    """What parts the cells, and the first rows under it: most have as many cells as the first. Raises DataError."""
    found: list[tuple[tuple[float, int], str, list[Row]]] = []
    trouble: DataError | None = None
    for delimiter in (text.delimiter,) if text.delimiter else DELIMITERS:
        try:
            rows = text.sample(delimiter)
        except DataError as error:  # as a quotation mark that another delimiter would have closed
            trouble = trouble or error
            continue
        if not rows:
            raise DataError(f"{text.path} is empty.")
        count = len(rows[0][1])
        share = sum(len(cells) == count for _, cells in rows) / len(rows)
        found.append((((count > 1) * round(share, 1), count), delimiter, rows))
    if not found:
        raise trouble or DataError(f"{text.path} is no table.")
    _, delimiter, rows = max(found, key=lambda one: one[0])
    return delimiter, rows


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
