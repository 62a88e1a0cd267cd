"""Trying a model on a row of a table: the prediction on top, where it is always seen, and a field a column below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from engine.data.dataset import Schema
from engine.data.fields import Role, inputs
from engine.data.tables.cells import cells, encoded_cell
from engine.data.tables.encoding import Floats
from engine.data.tables.seen import ColumnSeen
from engine.graph.targets import CLASSIFIED, MultiLabel, SeveralTargets, TargetKind
from engine.number_text import rounded
from engine.reports.figures import probability
from engine.reports.true_values import true_words
from engine.text import printable
from gui.dataset_preview import Examples
from gui.plain_text import PlainLabel
from gui.theme import fonts
from gui.theme.style import hairline, set_role
from gui.tryout.column_form import ColumnForm
from gui.tryout.neighbours import NeighboursView
from gui.tryout.probabilities import ProbabilityBars
from gui.tryout.what_if import WhatIf

_MOST_SAID = 2
_LOWEST, _HIGHEST, _HIGHEST_OF_MANY = 72, 132, 220
"""How high the bars may be, in pixels: of many classes the ten likeliest are shown."""
_MANY = 30


class TablePanel(QWidget):
    """``prediction_wanted`` brings one raw row, float32 1×columns, with every change that makes one."""

    prediction_wanted = Signal(object)
    along_wanted = Signal(int, object)
    """The number of a field, and rows along it, float32 N×columns, whose predictions ``what_if`` is to be shown."""
    neighbours_wanted = Signal(object)
    """A row, float32 1×columns, whose nearest training samples ``neighbours`` is to be shown."""
    tried = Signal(object)
    """The row that stands in the fields now, float32 of one number a column; None while a field holds no value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schema: Schema | None = None
        self.values: dict[str, str] = {}
        """The texts of the cells, by the numbers of their fields."""
        self._parts: list[Floats] = []
        """The numbers that each of the cells becomes."""
        self._typical: tuple[str, ...] = ()
        self._examples: Examples | None = None
        self._true: tuple[tuple[str, ...], str] = ((), "")
        """The cells of the sample that was put into the fields last, and what is known of it."""
        self._next = 0
        self._has_bars = False
        self.form = ColumnForm()
        self.what_if, self.neighbours = WhatIf(), NeighboursView()
        self.tabs, self._pages = QTabBar(), QStackedWidget()
        self.answer, self.truth, self.status = PlainLabel(), PlainLabel(), PlainLabel()
        self.warning = PlainLabel()
        """What lies far outside of everything that the network was trained on; hidden when nothing does."""
        self.bars = ProbabilityBars(self)
        self.bars.empty_text = "The network's prediction appears here."
        self.bars.hide()  # until the classes are known
        self.typical, self.example = QPushButton("Typical"), QPushButton("Example")
        self.file_button = QPushButton("Predictions for a file…")
        self._lay_out()
        self.form.edited.connect(self._edited)
        self.what_if.wanted.connect(self.along_wanted)
        self.what_if.moved.connect(self._moved)
        self.neighbours.wanted.connect(self.neighbours_wanted)
        self.neighbours.chosen.connect(self._take_neighbour)
        self.tabs.currentChanged.connect(self._turn)
        self.form.doubted.connect(self._doubted)
        self.typical.clicked.connect(self.take_typical)
        self.example.clicked.connect(self.take_example)

    def _lay_out(self) -> None:
        title = PlainLabel("Try a sample")
        title.setFont(fonts.font("strong"))
        self.typical.setToolTip("Fill in the median of each number and the most frequent category")
        self.example.setToolTip("Fill in a sample of the data at random; its actual value is told below")
        for label, role in ((self.warning, "warning"), (self.truth, "quiet"), (self.status, "quiet")):
            label.setWordWrap(True)
            label.hide()
            set_role(label, role)
        self.answer.setWordWrap(True)
        self.answer.setFont(fonts.font("title"))
        for label, name in ((self.answer, "Prediction"), (self.truth, "Actual value")):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setAccessibleName(name)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(title, 1)
        for button in (self.typical, self.example):
            button.hide()
            head.addWidget(button)
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(6)
        column.addLayout(head)
        for widget in (self.answer, self.truth, self.warning, self.status, self.bars):
            column.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(top)
        whole.addWidget(self.tabs)
        whole.addWidget(hairline())
        whole.addWidget(self._pages, 1)
        set_role(self.file_button, "link")
        self.file_button.setToolTip("Predict every row of a table, and save it with the predictions")
        self.file_button.hide()
        whole.addWidget(hairline())
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 2, 14, 2)
        foot.addWidget(self.file_button, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addLayout(foot)
        self.tabs.setAccessibleName("Ways to try a sample")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for name, page in (("Values", self.form), ("What if", self.what_if), ("Neighbours", self.neighbours)):
            self.tabs.addTab(name)
            self._pages.addWidget(page)

    def follow(self, action: QAction) -> None:
        """Have a button that does what an action does, while it can be chosen."""
        self.file_button.clicked.connect(action.trigger)
        action.enabledChanged.connect(self.file_button.setEnabled)
        self.file_button.setEnabled(action.isEnabled())
        self.file_button.show()

    def show_schema(
        self,
        schema: Schema,
        example: Sequence[float],
        seen: Sequence[ColumnSeen] = (),
        examples: Examples | None = None,
    ) -> None:
        """Offer a field for each column of the table, filled with an example row of the input.

        ``seen`` is what training samples hold in them, one for each field, and ``examples`` samples to take from.
        Raises ValueError as ``show_row`` does.
        """
        self._schema, self._examples, self._next = schema, examples, 0
        fields = inputs(schema.fields)
        classes = schema.target.kind in (*CLASSIFIED, TargetKind.LABELS)
        self._has_bars = classes
        self._turn(self.tabs.currentIndex())
        if classes:
            self.bars.independent = schema.target.kind is TargetKind.LABELS
            self.bars.set_classes(schema.target.names)
            count = len(schema.target.names)
            highest = _HIGHEST_OF_MANY if count > _MANY else _HIGHEST
            self.bars.setFixedHeight(min(max(20 * count, _LOWEST), highest))
        seen = tuple(seen) if len(seen) == len(fields) else tuple(ColumnSeen("") for _ in fields)
        self._typical = tuple(one.typical for one in seen)
        self.typical.setVisible(any(self._typical))
        self.example.setVisible(examples is not None and len(examples.inputs) > 0)
        self._true = ((), "")
        self.show_prediction(None, "")  # what was said of another network is not true of this one
        self.form.show_fields(fields, seen, self._cells(example))
        self.what_if.show_schema(schema, seen, self._named.removesuffix(": "))
        self.neighbours.show_schema(schema)
        self.show_row(example)

    def show_row(self, row: Sequence[float]) -> None:
        """Put a row of the input into the fields and ask about it; ValueError unless it has a number for each column.

        A value that is missing is not a number.
        """
        self._show_cells(self._cells(row))

    def _cells(self, row: Sequence[float]) -> tuple[str, ...]:
        assert self._schema is not None
        columns = self._schema.columns
        if len(row) != len(columns):
            raise ValueError(f"Expected {len(columns)} numbers, one for each column; found {len(row)}.")
        return cells(self._schema.fields, [float(value) for value in row])

    def _show_cells(self, texts: Sequence[str]) -> None:
        assert self._schema is not None
        self.values = {str(number): text for number, text in enumerate(texts)}
        fields = inputs(self._schema.fields)
        self._parts = [encoded_cell(field, text) for field, text in zip(fields, texts, strict=True)]
        self.form.show_texts(texts)
        self.ask()

    def show_sample(self, row: Sequence[float], target: np.ndarray | None = None, note: str = "") -> None:
        """Put a sample of the data into the fields; ``target``, as a dataset has it, is told beside the prediction."""
        assert self._schema is not None
        words = "" if target is None else true_words(self._schema.target, target)
        texts = self._cells(row)
        self._true = (texts, f"Actual: {printable(words)}{f' ({note})' if note else ''}" if words else "")
        self._show_cells(texts)

    @Slot()
    def take_example(self) -> None:
        """Fill in the next of the samples at random."""
        examples = self._examples
        if examples is None or not len(examples.inputs):
            return
        order = np.random.default_rng(len(examples.inputs)).permutation(len(examples.inputs))
        number = int(order[self._next % len(order)])
        self._next += 1
        note = "held back from training" if examples.held else "a training sample"
        self.show_sample(examples.inputs[number].tolist(), examples.targets[number], note)

    @Slot()
    def take_typical(self) -> None:
        """Fill in what is typical of the training samples."""
        if self._schema is not None:
            self._show_cells(self._typical)

    @Slot()
    def ask(self) -> None:
        """Ask for a prediction of the row as it is."""
        is_true = self.texts() == self._true[0] and not self.form.problems()
        self.truth.setText(self._true[1] if is_true else "")
        self.truth.setVisible(bool(self.truth.text()))
        if not self.values or self.form.problems():
            self.what_if.show_row(self.texts(), None)
            self.neighbours.show_row(self.texts(), None)
            self.tried.emit(None)
            return
        row = self.row()
        self.tried.emit(row[0])
        self.prediction_wanted.emit(row)
        self.what_if.show_row(self.texts(), row)
        self.neighbours.show_row(self.texts(), row)

    def texts(self) -> tuple[str, ...]:
        """The cells as they are now."""
        return tuple(self.values.values())

    def row(self) -> np.ndarray:
        """The row as it is now, float32 1×columns; not a number where a value is missing."""
        return np.concatenate(self._parts, axis=1)

    def show_prediction(self, prediction: np.ndarray | None, note: str, warnings: Sequence[str] = ()) -> None:
        """Show the answer for the row (probabilities of the classes, or values), and what makes it doubtful.

        While a field holds no value there is no row, and so no answer: then it is said which.
        """
        problems = self.form.problems()
        if problems:
            prediction, warnings = None, problems[:_MOST_SAID]
        self.warning.setText(" ".join(warnings) if problems or prediction is not None else "")
        self.warning.setVisible(bool(self.warning.text()))
        self.status.setText(note)
        self.status.setVisible(bool(note))
        schema = self._schema
        if schema is None or prediction is None:
            self.answer.setText("no prediction" if problems else "")
            self.bars.set_values(None)
        elif schema.target.kind is TargetKind.VALUES:
            pairs = zip(schema.target.names, prediction, strict=False)
            self.answer.setText("\n".join(f"{name}: {rounded(float(value))}" for name, value in pairs))
        elif isinstance(schema.target, SeveralTargets):
            self.answer.setText("\n".join(_of_targets(schema.target, prediction)))
        elif schema.target.kind is TargetKind.GROUPS:
            self.answer.setText(_group_words(prediction))
        elif schema.target.kind is TargetKind.LABELS:
            self.bars.set_values(prediction)
            found = [
                name
                for name, share in zip(schema.target.names, prediction, strict=True)
                if share > MultiLabel.threshold
            ]
            self.answer.setText(", ".join(found) or "no label")
        else:
            self.bars.set_values(prediction)
            best = int(np.argmax(prediction))
            self.answer.setText(f"{self._named}{schema.target.names[best]}, {probability(float(prediction[best]))}")

    @property
    def _named(self) -> str:
        """What is predicted, before what of it: "Survived: "; "" where that goes without saying."""
        schema = self._schema
        if schema is None or not schema.is_own_table:
            return ""
        names = [field.shown for field in schema.fields if field.role is Role.TARGET]
        return f"{names[0]}: " if len(names) == 1 else ""

    @Slot(int)
    def _turn(self, page: int) -> None:
        """Show another way to try a sample; bars leave their room to a curve."""
        self._pages.setCurrentIndex(page)
        self.bars.setVisible(self._has_bars and self._pages.currentWidget() is self.form)
        self.what_if.ask()
        self.neighbours.ask()

    @Slot(int)
    def _take_neighbour(self, number: int) -> None:
        """Put a training sample that is near into the form."""
        found = self.neighbours.found
        if found is not None and number < len(found.inputs):
            self.show_sample(found.inputs[number].tolist(), found.targets[number], "a training sample")

    @Slot(int, str)
    def _moved(self, number: int, text: str) -> None:
        """A value was taken from a curve."""
        self.form.set_text(number, text)
        self._edited(number, text)

    @Slot(int, str)
    def _edited(self, number: int, text: str) -> None:
        assert self._schema is not None
        self.values[str(number)] = text
        self._parts[number] = encoded_cell(inputs(self._schema.fields)[number], text)
        self.ask()

    @Slot()
    def _doubted(self) -> None:
        self.show_prediction(None, self.status.text())
        self.ask()


def _of_targets(target: SeveralTargets, prediction: np.ndarray) -> Iterator[str]:
    """The answer for each of several targets, a line each."""
    for name, one, place in zip(target.names, target.each, target.answer_places, strict=True):
        values = prediction[place]
        if one.kind is TargetKind.VALUES:
            yield f"{name}: {rounded(float(values[0]))}"
        else:
            best = int(np.argmax(values))
            yield f"{name}: {one.names[best]}, {probability(float(values[best]))}"


def _group_words(distances: np.ndarray) -> str:
    """The group whose centre is nearest, and how far the nearest two are."""
    order = np.argsort(distances, kind="stable")
    words = f"Group {order[0] + 1}, {rounded(float(distances[order[0]]))} from its centre"
    if len(order) > 1:
        words += f"\nNext: group {order[1] + 1}, {rounded(float(distances[order[1]]))} from it"
    return words
