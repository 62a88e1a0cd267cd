"""A table of the user's: a CSV file as a dataset, judged when it is read and described by what was found in it.

What the file is like is asked at every edit. So it is read once for each state of the file (its size and its time) and
each choice of options, and kept; a thread that must not wait is told that it is being read (``engine.data.reading``).
Where the file is gone, what a project remembers of it answers instead (``remember``): its drawing keeps its shapes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.data import remembered, table_reading
from engine.data.column_settings import ColumnSettings
from engine.data.dataset import DataError, Schema
from engine.data.fields import Role
from engine.data.fingerprint import stamp_of
from engine.data.progress import ReadingStopped, reading_file
from engine.data.reading import KnownFiles, StillReading
from engine.data.sources import own_table_columns, own_table_judge, own_table_kept
from engine.data.sources.own_table_judge import TableJudge, TableLook
from engine.data.sources.own_table_kept import OwnTable
from engine.data.sources.own_table_target import AUTO, CLASSES, EACH, LABELS, NUMBERS
from engine.data.sources.source import Pool, Source
from engine.data.table_reading import TableReading
from engine.data.tables import raw as raw_table
from engine.data.tables.formats import ENDINGS
from engine.data.tables.record import TableRecord
from engine.data.tables.units import without_units
from engine.graph.parameters import Choice, FilePath, Flag, Integer, Parameter, Params, TextLine
from engine.text import printable

NAME = own_table_judge.NAME
RAW_CELLS = 5_000_000
"""A table of at most so many cells is kept as it was read, so that another target costs no second reading.

Of a larger one the rows are kept on disk as soon as it has been judged, so that these cost none.
"""

READ_BY = ("path", *(option.name for option in table_reading.OPTIONS))
"""The options that say which cells there are; the others say what is made of them."""

_raw: KnownFiles[TableLook] = KnownFiles(1)
_known: KnownFiles[OwnTable] = KnownFiles(64)


def remember(options: Mapping[str, Any], record: TableRecord) -> None:
    """Keep in mind what the table under ``options`` was like: that holds while its file is missing or being read."""
    options = _plain(options)
    remembered.remember(NAME, options, replace(record, origin=str(_path(options) or "")).schema())


def forget() -> None:
    """Forget all tables."""
    remembered.forget(NAME)
    _raw.clear()
    _known.clear()


def table(options: Mapping[str, Any]) -> OwnTable:
    """The table under the given options, all of them. Raises DataError, StillReading."""
    options = _plain(options)
    path, stamp = _file(options)
    return _known.get((path, stamp, options), lambda: _judged(path, stamp, options), f"{path.name} is being read.")


def reading_of(options: Mapping[str, Any]) -> tuple[Hashable, str]:
    """A key that changes with the file and the options, and the sentence that it is being read. Raises DataError."""
    options = _plain(options)
    path, stamp = _file(options)
    return (path, stamp, options), f"{path.name} is being read."


def look(options: Mapping[str, Any]) -> TableLook:
    """The cells of the table and what its columns look like, before it is said what is to be learned.

    It is read where it is not at hand. Raises DataError, and StillReading in a thread that must not wait.
    """
    options = _plain(options)
    path, stamp = _file(options)
    with _named(path):
        return _looked_at(path, stamp, options)


def schema(options: Mapping[str, Any]) -> Schema:
    """What the table is like; what it was like when it was remembered, where its file is missing or still being read.

    Raises DataError, StillReading.
    """
    try:
        return table(options).schema
    except DataError as error:
        known = remembered.recall(NAME, _plain(options))
        path = _path(options)
        if known is None or path is None or not (isinstance(error, StillReading) or stamp_of(path) is None):
            raise
        return known


def offered(options: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """The options as a form offers them: the target is a choice of the columns, as far as these are known.

    Several targets, which no such choice could show, are typed as a line. What is chosen for single columns is chosen
    where one looks at them.
    """
    shown = tuple(option for option in OPTIONS if option.name != "settings")
    names = [field.name for field in table(options).schema.fields] if _is_read(options) else []
    target = str(options.get("target", ""))
    if not names or target not in ("", *names):
        return shown
    guessed = next(field.name for field in table(options).schema.fields if field.role is Role.TARGET)
    choice = Choice(
        name="target",
        title="Target",
        default="",
        options=("", *names),
        labels=(f"automatic: {guessed}" if not target else "automatic", *map(printable, names)),
        help=next(option.help for option in OPTIONS if option.name == "target"),
    )
    return tuple(choice if option.name == "target" else option for option in shown)


def _is_read(options: Mapping[str, Any]) -> bool:
    try:
        table(options)
    except DataError:
        return False
    return True


def _given(options: Params) -> tuple[str, ...]:
    return tuple(name for name, rows in zip(("validation", "test"), table(options).given, strict=True) if rows)


def _missing(path: Path | None) -> str:
    if path is None:
        return "No file is chosen yet. Choose a CSV file."
    if path.is_dir():
        return f"{path} is a folder. Choose a CSV file."
    if path.exists():
        return f"{path} is a pipe or a device, which can be read only once. Save the table as a file, and choose that."
    return (
        f"{path} is not there: it was moved, renamed or deleted. Put it back, or choose where it is now. "
        "Anything that was trained is kept and still answers."
    )


def _plain(options: Mapping[str, Any]) -> Params:
    """All options that say what is read, checked by nobody: those left out have their defaults."""
    return Params({option.name: options.get(option.name, option.default) for option in OPTIONS})


def _path(options: Mapping[str, Any]) -> Path | None:
    text = str(options.get("path", ""))
    return Path(text).expanduser().absolute() if text.strip() else None


def _file(options: Mapping[str, Any]) -> tuple[Path, tuple[int, int]]:
    """The file under the options, and a stamp that changes with it. Raises DataError where there is none."""
    path = _path(options)
    stamp = None if path is None else stamp_of(path)
    if path is None or stamp is None:
        raise DataError(_missing(path))
    return path, stamp


def _looked_at(path: Path, stamp: tuple[int, int], options: Params) -> TableLook:
    reading = TableReading.of(options)

    def look() -> TableLook:
        with reading_file(path):
            table = without_units(raw_table.read(path, reading))
            return TableLook(table, *own_table_columns.look_at(table))

    key: Hashable = (path, stamp, reading)
    try:
        return _raw.get(key, look, f"{path.name} is being read.")
    finally:
        kept = _raw.peek(key)
        if kept is not None and _is_large(kept):
            _raw.clear()


def _is_large(look: TableLook) -> bool:
    """Whether it is not kept in memory as it was read."""
    return look.table.rows * len(look.table.columns) > RAW_CELLS


def _judged(path: Path, stamp: tuple[int, int], options: Params) -> OwnTable:
    """The table, judged. Raises DataError that begins with the name of the file."""
    with reading_file(path):
        return _read_and_judged(path, stamp, options)


def _read_and_judged(path: Path, stamp: tuple[int, int], options: Params) -> OwnTable:
    if stamp[0] >= own_table_kept.KEPT and (kept := own_table_kept.find(path, options)) is not None:
        return kept
    looked = [_looked_at(path, stamp, options)]
    try:
        with _named(path):
            return _judged_by(looked[0], path, options)
    finally:
        _let_go(looked)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """What is wrong with a table begins with the name of its file; that it is not read yet says so already."""
    try:
        yield
    except (ReadingStopped, StillReading):
        raise
    except DataError as error:
        if str(error).startswith((str(path), f"{path.name}: ")):
            raise
        raise DataError(f"{path.name}: {error}") from None


def _judged_by(look: TableLook, path: Path, options: Params) -> OwnTable:
    judge = TableJudge(look, options)
    made = judge.table()
    if _is_large(look):
        own_table_kept.keep(path, options, made, judge.pool)
    return made


def _let_go(looked: list[TableLook]) -> None:
    """Free a table column by column, unless it is kept: all its texts at once would hold up every other thread."""
    columns = [column for one in looked for column in one.table.columns]
    looked.clear()
    while columns:
        columns.pop()


def _make(options: Params) -> Pool:
    path, stamp = _file(options)

    def make() -> Pool:
        looked = [_looked_at(path, stamp, options)]
        try:
            return TableJudge(looked[0], _plain(options)).pool()
        finally:
            _let_go(looked)

    with _named(path):
        return own_table_kept.pool(path, _plain(options), table(options), make)


def _version(options: Params) -> Hashable:
    """What changes when the file does."""
    path = _path(options)
    return None if path is None else stamp_of(path)


OPTIONS = (
    FilePath(
        name="path",
        title="File",
        default="",
        suffixes=(*ENDINGS, ".txt"),
        help="The table: a CSV file or a spreadsheet, in which each row is a sample. Commas, semicolons, tabs or | "
        "separate the cells of a CSV file.",
    ),
    TextLine(
        name="target",
        title="Target",
        default="",
        help="The column to be learned; several columns are separated by commas. Left empty, it is a column "
        "that is called as targets are (target, label, class, price …), or the last one.",
    ),
    TextLine(
        name="columns",
        title="Columns",
        default="",
        help="The columns to learn from, separated by commas. Left empty, all that can be used.",
        longest=100_000,
    ),
    Choice(
        name="learn_as",
        title="Learn the target as",
        default=AUTO,
        options=(AUTO, NUMBERS, CLASSES, EACH, LABELS),
        labels=("automatic", "numbers", "classes", "each by itself", "labels"),
        help="Automatic: words, and up to ten different whole numbers, are classes, two different values are no and "
        "yes, and other numbers are numbers. Several columns of numbers are numbers together, unless each is taken "
        "by itself. Labels: a row may have several, in a column of yes and no each, or listed in the cells of one "
        "column, as red;round.",
    ),
    TextLine(
        name="group",
        title="Group",
        default="",
        help="A column whose rows with the same value belong together, such as a patient or a writer: no group is both "
        "learned from and judged by. It is no input then.",
    ),
    TextLine(
        name="time",
        title="Time",
        default="",
        help="A column of dates, times or numbers that says when a row was: the latest rows are judged by. It is no "
        "input then.",
    ),
    TextLine(
        name="parts",
        title="Split by",
        default="",
        help="A column that says where each row belongs: train, validation or test. It is no input then. Rows of which "
        "it says nothing are divided by the shares.",
    ),
    *table_reading.OPTIONS,
    Integer(
        name="categories",
        title="Categories",
        default=32,
        low=2,
        high=1_000,
        help="The most categories that a column has columns for; the rarer ones share one that is called other.",
        advanced=True,
    ),
    Flag(
        name="flags",
        title="Columns for missing values",
        default=False,
        help="Gives the network one more column for each that has missing values: 1 where the value was missing.",
        advanced=True,
    ),
    TextLine(
        name="log",
        title="Logarithm of",
        default="",
        help="Columns of positive, skewed numbers, separated by commas: the network is given log(1 + x) of them.",
        longest=100_000,
        advanced=True,
    ),
    ColumnSettings(
        name="settings",
        title="Column settings",
        default="",
        help='What was chosen for single columns, as JSON: {"age": {"type": "number", "missing": "mean"}}. There is '
        "type, title, missing, flag, rare and sensitive; what is not there is judged automatically.",
        advanced=True,
    ),
)

OWN_TABLE = Source(
    schema=schema,
    make=_make,
    rows=lambda options: table(options).rows - sum(table(options).given),
    held_out=lambda options: table(options).given[1],
    given=lambda options: _given(options),
    options=OPTIONS,
    asks_for="path",
    file="path",
    version=_version,
    fingerprint=lambda options: table(options).schema.file,
    remembered=lambda options: remembered.recall(NAME, options),
    offered=offered,
)
