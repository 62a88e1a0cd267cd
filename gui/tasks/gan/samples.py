"""What a generator makes while it learns: made points over the real ones, or rows of images through time.

The noise stays the same while training goes on, so that each sample can be followed; "Another" takes other noise.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from engine.data.kinds import DataKind
from engine.graph.targets import TargetKind
from engine.tasks.queries import Answer, Generate, Generated, Predicted
from gui import theme
from gui.dataset_preview import DatasetPreview
from gui.plain_text import PlainLabel
from gui.tasks.gan.made_points import MadePoints
from gui.tasks.gan.sample_rows import COLUMNS, SampleRows
from gui.tasks.sample_history import SampleHistory
from gui.training.trained import Trained
from gui.workspace import Workspace

_MADE, _FIELD = "made samples", "critic's field"
POINTS, PICTURES = 500, 64
"""How many samples are shown of points, and of images."""
_SIDE = 60
"""Points at which the critic is asked, each way."""
_REST_MS = 120


class SamplesView(QWidget):
    """Follows the workspace; asks only while it is on screen, and now and then for images of a run under way, so that
    none of its moments is missing when somebody looks."""

    title = "Samples"
    explained = (
        "Samples",
        "What the generator makes of the same noise each time: it gets better while it learns. Images have a row for "
        "each of several numbers of steps, the newest last.",
    )

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._seed = 0
        self._first = 0
        """The first noise of the images on show."""
        self._of_run = False
        """Whether weights that come now are those that the run under way has made."""
        self._weights: Mapping[str, np.ndarray] | None = None
        self.history = SampleHistory()
        self._extent = (0.0, 1.0, 0.0, 1.0)
        self.plot, self.images = MadePoints(), SampleRows()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.plot)
        self._stack.addWidget(self.images)
        self.another = QPushButton("Another")
        self.another.setToolTip("Make samples of other noise")
        self.another.clicked.connect(self._take_other_noise)
        self.note = PlainLabel()
        theme.set_role(self.note, "caption")
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACING.medium, 0, theme.SPACING.medium, theme.SPACING.small)
        foot.addWidget(self.note, 1)
        foot.addWidget(self.another)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACING.tiny)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(_REST_MS)
        self._resized.timeout.connect(self.ask)
        studio.looked.connect(self.show_data)
        studio.training_started.connect(self._run_begins)
        studio.trainer.ended.connect(self._run_ended)
        studio.session.trained_changed.connect(self._weights_changed)
        studio.network_changed.connect(self.ask)
        studio.predictions.answered.connect(self._answered)
        self.show_data(studio.look())

    @property
    def fits(self) -> bool:
        """Whether samples can be seen: points of the plane, or images."""
        schema = self._studio.schema
        return schema is not None and (schema.input.sizes == (2,) or self._has_pictures)

    @property
    def is_wide(self) -> bool:
        """Sixteen images in a row need all of the width."""
        return self._has_pictures

    @property
    def _has_pictures(self) -> bool:
        schema = self._studio.schema
        return schema is not None and schema.kind is DataKind.PICTURES and schema.input.sizes[0] in (1, 3)

    @Slot(object)
    def show_data(self, look: DatasetPreview | None) -> None:
        """Show the samples of the dataset where they are points, and nothing made yet."""
        self._stack.setCurrentWidget(self.images if self._has_pictures else self.plot)
        self.images.show_moments(())
        self.plot.clear()
        self.plot.show_made(None)
        schema = self._studio.schema
        if look is not None and schema is not None and look.sample is not None and schema.input.sizes == (2,):
            across, up = schema.columns
            rows = look.sample.reshape(-1, 2)
            self.plot.set_points(rows, np.zeros(len(rows)), ("real",), (across, up))
        self._say()
        self.ask()

    @Slot(object)
    def show_tried(self, row: np.ndarray | None) -> None:
        """Mark the sample that is tried out among the points; None for none."""
        in_plane = row is not None and not self._has_pictures and len(row) == 2
        self.plot.set_mark((float(row[0]), float(row[1])) if row is not None and in_plane else None)

    # The moments of a run

    @Slot()
    def _run_begins(self) -> None:
        self._of_run = True
        if not self._studio.trainer.goes_on:
            self._forget()

    @Slot(object)
    def _weights_changed(self, trained: Trained | None) -> None:
        """Those at the end of a run go on with its rows; others, as by Undo, are of another one."""
        if self._studio.training:
            return
        weights = None if trained is None else trained.weights  # the same ones when only their test figures are new
        if not self._of_run and weights is not self._weights:
            self._forget()
        self._of_run, self._weights = False, weights

    @Slot(object, str, object)
    def _run_ended(self, *_what: object) -> None:
        self._of_run = False  # where it has left nothing, no weights came

    def _forget(self) -> None:
        self.history.clear()
        self.images.show_moments(())
        self._say()

    @Slot()
    def ask(self) -> None:
        """Ask for samples, and of points for what the critic says of the plane."""
        schema, predictions = self._studio.schema, self._studio.predictions
        trained = predictions.trained
        self._say()
        if schema is None or trained is None or trained.signature is None or not self.fits:
            return
        target = trained.signature.target
        if target.kind is not TargetKind.REAL_OR_FAKE or trained.signature.input != schema.input:
            return
        if not self.isVisible() and not self._lacks(trained):
            return
        count = PICTURES if self._has_pictures else POINTS
        predictions.ask(_MADE, Generate(count=count, seed=self._seed))
        if not self._has_pictures and len(self.plot.places):
            x0, x1, y0, y1 = self._extent = self.plot.extent()
            x, y = np.meshgrid(np.linspace(x0, x1, _SIDE), np.linspace(y0, y1, _SIDE))
            predictions.predict(_FIELD, np.column_stack([x.ravel(), y.ravel()]).astype(np.float32))

    def _lacks(self, trained: Trained) -> bool:
        """Whether images of a run that nobody watches are to be kept now."""
        return self._has_pictures and self._studio.training and self.history.lacks(trained.steps)

    @Slot(str, object, object)
    def _answered(self, key: str, answer: Answer | None, trained: Trained | None) -> None:
        if key == _MADE and isinstance(answer, Generated) and trained is not None:
            self._show_made(answer, trained.steps)
        elif key == _FIELD and isinstance(answer, Predicted) and len(self.plot.places):
            scores = answer.answers
            if scores.size == _SIDE * _SIDE:
                self.plot.show_scores(scores.reshape(_SIDE, _SIDE), self._extent)

    def _show_made(self, made: Generated, step: int) -> None:
        if made.pictures is not None and self._has_pictures:
            self.history.add(step, made.pictures)
            self.images.show_moments(self.history.moments, self._first)
        elif made.rows is not None and made.rows.shape[1:] == (2,):
            self.plot.show_made(made.rows)
        self._say()

    @Slot()
    def _take_other_noise(self) -> None:
        if self._has_pictures:
            self._first = (self._first + COLUMNS) % PICTURES
            self.images.show_moments(self.history.moments, self._first)
            self._say()
        else:
            self._seed += 1
            self.ask()

    def _say(self) -> None:
        made = bool(self.history.moments) if self._has_pictures else self._studio.predictions.trained is not None
        ready = made and self.fits
        self.another.setVisible(ready)
        self.note.setText(self._words() if ready else "" if self._has_pictures else "Train to see new samples.")

    def _words(self) -> str:
        if not self._has_pictures:
            return f"New samples, of noise {self._seed + 1}"
        if len(self.history.moments) < 2:
            return "New images"
        return f"The same sixteen noises, {self._first + 1} to {self._first + COLUMNS}, through training"

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ask()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._resized.start()  # with equal scales another part of the plane is in view
