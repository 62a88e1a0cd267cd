"""Trying a model on a row of numbers: the answer on top, where it is always seen, and one field a column below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from engine.data.dataset import Schema
from engine.graph.parameters import BadParameter, Real
from engine.graph.targets import CLASSIFIED, MultiLabel, SeveralTargets, TargetKind
from engine.number_text import rounded
from engine.reports.figures import probability
from gui.panels.form import FormRow, SettingsForm
from gui.plain_text import PlainLabel
from gui.theme import fonts
from gui.theme.style import hairline, set_role
from gui.tryout.live_field import LiveField
from gui.tryout.probabilities import ProbabilityBars

_LARGEST = float(np.finfo(np.float32).max)
_MOST_SAID = 2
_LOWEST, _HIGHEST, _HIGHEST_OF_MANY = 72, 132, 220
"""How high the bars may be, in pixels: of many classes the ten likeliest are shown."""
_MANY = 30


class TablePanel(QWidget):
    """``prediction_wanted`` brings one raw row, float32 1×columns, with every change that makes one."""

    prediction_wanted = Signal(object)
    tried = Signal(object)
    """The row that stands in the fields now, float32 of one number a column; None while a field holds no number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schema: Schema | None = None
        self.values: dict[str, float] = {}
        self.form = SettingsForm("More columns", make=LiveField)
        self.answer, self.status = PlainLabel(), PlainLabel()
        self.warning = PlainLabel()
        """What lies far outside of everything that the network was trained on; hidden when nothing does."""
        self.bars = ProbabilityBars(self)
        self.bars.empty_text = "The network's prediction appears here."
        self.bars.hide()  # until the classes are known
        self._lay_out()
        self.form.edited.connect(self._edited)
        self.form.doubted.connect(self._doubted)

    def _lay_out(self) -> None:
        title = PlainLabel("Try a sample")
        title.setFont(fonts.font("strong"))
        for label, role in ((self.warning, "warning"), (self.status, "quiet")):
            label.setWordWrap(True)
            label.hide()
            set_role(label, role)
        self.answer.setWordWrap(True)
        self.answer.setFont(fonts.font("title"))
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.answer.setAccessibleName("Prediction")
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(6)
        for widget in (title, self.answer, self.warning, self.status, self.bars):
            column.addWidget(widget)
        body = QWidget()
        set_role(body, "panel")
        form = QVBoxLayout(body)
        form.setContentsMargins(16, 10, 16, 12)
        form.addWidget(self.form)
        form.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName("Try a sample")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(top)
        whole.addWidget(hairline())
        whole.addWidget(scroll, 1)

    def show_schema(self, schema: Schema, example: Sequence[float]) -> None:
        """Offer a field for each column, filled with an example row."""
        self._schema = schema
        classes = schema.target.kind in (*CLASSIFIED, TargetKind.LABELS)
        self.bars.setVisible(classes)
        if classes:
            self.bars.independent = schema.target.kind is TargetKind.LABELS
            self.bars.set_classes(schema.target.names)
            count = len(schema.target.names)
            highest = _HIGHEST_OF_MANY if count > _MANY else _HIGHEST
            self.bars.setFixedHeight(min(max(20 * count, _LOWEST), highest))
        self.show_prediction(None, "")  # what was said of another network is not true of this one
        self.show_row(example)

    def show_row(self, row: Sequence[float]) -> None:
        """Put a row into the fields and ask about it; ValueError unless it has a number for each column."""
        assert self._schema is not None
        columns = self._schema.columns
        if len(row) != len(columns):
            raise ValueError(f"Expected {len(columns)} numbers, one for each column; found {len(row)}.")
        self.values = {str(number): float(value) for number, value in enumerate(row)}
        self.form.show_rows(
            [
                FormRow(str(number), _column(name, number), self.values[str(number)])
                for number, name in enumerate(columns)
            ]
        )
        self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask for a prediction of the row as it is."""
        if not self.values or self.form.problems():
            self.tried.emit(None)
            return
        self.tried.emit(self.row()[0])
        self.prediction_wanted.emit(self.row())

    def row(self) -> np.ndarray:
        """The row as it is now, float32 1×columns."""
        return np.array([[self.values[str(n)] for n in range(len(self.values))]], dtype=np.float32)

    def show_prediction(self, prediction: np.ndarray | None, note: str, warnings: Sequence[str] = ()) -> None:
        """Show the answer for the row (probabilities of the classes, or values), and what makes it doubtful.

        While a field holds no number there is no row, and so no answer: then it is said which.
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
            self.answer.setText(f"{schema.target.names[best]}, {probability(float(prediction[best]))}")

    @Slot(str, object)
    def _edited(self, path: str, value: object) -> None:
        if isinstance(value, float):
            self.values[path] = value
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


class _Column(Real):
    """A number of a row; its refusals name the column."""

    def parse(self, text: str) -> float:
        if not text.strip():
            raise BadParameter(f"{self.title} is empty: type a number.")
        return super().parse(text)

    @property
    def expected(self) -> str:
        return "a number"


def _column(name: str, number: int) -> Real:
    """A column as a setting; those after the tenth are folded away."""
    return _Column(
        name=f"column{number}",
        title=name,
        default=0.0,
        help="Any number.",
        low=-_LARGEST,
        high=_LARGEST,
        advanced=number >= 10,
    )
