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
import os
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from engine.data.dataset import DataError
from engine.data.progress import advance
from engine.data.table_reading import AUTO, ENCODINGS, NONE, TableReading
from engine.data.tables.formats import LARGEST, unpacked
from engine.text import brief

LONGEST_LINE = 1_000_000
"""Characters: a cell takes thirty times the memory of its two letters."""
SAMPLE_ROWS = 500
SAMPLE_LETTERS = 2_000_000
"""How much of a table is looked at to judge how it is written."""

DELIMITERS = (",", ";", "\t", "|")
"""What is tried where nobody says what parts the cells."""
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_SAID_EVERY = 1_000
"""Rows after each of which it is said how far the reading has come."""
_NOT_IN_WINDOWS_1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")

_END = "\0end\0"
"""A line after the last one: a row of its own, unless a quotation mark is still open. No text of a table holds it."""

Row = tuple[int, list[str]]
"""The number of the line a row begins in, from 1, and its cells without blanks around them."""


class TableText:
    """The bytes of a table, and its rows as often as they are asked for.

    ``reading`` is what is said of how it is written. ``delimiter`` is what that says, or a first line such as
    ``sep=;``, which Excel obeys; None where neither does. ``skip`` lines at the top are passed over.
    Raises DataError: a file that cannot be read or is too large, and what is no text in one of the encodings.
    """

    def __init__(self, path: Path, reading: TableReading | None = None) -> None:
        self.path = path
        self._reading = reading or TableReading()
        self._data = _read(path)
        self.source = unpacked(path, self._data, self._reading.sheet)
        if self._reading.sheet and not self.source.sheets:
            raise DataError(f"{path} is no spreadsheet: it has no sheet called {brief(self._reading.sheet)}.")
        self._text = self.source.text
        self.encoding = self._said_encoding() or self._known_encoding()
        if not self.encoding.startswith("utf-16") and (at := self._text.find(b"\0")) >= 0:
            line = self._text.count(b"\n", 0, at) + 1
            raise DataError(f"{path}, line {line:,}: there is a zero byte, which no text has. Save the table again.")
        """Python's name of it."""
        self.skip = 0
        self.comments: list[int] = []
        """The lines passed over in the rows that were asked for last."""
        self.letters = 0
        """The characters of all rows that were made so far."""
        self.told = self._told_delimiter()
        """What a first line such as ``sep=;`` says."""
        self.delimiter = self._reading.parted_by or self.told

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self._data

    @property
    def text(self) -> bytes:
        """The bytes of its text."""
        return self._text

    @property
    def begins(self) -> int:
        """The lines before the first row: one such as ``sep=;``, and those passed over."""
        return max(self.skip, int(self.told is not None))

    def rows(self, delimiter: str) -> Iterator[Row]:
        """The rows that are not empty. Raises DataError: text that is not of its encoding, endless lines.

        Lines that begin as comments are said to are passed over, and their numbers added to ``comments``.
        """
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
        stream = io.BytesIO(self._text)
        lines, total = self._lines(stream), len(self._text)
        next_line = 1
        try:
            for _ in range(self.begins):
                next(lines, None)
                next_line += 1
        except UnicodeError:
            raise self._no_text() from None
        said = self._reading.comment
        passed: list[int] = []
        self.comments = passed
        bounded = _Bounded(lines, "" if said in (AUTO, NONE) else said, passed, self.begins)
        reader = csv.reader(
            bounded,
            delimiter=delimiter,
            skipinitialspace=True,
            quoting=csv.QUOTE_NONE if self._reading.quotes == NONE else csv.QUOTE_MINIMAL,
        )
        offset = self.begins
        try:
            for number, cells in enumerate(reader):
                self.letters += bounded.taken
                bounded.taken = 0
                if cells == [_END]:
                    return
                if cells and cells[-1].endswith(_END):
                    raise csv.Error("a quotation mark that begins in it is not closed, so that all below is one cell")
                if not number % _SAID_EVERY:
                    advance(stream.tell(), total, "bytes")
                if delimiter == " " and cells and not cells[-1]:
                    cells.pop()  # blanks at the end of a line part nothing
                yield next_line, [cell.strip() for cell in cells]
                next_line = reader.line_num + offset + 1
        except UnicodeError:
            raise self._no_text() from None
        except csv.Error as error:
            raise DataError(f"{self.path}, line {next_line}: the table cannot be read: {error}.") from None

    def line(self, number: int) -> str:
        """A line as it stands in the file, numbered from 1."""
        return next(islice(self._lines(), number - 1, None), "")

    def lines(self) -> Iterator[str]:
        """All lines as they stand in the file."""
        return iter(self._lines())

    def _lines(self, stream: io.BytesIO | None = None) -> io.TextIOWrapper:
        return io.TextIOWrapper(stream or io.BytesIO(self._text), encoding=self.encoding)

    def _said_encoding(self) -> str | None:
        said = self._reading.encoding
        if said == AUTO or not self.source.is_plain:
            return None
        if said == "utf-8":
            said = "utf-8-sig"
        elif said == "utf-16" and not self._text.startswith(_UTF_16):
            said = _utf_16_without_mark(self._text) or "utf-16-le"
        try:
            if said.startswith("utf-16-") and b"\0" not in self._text:  # not even the ends of its lines are
                raise UnicodeError
            self._text.decode(said)
        except UnicodeError as error:
            at = error.start if isinstance(error, UnicodeDecodeError) else 0
            line = self._text.count(b"\n", 0, at) + 1
            name = ENCODINGS[self._reading.encoding]
            raise DataError(
                f"{self.path}, line {line}: what stands there is no text in {name}, the encoding that was chosen. "
                "Choose automatic, or another one."
            ) from None
        return said

    def _known_encoding(self) -> str:
        if self._text.startswith(_UTF_32):
            raise self._no_text()
        if self._text.startswith(_UTF_16):
            return "utf-16"
        if b"\0" in self._text[:4096]:
            found = _utf_16_without_mark(self._text)
            if found is None:
                raise self._no_text()
            return found
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
        if told not in DELIMITERS and self._reading.parted_by is None:
            raise DataError(
                f"{self.path}, line 1: cells cannot be separated by {brief(told)}. "
                "Write sep= with a comma, a semicolon, a tab or a | after it, or leave the line out."
            )
        return told

    def _no_text(self) -> DataError:
        return DataError(f"{self.path} is not text in UTF-8, UTF-16 or Windows-1252. Save the table as CSV in UTF-8.")


def _utf_16_without_mark(text: bytes) -> str | None:
    """The kind of UTF-16 that a text without a byte order mark is in, told by where its zero bytes are; else None."""
    head = text[:4096]
    for name, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if 2 * zeros.count(0) > len(zeros) and not others.count(0):
            try:
                text.decode(name)
            except UnicodeDecodeError:
                return None
            return name
    return None


class _Bounded:
    """The lines of a text, and ``_END`` after them.

    A line that begins a row with ``comment`` is given as an empty one, and its number added to ``passed``; ``before``
    lines were taken already. Raises csv.Error when a row of the table, which may have several, becomes too long.
    """

    def __init__(self, lines: Iterator[str], comment: str, passed: list[int], before: int) -> None:
        self._lines = chain(lines, (_END,))
        self._comment, self._passed, self._number = comment, passed, before
        self.taken = 0
        """Characters since the last row."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if self._comment:
            self._number += 1
            if not self.taken and line.lstrip().startswith(self._comment):
                self._passed.append(self._number)
                return "\n"
        self.taken += len(line)
        if self.taken > LONGEST_LINE:
            raise csv.Error(f"a line is longer than {LONGEST_LINE:,} characters")
        return line


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > LARGEST:
                raise DataError(f"{path} is larger than {LARGEST // 1_000_000} MB; divide it into parts.")
            # What a pipe or a device has is not known before. A file is asked for what it has: as much is set aside.
            data = stream.read(size + 1 if size else LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte in it
        raise DataError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if len(data) > LARGEST:
        raise DataError(f"{path} is larger than {LARGEST // 1_000_000} MB; divide it into parts.")
    return data
