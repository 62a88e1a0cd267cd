"""How the text of a table of any columns is written: what parts its cells, and how many lines stand above it.

Where the first line is like the others, it belongs to the table. Where it is not, lines of comments above it and titles
are passed over, but only those that cannot be names of its columns: what is passed over wrongly is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.data.dataset import DataError
from engine.data.table_reading import COMMENTS, TableReading
from engine.data.tables.layout import MISSING
from engine.data.tables.marks import is_number
from engine.data.tables.text import DELIMITERS, Row, TableText
from engine.text import brief

_ALIKE = 0.9
"""The share of the rows that have the same cells where those above them are no rows."""
_MOST_ABOVE = 50
_BLANK = " "


@dataclass(frozen=True)
class Dialect:
    """``sample`` are the first rows of the table under ``delimiter``; ``others`` how many cells most of them have
    under each of the others that were tried."""

    delimiter: str
    sample: list[Row]
    others: tuple[tuple[str, int], ...] = ()


def judge(text: TableText, reading: TableReading, fewest: int = 1) -> Dialect:
    """What parts the cells of a text: most rows have as many as the first. Has ``text`` skip what stands above them.

    ``fewest`` are the columns that it has at least. Raises DataError.
    """
    if reading.skipped is not None:
        text.skip = reading.skipped
    found: list[tuple[tuple[float, int], str, list[Row]]] = []
    trouble: DataError | None = None
    for delimiter in (text.delimiter,) if text.delimiter else DELIMITERS:
        try:
            rows = text.sample(delimiter)
        except DataError as error:  # as a quotation mark that another delimiter would have closed
            trouble = trouble or error
            continue
        if not rows:
            raise DataError(_empty(text))
        count = len(rows[0][1])
        found.append((((count > 1) * round(_share(rows, count), 1), count), delimiter, rows))
    if not found:
        raise trouble or DataError(f"{text.path} is no table.")
    (share, count), delimiter, rows = max(found, key=lambda one: one[0])
    if trouble is not None and count == 1:
        raise trouble  # nothing else parts its cells
    others = tuple((one, _most(rows)) for _, one, rows in found if one != delimiter)
    if count > 1 and share >= 0.5:
        return Dialect(delimiter, rows, others)
    if reading.skipped is None:
        below = [(one, rows, _above(rows)) for _, one, rows in found]
        fitting = [(_most(rows), one, rows, above) for one, rows, above in below if above]
        if fitting:
            _, delimiter, rows, above = max(fitting, key=lambda one: one[0])
            text.skip = rows[above][0] - 1
            return Dialect(delimiter, rows[above:], tuple((one, _most(rows)) for _, one, rows in found))
    if text.delimiter is None and fewest > 1 and max(_most(rows) for _, _, rows in found) < 2:
        blanks = _parted_by_blanks(text)
        if blanks is not None:
            return Dialect(_BLANK, blanks, others)
    return Dialect(delimiter, rows, others)


def _empty(text: TableText) -> str:
    if text.skip:
        return f"{text.path} has no rows below the {text.skip:,} lines that are passed over. Pass over fewer lines."
    return f"{text.path} is empty."


def _share(rows: Sequence[Row], count: int) -> float:
    return sum(len(cells) == count for _, cells in rows) / len(rows)


def _most(rows: Sequence[Row]) -> int:
    """The cells that most rows have."""
    return Counter(len(cells) for _, cells in rows).most_common(1)[0][0]


def _above(rows: list[Row]) -> int:
    """How many of the rows stand above the table: comments, or titles above names; 0 for none."""
    plain = [row for row in rows if not row[1][0].startswith(COMMENTS)] or rows
    most = _most(plain)
    line = next(line for line, cells in plain if len(cells) == most)
    first = next(at for at, row in enumerate(rows) if row[0] == line)
    below = [row for row in plain if row[0] >= line]
    if most < 2 or not 0 < first <= _MOST_ABOVE or len(below) < 2:
        return 0
    if _share(below, most) < _ALIKE:
        return 0
    titles = [cells for _, cells in rows[:first] if not cells[0].startswith(COMMENTS)]
    if not titles:
        return first
    # Names of the columns may be fewer than these: R leaves out the one of the column with the names of the rows.
    filled = [sum(map(bool, cells)) for cells in titles]
    if max(filled) > most // 2 or any(is_number(cell) for cells in titles for cell in cells if cell):
        return 0
    return first if _are_names(below, most) else 0


def _are_names(rows: list[Row], count: int) -> bool:
    """Whether the first of the rows holds names for certain: words, with numbers alone below one of them."""
    names, cells = rows[0][1], [row for _, row in rows[1:] if len(row) == count]
    if not cells or any(is_number(name) or name.casefold() in MISSING for name in names if name):
        return False
    return any(all(is_number(row[at]) or _unknown(row[at]) for row in cells) for at in range(count))


def _unknown(cell: str) -> bool:
    return not cell or cell.casefold() in MISSING


def _parted_by_blanks(text: TableText) -> list[Row] | None:
    """The first rows where blanks part the cells: as many in each, and numbers among them; else None."""
    try:
        rows = text.sample(_BLANK)
    except DataError:
        return None
    count = len(rows[0][1])
    if count < 2 or len(rows) < 2 or _share(rows, count) < 1:
        return None
    below = [cells for _, cells in rows[1:]]
    return rows if any(all(is_number(cells[at]) for cells in below) for at in range(count)) else None


def shown(line: str) -> str:
    """A line of a file as evidence shows it: in quotation marks, cut where it is long."""
    return brief(line.rstrip("\r\n"))
