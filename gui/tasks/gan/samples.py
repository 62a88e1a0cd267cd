"""What a generator makes, growing better as one watches: made points over the real ones, or a wall of images.

The noise stays the same while training goes on, so that each sample can be followed; "Another" takes other noise.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from engine.data.kinds import DataKind
from engine.tasks.queries import Answer, Generate, Generated, Predicted
from gui import theme
from gui.dataset_preview import DatasetPreview
from gui.plain_text import PlainLabel
from gui.tasks.gan.made_points import MadePoints
from gui.tasks.gan.wall import Wall
from gui.training.trained import Trained
from gui.workspace import Workspace

_MADE, _FIELD = "made samples", "critic's field"
POINTS, PICTURES = 500, 64
"""How many samples are shown of points, and of images."""
_SIDE = 60
"""Points at which the critic is asked, each way."""
_REST_MS = 120


class SamplesView(QWidget):
    """Follows the workspace; asks only while it is on screen. ``sample_chosen`` brings the inputs at a click."""

    sample_chosen = Signal(object)
    title = "Samples"
    is_wide = False
    explained = ("Samples", "What the generator makes of the same noise each time: it gets better while it learns.")

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._seed = 0
        self._extent = (0.0, 1.0, 0.0, 1.0)
        self.plot, self.wall = MadePoints(), Wall()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.plot)
        self._stack.addWidget(self.wall)
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
        studio.network_changed.connect(self.ask)
        studio.predictions.answered.connect(self._answered)
        self.show_data(studio.look())

    @property
    def fits(self) -> bool:
        """Whether samples can be seen: points of the plane, or images."""
        schema = self._studio.schema
        return schema is not None and (schema.input.sizes == (2,) or self._has_pictures)

    @property
    def _has_pictures(self) -> bool:
        schema = self._studio.schema
        return schema is not None and schema.kind is DataKind.PICTURES and schema.input.sizes[0] in (1, 3)

    @Slot(object)
    def show_data(self, look: DatasetPreview | None) -> None:
        """Show the samples of the dataset where they are points, and nothing made yet."""
        self._stack.setCurrentWidget(self.wall if self._has_pictures else self.plot)
        self.wall.show_pictures(None)
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
    def show_tried(self, row: object) -> None:
        """Nothing is tried out beside this view."""

    @Slot()
    def ask(self) -> None:
        """Ask for samples, and of points for what the critic says of the plane."""
        schema, predictions = self._studio.schema, self._studio.predictions
        trained = predictions.trained
        self._say()
        if schema is None or trained is None or trained.signature is None or not self.fits or not self.isVisible():
            return
        if trained.signature.target.kind is not schema.target.kind or trained.signature.input != schema.input:
            return
        count = PICTURES if self._has_pictures else POINTS
        predictions.ask(_MADE, Generate(count=count, seed=self._seed))
        if not self._has_pictures and len(self.plot.places):
            x0, x1, y0, y1 = self._extent = self.plot.extent()
            x, y = np.meshgrid(np.linspace(x0, x1, _SIDE), np.linspace(y0, y1, _SIDE))
            predictions.predict(_FIELD, np.column_stack([x.ravel(), y.ravel()]).astype(np.float32))

    @Slot(str, object, object)
    def _answered(self, key: str, answer: Answer | None, _trained: Trained | None) -> None:
        if key == _MADE and isinstance(answer, Generated):
            self._show_made(answer)
        elif key == _FIELD and isinstance(answer, Predicted) and len(self.plot.places):
            scores = answer.answers
            if scores.size == _SIDE * _SIDE:
                self.plot.show_scores(scores.reshape(_SIDE, _SIDE), self._extent)

    def _show_made(self, made: Generated) -> None:
        if made.pictures is not None and self._has_pictures:
            self.wall.show_pictures(made.pictures)
        elif made.rows is not None and made.rows.shape[1:] == (2,):
            self.plot.show_made(made.rows)
        self._say()

    @Slot()
    def _take_other_noise(self) -> None:
        self._seed += 1
        self.ask()

    def _say(self) -> None:
        ready = self._studio.predictions.trained is not None and self.fits
        self.another.setVisible(ready)
        self.note.setText(f"New samples, of noise {self._seed + 1}" if ready else "Train to see new samples.")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ask()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._resized.start()  # with equal scales another part of the plane is in view
