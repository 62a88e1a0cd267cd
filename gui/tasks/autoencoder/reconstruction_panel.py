"""Trying an autoencoder: a sample and what comes back of it, whether its error is unusual, and codes set by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.data.dataset import Schema
from engine.data.digit import draw_over, prepare_strokes
from engine.data.kinds import DataKind
from engine.number_text import rounded
from engine.reports.figures import probability
from engine.tasks.queries import Answer, Decode, Interpolate, Interpolated, Predicted, Reconstruct, Reconstructed
from gui import theme
from gui.plain_text import PlainLabel
from gui.tasks.autoencoder.code_sliders import MOST, CodeSliders
from gui.tasks.autoencoder.picture_rows import pictures_of
from gui.tasks.autoencoder.row_form import RowForm
from gui.tasks.sample_picture import SamplePicture
from gui.training.predictions import Predictions
from gui.training.trained import Trained
from gui.tryout.host import OfferedPanel
from gui.tryout.icon_button import icon_button
from gui.tryout.ink import SIDE
from gui.tryout.pad import DrawingPad

_KEY, _EXAMPLES, _DECODED, _BETWEEN = "reconstruction", "examples", "decoded code", "between two samples"
_SIDE = 124
_STEPS = 100
_SAMPLES = 200
"""Held-out samples that are asked for: as examples, and for the range of each number of the code."""
UNUSUAL = 0.95
"""An error that is larger than those of so many held-out samples is called unusual."""


class ReconstructionPanel(OfferedPanel):
    """Asks the network that ``use`` is given in the thread of ``predictions``: also while it learns."""

    explained = (
        "What comes back",
        "What the network gives back of a sample: one of those held back from learning, or one of your own. An error "
        "larger than nearly all of theirs means that it is unlike what was learned. Below, the code can be changed by "
        "hand.",
    )

    def __init__(self, predictions: Predictions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._predictions = predictions
        self._trained: Trained | None = None
        self._data: tuple[object, ...] = ()
        self._sample: NDArray[np.generic] | None = None
        self._examples: NDArray[np.generic] | None = None
        self._number = 0
        """The example on show, or from which the way to the next one begins."""
        self._found: Reconstructed | None = None
        self.pad = DrawingPad()
        self.pad.empty_text = "Draw a digit here"
        self.picture, self.back = SamplePicture("Sample", _SIDE), SamplePicture("What comes back", _SIDE)
        self.form = RowForm()
        self.verdict, self.rank, self.note = PlainLabel(), PlainLabel(), PlainLabel()
        self.caption = PlainLabel()
        self.example = QPushButton("Example")
        opening = "Open an image from a file; one can also be dropped here"
        self.open_button = icon_button(self, "open", opening, "Open an image from a file")
        self.clear_button = icon_button(self, "clear", "Clear the pad (Delete on the pad)", "Clear the pad")
        self.sliders = CodeSliders()
        self.way = QSlider(Qt.Orientation.Horizontal)
        self.found = QWidget()
        self._lay_out()
        self.example.clicked.connect(self.take_example)
        self.open_button.clicked.connect(self.file_wanted)
        self.clear_button.clicked.connect(self.pad.clear)
        self.pad.drawing_changed.connect(self._drawn)
        self.form.edited.connect(self._typed)
        self.sliders.moved.connect(self._decode)
        self.way.valueChanged.connect(self._between)
        predictions.answered.connect(self._answered)
        predictions.refused.connect(self._refused)
        theme.notifier().changed.connect(self._dress)
        self._dress()
        for widget in (self.found, self.open_button, self.clear_button, self.example):
            widget.hide()

    def _lay_out(self) -> None:
        title = PlainLabel("Try it out")
        title.setFont(theme.font("strong"))
        self.verdict.setFont(theme.font("strong"))
        self.code_title = PlainLabel("The code")
        for label in (self.rank, self.note, self.code_title, self.caption):
            label.setWordWrap(True)
            theme.set_role(label, "quiet")
        self.verdict.setWordWrap(True)
        self.example.setToolTip("Take the next of the samples that were held back from learning")
        self.pad.setFixedSize(_SIDE, _SIDE)
        self.pad.setMinimumSize(_SIDE, _SIDE)
        self.way.setRange(0, _STEPS)
        self.way.setPageStep(_STEPS // 10)
        self.way.setAccessibleName("Place between the codes of two samples")
        self.way.setToolTip("From the code of this sample to that of the next example, in a straight line")
        self._given = QStackedWidget()
        self._given.setFixedSize(_SIDE, _SIDE)
        for page in (self.pad, self.picture):
            self._given.addWidget(page)
        pictures = QWidget()
        row = QHBoxLayout(pictures)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACING.medium)
        row.addWidget(self._given)
        row.addWidget(self.back)
        row.addStretch(1)
        self._kinds = QStackedWidget()
        self._kinds.addWidget(pictures)
        self._kinds.addWidget(self.form)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        for button in (self.open_button, self.clear_button, self.example):
            head.addWidget(button)
        codes = QWidget()
        inner = QVBoxLayout(codes)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.SPACING.tiny)
        for widget in (self.code_title, self.sliders, self.way):
            inner.addWidget(widget)
        inner.addStretch(1)
        self.code_area = QScrollArea()
        self.code_area.setWidgetResizable(True)
        self.code_area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.code_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.code_area.setWidget(codes)
        theme.set_role(self.code_area, "panel")
        theme.set_role(codes, "panel")
        column = QVBoxLayout(self.found)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACING.small)
        column.addWidget(self._kinds)
        for widget in (self.caption, self.verdict, self.rank):
            column.addWidget(widget)
        column.addWidget(self.code_area, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(theme.SPACING.small)
        whole.addLayout(head)
        whole.addWidget(self.found, 1)
        whole.addWidget(self.note)
        whole.addStretch()

    @Slot()
    def _dress(self) -> None:
        for button in (self.open_button, self.clear_button):
            button.setIcon(theme.icon(button.objectName(), theme.current().quiet))

    # Asking

    def use(self, trained: Trained | None, note: str) -> None:
        """Ask this network from now on, and say ``note`` about it."""
        self._trained = trained
        self._say(note)
        if trained is None or trained.signature is None or not trained.signature.target.gives_back_input:
            self._trained = None
            self.found.hide()
            for button in (self.open_button, self.clear_button, self.example):
                button.hide()
            return
        data = (trained.recipe.dataset, trained.recipe.dataset_options, trained.signature.input)
        if data != self._data:
            self._data, self._sample, self._examples, self._found, self._number = data, None, None, None, 0
            self.pad.set_strokes(())
        self._predictions.ask(_EXAMPLES, Reconstruct(most=_SAMPLES))
        self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask what comes back of the sample on show."""
        if self._trained is not None and self._sample is not None:
            self._predictions.ask(_KEY, Reconstruct(self._sample[None]))

    @Slot()
    def take_example(self) -> None:
        """Show the next sample that was held back from learning."""
        if self._examples is not None and len(self._examples):
            number = 0 if self._sample is None else (self._number + 1) % len(self._examples)
            self.try_sample(self._examples[number])
            self._number = number

    def try_sample(self, sample: NDArray[np.generic]) -> bool:
        """Show a raw sample of the data and ask what comes back of it. Returns whether there is a place for it."""
        if self._trained is None or self._trained.signature is None:
            return False
        if sample.shape != self._trained.signature.input.sizes:
            return False
        self._sample = np.asarray(sample)
        if self._has_pad:
            self.pad.blockSignals(True)
            self.pad.set_picture(np.ascontiguousarray(sample[0]).astype(np.uint8))
            self.pad.blockSignals(False)
        self.ask()
        return True

    @property
    def _has_pad(self) -> bool:
        """Whether images are what the drawing pad gives."""
        return self._trained is not None and self._trained.signature is not None and (
            self._trained.signature.input.sizes == (1, 28, 28)
        )

    @Slot()
    def _drawn(self) -> None:
        if self.pad.is_empty():
            self._sample = None
            self.back.show_picture(None)
            self._judge(None)
            return
        ground, strokes = self.pad.picture(), self.pad.strokes()
        self._sample = (prepare_strokes(strokes) if ground is None else draw_over(ground, strokes, SIDE))[None]
        self.ask()

    @Slot(object)
    def _typed(self, row: NDArray[np.float32]) -> None:
        self._sample = row
        self.ask()

    @Slot(object)
    def _decode(self, code: NDArray[np.float32]) -> None:
        if self._trained is not None and self._found is not None:
            values = code.reshape(1, *self._found.code_shape)
            self._predictions.ask(_DECODED, Decode(values, self._found.code))

    @Slot(int)
    def _between(self, place: int) -> None:
        if self._trained is not None and self._examples is not None:
            self._predictions.ask(_BETWEEN, Interpolate(self._number, self._number + 1, place / _STEPS))

    # Showing

    @Slot(str, str)
    def _refused(self, key: str, why: str) -> None:
        if key in (_KEY, _EXAMPLES, _DECODED, _BETWEEN) and why:
            self._say(why)

    @Slot(str, object, object)
    def _answered(self, key: str, answer: Answer | None, trained: Trained | None) -> None:
        if self._trained is None or trained is None or answer is None:
            return
        schema = trained.learned.schema
        if key == _EXAMPLES and isinstance(answer, Reconstructed):
            self._show_examples(answer, schema)
        elif key == _KEY and isinstance(answer, Reconstructed) and self._sample is not None:
            self._show(answer, schema)
        elif key == _DECODED and isinstance(answer, Predicted):
            self._show_back(answer.answers[0], schema, "Decoded from the code as it is set below")
        elif key == _BETWEEN and isinstance(answer, Interpolated):
            words = f"Decoded between example {self._number + 1} and the next one"
            self._show_back(answer.sample, schema, words)

    def _show_examples(self, found: Reconstructed, schema: Schema) -> None:
        self._found = found
        pictures = schema.kind is DataKind.PICTURES
        self._kinds.setCurrentIndex(0 if pictures else 1)
        if pictures:
            self._kinds.setMaximumHeight(_SIDE)
        self._given.setCurrentWidget(self.pad if self._has_pad else self.picture)
        self.open_button.setVisible(pictures)
        self.clear_button.setVisible(self._has_pad)
        self.example.show()
        self.found.show()
        first = self._examples is None
        self._examples = found.inputs
        codes = found.codes
        has_sliders = codes is not None and codes.shape[1] <= MOST and len(codes) > 0
        if codes is not None and has_sliders:
            self.sliders.set_ranges(codes.min(axis=0), codes.max(axis=0))
        self.sliders.setVisible(has_sliders)
        self.way.setVisible(codes is not None and not has_sliders)
        units = 0 if codes is None else codes.shape[1]
        self.code_title.setText(
            "" if codes is None else "The code" if has_sliders
            else f"The code has {units:,} numbers: go from that of one example to the next"
        )  # fmt: skip
        if first and self._sample is None and not self._has_pad:
            self.take_example()
        elif self._sample is None:
            self._say_of_nothing()

    def _say_of_nothing(self) -> None:
        self.caption.setText("Draw a digit, or take an example.")
        self.caption.show()

    def _show(self, found: Reconstructed, schema: Schema) -> None:
        if not np.isfinite(found.outputs).all():
            self._say("The output is not finite: the input or the weights are far too large.")
            return
        if schema.kind is DataKind.PICTURES:
            self.picture.show_picture(pictures_of(found.inputs[0], schema.value_range))
        else:
            self.form.show_row(schema.columns, found.inputs[0])
            self._kinds.setMaximumHeight(self.form.whole_height)
            self.tried.emit(np.asarray(found.inputs[0], dtype=np.float32).reshape(-1))
        self._show_back(found.outputs[0], schema, "")
        if found.codes is not None:
            self.sliders.show_code(found.codes[0])
        self.way.blockSignals(True)
        self.way.setValue(0)
        self.way.blockSignals(False)
        self._judge(found)

    def _show_back(self, back: NDArray[np.float32], schema: Schema, words: str) -> None:
        if schema.kind is DataKind.PICTURES:
            self.back.show_picture(pictures_of(back, schema.value_range))
        else:
            self.form.show_back(back)
        self.caption.setText(words)
        self.caption.setVisible(bool(words))
        if words:
            self._judge(None)

    def _judge(self, found: Reconstructed | None) -> None:
        """Say how large the error is, and whether that is unusual."""
        if found is None:
            self.verdict.setText("")
            self.rank.setText("")
            if self._sample is None:
                self._say_of_nothing()
        else:
            self.verdict.setText(f"Error {rounded(float(found.errors[0]), 3)}")
            above = None if found.above is None else float(found.above[0])
            if above is None:
                self.rank.setText("")
            elif above >= UNUSUAL:
                self.verdict.setText(f"{self.verdict.text()}: unusual")
                self.rank.setText(f"{probability(above)} of the samples held back from learning come back better.")
            else:
                self.rank.setText(f"{probability(1 - above)} of the samples held back from learning come back worse.")
            self.verdict.setToolTip("The mean squared difference of its numbers as the network is given them.")
        for label in (self.verdict, self.rank):
            label.setVisible(bool(label.text()))

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))
