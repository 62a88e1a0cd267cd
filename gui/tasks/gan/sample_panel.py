"""Trying a generator: one sample, others between two noises, what the critic says, and the nearest training sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSlider,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.data.fields import DataField, decoded, inputs
from engine.number_text import rounded
from engine.reports.figures import probability
from engine.tasks.queries import Answer, Interpolate, Interpolated
from gui import theme
from gui.plain_text import PlainLabel
from gui.tasks.sample_picture import SamplePicture
from gui.training.predictions import Predictions
from gui.training.trained import Trained
from gui.tryout.host import OfferedPanel

_KEY = "sample between two noises"
STEPS = 100
"""Places of the slider between two noises."""
_LARGE, _NEAREST, _END = 148, 84, 28
"""Sides of the pictures, in pixels."""
_ROW = 24
"""The height of a row of the table, in pixels."""
_THEM = {True: "images", False: "samples"}
_UNIT = {
    True: "The difference of a pixel as a share of the whole range of brightness, root mean square over all pixels.",
    False: "The Euclidean distance of the columns as the network is given them.",
}
"""What is measured, of images and of rows."""


class SamplePanel(OfferedPanel):
    """Asks the network that ``use`` is given in the thread of ``predictions``: also while it learns."""

    explained = (
        "A new sample",
        "What the generator makes of random numbers (noise). The slider leads to another noise. What the critic says "
        "of the sample, and the training sample nearest to it, tell how real and how new it is.",
    )

    def __init__(self, predictions: Predictions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._predictions = predictions
        self._trained: Trained | None = None
        self._seed = 0
        self.sample = SamplePicture("New sample", _LARGE)
        self.nearest = SamplePicture("Nearest training image", _NEAREST)
        self.ends = tuple(SamplePicture(f"{which} noise", _END) for which in ("First", "Second"))
        self.table = QTableWidget(0, 3)
        self._kinds = QStackedWidget()
        self.found = QWidget()
        self.verdict, self.rank, self.note = PlainLabel(), PlainLabel(), PlainLabel()
        self.distance = PlainLabel()
        """How far the nearest training sample is, and how far such samples are from one another."""
        self.another = QPushButton("Another")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self._lay_out()
        self.another.clicked.connect(self.take_another)
        self.slider.valueChanged.connect(self.ask)
        predictions.refused.connect(self._refused)
        predictions.answered.connect(self._answered)
        self._show_nothing()

    def _lay_out(self) -> None:
        title = PlainLabel("A new sample")
        title.setFont(theme.font("strong"))
        self.verdict.setFont(theme.font("strong"))
        between = PlainLabel("Between two noises")
        caption = PlainLabel("nearest training image")
        caption.setFont(theme.font("caption"))
        for label in (self.rank, self.distance, self.note, between, caption):
            label.setWordWrap(True)
            theme.set_role(label, "quiet")
        theme.set_role(self.another, "primary")
        self.another.setToolTip("Go on to the second noise, and choose another one for the slider to lead to")
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setAccessibleName("Place between two noises")
        self.slider.setToolTip("From the first noise to the second, along a great circle")
        beside = QVBoxLayout()
        beside.addWidget(self.nearest)
        beside.addWidget(caption)
        beside.addStretch(1)
        pictures = QWidget()
        row = QHBoxLayout(pictures)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACING.wide)
        row.addWidget(self.sample, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(beside, 1)
        self._set_up_table()
        for page in (pictures, self.table):
            self._kinds.addWidget(page)
        way = QHBoxLayout()
        way.setSpacing(theme.SPACING.small)
        way.addWidget(self.ends[0])
        way.addWidget(self.slider, 1)
        way.addWidget(self.ends[1])
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.another)
        found = QVBoxLayout(self.found)
        found.setContentsMargins(0, 0, 0, 0)
        found.setSpacing(theme.SPACING.small)
        found.addWidget(self._kinds, 1)
        for widget in (self.verdict, self.rank, self.distance, between):
            found.addWidget(widget)
        found.addLayout(way)
        found.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(theme.SPACING.small)
        column.addLayout(head)
        column.addWidget(self.found, 1)
        column.addWidget(self.note)
        column.addStretch()

    def _set_up_table(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels(["column", "sample", "nearest"])
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.setAccessibleName("New sample, and the nearest training sample")

    # Asking

    def use(self, trained: Trained | None, note: str) -> None:
        """Ask this network from now on, and say ``note`` about it."""
        self._trained = trained
        self._say(note)
        self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask for the sample at the slider's place."""
        if self._trained is None:
            self._show_nothing()
        else:
            self._predictions.ask(_KEY, Interpolate(self._seed, self._seed + 1, self.slider.value() / STEPS))

    @Slot()
    def take_another(self) -> None:
        """Begin at the second noise, with another one to go to."""
        self._seed += 1
        if self.slider.value():
            self.slider.setValue(0)  # which asks
        else:
            self.ask()

    # Showing

    @Slot(str, str)
    def _refused(self, key: str, why: str) -> None:
        if key == _KEY and why:
            self._say(why)

    @Slot(str, object, object)
    def _answered(self, key: str, answer: Answer | None, trained: Trained | None) -> None:
        if key != _KEY:
            return
        if self._trained is None or trained is None or not isinstance(answer, Interpolated):
            self._show_nothing()
            return
        if answer.sample.ndim == 3:
            self._show_pictures(answer)
        else:
            self._show_row(answer, trained.learned.schema.fields)
        self._judge(answer)
        self.found.show()
        self.another.show()

    def _show_pictures(self, found: Interpolated) -> None:
        self._kinds.setCurrentIndex(0)
        self._kinds.setMaximumHeight(_LARGE)
        self.sample.show_picture(found.sample)
        self.nearest.show_picture(found.nearest)
        for picture, end in zip(self.ends, found.ends, strict=True):
            picture.show()
            picture.show_picture(end)
        self.tried.emit(None)

    def _show_row(self, found: Interpolated, fields: Sequence[DataField]) -> None:
        self._kinds.setCurrentIndex(1)
        for picture in self.ends:
            picture.hide()
        sample = found.sample.reshape(-1)
        names = [field.name for field in inputs(fields)]
        made = decoded(fields, sample.tolist())
        nearest = [""] * len(names) if found.nearest is None else decoded(fields, found.nearest.reshape(-1).tolist())
        self.table.setRowCount(len(names))
        self._kinds.setMaximumHeight(self.table.horizontalHeader().sizeHint().height() + len(names) * _ROW + 4)
        for number, (name, *values) in enumerate(zip(names, made, nearest, strict=True)):
            shown = (value if isinstance(value, str) else rounded(value, 4) for value in values)
            for place, words in enumerate((name, *shown)):
                self.table.setItem(number, place, QTableWidgetItem(words))
        self.tried.emit(sample.astype(np.float32))

    def _judge(self, found: Interpolated) -> None:
        """Say what the critic thinks of the sample."""
        if found.score is None:
            return  # of a network that has no critic
        score = f"score {rounded(found.score, 3)}"
        self.verdict.setText("Critic: " + (score if found.real is None else f"{probability(found.real)} real"))
        self.verdict.setToolTip("" if found.real is None else f"Its {score} is the logarithm of the odds.")
        self.rank.setText(
            "" if found.above is None else f"It scores {probability(found.above)} of training samples lower."
        )

        self._tell_distance(found)

    def _tell_distance(self, found: Interpolated) -> None:
        """Say how far the nearest training sample is, beside what is usual among training samples."""
        if found.distance is None:
            self.distance.setText("")
            return
        pictures = found.sample.ndim == 3
        apart, usual = (
            "" if value is None else f"{rounded(100 * value, 2)} %" if pictures else rounded(value, 2)
            for value in (found.distance, found.usual)
        )
        words = f"Distance to the nearest training {_THEM[pictures][:-1]}: {apart}."
        self.distance.setText(words + (f" Usual between training {_THEM[pictures]}: {usual}." if usual else ""))
        self.distance.setToolTip(_UNIT[pictures] + " A distance of almost 0 means a copy.")

    def _show_nothing(self) -> None:
        self.found.hide()
        self.another.hide()
        self.tried.emit(None)

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))
