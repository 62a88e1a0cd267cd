"""The text of a table: bytes from a file, a pipe or a device -> rows of cells, within bounds.

UTF-8 with or without a byte order mark, UTF-16 with one, which is what Excel calls "Unicode text", and what is neither
is taken for Windows-1252, of which Latin-1 is a part. Lines end with LF, CR or both. Spreadsheets, arrays and packed
files become such text first (``formats``). Rows are made one at a time, as often as they are asked for: the text of all
of them, or a list of lists, would take many times the memory of the file.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from engine.data.dataset import DataError
from engine.data.tables.formats import LARGEST, as_text
from engine.text import brief

LONGEST_LINE = 1_000_000
"""Characters: a cell takes thirty times the memory of its two letters."""
SAMPLE_ROWS = 500
SAMPLE_LETTERS = 2_000_000
"""How much of a table is looked at to judge how it is written."""

DELIMITERS = (",", ";", "\t", "|")
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_NOT_IN_WINDOWS_1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")

_END = "\0end of the table\0"
"""A line after the last one: a row of its own, unless a quotation mark is still open. No text of a table holds it."""

Row = tuple[int, list[str]]
"""The number of the line a row begins in, from 1, and its cells without blanks around them."""


class TableText:
    """The bytes of a table, and its rows as often as they are asked for.

    ``delimiter`` is what a first line such as ``sep=;``, which Excel obeys, says; None where there is no such line.
    Raises DataError: a file that cannot be read or is too large, and what is no text in one of the encodings.
    """

    def __init__(self, path: Path, sheet: str = "") -> None:
        self.path = path
        self._data = _read(path)
        self._text = as_text(path, self._data, sheet)
        self._encoding = self._known_encoding()
        self._begins = 0
        self.delimiter = self._told_delimiter()

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self._data

    def rows(self, delimiter: str) -> Iterator[Row]:
        """The rows that are not empty. Raises DataError: text that is not of its encoding, endless lines."""
        for line, cells in self._all(delimiter):
            if any(cells):
                yield line, cells

    def sample(self, delimiter: str) -> list[Row]:
        """The first rows that are not empty, enough of them to judge the table by. Raises DataError."""
        found, letters = [], 0
        for row in islice(self.rows(delimiter), SAMPLE_ROWS):
            found.append(row)
            letters += sum(map(len, row[1]))
            if letters > SAMPLE_LETTERS:
                break
        return found

    def _all(self, delimiter: str) -> Iterator[Row]:
        lines = self._lines()
        next_line = 1
        for _ in range(self._begins):
            next(lines, None)
            next_line += 1
        bounded = _Bounded(lines)
        reader = csv.reader(bounded, delimiter=delimiter, skipinitialspace=True)
        offset = self._begins
        try:
            for cells in reader:
                bounded.taken = 0
                if cells == [_END]:
                    return
                if cells and cells[-1].endswith(_END):
                    raise csv.Error("a quotation mark that begins in it is not closed, so that all below is one cell")
                yield next_line, [cell.strip() for cell in cells]
                next_line = reader.line_num + offset + 1
        except UnicodeError:
            raise self._no_text() from None
        except csv.Error as error:
            raise DataError(f"{self.path}, line {next_line}: the table cannot be read: {error}.") from None

    def line(self, number: int) -> str:
        """A line as it stands in the file, numbered from 1."""
        return next(islice(self._lines(), number - 1, None), "")

    def _lines(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(io.BytesIO(self._text), encoding=self._encoding)

    def _known_encoding(self) -> str:
        if self._text.startswith(_UTF_32):
            raise self._no_text()
        if self._text.startswith(_UTF_16):
            return "utf-16"
        if b"\0" in self._text[:4096]:
            raise self._no_text()
        try:
            codecs.utf_8_decode(self._text, "strict", True)
        except UnicodeDecodeError:
            if any(byte in self._text for byte in _NOT_IN_WINDOWS_1252):
                raise self._no_text() from None
            return "cp1252"
        return "utf-8-sig"

    def _told_delimiter(self) -> str | None:
        try:
            first = self._lines().readline(40).strip().strip('"')
        except UnicodeError:
            raise self._no_text() from None
        name, equals, told = first.partition("=")
        if name.strip().casefold() != "sep" or not equals:
            return None
        told = {"\\t": "\t", "": "\t"}.get(told.strip(), told.strip())
        if told not in DELIMITERS:
            raise DataError(
                f"{self.path}, line 1: cells cannot be separated by {brief(told)}. "
                "Write sep= with a comma, a semicolon, a tab or a | after it, or leave the line out."
            )
        self._begins = 1
        return told

    def _no_text(self) -> DataError:
        return DataError(f"{self.path} is not text in UTF-8, UTF-16 or Windows-1252. Save the table as CSV in UTF-8.")


class _Bounded:
    """The lines of a text, and ``_END`` after them.

    Raises csv.Error when a row of the table, which may have several, becomes too long.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = chain(lines, (_END,))
        self.taken = 0
        """Characters since the last row."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken += len(line)
        if self.taken > LONGEST_LINE:
            raise csv.Error(f"a line is longer than {LONGEST_LINE:,} characters")
        return line


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)  # what a pipe or a device has is not known before
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte in it
        raise DataError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if len(data) > LARGEST:
        raise DataError(f"{path} is larger than {LARGEST // 1_000_000} MB; divide it into parts.")
    return data
