"""A CSV file -> rows as a dataset has them. Every complaint names the line and the column."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.cli.failure import CommandError
from engine.data.dataset import Schema

LARGEST = 200_000_000
"""Bytes of the largest table."""
_LONGEST_LINE = 1_000_000
"""Characters: a cell takes thirty times the memory of its two letters."""
_LARGEST_NUMBER = float(np.finfo(np.float32).max)


def read_rows(path: Path, schema: Schema) -> NDArray[np.float32]:
    """The inputs in a table, N×columns (pictures: N×channels×height×width).

    With a first line of names the columns are found by their names, in any order, and others are passed over;
    without one the columns must be the inputs in their order. Comma, semicolon and tab may part the cells.
    Raises CommandError.
    """
    lines = _lines(path)
    wanted = schema.columns or tuple(f"pixel {number + 1}" for number in range(schema.input.count))
    head = next(lines, None)
    if head is None:
        raise CommandError(f"{path} is empty.")
    first = head[1]
    if all(_is_number(cell) for cell in first):
        places = list(range(len(wanted)))
        if len(first) != len(wanted):
            raise CommandError(
                f"{path} has {len(first)} columns; the network takes {len(wanted)}: {_listed(wanted)}. "
                "A first line with names would say which is which."
            )
        lines = chain([head], lines)
    else:
        places = _find(path, [cell.strip() for cell in first], wanted)
    values = array("f")  # a list of numbers, or of lines, would take many times the memory of the file
    for number, cells in lines:
        values.extend(_row(path, number, cells, places, wanted))
    if not values:
        raise CommandError(f"{path} has no rows below its line of names.")
    return np.frombuffer(values, dtype=np.float32).reshape(-1, *schema.input.sizes)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty, with their numbers from 1."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)  # what a pipe or a device has is not known before
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte in it
        reason = getattr(error, "strerror", None) or error
        raise CommandError(f"{path} cannot be read: {reason}.") from None
    if len(data) > LARGEST:
        raise CommandError(f"{path} is larger than {LARGEST // 1_000_000} MB; divide it into parts.")
    try:
        head = data[:_LONGEST_LINE].decode("utf-8-sig", errors="replace").splitlines()[:1]
        text = _Text(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig"))
        reader = csv.reader(text, delimiter=max(",;\t", key="".join(head).count))
        for cells in reader:
            text.taken = 0
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not text in UTF-8; save the table as CSV with that encoding.") from None
    except csv.Error as error:
        raise CommandError(f"{path} is not a table that can be read: {error}.") from None


class _Text:
    """The lines of a text. Raises csv.Error when a row of the table, which may have several, becomes too long."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.taken = 0
        """Characters since the last row."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken += len(line)
        if self.taken > _LONGEST_LINE:
            raise csv.Error(f"a line is longer than {_LONGEST_LINE:,} characters")
        return line


def _find(path: Path, names: list[str], wanted: tuple[str, ...]) -> list[int]:
    known = {_key(name): place for place, name in reversed(list(enumerate(names)))}
    missing = [name for name in wanted if _key(name) not in known]
    if missing:
        raise CommandError(f"{path} lacks the columns {_listed(missing)}; it has {_listed(names)}.")
    return [known[_key(name)] for name in wanted]


def _key(name: str) -> str:
    """What two spellings of a column have in common: "Area" is "area (m²)"."""
    return " ".join(name.casefold().partition("(")[0].replace("_", " ").split())


def _row(path: Path, number: int, cells: list[str], places: list[int], wanted: tuple[str, ...]) -> list[float]:
    values = []
    for place, name in zip(places, wanted, strict=True):
        cell = cells[place].strip() if place < len(cells) else ""
        if not _is_number(cell):
            found = f"{cell[:40]!r}" if cell else "an empty cell"
            raise CommandError(f"{path}, line {number}, column {name}: expected a number, found {found}.")
        values.append(float(cell))
    return values


def _is_number(cell: str) -> bool:
    try:
        return abs(float(cell)) <= _LARGEST_NUMBER  # not so for nan
    except ValueError:
        return False


def _listed(names: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(names[:12])
    return shown if len(names) <= 12 else f"{shown} and {len(names) - 12} more"
