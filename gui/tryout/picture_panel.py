"""Trying a model on a picture from a file, where its pictures are not what the drawing pad gives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.data.dataset import Schema
from engine.reports.figures import probability
from gui import theme
from gui.plain_text import PlainLabel
from gui.tryout.panel import AnswerLabel
from gui.tryout.preview import Preview
from gui.tryout.probabilities import ProbabilityBars

_SIDE = 112


class PicturePanel(QWidget):
    """``prediction_wanted`` brings the picture on show, uint8 channels×height×width; ``file_wanted`` asks for one."""

    prediction_wanted = Signal(object)
    file_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: NDArray[np.uint8] | None = None
        self.preview = Preview(self, side=_SIDE)
        self.preview.setToolTip("The image as the network receives it, prepared like its training images.")
        self.answer, self.bars = AnswerLabel(self), ProbabilityBars(self)
        self.bars.empty_text = "The network's prediction appears here."
        self.status = PlainLabel("", self)
        self.status.setWordWrap(True)
        self.status.setMinimumHeight(36)  # of two lines: a label that wraps does not ask for them by itself
        self.status.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        theme.set_role(self.status, "quiet")
        title = PlainLabel("Try an image")
        title.setFont(theme.font("strong"))
        self.open_button = QPushButton("Choose an image…")
        self.open_button.setToolTip("Open an image from a file; one can also be dropped here")
        self.open_button.clicked.connect(self.file_wanted)
        side = QVBoxLayout()
        side.addWidget(self.answer)
        side.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        side.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACING.medium)
        row.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(side, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(theme.SPACING.small)
        whole.addWidget(title)
        whole.addLayout(row)
        whole.addWidget(self.bars, 1)
        whole.addWidget(self.status)

    def show_schema(self, schema: Schema, example: NDArray[np.uint8] | None) -> None:
        """Say what the answers stand for, and show a picture of the dataset to begin with, C×height×width."""
        self.bars.set_classes(schema.target.names)
        self._picture = None
        self.preview.set_picture(None)
        self.answer.set_answer("", "")
        if example is not None:
            self.show_picture(example)

    def show_picture(self, picture: NDArray[np.uint8]) -> None:
        """Show a picture as the dataset's are, and ask about it."""
        self._picture = picture
        self.preview.set_picture(picture[0])
        self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask for a prediction of the picture on show."""
        if self._picture is not None:
            self.prediction_wanted.emit(self._picture)

    def show_prediction(
        self, probabilities: NDArray[np.floating] | None, note: str = "", *, unlike: str = ""
    ) -> None:
        """Show an answer: one probability for each class, or None, and what makes it doubtful."""
        self.bars.set_values(probabilities)
        self.bars.set_doubtful(bool(unlike) and probabilities is not None)
        best, values = self.bars.best(), self.bars.values()
        if best is None or values is None:
            self.answer.set_answer("", "")
        elif unlike:
            self.answer.set_answer("unknown", "", doubtful=True)
        else:
            self.answer.set_answer(self.bars.names()[best], probability(float(values[best])))
        self.status.setText(f"{unlike} {note}".strip())
