"""How large the errors of held-out samples are, how many have which, and the samples that come back worst."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.counting import counted
from engine.data.dataset import Schema
from engine.data.kinds import DataKind
from engine.number_text import rounded
from engine.tasks.queries import Reconstructed
from gui import theme
from gui.plain_text import PlainLabel
from gui.plots import style
from gui.tasks.autoencoder.asking import AskingView
from gui.tasks.autoencoder.pair_table import MOST_ROWS, PairTable
from gui.tasks.autoencoder.picture_rows import PictureRows, pictures_of
from gui.tasks.sample_history import Moment
from gui.workspace import Workspace

_BARS = 30
_WORST = 16
_EMPTY = "Train: the images that come back worst appear here."


class ErrorsView(AskingView):
    """``sample_chosen`` brings the raw sample that was clicked."""

    sample_chosen = Signal(object)
    key = "errors of reconstructions"
    explained = (
        "Errors",
        "How many of the samples held back from learning have which mean squared error, and those with the largest: "
        "what is unlike the others comes back worst. This is how autoencoders are used to find the unusual.",
    )

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self._found: Reconstructed | None = None
        self._order: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.plot = style.plain_plot()
        self.bars = pg.BarGraphItem(x=[], height=[], width=1)
        self.plot.addItem(self.bars)
        self.plot.setAccessibleName("Histogram of errors")
        self.heading = PlainLabel()
        self.heading.setFont(theme.font("strong"))
        self.note = PlainLabel()
        self.note.setWordWrap(True)
        theme.set_role(self.note, "quiet")
        self.images = PictureRows("Samples that come back worst", _EMPTY)
        self.table = PairTable("Samples that come back worst")
        self._worst = QStackedWidget()
        self._worst.addWidget(self.images)
        self._worst.addWidget(self.table)
        left = QVBoxLayout()
        left.addWidget(self.plot, 1)
        left.addWidget(self.note)
        right = QVBoxLayout()
        right.addWidget(self.heading)
        right.addWidget(self._worst, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACING.medium, theme.SPACING.small, theme.SPACING.medium, theme.SPACING.small)
        row.setSpacing(theme.SPACING.wide)
        row.addLayout(left, 2)
        row.addLayout(right, 3)
        style.name_axes(self.plot, bottom="mean squared error", left="samples")
        self.images.chosen.connect(self._choose_image)
        self.table.chosen.connect(self._choose)
        theme.notifier().changed.connect(self._dress)
        self._dress()
        self.follow()

    def clear(self) -> None:
        self._found = None
        self.bars.setOpts(x=[], height=[], width=1)
        self.heading.setText("")
        self.note.setText("")
        self.images.clear()
        self._worst.setCurrentWidget(self.images)
        schema = self.studio.schema
        pictures = schema is not None and schema.kind is DataKind.PICTURES
        self.images.empty_text = _EMPTY if pictures else _EMPTY.replace("images", "samples")

    def show_found(self, found: Reconstructed, schema: Schema, steps: int) -> None:
        errors = found.errors[np.isfinite(found.errors)]
        if not len(errors) or len(errors) < len(found.errors):
            return
        self._found, self._order = found, np.argsort(-found.errors, kind="stable")
        counts, edges = np.histogram(errors, bins=_BARS)
        width = float(edges[1] - edges[0])
        self.bars.setOpts(x=(edges[:-1] + width / 2).tolist(), height=counts.tolist(), width=0.9 * width)
        box = self.plot.getViewBox()
        box.setRange(xRange=(float(edges[0]), float(edges[-1])), yRange=(0, float(counts.max()) * 1.05), padding=0.02)
        middle, high = (rounded(float(np.quantile(errors, share)), 3) for share in (0.5, 0.95))
        self.note.setText(
            f"{counted(len(errors), 'sample')} that were not learned from: half of them below {middle}, 95 % below "
            f"{high}."
        )
        self.heading.setText("These come back worst")
        if schema.kind is DataKind.PICTURES and schema.input.sizes[0] in (1, 3):
            worst = self._order[:_WORST]
            back = Moment(steps, pictures_of(found.outputs[worst], schema.value_range))
            originals = pictures_of(found.inputs[worst], schema.value_range)
            self.images.show_rows(originals, (back,), found.errors[worst].tolist())
            self._worst.setCurrentWidget(self.images)
        else:
            numbers = self._order[:MOST_ROWS].tolist()
            self.table.show_pairs(schema.columns, found.inputs, found.outputs, found.errors, numbers)
            self._worst.setCurrentWidget(self.table)

    def say(self, words: str) -> None:
        self.note.setText(words)

    @Slot(int)
    def _choose_image(self, place: int) -> None:
        if place < len(self._order):
            self._choose(int(self._order[place]))

    @Slot(int)
    def _choose(self, number: int) -> None:
        if self._found is not None and number < len(self._found.inputs):
            self.sample_chosen.emit(self._found.inputs[number])

    @Slot()
    def _dress(self) -> None:
        style.dress(self.plot)
        self.bars.setOpts(brush=QColor(theme.current().accent), pen=style.pen(theme.current().panel))
