"""What there is to learn from a table of the user's: judged by the looks of its columns and by the options chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.counting import counted
from engine.data import fields as of_fields
from engine.data.column_settings import ChosenType
from engine.data.dataset import DataError, Schema, Split
from engine.data.fields import MOST_WIDE, DataField, Feature, Role
from engine.data.kinds import DataKind, PreparationKind
from engine.data.sources import own_table_settings, own_table_target
from engine.data.sources.own_table_columns import Look
from engine.data.sources.own_table_guesses import guesses
from engine.data.sources.own_table_kept import GIVEN, OwnTable
from engine.data.sources.own_table_parts import given_parts
from engine.data.sources.own_table_target import Judged
from engine.data.sources.source import Pool
from engine.data.tables.dates import moments
from engine.data.tables.encoding import encoded
from engine.data.tables.marks import DecimalMark
from engine.data.tables.raw import RawTable
from engine.graph.columns import listed
from engine.graph.parameters import Params
from engine.graph.shapes import Shape
from engine.number_text import rounded

NAME = "own-table"
_PLACED = {
    "group": (Role.GROUP, "Rows with the same value stay together in one split."),
    "time": (Role.TIME, "It says when a row was: the latest rows are judged by."),
    "parts": (Role.PARTS, "It says which split each row belongs to."),
}
"""Options that name a column for something else than learning: its role, and why it has it."""
_PLACED_ROLES = {role: option for option, (role, _) in _PLACED.items()}
_LEARN_AS = {ChosenType.NUMBER: own_table_target.NUMBERS, ChosenType.CATEGORY: own_table_target.CLASSES}
MOST_BYTES = 1_000_000_000
"""Of the numbers that the rows become."""


@dataclass(frozen=True, eq=False)
class TableLook:
    """A table and what its columns look like, before it is said what is to be learned."""

    table: RawTable
    looks: tuple[Look, ...]
    marks: DecimalMark


class TableJudge:
    """Makes of a table that was looked at, and of the options, what there is to learn."""

    def __init__(self, looked: TableLook, options: Params) -> None:
        self._raw, self._marks = looked.table, looked.marks
        self._settings = own_table_settings.settings_of(options.settings, looked.table.names)
        self._looks = tuple(
            own_table_settings.looked_at_as(look, self._settings.get(at), looked.marks)
            for at, look in enumerate(looked.looks)
        )
        self._options = options
        if not self._raw.rows:
            raise DataError("It has no rows below its line of names.")

    def judged(self) -> tuple[tuple[DataField, ...], Judged, str]:
        """The fields, the target, and why it is the target where it was guessed. Raises DataError."""
        options, names = self._options, self._raw.names
        wanted = set(own_table_target.names_in(options.columns, names, "Columns")) if options.columns else None
        fields = [
            own_table_settings.judge(
                look,
                self._settings.get(at),
                most_categories=options.categories,
                wanted=wanted is not None and at in wanted,
            )
            for at, look in enumerate(self._looks)
        ]
        self._place(fields, "parts")  # no column of which one would guess that it is to be learned
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
        judged = own_table_target.judge([self._looks[at] for at in targets], self._learn_as(targets))
        judged = own_table_target.called(judged, [self._settings.get(at) for at in targets])
        logged = set(own_table_target.names_in(options.log, names, "Log")) if options.log else set()
        self._place(fields, "group")
        self._place(fields, "time")
        for at, field in enumerate(fields):
            if field.role in _PLACED_ROLES:
                if at in targets or at in (wanted or set()):
                    option = _PLACED_ROLES[field.role].capitalize()
                    raise DataError(f"{option}: {names[at]} is the target or an input already. Choose another column.")
                continue
            if at in targets:
                fields[at] = judged.fields[targets.index(at)]
            elif wanted is not None and at not in wanted:
                fields[at] = replace(field, role=Role.UNUSED, reason=f"It is not chosen. {field.reason}")
            elif field.role is Role.INPUT:
                flag = self._flagged(at, field)
                fields[at] = replace(field, flag=flag, log=at in logged and self._may_be_logged(at, field))
        for at in logged:
            if not fields[at].log:
                raise DataError(f"Log: {names[at]} is no input of numbers. Take a logarithm of such columns only.")
        return tuple(fields), judged, guessed

    def _learn_as(self, targets: Sequence[int]) -> str:
        """What the option says of the target, or the type that was chosen for its column."""
        asked = str(self._options.learn_as)
        if asked != own_table_target.AUTO or len(targets) > 1 or targets[0] not in self._settings:
            return asked
        return _LEARN_AS.get(self._settings[targets[0]].type, asked)

    def _flagged(self, at: int, field: DataField) -> bool:
        """Whether one more column tells where the value was missing."""
        if field.missing == 0 or not field.impute.fills:
            return False
        asked = self._settings[at].flag if at in self._settings else None
        return bool(self._options.flags if asked is None else asked)

    def _kept(self, fields: Sequence[DataField]) -> NDArray[np.bool_]:
        """The rows that are not left out for a value that is missing."""
        kept = np.ones(self._raw.rows, dtype=np.bool_)
        for field, look in zip(fields, self._looks, strict=True):
            lost = own_table_settings.left_out(field, look)
            if lost is not None:
                kept &= ~lost
        return kept

    def _place(self, fields: list[DataField], option: str) -> None:
        """Give the column that an option names its role. Raises DataError."""
        role, words = _PLACED[option]
        for at in self._placed(option):
            fields[at] = replace(fields[at], role=role, reason=words)

    def _placed(self, option: str) -> list[int]:
        """The column that an option names, none where it names none. Raises DataError."""
        told, title = self._options[option], option.capitalize()
        if not told:
            return []
        found = own_table_target.names_in(told, self._raw.names, title)
        if len(found) > 1:
            raise DataError(f"{title}: one column is expected, not {listed([self._raw.names[at] for at in found])}.")
        return found

    def _groups(self, fields: Sequence[DataField], known: NDArray[np.bool_]) -> NDArray[np.int64] | None:
        """The group of each row that has a target; rows without a value are a group of their own each."""
        at = next((at for at, field in enumerate(fields) if field.role is Role.GROUP), None)
        if at is None:
            return None
        look = self._looks[at]
        codes = look.column.codes.astype(np.int64)
        alone = look.missing[codes]
        return np.where(alone, -1 - np.arange(len(codes)), codes)[known]

    def _times(self, fields: Sequence[DataField], known: NDArray[np.bool_]) -> NDArray[np.float64] | None:
        """When each row with a target was; rows of which nothing says so come first. Raises DataError."""
        at = next((at for at, field in enumerate(fields) if field.role is Role.TIME), None)
        if at is None:
            return None
        look = self._looks[at]
        each = look.numbers if look.is_numbers else self._moments(look)
        return np.where(np.isnan(each), -np.inf, each)[look.column.codes][known]

    def _moments(self, look: Look) -> NDArray[np.float64]:
        return moments(look.column.name, look.column.values, look.missing, look.column.date_order)

    def _parts(self, fields: Sequence[DataField], known: NDArray[np.bool_]) -> NDArray[np.uint8] | None:
        """In which part each row with a target is said to be. Raises DataError."""
        at = next((at for at, field in enumerate(fields) if field.role is Role.PARTS), None)
        return None if at is None else given_parts(self._looks[at], known)

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
        known = judged.known & self._kept(fields)
        rows = int(known.sum())
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
            raise DataError(
                f"It has {counted(rows, 'row')} with a target{self._incomplete(judged, rows)}; it takes three "
                "to train, check and test."
            )
        is_values = any(judged.target.measured)
        lost = self._raw.rows - int(judged.known.sum())
        incomplete = int(judged.known.sum()) - rows
        made = Schema(
            name=NAME,
            title=self._raw.path.name,
            summary=self._summary(fields, judged, guessed, rows, self._notes(lost, incomplete)),
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
            table_reading=self._raw.reading,
        )
        parts = self._parts(fields, known)
        given = (0, 0) if parts is None else tuple(int((parts == one).sum()) for one in GIVEN)
        read_as = guesses(self._raw, self._looks, self._marks)
        return OwnTable(made, rows, lost, self._notes(lost, incomplete), guessed, (given[0], given[1]), read_as)

    def pool(self) -> Pool:
        """The rows that have a target. Raises DataError."""
        fields, judged, _ = self.judged()
        inputs = encoded(fields, self._raw, self._marks, {look.column.name: look.numbers for look in self._looks})
        values, known = judged.values, judged.known & self._kept(fields)
        if not known.all():
            inputs, values = inputs[known], values[known]
        return Pool(
            Split(inputs, values),
            groups=self._groups(fields, known),
            times=self._times(fields, known),
            parts=self._parts(fields, known),
            is_own=True,
        )

    def _range(self, fields: Sequence[DataField]) -> tuple[float, float]:
        found = [
            np.log1p(look.found) if field.log else look.found
            for field, look in zip(fields, self._looks, strict=True)
            if field.role is Role.INPUT and field.feature is Feature.NUMBER
        ]
        lows, highs = [float(one.min()) for one in found], [float(one.max()) for one in found]
        low, high = min(lows, default=0.0), max(highs, default=1.0)
        return (low, high) if low < high else (low, low + 1)

    def _incomplete(self, judged: Judged, rows: int) -> str:
        return " and all the values that it needs" if rows < int(judged.known.sum()) else ""

    def _notes(self, lost: int, incomplete: int) -> tuple[str, ...]:
        notes = []
        if not self._raw.has_names:
            notes.append("Its first line holds no names: the columns are numbered from 1.")
        if self._raw.renamed:
            notes.append(f"Several columns had the same name: {listed(self._raw.renamed)} were renamed.")
        if ragged := self._raw.ragged:
            verb = "is" if len(ragged) == 1 else "are"
            lines = listed([f"{line:,}" for line in ragged])
            notes.append(
                f"{counted(len(ragged), 'row')} with more or fewer cells than there are columns {verb} left out: line "
                f"{lines}."
            )
        if unused := own_table_settings.unused(self._options.settings, self._raw.names):
            notes.append(f"What was chosen for {listed(unused)} is not used: it has no such column.")
        if lost:
            verbs = ("has", "is") if lost == 1 else ("have", "are")
            notes.append(f"{counted(lost, 'row')} {verbs[0]} no target and {verbs[1]} left out.")
        if incomplete:
            verbs = ("lacks", "is") if incomplete == 1 else ("lack", "are")
            notes.append(f"{counted(incomplete, 'row')} {verbs[0]} a value that is needed and {verbs[1]} left out.")
        return tuple(notes)

    def _summary(
        self, fields: Sequence[DataField], judged: Judged, guessed: str, rows: int, notes: Sequence[str]
    ) -> str:
        targets = [field.shown for field in judged.fields]
        why = f" ({guessed})" if guessed else ""
        used = [field.shown for field in of_fields.inputs(fields)]
        left = [field.shown for field in fields if field.role not in (Role.INPUT, Role.TARGET)]
        said = f"{counted(rows, 'row')}. To be learned: {listed(targets)}{why}, from {listed(used)}. {judged.why}"
        if left:
            said += f" Left out: {listed(left)}."
        return " ".join((said, *notes))
