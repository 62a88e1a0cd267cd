"""What if: how the prediction would change as one column moves, and all others stay as they are in the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QSlider, QVBoxLayout, QWidget

from engine.data.dataset import Schema
from engine.data.fields import DataField, inputs
from engine.data.tables.encoding import Floats
from engine.data.tables.seen import ColumnSeen
from engine.data.tables.sweep import Sweep, rows_of, sweep
from engine.reports.answer_parts import AnswerPart, first_part, parts
from engine.text import printable
from gui.plain_text import PlainLabel
from gui.theme.style import set_role
from gui.tryout.answer_curve import AnswerCurve

_NO_RANGE = "The training samples hold no range of values of this column to move along."
_FEW_LETTERS = 8


class WhatIf(QWidget):
    """``wanted(number, rows)`` brings rows, float32 N×columns, whose predictions ``show_answers`` is to be given, where
    the field of that number moves; ``moved(number, text)`` another cell for the form."""

    wanted = Signal(int, object)
    moved = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schema: Schema | None = None
        self._fields: tuple[DataField, ...] = ()
        self._seen: tuple[ColumnSeen, ...] = ()
        self._starts: tuple[int, ...] = ()
        """Where the columns of each field begin in the input."""
        self._texts: Sequence[str] = ()
        self._row: Floats | None = None
        self._named = ""
        self._parts: tuple[AnswerPart, ...] = ()
        self._chosen_part: str | None = None
        """The title of the part that was chosen; None: the one that follows from the prediction."""
        self._answers: np.ndarray | None = None
        self._moving = -1
        """The number of the field whose axis is on show."""
        self.column, self.part = QComboBox(), QComboBox()
        self.curve, self.note = AnswerCurve(), PlainLabel(_NO_RANGE)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.column.setAccessibleName("Column to move")
        self.column.setToolTip("The column that moves; all others stay as they are in the form")
        self.part.setAccessibleName("What is shown of the prediction")
        self.part.setToolTip("What is shown of the prediction")
        for box in (self.column, self.part):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_FEW_LETTERS)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.slider.setAccessibleName("Value of the column")
        self.note.setWordWrap(True)
        set_role(self.note, "quiet")
        self.note.hide()
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.column, 1)
        head.addWidget(self.part, 1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("Prediction along the column")
        set_role(self.curve, "scrolled")
        self.area.setWidget(self.curve)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.area, 1)
        column.addWidget(self.slider)
        column.addWidget(self.note)
        column.addStretch(0)
        self.column.currentIndexChanged.connect(self._choose_column)
        self.part.activated.connect(self._choose_part)
        self.slider.valueChanged.connect(self._slide)
        self.curve.picked.connect(self._pick)

    # What it is about

    def show_schema(self, schema: Schema, seen: Sequence[ColumnSeen], named: str) -> None:
        """Another table; ``named`` is what is predicted, "" where that has no name."""
        fields, starts, at = inputs(schema.fields), [], 0
        for field in fields:
            starts.append(at)
            at += len(field.columns)
        before = self.column.currentText()
        self._schema, self._fields, self._seen, self._starts = schema, fields, tuple(seen), tuple(starts)
        self._named, self._chosen_part, self._answers, self._row, self._moving = named, None, None, None, -1
        self.column.blockSignals(True)
        self.column.clear()
        for number, field in enumerate(fields):
            self.column.addItem(printable(field.shown))
            self.column.setItemData(number, printable(field.shown), Qt.ItemDataRole.AccessibleTextRole)
        self.column.setCurrentIndex(max(0, self.column.findText(before)))
        self.column.blockSignals(False)
        self._show_parts(())

    def show_row(self, texts: Sequence[str], row: Floats | None) -> None:
        """The cells of the form, and the row that they become, float32 1×columns; None while they become none."""
        self._texts, self._row = tuple(texts), row
        self._show_axis()
        self.ask()

    @property
    def number(self) -> int:
        """The number of the field that moves."""
        return max(0, self.column.currentIndex())

    @property
    def sweep(self) -> Sweep | None:
        """The values that are gone to."""
        return self.curve.sweep

    def ask(self) -> None:
        """Ask what is predicted along the column, while this is on show."""
        found = self.sweep
        if self._row is None or found is None or not self.isVisible():
            return
        number = self.number
        rows = rows_of(self._row, self._starts[number], self._fields[number], found)
        self.wanted.emit(number, np.concatenate([rows, self._row]))

    def show_answers(self, number: int, answers: np.ndarray | None) -> None:
        """What is predicted of the rows that were asked for along a field; None where that is not known."""
        found = self.sweep
        if number != self.number:
            return  # it is late: another column is on show
        if answers is None or found is None or self._schema is None or len(answers) != len(found.texts) + 1:
            self._answers = None
            self.curve.show_values("", None, None, is_probability=False)
            return
        self._answers = answers
        known = parts(self._schema.target, answers.shape[1], self._named)
        if known != self._parts:
            self._show_parts(known)
        if self._chosen_part is None:
            self.part.setCurrentIndex(first_part(self._schema.target, answers[-1].tolist()))
        self._show_curve()

    # Showing

    def _show_parts(self, known: tuple[AnswerPart, ...]) -> None:
        self._parts = known
        self.part.clear()
        for part in known:
            self.part.addItem(printable(part.short))
        self.part.setVisible(len(known) > 1)

    def _show_axis(self) -> None:
        number = self.number
        if not self._fields or number >= len(self._texts):
            return
        field, seen, text = self._fields[number], self._seen[number], self._texts[number]
        known, found = self.sweep, sweep(field, seen, text)
        if known is not None and self._moving == number and text in known.texts:
            # One of the steps: the axis stays as it is, and does not follow the hand that drags along it.
            found = replace(known, now=known.places[known.texts.index(text)])
        self._moving = number
        self.curve.show_sweep(field, seen, found)
        is_number = found is not None and not found.labels
        self.slider.setVisible(is_number)
        self.area.setVisible(found is not None)
        self.note.setVisible(found is None)
        if found is not None:
            self.slider.blockSignals(True)
            self.slider.setRange(0, len(found.texts) - 1)
            self.slider.setPageStep(max(1, len(found.texts) // 10))
            if found.step is not None:
                self.slider.setValue(found.step)
            self.slider.blockSignals(False)

    def _show_curve(self) -> None:
        if self._answers is None or not self._parts:
            return
        part = self._parts[max(0, self.part.currentIndex())]
        values = self._answers[:, part.place].astype(np.float64)
        self.curve.show_values(part.title, values[:-1], float(values[-1]), is_probability=part.is_probability)

    @Slot()
    def _choose_column(self, *_index: int) -> None:
        self._show_axis()
        self.ask()

    @Slot()
    def _choose_part(self, *_index: int) -> None:
        self._chosen_part = self.part.currentText()
        self._show_curve()

    @Slot(int)
    def _slide(self, step: int) -> None:
        self._pick(step)

    @Slot(int)
    def _pick(self, step: int) -> None:
        found = self.sweep
        if found is not None and 0 <= step < len(found.texts):
            self.moved.emit(self.number, found.texts[step])
