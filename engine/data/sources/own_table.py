"""A table of the user's: a CSV file as a dataset, judged when it is read and described by what was found in it.

What the file is like is asked at every edit. So it is read once for each state of the file (its size and its time) and
each choice of options, and kept; a thread that must not wait is told that it is being read (``engine.data.reading``).
Where the file is gone, what a project remembers of it answers instead (``remember``): its drawing keeps its shapes.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.counting import counted
from engine.data import fields as of_fields
from engine.data import raw_table, remembered
from engine.data.dataset import DataError, Schema, Split
from engine.data.fields import MOST_WIDE, DataField, Feature, Role
from engine.data.fingerprint import stamp_of
from engine.data.kinds import DataKind, PreparationKind
from engine.data.raw_table import RawTable
from engine.data.reading import KnownFiles, StillReading
from engine.data.sources import own_table_columns, own_table_kept, own_table_target
from engine.data.sources.own_table_columns import Look
from engine.data.sources.own_table_kept import OwnTable
from engine.data.sources.own_table_target import AUTO, CLASSES, NUMBERS, Judged
from engine.data.sources.source import Pool, Source
from engine.data.table_encoding import encoded
from engine.data.table_layout import listed
from engine.data.table_marks import DecimalMark
from engine.data.table_record import TableRecord
from engine.graph.parameters import Choice, FilePath, Flag, Integer, Parameter, Params, TextLine
from engine.graph.shapes import Shape
from engine.graph.targets import TargetKind
from engine.number_text import rounded
from engine.text import printable

NAME = "own-table"
MOST_BYTES = 1_000_000_000
"""Of the numbers that the rows become."""
_RAW_CELLS = 5_000_000
"""A table of at most so many cells is kept as it was read, so that another target costs no second reading."""


@dataclass(frozen=True, eq=False)
class _Looked:
    """A table and what its columns look like, before it is said what is to be learned."""

    table: RawTable
    looks: tuple[Look, ...]
    marks: DecimalMark


_raw: KnownFiles[_Looked] = KnownFiles(1)
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
    path, stamp = _path(options), None
    if path is not None:
        stamp = stamp_of(path)
    if path is None or stamp is None:
        raise DataError(_missing(path))
    return _known.get((path, stamp, options), lambda: _judged(path, stamp, options), f"{path.name} is being read.")


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

    Several targets, which no such choice could show, are typed as a line.
    """
    names = [field.name for field in table(options).schema.fields] if _is_read(options) else []
    target = str(options.get("target", ""))
    if not names or target not in ("", *names):
        return OPTIONS
    guessed = next(field.name for field in table(options).schema.fields if field.role is Role.TARGET)
    choice = Choice(
        name="target",
        title="Target",
        default="",
        options=("", *names),
        labels=(f"automatic: {guessed}" if not target else "automatic", *map(printable, names)),
        help=next(option.help for option in OPTIONS if option.name == "target"),
    )
    return tuple(choice if option.name == "target" else option for option in OPTIONS)


def _is_read(options: Mapping[str, Any]) -> bool:
    try:
        table(options)
    except DataError:
        return False
    return True


def _missing(path: Path | None) -> str:
    if path is None:
        return "No file is chosen yet. Choose a CSV file as the path of the dataset."
    if path.is_dir():
        return f"{path} is a folder. Choose a CSV file."
    return (
        f"{path} is not there: it was moved, renamed or deleted. Put it back, or choose where it is now "
        "(dataset_options.path). Anything that was trained is kept and still answers."
    )


def _plain(options: Mapping[str, Any]) -> Params:
    """All options that say what is read, checked by nobody: those left out have their defaults."""
    return Params({option.name: options.get(option.name, option.default) for option in OPTIONS})


def _path(options: Mapping[str, Any]) -> Path | None:
    text = str(options.get("path", ""))
    return Path(text).expanduser().absolute() if text.strip() else None


def _looked_at(path: Path, stamp: tuple[int, int], header: str) -> _Looked:
    def look() -> _Looked:
        table = raw_table.read(path, header)
        return _Looked(table, *own_table_columns.look_at(table))

    key: Hashable = (path, stamp, header)
    try:
        return _raw.get(key, look, f"{path.name} is being read.")
    finally:
        kept = _raw.peek(key)
        if kept is not None and kept.table.rows * len(kept.table.columns) > _RAW_CELLS:
            _raw.clear()


def _judged(path: Path, stamp: tuple[int, int], options: Params) -> OwnTable:
    """The table, judged. Raises DataError that begins with the name of the file."""
    if stamp[0] >= own_table_kept.KEPT and (kept := own_table_kept.find(path, options)) is not None:
        return kept
    looked = [_looked_at(path, stamp, options.header)]
    try:
        return _Judge(looked[0], options).table()
    except DataError as error:
        if str(error).startswith(str(path)):
            raise
        raise DataError(f"{path.name}: {error}") from None
    finally:
        _let_go(looked)


def _let_go(looked: list[_Looked]) -> None:
    """Free a table column by column, unless it is kept: all its texts at once would hold up every other thread."""
    columns = [column for one in looked for column in one.table.columns]
    looked.clear()
    while columns:
        columns.pop()


class _Judge:
    """Makes of a table that was looked at, and of the options, what there is to learn."""

    def __init__(self, looked: _Looked, options: Params) -> None:
        self._raw, self._looks, self._marks = looked.table, looked.looks, looked.marks
        self._options = options
        if not self._raw.rows:
            raise DataError("It has no rows below its line of names.")

    def judged(self) -> tuple[tuple[DataField, ...], Judged, str]:
        """The fields, the target, and why it is the target where it was guessed. Raises DataError."""
        options, names = self._options, self._raw.names
        wanted = set(own_table_target.names_in(options.columns, names, "Columns")) if options.columns else None
        fields = [
            own_table_columns.judge(
                look, most_categories=options.categories, wanted=wanted is not None and at in wanted
            )
            for at, look in enumerate(self._looks)
        ]
        if options.target:
            targets, guessed = own_table_target.names_in(options.target, names, "Target"), ""
            if not targets:
                raise DataError("No target is named. Choose a column as the target.")
        else:
            at, guessed = own_table_target.guess(self._looks, fields)
            targets = [at]
        if wanted is not None and wanted & set(targets):
            both = names[min(wanted & set(targets))]
            raise DataError(f"The column {both} is the target; it cannot be an input as well. Leave it out of columns.")
        judged = own_table_target.judge([self._looks[at] for at in targets], options.learn_as)
        logged = set(own_table_target.names_in(options.log, names, "Log")) if options.log else set()
        for at, field in enumerate(fields):
            if at in targets:
                fields[at] = judged.fields[targets.index(at)]
            elif wanted is not None and at not in wanted:
                fields[at] = replace(field, role=Role.UNUSED, reason=f"It is not chosen. {field.reason}")
            elif field.role is Role.INPUT:
                flag = options.flags and field.missing > 0
                fields[at] = replace(field, flag=flag, log=at in logged and self._may_be_logged(at, field))
        for at in logged:
            if not fields[at].log:
                raise DataError(f"Log: {names[at]} is no input of numbers. Take a logarithm of such columns only.")
        return tuple(fields), judged, guessed

    def _may_be_logged(self, at: int, field: DataField) -> bool:
        if field.feature is not Feature.NUMBER:
            return False
        low = float(self._looks[at].found.min())
        if low <= -1:
            raise DataError(
                f"Log: {field.name} goes down to {rounded(low)}; log(1 + x) is for numbers above -1. Take it off the "
                "list."
            )
        return True

    def table(self) -> OwnTable:
        """What there is to learn, without its rows. Raises DataError."""
        fields, judged, guessed = self.judged()
        rows = int(judged.known.sum())
        columns = of_fields.columns(fields)
        if not columns:
            raise DataError(
                "There is no column to learn from beside the target: the others are empty, the same in every row, or "
                "different in every row. Choose columns by name to take them all the same."
            )
        if len(columns) > MOST_WIDE or 4 * rows * len(columns) > MOST_BYTES:
            raise DataError(
                f"{rows:,} rows of {len(columns):,} columns, with one for each category, are too many. Choose fewer "
                "columns, or fewer categories for each."
            )
        if rows < 3:
            raise DataError(f"It has {counted(rows, 'row')} with a target; it takes three to train, check and test.")
        is_values = judged.target.kind is TargetKind.VALUES
        lost = self._raw.rows - rows
        made = Schema(
            name=NAME,
            title=self._raw.path.name,
            summary=self._summary(fields, judged, guessed, rows, lost),
            kind=DataKind.TABLE,
            input=Shape.features(len(columns)),
            target=judged.target,
            columns=columns,
            value_range=self._range(fields),
            licence="your own",
            origin=str(self._raw.path),
            answer_preparation=PreparationKind.STANDARDISE if is_values else PreparationKind.NONE,
            fields=fields,
            file=self._raw.fingerprint(),
        )
        return OwnTable(made, rows, lost, self._notes(lost), guessed)

    def pool(self) -> Pool:
        """The rows that have a target. Raises DataError."""
        fields, judged, _ = self.judged()
        inputs = encoded(fields, self._raw, self._marks)
        if not judged.known.all():
            inputs, values = inputs[judged.known], judged.values[judged.known]
        else:
            values = judged.values
        return Pool(Split(inputs, values))

    def _range(self, fields: Sequence[DataField]) -> tuple[float, float]:
        found = [
            np.log1p(look.found) if field.log else look.found
            for field, look in zip(fields, self._looks, strict=True)
            if field.role is Role.INPUT and field.feature is Feature.NUMBER
        ]
        lows, highs = [float(one.min()) for one in found], [float(one.max()) for one in found]
        low, high = min(lows, default=0.0), max(highs, default=1.0)
        return (low, high) if low < high else (low, low + 1)

    def _notes(self, lost: int) -> tuple[str, ...]:
        notes = []
        if not self._raw.has_names:
            notes.append("Its first line holds no names: the columns are numbered from 1.")
        if self._raw.renamed:
            notes.append(f"Several columns had the same name: {listed(self._raw.renamed)} were renamed.")
        if lost:
            verbs = ("has", "is") if lost == 1 else ("have", "are")
            notes.append(f"{counted(lost, 'row')} {verbs[0]} no target and {verbs[1]} left out.")
        return tuple(notes)

    def _summary(
        self, fields: Sequence[DataField], judged: Judged, guessed: str, rows: int, lost: int
    ) -> str:
        targets = [field.name for field in judged.fields]
        why = f" ({guessed})" if guessed else ""
        used = [field.name for field in of_fields.inputs(fields)]
        left = [field.name for field in fields if field.role not in (Role.INPUT, Role.TARGET)]
        said = f"{counted(rows, 'row')}. To be learned: {listed(targets)}{why}, from {listed(used)}. {judged.why}"
        if left:
            said += f" Left out: {listed(left)}."
        return " ".join((said, *self._notes(lost)))


def _make(options: Params) -> Pool:
    path = _path(options)
    stamp = None if path is None else stamp_of(path)
    if path is None or stamp is None:
        raise DataError(_missing(path))

    def make() -> Pool:
        looked = [_looked_at(path, stamp, options.header)]
        try:
            return _Judge(looked[0], _plain(options)).pool()
        finally:
            _let_go(looked)

    try:
        return own_table_kept.pool(path, _plain(options), table(options), make)
    except DataError as error:
        raise DataError(str(error) if str(error).startswith(str(path)) else f"{path.name}: {error}") from None


def _version(options: Params) -> Hashable:
    """What changes when the file does."""
    path = _path(options)
    return None if path is None else stamp_of(path)


OPTIONS = (
    FilePath(
        name="path",
        title="File",
        default="",
        suffixes=(".csv", ".tsv", ".txt"),
        help="The table: a CSV file, in which each row is a sample. Commas, semicolons, tabs or | separate its cells.",
    ),
    TextLine(
        name="target",
        title="Target",
        default="",
        help="The column to be learned; several columns of numbers are separated by commas. Left empty, it is a column "
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
        options=(AUTO, NUMBERS, CLASSES),
        labels=("automatic", "numbers", "classes"),
        help="Automatic: words, and up to ten different whole numbers, are classes, two different values are no and "
        "yes, and other numbers are numbers.",
    ),
    Choice(
        name="header",
        title="First line",
        default="auto",
        options=("auto", "yes", "no"),
        labels=("automatic", "names of the columns", "a row"),
        help="Whether the first line of the file holds the names of the columns.",
        advanced=True,
    ),
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
)

OWN_TABLE = Source(
    schema=schema,
    make=_make,
    rows=lambda options: table(options).rows,
    options=OPTIONS,
    asks_for="path",
    file="path",
    version=_version,
    fingerprint=lambda options: table(options).schema.file,
    remembered=lambda options: remembered.recall(NAME, options),
    offered=offered,
)
