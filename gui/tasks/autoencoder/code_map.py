"""The code of held-out samples as a map, coloured by class where there are classes; a click decodes the place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.data.dataset import Schema
from engine.data.kinds import DataKind
from engine.data.principal import Principal, principal
from engine.number_text import rounded
from engine.tasks.queries import Answer, Decode, Predicted, Reconstructed
from gui import theme
from gui.plain_text import PlainLabel
from gui.plots.points import PointsPlot
from gui.tasks.autoencoder.asking import AskingView
from gui.tasks.autoencoder.picture_rows import pictures_of
from gui.tasks.sample_picture import SamplePicture
from gui.training.trained import Trained
from gui.workspace import Workspace

_DECODED = "decoded place"
_SIDE = 140
_MOST_LINES = 14
_EMPTY = "Train to see where the code puts the samples."


class CodeView(AskingView):
    """``sample_chosen`` brings what was decoded at the place that was clicked, raw as a sample of the data."""

    sample_chosen = Signal(object)
    key = "code"
    explained = (
        "Code",
        "Each sample that was held back from learning at the place that the code gives it: samples that are alike lie "
        "close together. A code of more than two numbers is seen along its two principal components. A click decodes "
        "the place: what the network makes of it, also where no sample lies.",
    )

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self._found: Reconstructed | None = None
        self._directions: Principal | None = None
        self.plot = PointsPlot(empty_text=_EMPTY)
        self.plot.plot.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.plot.plot.setToolTip("Click to decode a place")
        self.picture = SamplePicture("Decoded place", _SIDE)
        self.values = PlainLabel()
        self.values.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.values.setFont(theme.font("caption"))
        self.values.setFixedWidth(_SIDE)
        self.heading = PlainLabel("Click a place to decode it")
        self.heading.setWordWrap(True)
        theme.set_role(self.heading, "quiet")
        self._decoded = QStackedWidget()
        self._decoded.addWidget(self.picture)
        self._decoded.addWidget(self.values)
        side = QWidget()
        side.setFixedWidth(_SIDE + 2 * theme.SPACING.medium)
        below = QVBoxLayout(side)
        below.setContentsMargins(0, theme.SPACING.medium, theme.SPACING.medium, theme.SPACING.small)
        below.addWidget(self.heading)
        below.addWidget(self._decoded, 1, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.plot, 1)
        row.addWidget(side)
        self.plot.picked.connect(self.decode)
        studio.predictions.answered.connect(self._show_decoded)
        self.follow()

    def clear(self) -> None:
        self._found = self._directions = None
        self.plot.empty_text = _EMPTY
        self.plot.clear()
        self.plot.set_mark(None)
        self.picture.show_picture(None)
        self.values.setText("")
        schema = self.studio.schema
        pictures = schema is not None and schema.kind is DataKind.PICTURES and schema.input.sizes[0] in (1, 3)
        self._decoded.setCurrentWidget(self.picture if pictures else self.values)

    def say(self, words: str) -> None:
        self.plot.empty_text = words
        self.plot.clear()

    def show_found(self, found: Reconstructed, schema: Schema, steps: int) -> None:
        if found.codes is None:
            self.say("No layer that everything runs through is narrower than the input: there is no code.")
            return
        codes = found.codes.astype(np.float64)
        if not np.isfinite(codes).all():
            return
        if self._found is not None and self._found.code != found.code:
            self.plot.set_mark(None)
        self._found = found
        names = schema.target.names
        labels = np.zeros(len(codes), dtype=np.int64) if found.labels is None else found.labels
        if found.labels is None:
            names = ("samples",)
        if codes.shape[1] == 1:
            self._directions = None
            places, axes = np.column_stack([codes[:, 0], found.errors]), (found.code, "error")
        elif codes.shape[1] == 2:
            self._directions = None
            places, axes = codes, (f"{found.code}, first number", "second number")
        else:
            self._directions = principal(codes)
            places = self._directions.project(codes)
            shares = enumerate(self._directions.shares, 1)
            first, second = (f"component {number} ({100 * share:.0f} %)" for number, share in shares)
            axes = (first, second)
        self.plot.set_groups(places, labels, names, axes)
        if self.plot.mark is not None:
            self.decode(*self.plot.mark)

    def code_at(self, x: float, y: float) -> NDArray[np.float64] | None:
        """The code, flat, that a place of the map stands for; None without a map."""
        found = self._found
        if found is None or found.codes is None:
            return None
        if found.codes.shape[1] == 1:
            return np.array([x])
        place = np.array([x, y])
        return place if self._directions is None else self._directions.restored(place[None])[0]

    @Slot(float, float)
    def decode(self, x: float, y: float) -> None:
        """Ask what the network makes of a place."""
        code = self.code_at(x, y)
        if code is None or self._found is None:
            return
        self.plot.set_mark((x, y))
        values = code.astype(np.float32).reshape(1, *self._found.code_shape)
        self.studio.predictions.ask(_DECODED, Decode(values, self._found.code))

    @Slot(str, object, object)
    def _show_decoded(self, key: str, answer: Answer | None, _trained: Trained | None) -> None:
        schema = self.studio.schema
        if key != _DECODED or not isinstance(answer, Predicted) or schema is None:
            return
        decoded = answer.answers[0]
        if decoded.shape != schema.input.sizes or self.plot.mark is None:
            return
        x, y = self.plot.mark
        self.heading.setText(f"At {rounded(x, 3)}, {rounded(y, 3)}")
        if self._decoded.currentWidget() is self.picture:
            self.picture.show_picture(pictures_of(decoded, schema.value_range))
        else:
            pairs = zip(schema.columns, decoded.reshape(-1), strict=True)
            lines = [self._line(name, rounded(float(value), 3)) for name, value in pairs]
            more = [f"… and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
            self.values.setText("\n".join([*lines[:_MOST_LINES], *more]))

    def _line(self, name: str, value: str) -> str:
        """A column and its value, the name shortened where both do not fit."""
        metrics = QFontMetrics(self.values.font())
        room = _SIDE - metrics.horizontalAdvance(f": {value}") - 4
        return f"{metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)}: {value}"
