"""The editors of a row's cells: names to choose from for a category, a number with the range it had in training.

The value of each is the text of its cell, as it would stand in a file: ``engine.data.tables.cells``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from engine.data import date_parts
from engine.data.fields import DataField, Feature
from engine.data.tables.cells import MISSING, may_be_missing, other_text, plain, problem
from engine.data.tables.raw import is_missing
from engine.data.tables.seen import ColumnSeen
from engine.graph.parameters import BadParameter, Choice, Parameter, Real
from engine.text import printable
from gui.panels.fields import ChoiceField, Field
from gui.plain_text import plain_tip
from gui.tryout.live_field import LiveField

_LARGEST = float(np.finfo(np.float32).max)
_LARGE_STEP = 10


def range_words(seen: ColumnSeen) -> str:
    """From where to where a number or a date went in training: "0 … 80"; "" where that is not known."""
    low, high = seen.ends
    return low if low == high else f"{low} … {high}"


def help_words(field: DataField, seen: ColumnSeen) -> str:
    """What may stand in a cell, in a sentence or two."""
    if field.category_columns:
        words = "One of the categories of the training samples."
        if field.other:
            words += " “other” stands for all rarer ones, and for those that are new."
    elif field.feature is Feature.NUMBER:
        known = range_words(seen)
        words = f"A {'whole number' if seen.whole else 'number'}"
        words += f", {known} in the training samples." if known else "."
    elif field.feature is Feature.DATE:
        known = range_words(seen)
        words = f"A date such as {date_parts.in_words(field.written)}"
        words += f"; {known} in the training samples." if known else "."
    else:
        words = "A text as it stands in the file."
    return f"{words} Empty: it is missing." if may_be_missing(field) and not field.category_columns else words


def cell_field(number: int, field: DataField, seen: ColumnSeen) -> Field:
    """The editor for a cell of a field, the ``number``-th of the inputs."""
    if field.category_columns:
        return ChoiceCell(choices(number, field, seen))
    declared = _Text if field.feature is not Feature.NUMBER else _Number
    parameter = declared(
        name=f"column{number}",
        title=field.shown,
        default=seen.typical,
        help=help_words(field, seen),
        unit="" if field.feature is Feature.DATE else range_words(seen),
        field=field,
        seen=seen,
    )
    return TypedCell(parameter, seen.typical)


def choices(number: int, field: DataField, seen: ColumnSeen) -> Choice:
    """The categories of a field by the texts of their cells, and what stands for all others and for none."""
    options, labels = list(field.categories), [printable(category) for category in field.categories]
    if field.other:
        options.append(other_text(field))
        labels.append("other" if "other" not in field.categories else "other (any rarer one)")
    if may_be_missing(field):
        options.append(MISSING)
        labels.append("missing" if "missing" not in labels else "missing (not known)")
    return Choice(
        name=f"column{number}",
        title=field.shown,
        default=seen.typical,
        help=help_words(field, seen),
        options=tuple(options),
        labels=tuple(labels),
    )


@dataclass(frozen=True, kw_only=True)
class _Text(Parameter):
    """A cell that is typed; its refusals name the column."""

    field: DataField
    seen: ColumnSeen

    def check(self, value: Any) -> str:
        text = str(value).strip()
        if why := problem(self.field, text):
            raise BadParameter(f"{self.title} {why}")
        return MISSING if is_missing(text) else text

    def step(self, text: str, direction: int, large: bool) -> str | None:
        """The text of the neighbouring value; None where there is none."""
        return None


@dataclass(frozen=True, kw_only=True)
class _Number(_Text):
    """A number, with either decimal mark."""

    def check(self, value: Any) -> str:
        text = str(value).strip()
        if not text or is_missing(text):
            return super().check(text)
        number = _AnyNumber(name=self.name, title=self.title, default=0.0, help="", low=-_LARGEST, high=_LARGEST)
        return super().check(plain(number.parse(text)))

    def step(self, text: str, direction: int, large: bool) -> str | None:
        start = text or self.seen.typical
        if not start:
            return None
        size = self.step_size * (_LARGE_STEP if large else 1)
        moved = max(-_LARGEST, min(_LARGEST, float(start) + direction * size))
        found = plain(float(f"{moved:.9g}"))
        return text if problem(self.field, found) else found

    @property
    def step_size(self) -> float:
        """1 for whole numbers, else a round number of about a hundredth of the range; never less than float32 tells."""
        if self.seen.whole or not self.seen.has_range:
            return 1.0
        hundredth = (self.seen.high - self.seen.low) / 100
        power = 10.0 ** np.floor(np.log10(hundredth))
        return float(next(part * power for part in (5, 2, 1) if part * power <= hundredth * 1.0001))


class _AnyNumber(Real):
    @property
    def expected(self) -> str:
        return "a number"


class ChoiceCell(ChoiceField):
    """One of the categories."""

    def __init__(self, parameter: Choice, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parameter.default, parent)
        self.combo.setToolTip(tip_of(parameter))
        self.setToolTip(tip_of(parameter))


class TypedCell(LiveField):
    """A number or a text: taken with every key that makes one, and the range in training beside it."""

    def __init__(self, parameter: _Text, value: str, parent: QWidget | None = None) -> None:
        super().__init__(parameter, value, parent)
        self._cell = parameter
        self.edit.setPlaceholderText("missing" if may_be_missing(parameter.field) else "")
        self._tell()

    def _tell(self) -> None:
        self.setToolTip(tip_of(self.parameter))
        self.edit.setToolTip(tip_of(self.parameter))

    def _mark(self, problem: str) -> None:
        super()._mark(problem)
        if not problem:
            self._tell()

    def _step(self, direction: int, large: bool) -> None:
        value, why = self._read()
        new = self._cell.step(self.value if why else value, direction, large)
        if new is not None:
            self.edit.setModified(False)
            self._offer(new, finished=False)


def tip_of(parameter: Parameter) -> str:
    """The whole name of a column, and what may stand in it."""
    return plain_tip(f"{parameter.title}\n{parameter.help}")
