"""How a table was read, each judgement with what it was judged by: where one is wrong, an option sets it right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import contains
from typing import Any

import numpy as np

from engine.counting import counted
from engine.data.sources.own_table_columns import Look
from engine.data.table_reading import AUTO, COMMENTS, DAY_FIRST, DELIMITER_WORDS, DELIMITERS, ENCODINGS, MONTH_FIRST
from engine.data.tables.dialect import shown
from engine.data.tables.layout import MISSING
from engine.data.tables.marks import DecimalMark, is_number
from engine.data.tables.raw import RawColumn, RawTable
from engine.graph.columns import listed
from engine.text import brief

_MOST_LINES = 5
_DELIMITER_NAMES = {mark: name for name, mark in DELIMITERS.items()} | {"|": "|"}
_PARTED = re.compile(r"[+-]?[0-9]{1,3}(?:([.,' \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?")
_DAY_AND_MONTH = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.][0-9]{2,4}\b")
_SET = "Set by hand."


@dataclass(frozen=True)
class Guess:
    """What ``setting`` was taken to be, and the sentences that say by what. ``option`` changes it; "" for none."""

    setting: str
    value: str
    evidence: str
    option: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"setting": self.setting, "value": self.value, "evidence": self.evidence, "option": self.option}

    @classmethod
    def from_json(cls, data: Any) -> Guess:
        """Read what ``to_json`` wrote. Raises KeyError, TypeError."""
        return cls(str(data["setting"]), str(data["value"]), str(data["evidence"]), str(data["option"]))


def guesses(table: RawTable, looks: Sequence[Look], marks: DecimalMark) -> tuple[Guess, ...]:
    """What was judged of a table as a whole, from all of its rows."""
    found = [_sheet(table)] if table.text.source.sheets else []
    if table.text.source.is_plain:
        found += [_encoding(table), _delimiter(table), _quotes(table), _skipped(table), _comments(table)]
    elif table.text.source.titles:
        titles = table.text.source.titles
        found.append(Guess("Titles", counted(len(titles), "row"), f"Passed over above the names: {brief(titles[0])}."))
    found += [_header(table, looks), _decimal(table, looks, marks)]
    found += [*_thousands(looks, marks), _missing(table, looks), *_dates(table, looks), *_ragged(table)]
    return tuple(found)


def _said(table: RawTable, option: str, nothing: object = AUTO) -> str:
    return f"{_SET} " if getattr(table.reading, option) != nothing else ""


def _sheet(table: RawTable) -> Guess:
    source = table.text.source
    if len(source.sheets) == 1:
        return Guess("Sheet", source.sheet, "It is the only one of the file.", "sheet")
    said = _SET if table.reading.sheet else "It is the first that has rows."
    return Guess("Sheet", source.sheet, f"{said} The file has {listed(source.sheets)}.", "sheet")


def _encoding(table: RawTable) -> Guess:
    text, data = table.text, table.text.text
    names = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}
    name = ENCODINGS[names.get(text.encoding, text.encoding)]
    size = f"{counted(len(data), 'byte')}"
    if said := _said(table, "encoding"):
        return Guess("Encoding", name, f"{said}All {size} can be read so.", "encoding")
    if text.encoding == "utf-16" or data.startswith(b"\xef\xbb\xbf"):
        why = "The mark of that encoding stands at the beginning of the file."
    elif text.encoding.startswith("utf-16"):
        why = "Every second byte is zero."
    elif text.encoding == "utf-8-sig":
        more = 0 if data.isascii() else len(data) - len(data.decode().encode("ascii", "ignore"))
        why = f"All {size} fit it" + (f", {more:,} of them in letters such as é." if more else "; all are plain ASCII.")
    else:
        at = _first_misfit(data)
        line = data.count(b"\n", 0, at) + 1
        high = sum(data.count(byte) for byte in set(data) if byte > 127)
        where = f"the first in line {line:,}: {shown(text.line(line))}"
        why = f"{counted(high, 'byte')} above 127 fit no UTF-8, {where}."
    return Guess("Encoding", name, why, "encoding")


def _first_misfit(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _delimiter(table: RawTable) -> Guess:
    count, delimiter, dialect = len(table.columns), table.delimiter, table.dialect
    value = _DELIMITER_NAMES[delimiter]
    if count == 1:
        why = "No character parts the lines alike: it is one column."
    else:
        line = table.text.line(dialect.sample[0][0])
        whole = table.rows + table.has_names
        why = f"{counted(whole, 'row')} have {count:,} cells each with it, as in line {dialect.sample[0][0]:,}: "
        why += f"{shown(line)}."
    others = [f"{most:,} with {DELIMITER_WORDS[one]}" for one, most in dialect.others if most > 1 and one != delimiter]
    if others:
        why += f" Most would have {listed(others)}."
    told = table.text.told is not None and table.reading.parted_by is None
    said = "The first line of the file says so. " if told else _said(table, "delimiter")
    return Guess("Cells end with", value, said + why, "delimiter")


def _quotes(table: RawTable) -> Guess:
    if said := _said(table, "quotes"):
        return Guess("Quotation marks", "letters as others", said.strip(), "quotes")
    found = _lines_where(table, lambda line: '"' in line) if b'"' in table.text.text else (0, 0, "")
    if found[0]:
        why = f"They stand in {counted(found[0], 'line')}, the first is line {found[1]:,}: {shown(found[2])}."
        return Guess("Quotation marks", "around cells", why, "quotes")
    return Guess("Quotation marks", "none", "There is none in the file.", "quotes")


def _lines_where(table: RawTable, holds: Any) -> tuple[int, int, str]:
    """How many lines of the file are so, and the first of them with its number."""
    count, first, text = 0, 0, ""
    for number, line in enumerate(table.text.lines(), 1):
        if holds(line):
            count += 1
            if count == 1:
                first, text = number, line
    return count, first, text


def _skipped(table: RawTable) -> Guess:
    skip, text = table.text.skip, table.text
    said = _said(table, "skip")
    if not skip:
        first = table.dialect.sample[0][0]
        return Guess("Lines passed over", "0", f"{said}The table begins in line {first:,}.", "skip")
    why = "They have fewer cells than the lines below" if not said else "Line 1 is"
    line = next((text.line(number) for number in range(1, skip + 1) if text.line(number).strip()), "")
    return Guess("Lines passed over", f"{skip:,}", f"{said}{why}: {shown(line)}.", "skip")


def _comments(table: RawTable) -> Guess:
    said = _said(table, "comment")
    if not table.comments:
        return Guess("Comments", "none", f"{said}No line is passed over as one.", "comment")
    line = table.text.line(table.comments[0])
    begins = next((mark for mark in (table.reading.comment, *COMMENTS) if line.lstrip().startswith(mark)), "#")
    many = counted(len(table.comments), "line")
    return Guess(
        "Comments",
        begins,
        f"{said}{many} passed over, the first is line {table.comments[0]:,}: {shown(line)}.",
        "comment",
    )


def _header(table: RawTable, looks: Sequence[Look]) -> Guess:
    line, cells = table.dialect.sample[0]
    said = _said(table, "header")
    numbers = sum(look.is_numbers for look in looks)
    where = f"line {line:,}" if table.text.source.is_plain else "the first row"
    shows = f"{where}: {shown(', '.join(cells[:12]))}."
    if table.has_names:
        held = sum(map(is_number, cells))
        have = f"{held:,} of its {counted(len(cells), 'cell')} are numbers" if held else "No cell of it is a number"
        why = f"{have}; {numbers:,} of {counted(len(looks), 'column')} below it hold numbers; {shows}"
        return Guess("First line", "names of the columns", f"{said}{why}", "header")
    at = next((at for at, cell in enumerate(cells) if is_number(cell) or cell.casefold() in MISSING), None)
    if at is None:
        why = f"Each of its words comes again below; {shows}"
    else:
        why = f"It holds a value and no names, {brief(cells[at])} in cell {at + 1:,}; {shows}"
    return Guess("First line", "a row", f"{said}{why}", "header")


def _with_marks(looks: Sequence[Look], marks: DecimalMark) -> Iterator[tuple[RawColumn, int, str, int]]:
    """The numbers that may have marks of thousands: column, line, text, rows that have it."""
    for look in looks:
        if not look.is_numbers:
            continue
        column = look.column
        odd = ~look.plain if marks.decimal == "." else ~np.isnan(look.numbers)
        for at in np.flatnonzero(odd).tolist():
            yield column, int(column.lines[at]), column.values[at], int(look.counts[at])


def _decimal(table: RawTable, looks: Sequence[Look], marks: DecimalMark) -> Guess:
    value, said = "comma" if marks.decimal == "," else "point", _said(table, "decimal")
    decimal, found = marks.decimal, 0
    for look in looks:
        if look.is_numbers:
            with_mark = np.fromiter(map(contains, look.column.values.tolist(), repeat(decimal)), np.bool_)
            found += int(look.counts[with_mark & ~np.isnan(look.numbers)].sum())
    if marks.witness is None or not found:
        return Guess("Decimal mark", value, f"{said}No number of the table has one.", "decimal")
    line, name, text = marks.witness
    sure = "" if said or _is_sure(text, marks.decimal) else " It could be one of thousands: nothing else tells."
    why = f"It is in {counted(found, 'cell')} of numbers, as {brief(text)} in line {line:,}, column {name}.{sure}"
    return Guess("Decimal mark", value, f"{said}{why}", "decimal")


def _is_sure(text: str, decimal: str) -> bool:
    other = "." if decimal == "," else ","
    return other in text or len(text.rpartition(decimal)[2]) != 3


def _thousands(looks: Sequence[Look], marks: DecimalMark) -> list[Guess]:
    count: Counter[str] = Counter()
    first: dict[str, tuple[int, str, str]] = {}
    for column, line, text, rows in _with_marks(looks, marks):
        parted = _PARTED.fullmatch(text)
        if parted is not None and parted[1] != marks.decimal:
            mark = parted[1]
            count[mark] += rows
            first.setdefault(mark, (line, column.name, text))
    if not count:
        return []
    mark, rows = count.most_common(1)[0]
    line, name, text = first[mark]
    names = {",": "comma", ".": "point", "'": "apostrophe"}
    why = f"It is in {counted(rows, 'cell')} of numbers, as {brief(text)} in line {line:,}, column {name}."
    return [Guess("Mark of thousands", names.get(mark, "blank"), why, "decimal")]


def _missing(table: RawTable, looks: Sequence[Look]) -> Guess:
    count: Counter[str] = Counter()
    places: dict[str, tuple[int, str]] = {}
    for look in looks:
        column = look.column
        for at in np.flatnonzero(look.missing).tolist():
            text = column.values[at]
            count[text] += int(look.counts[at])
            places.setdefault(text, (int(column.lines[at]), column.name))
    said = _said(table, "missing", "")
    if not count:
        return Guess("Missing values", "none", f"{said}Every cell has a value.", "missing")
    parts = [f"{brief(text) if text else 'empty'} in {counted(rows, 'cell')}" for text, rows in count.most_common(6)]
    text = count.most_common(1)[0][0]
    line, name = places[text]
    more = " and others" if len(count) > 6 else ""
    shows = f"The first is in line {line:,}, column {name}."
    value = ", ".join(text or "empty" for text, _ in count.most_common(6))
    return Guess("Missing values", value, f"{said}{listed(parts)}{more}. {shows}", "missing")


def _dates(table: RawTable, looks: Sequence[Look]) -> list[Guess]:
    """Which of day and month stands first, where there are dates that have them so."""
    days = months = both = 0
    seen: dict[str, tuple[int, str, str]] = {}
    for look in looks:
        if look.is_numbers or not look.is_dates:
            continue
        column = look.column
        for text, line, rows in zip(column.values, column.lines.tolist(), look.counts.tolist(), strict=True):
            found = _DAY_AND_MONTH.match(text)
            if found is None:
                continue
            here = DAY_FIRST if int(found[1]) > 12 else MONTH_FIRST if int(found[2]) > 12 else ""
            days, months = days + rows * (here == DAY_FIRST), months + rows * (here == MONTH_FIRST)
            both += rows * (not here)
            seen.setdefault(here, (line, column.name, text))
    if not seen:
        return []
    said = _said(table, "dates")
    order = table.reading.dates if said else DAY_FIRST if days > months else MONTH_FIRST if months else ""
    value = {DAY_FIRST: "day first", MONTH_FIRST: "month first", "": "not known"}[order]
    line, name, text = seen.get(order) or next(iter(seen.values()))
    if not days and not months:
        why = f"{counted(both, 'date')} may have either first, as {brief(text)} in line {line:,}, column {name}."
    else:
        why = f"{counted(days, 'date')} can only have the day first, {months:,} the month, {both:,} either, "
        why += f"as {brief(text)} in line {line:,}, column {name}."
    return [Guess("Dates", value, f"{said}{why}", "dates")]


def _ragged(table: RawTable) -> list[Guess]:
    if not table.ragged:
        return []
    first, count = table.ragged[0], len(table.ragged)
    lines = listed([f"{line:,}" for line in table.ragged[:_MOST_LINES]])
    more = f" and {count - _MOST_LINES:,} more" if count > _MOST_LINES else ""
    why = f"They have more or fewer than {len(table.columns):,} cells: line {lines}{more}. Line {first:,} is "
    return [Guess("Left out", counted(count, "row"), f"{why}{shown(table.text.line(first))}.")]
