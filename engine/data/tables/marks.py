"""Which of point and comma is the decimal mark of a table, judged by all its numbers.

The rule: a number that can be read only one way says what the marks mean, and all others follow it. ``0.5``, ``1.25``,
``12.5e3``, ``1,234.5`` and ``1,000,000`` can only have a decimal point, ``0,5`` and ``1.234,5`` only a decimal comma;
``1.234`` and ``1,234`` can have either. Where numbers of both kinds are in one table it is refused. Where nothing but
``1.234`` is in it, the point is the decimal mark, unless semicolons part the cells, as programs do whose decimal mark
is the comma, or that number stands in quotation marks and its neighbours do not, as a text does: then, and for nothing
but ``1,234``, the table is refused. Thousands may be parted by the other mark, by
blanks and by apostrophes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engine.number_text import Reading, readings
from engine.text import brief

_WITH_POINT = re.compile(r"[+-]?(?:[0-9]+\.?|[0-9]*\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
WORDS = {".": "point", ",": "comma"}

Cell = tuple[int, str, str]
"""Line, name of the column, text."""


class Unclear(Exception):
    """It cannot be known which number a cell of the table means, if any; the message is a sentence."""


@dataclass(frozen=True)
class DecimalMark:
    """The decimal mark of a table, "." or ",", and a cell that has it; None where all numbers are whole."""

    decimal: str
    witness: Cell | None = None

    def number(self, text: str) -> float | None:
        """The number in a cell, None where there is none. Raises Unclear, not naming the cell: it has other marks."""
        if self.decimal == "." and _WITH_POINT.fullmatch(text):
            return float(text)
        found = readings(text, underscores=False)
        reading, other = (found.point, found.comma) if self.decimal == "." else (found.comma, found.point)
        if reading is None and other is not None and self.witness is not None:
            line, column, seen = self.witness
            raise Unclear(
                f"{brief(text)} has a decimal {WORDS['.' if self.decimal == ',' else ',']}, but {brief(seen)} in line "
                f"{line}, column {column}, has a decimal {WORDS[self.decimal]}. Write all numbers with the same mark."
            )
        return None if reading is None else reading.value


def is_number(text: str) -> bool:
    """Whether a cell holds a number, with whatever marks."""
    if _WITH_POINT.fullmatch(text):
        return True
    found = readings(text, underscores=False)
    return found.point is not None or found.comma is not None


def judge(cells: Iterable[Cell], delimiter: str, line_of: Callable[[int], str]) -> DecimalMark:
    """What the marks mean in a table with these cells; ``line_of`` gives a line as it stands in the file.

    Raises Unclear where it cannot be known.
    """
    unclear: Cell | None = None
    for cell, point, comma in _marked(cells):
        if point is not None and comma is not None and point != comma:
            if unclear is None or ("," in cell[2] and "," not in unclear[2]):
                unclear = cell
        elif point is None and comma is not None:
            return DecimalMark(",", cell)
        elif comma is None and point is not None:
            return DecimalMark(".", cell)
    if unclear is None:
        return DecimalMark(".")
    line, column, text = unclear
    if "," not in text and delimiter != ";" and not _alone_in_quotes(text, line_of(line), delimiter):
        return DecimalMark(".", unclear)
    found = readings(text)
    assert found.point is not None
    assert found.comma is not None
    raise Unclear(
        f"line {line}, column {column}: {brief(text)} can mean {found.point.plain} or {found.comma.plain}, and nothing "
        "else in the table tells which. Write its numbers without marks of thousands, and with a point before decimals."
    )


def chosen(decimal: str, cells: Iterable[Cell]) -> DecimalMark:
    """The decimal mark that somebody chose, "." or ",".

    Raises Unclear where no number in the cells can have it, and one can only have the other.
    """
    against: Cell | None = None
    for cell, point, comma in _marked(cells):
        reading, other = (point, comma) if decimal == "." else (comma, point)
        if reading is not None:
            return DecimalMark(decimal, cell if reading.decimals else None)
        if other is not None and against is None:
            against = cell
    if against is not None:
        line, column, text = against
        raise Unclear(
            f"line {line}, column {column}: {brief(text)} has no decimal {WORDS[decimal]}, the mark that was chosen, "
            "and no other number has one. Choose automatic, or the other mark."
        )
    return DecimalMark(decimal)


def _alone_in_quotes(text: str, line: str, delimiter: str) -> bool:
    """Whether a number stands in quotation marks in a line where another number does not."""
    return f'"{text}"' in line and any(_WITH_POINT.fullmatch(cell.strip()) for cell in line.split(delimiter))


def _marked(cells: Iterable[Cell]) -> Iterator[tuple[Cell, Reading | None, Reading | None]]:
    for cell in cells:
        if "." in cell[2] or "," in cell[2] or not cell[2].isascii():
            found = readings(cell[2], underscores=False)
            yield cell, found.point, found.comma
