"""A whole table of new rows with the network's predictions beside them, written as a table again.

All columns of the file stay, in their order and with the texts they have; what the network says of each row follows.
Rows are predicted some thousand at a time. Where the table has the target as well, it is told how right they are.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import DataError, Schema
from engine.data.fields import Role, inputs
from engine.data.learned_range import far_outside
from engine.data.tables import columns as table_columns
from engine.data.tables import raw
from engine.data.tables.encoding import names_in_files, number_of
from engine.data.tables.file import read_samples
from engine.data.tables.raw import RawColumn, RawTable
from engine.data.tables.units import without_units
from engine.export.label_truth import LabelTruth
from engine.export.scored import Scored, unfit
from engine.export.scored_groups import ScoredGroups
from engine.files import spreadsheet
from engine.files.atomic import replacing
from engine.files.endings import ending_of
from engine.graph.targets import CLASSIFIED, MultiLabel, SeveralTargets, Target, TargetKind
from engine.tasks.answerer import Answerer
from engine.tasks.queries import LearnedNetwork, Predict

ENDINGS = (".csv", ".xlsx")
_AT_ONCE = 4_096
_MOST_SHARES = 10
"""Classes up to which each has a column for its probability."""
Progress = Callable[[int, int], bool]
"""Told how many rows of how many are done; False ends the work."""


class ScoringCancelled(Exception):
    """The work was ended before all rows were done; no file was written."""


def score(
    network: LearnedNetwork, path: Path, out: Path, *, new: bool = False, progress: Progress | None = None
) -> Scored:
    """Write ``out``, a CSV file or a workbook by its ending: the table at ``path`` with predictions beside its rows.

    With ``new`` nothing is replaced. Raises DataError: the table cannot be read or lacks columns, or the network is not
    for tables; WriteError, ScoringCancelled.
    """
    schema = network.schema
    if reason := unfit(schema):
        raise DataError(reason)
    samples, unknown = read_samples(path, schema)
    table = raw.read(path, schema.table_reading, wanted=names_in_files(inputs(schema.fields)))
    if table.rows != len(samples):
        raise DataError(f"{path} has changed while it was being read. Try again once it is complete.")
    names = _added(schema.target, table.names)
    plain = without_units(table, [field.name for field in schema.fields])
    truth, groups = _Truth(schema, plain), ScoredGroups(schema, plain)
    rows = _rows(network, samples, table, names, truth, progress, groups)
    with replacing(out, new=new) as stream:
        if ending_of(str(out), ".xlsx"):
            try:
                spreadsheet.write(stream, rows)
            except ValueError as error:
                raise DataError(f"{out} cannot hold this table: {error}. Write a CSV file instead.") from None
        else:
            text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
            csv.writer(text, lineterminator="\n").writerows(rows)
            text.detach()
    far, farthest = _far(samples, network)
    return Scored(table.rows, unknown, names, truth.figures(), truth.known, groups.found(), far, farthest)


def _far(samples: NDArray[np.float32], network: LearnedNetwork) -> tuple[int, str]:
    """How many rows have a value far outside of what was learned from, and a sentence about the first."""
    count, first = 0, ""
    for start in range(0, len(samples), _AT_ONCE):
        _, each = far_outside(samples[start : start + _AT_ONCE], network.schema, network.preparation)
        for number, sentences in enumerate(each, start + 1):
            if sentences:
                first = first or f"Row {number:,}: {sentences[0]}"
                count += 1
    return count, first


def _rows(
    network: LearnedNetwork,
    samples: NDArray[np.float32],
    table: RawTable,
    names: Sequence[str],
    truth: _Truth,
    progress: Progress | None,
    groups: ScoredGroups,
) -> Iterator[list[str | float]]:
    answerer, target = Answerer(), network.schema.target
    yield [*table.names, *names]
    for start in range(0, len(samples), _AT_ONCE):
        part = samples[start : start + _AT_ONCE]
        answers = answerer.answer(network, Predict(part)).answers
        for at, outputs in enumerate(answers, start):
            said = _said(target, outputs)
            truth.compare(at, said[0], outputs)
            groups.add(said[0])
            yield [*(column.values[column.codes[at]] for column in table.columns), *said]
        if progress is not None and not progress(start + len(part), len(samples)):
            raise ScoringCancelled


def _added(target: Target, taken: Sequence[str]) -> tuple[str, ...]:
    """What the new columns are called; none as a column of the table."""
    names = []
    for name in _names(target):
        number, free = 2, name
        while free in taken or free in names:
            free, number = f"{name} ({number})", number + 1
        names.append(free)
    return tuple(names)


def _names(target: Target) -> list[str]:
    if isinstance(target, SeveralTargets):
        pairs = zip(target.names, target.each, strict=True)
        return [f"{name}: {one}" for name, each in pairs for one in _names(each)]
    if target.kind is TargetKind.VALUES:
        return [f"predicted {name}" for name in target.names or ("value",)]
    if target.kind is TargetKind.GROUPS:
        return ["group", "distance"]
    if target.kind is TargetKind.LABELS:
        return ["labels", *(f"P({name})" for name in _classes(target))]
    classes = _classes(target)
    shares = [f"P({name})" for name in classes] if len(classes) <= _MOST_SHARES else []
    return ["prediction", "probability", *shares]


def _classes(target: Target) -> Sequence[str]:
    if target.kind is TargetKind.YES_NO:
        return target.names if len(target.names) == 2 else ("no", "yes")
    return target.names or [str(number) for number in range(target.size)]


def _said(target: Target, outputs: NDArray[np.float32]) -> list[str | float]:
    """The cells that a prediction becomes; a number that is not finite leaves its cell empty."""
    if isinstance(target, SeveralTargets):
        pairs = zip(target.each, target.answer_places, strict=True)
        return [cell for one, place in pairs for cell in _said(one, outputs[place])]
    numbers: list[str | float] = [float(str(value)) if math.isfinite(value) else "" for value in outputs]
    if target.kind is TargetKind.VALUES:
        return numbers
    if target.kind is TargetKind.GROUPS:
        nearest = int(outputs.argmin())
        return [str(nearest + 1), numbers[nearest]]
    if target.kind is TargetKind.LABELS:
        shown = [name for name, share in zip(_classes(target), outputs, strict=True) if share > MultiLabel.threshold]
        return [";".join(shown), *numbers]
    classes, best = _classes(target), int(outputs.argmax())
    return [classes[best], numbers[best], *(numbers if len(classes) <= _MOST_SHARES else [])]


def _target_in(schema: Schema, table: RawTable) -> RawColumn | None:
    """The column of the only target that is numbers, classes or yes and no; None where the table has none."""
    names = [field.name for field in schema.fields if field.role is Role.TARGET]
    if len(names) != 1 or not table.has_names or schema.target.kind not in (*CLASSIFIED, TargetKind.VALUES):
        return None
    try:
        found = table_columns.find(table.names, names)
    except table_columns.TwoColumns:
        return None
    return table.columns[found[names[0]]] if names[0] in found else None


class _Truth:
    """The target in the table that is scored, where it has it, against what was said."""

    def __init__(self, schema: Schema, table: RawTable) -> None:
        self._known, self._right, self._errors = 0, 0, 0.0
        self._labels = LabelTruth(schema, table)
        self._sum, self._squares = 0.0, 0.0
        self._column = _target_in(schema, table)
        self._numbers: list[float | None] = []
        if self._column is not None and schema.target.kind is TargetKind.VALUES:
            marks = table.marks([self._column])
            self._numbers = [
                None if self._column.is_missing(text) else number_of(marks, text) for text in self._column.values
            ]

    def compare(self, row: int, said: str | float, outputs: NDArray[np.float32]) -> None:
        self._labels.compare(row, outputs)
        if self._column is None:
            return
        code = self._column.codes[row]
        if self._numbers:
            true = self._numbers[code]
            if true is not None and isinstance(said, float):
                self._known += 1
                self._errors += (said - true) ** 2
                self._sum, self._squares = self._sum + true, self._squares + true * true
            return
        text = self._column.values[code]
        if not self._column.is_missing(text):
            self._known += 1
            self._right += text == said

    @property
    def known(self) -> int:
        return self._known or self._labels.known

    def figures(self) -> dict[str, float]:
        if not self._known:
            return self._labels.figures()
        if not self._numbers:
            return {"accuracy": self._right / self._known}
        spread = self._squares - self._sum**2 / self._known
        found = {"rmse": math.sqrt(self._errors / self._known)}
        return found | {"r2": 1 - self._errors / spread} if spread > 0 else found
