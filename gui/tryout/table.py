"""Trying a model on a row of numbers: one field a column, the answer below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.data.dataset import Schema
from engine.graph.parameters import Parameter, Real
from gui.panels.form import Row, SettingsForm
from gui.plain import PlainLabel
from gui.theme import fonts
from gui.theme.style import set_role
from gui.tryout.probabilities import ProbabilityBars


class TablePanel(QWidget):
    """``prediction_wanted`` brings one raw row, float32 1×columns, with every change; ``refused`` why a number was not
    taken."""

    prediction_wanted = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schema: Schema | None = None
        self._values: dict[str, float] = {}
        title = PlainLabel("Try a row")
        title.setFont(fonts.font("strong"))
        self._form = SettingsForm("More columns")
        self.answer, self.status = PlainLabel(), PlainLabel()
        self.warning = PlainLabel()
        """What lies far outside of everything that the network was trained on; hidden when nothing does."""
        self.warning.setWordWrap(True)
        self.warning.hide()
        set_role(self.warning, "warning")
        self.answer.setWordWrap(True)
        self.answer.setFont(fonts.font("title"))
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bars = ProbabilityBars(self)
        self.bars.empty_text = "The network's answer appears here."
        self.status.setWordWrap(True)
        set_role(self.status, "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for widget in (title, self._form, self.answer, self.warning, self.bars, self.status):
            column.addWidget(widget)
        column.addStretch(1)
        self._form.edited.connect(self._edited)
        self._form.refused.connect(self.refused)

    def show_schema(self, schema: Schema, example: Sequence[float]) -> None:
        """Offer a field for each column, filled with an example row."""
        self._schema = schema
        self._values = {str(number): float(value) for number, value in enumerate(example)}
        rows = [
            Row(str(number), _column_parameter(name, number), self._values[str(number)])
            for number, name in enumerate(schema.columns)
        ]
        self._form.show_rows(rows)
        classes = schema.answer.kind != "values"
        self.bars.setVisible(classes)
        if classes:
            self.bars.set_classes(schema.answer.names)
        self.answer.clear()
        self.ask()

    def show_row(self, row: np.ndarray) -> None:
        """Put a row of the dataset (N columns) into the fields."""
        if self._schema is not None and len(row) == len(self._values):
            self.show_schema(self._schema, [float(value) for value in row])

    @Slot()
    def ask(self) -> None:
        """Ask for a prediction of the row as it is."""
        if self._values:
            self.prediction_wanted.emit(self.row())

    def row(self) -> np.ndarray:
        """The row as it is now, float32 1×columns."""
        return np.array([[self._values[str(n)] for n in range(len(self._values))]], dtype=np.float32)

    def show_prediction(self, prediction: np.ndarray | None, note: str, warnings: Sequence[str] = ()) -> None:
        """Show the answer for the row (probabilities of the classes, or values), and what makes it doubtful."""
        self.warning.setText(" ".join(warnings) if prediction is not None else "")
        self.warning.setVisible(bool(self.warning.text()))
        self.status.setText(note)
        self.status.setVisible(bool(note))
        schema = self._schema
        if schema is None or prediction is None:
            self.answer.clear()
            self.bars.set_values(None)
        elif schema.answer.kind == "values":
            words = [f"{name}: {value:,.4g}" for name, value in zip(schema.answer.names, prediction, strict=False)]
            self.answer.setText("\n".join(words))
        else:
            self.bars.set_values(prediction)
            best = int(np.argmax(prediction))
            self.answer.setText(f"{schema.answer.names[best]}, {100 * float(prediction[best]):.0f} %")

    @Slot(str, object)
    def _edited(self, path: str, value: object) -> None:
        if isinstance(value, float):
            self._values[path] = value
            self.ask()


def _column_parameter(name: str, number: int) -> Parameter:
    """A column as a setting; those after the tenth are folded away."""
    return Real(
        name=f"column{number}", title=name, default=0.0, help="Any number.", low=-1e9, high=1e9, advanced=number >= 10
    )
