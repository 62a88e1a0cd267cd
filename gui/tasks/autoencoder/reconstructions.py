"""What comes back of the same held-out samples while the network learns: images in rows, a table, or points moved."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from engine.data.dataset import Schema
from engine.data.kinds import DataKind
from engine.tasks.queries import Reconstruct, Reconstructed
from gui import theme
from gui.dataset_preview import DatasetPreview
from gui.plain_text import PlainLabel
from gui.tasks.autoencoder.asking import AskingView
from gui.tasks.autoencoder.moved_points import MovedPoints
from gui.tasks.autoencoder.pair_table import MOST_ROWS, PairTable
from gui.tasks.autoencoder.picture_rows import PictureRows, pictures_of
from gui.tasks.sample_history import SampleHistory
from gui.training.trained import Trained
from gui.workspace import Workspace

COLUMNS, POINTS = 16, 300
"""Images in a row, and points in the plane."""
EMPTY = "Train: what comes back of images that were not learned from appears here."


class ReconstructionsView(AskingView):
    """``sample_chosen`` brings the raw sample that was clicked. Of images the moments of a run are kept."""

    sample_chosen = Signal(object)
    key = "reconstructions"
    title = "Reconstructions"
    explained = (
        "Reconstructions",
        "Samples that were held back from learning, and what the network gives back of them, with the mean squared "
        "error of each. Images have a row for each of several numbers of steps. With noise, a row shows what the "
        "network was given.",
    )

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.history = SampleHistory()
        self._of_run = False
        """Whether weights that come now are those that the run under way has made."""
        self._weights: Mapping[str, np.ndarray] | None = None
        self._found: Reconstructed | None = None
        self.images = PictureRows("Reconstructions", EMPTY)
        self.table, self.plot = PairTable("Samples and what came back of them"), MovedPoints()
        self.nothing = PlainLabel()
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        theme.set_role(self.nothing, "quiet")
        self._stack = QStackedWidget()
        for page in (self.images, self.table, self.plot, self.nothing):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.images.chosen.connect(self._choose)
        self.table.chosen.connect(self._choose)
        studio.training_started.connect(self._run_begins)
        studio.trainer.ended.connect(self._run_ended)
        studio.session.trained_changed.connect(self._weights_changed)
        self.follow()

    @property
    def fits(self) -> bool:
        """Always: whatever an autoencoder gives back is numbers that can be shown."""
        return self.studio.schema is not None

    @property
    def is_wide(self) -> bool:
        """Rows of images, and rows of a table, need all of the width."""
        schema = self.studio.schema
        return schema is not None and schema.input.sizes != (2,)

    def query(self) -> Reconstruct:
        most = {True: COLUMNS, False: MOST_ROWS}[self._has_pictures]
        return Reconstruct(most=POINTS if self._is_plane else most, corrupted=True)

    @property
    def _has_pictures(self) -> bool:
        schema = self.studio.schema
        return schema is not None and schema.kind is DataKind.PICTURES and schema.input.sizes[0] in (1, 3)

    @property
    def _is_plane(self) -> bool:
        schema = self.studio.schema
        return schema is not None and schema.input.sizes == (2,)

    @property
    def asks_unseen(self) -> bool:
        """Of a run that nobody watches some moments are kept, so that none is missing when somebody looks."""
        trained = self.studio.predictions.trained
        if trained is None or not self._has_pictures or not self.studio.training:
            return False
        return self.history.lacks(trained.steps)

    def clear(self) -> None:
        self._found = None
        self.history.clear()
        self.images.clear()
        self.plot.clear()
        self.plot.show_back(None)
        if self._has_pictures:
            self._stack.setCurrentWidget(self.images)
        elif self._is_plane:
            self._stack.setCurrentWidget(self.plot)
        else:
            self.nothing.setText("Train: samples beside what comes back of them appear here.")
            self._stack.setCurrentWidget(self.nothing)

    @Slot(object)
    def show_data(self, _look: DatasetPreview | None) -> None:
        """Begin anew with other data."""
        super().show_data(_look)

    @Slot(object)
    def show_tried(self, row: np.ndarray | None) -> None:
        """Mark the sample that is tried out among the points; None for none."""
        in_plane = row is not None and self._is_plane and len(row) == 2
        self.plot.set_mark((float(row[0]), float(row[1])) if row is not None and in_plane else None)

    def show_found(self, found: Reconstructed, schema: Schema, steps: int) -> None:
        self._found = found
        if self._has_pictures:
            shown = pictures_of(found.outputs[:COLUMNS], schema.value_range)
            self.history.add(steps, shown)
            given = None if found.given is None else pictures_of(found.given[:COLUMNS], schema.value_range)
            originals = pictures_of(found.inputs[:COLUMNS], schema.value_range)
            self.images.show_rows(originals, self.history.moments, found.errors[:COLUMNS].tolist(), given)
            self._stack.setCurrentWidget(self.images)
        elif self._is_plane:
            given_rows = np.asarray(found.inputs if found.given is None else found.given, dtype=np.float64)
            names = ("with noise" if found.given is not None else "original",)
            self.plot.set_groups(given_rows, np.zeros(len(given_rows)), names, (schema.columns[0], schema.columns[1]))
            self.plot.show_back(found.outputs)
        else:
            order = list(range(len(found.errors)))
            self.table.show_pairs(schema.columns, found.inputs, found.outputs, found.errors, order)
            self._stack.setCurrentWidget(self.table)

    def say(self, words: str) -> None:
        self.nothing.setText(words)
        self._stack.setCurrentWidget(self.nothing)

    @Slot(int)
    def _choose(self, number: int) -> None:
        if self._found is not None and number < len(self._found.inputs):
            self.sample_chosen.emit(self._found.inputs[number])

    # The moments of a run

    @Slot()
    def _run_begins(self) -> None:
        self._of_run = True
        if not self.studio.trainer.goes_on:
            self.clear()

    @Slot(object)
    def _weights_changed(self, trained: Trained | None) -> None:
        """Those at the end of a run go on with its rows; others, as by Undo, are of another one."""
        if self.studio.training:
            return
        weights = None if trained is None else trained.weights  # the same ones when only their test figures are new
        if not self._of_run and weights is not self._weights:
            self.clear()
        self._of_run, self._weights = False, weights

    @Slot(object, str, object)
    def _run_ended(self, *_what: object) -> None:
        self._of_run = False  # where it has left nothing, no weights came
