"""What the network has learned of data of one or two dimensions: the decision over the plane, or the fitted line."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.data.kinds import DataKind
from engine.graph.targets import TargetKind
from engine.tasks.queries import Answer, Predicted
from gui.dataset_preview import DatasetPreview
from gui.plots.points import PointsPlot
from gui.training.trained import Trained
from gui.tryout.paint_bar import PaintBar
from gui.tryout.point_painter import PointPainter, colours
from gui.workspace import Workspace

_SURFACE, _LINE = "surface", "line"
_SIDE = 60
"""Points at which the plane is asked for, from bottom to top."""
_MOST_COLUMNS = 160
"""The same from left to right, where the view is that much wider than high."""
_REST_MS = 120
"""How long the view must have kept its size before the plane is asked for anew."""


class SpaceView(QWidget):
    """Follows the workspace; asks only while it is on screen. ``sample_chosen`` brings the inputs at a click."""

    sample_chosen = Signal(object)
    is_wide = False

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look: DatasetPreview | None = None
        self._extent = (0.0, 1.0, 0.0, 1.0)
        self._tried: np.ndarray | None = None
        self.plot = PointsPlot()
        bar = PaintBar(colours())
        bar.hide()
        self.painter = PointPainter(studio, self.plot, bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.plot)
        self.plot.picked.connect(self._picked)
        self.plot.plot.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.plot.plot.setToolTip("Click to try the network on a point: it is put into the form.")
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(_REST_MS)
        self._resized.timeout.connect(self.ask)
        studio.looked.connect(self.show_data)
        studio.network_changed.connect(self.ask)
        studio.predictions.answered.connect(self._answered)

    @property
    def fits(self) -> bool:
        """Whether the data can be seen whole: two inputs and classes, or one input and one value."""
        schema = self._studio.schema
        if schema is None or schema.kind is DataKind.PICTURES:
            return False
        if schema.target.kind is TargetKind.VALUES:
            return schema.input.sizes == (1,) and schema.target.size == 1
        return schema.input.sizes == (2,)

    @property
    def title(self) -> str:
        """What is seen: which class is decided for where, or the line through pairs."""
        schema = self._studio.schema
        return "Fit" if schema is not None and schema.target.kind is TargetKind.VALUES else "Decision"

    @Slot(object)
    def show_data(self, look: DatasetPreview | None) -> None:
        """Show the points of the dataset, without what the network makes of them yet."""
        self._look = look
        schema = self._studio.schema
        if self.painter.show() and self.fits:  # painted points are there at once, before the data is looked at
            self._mark()
            self.ask()
            return
        self.plot.clear()
        if look is None or schema is None or not self.fits:
            return
        if look.points is not None:
            across, up = schema.columns
            self.plot.set_points(look.points[0], look.points[1], schema.target.names, (across, up))
        elif look.pairs is not None:
            self.plot.set_points(np.column_stack(look.pairs), axes=(schema.columns[0], schema.target.names[0]))
        self._mark()
        self.ask()

    @property
    def _is_plane(self) -> bool:
        """Whether points of the plane are on show, and not pairs."""
        return self.plot.paintable or (self._look is not None and self._look.points is not None)

    @Slot(object)
    def show_tried(self, row: np.ndarray | None) -> None:
        """Mark the point that is tried out: a row of inputs, None for none."""
        self._tried = row
        self._mark()

    def _mark(self) -> None:
        """A point of the plane lies where its inputs say; one of pairs on the line of the network's answers."""
        row, look, at = self._tried, self._look, None
        if row is not None:
            if self._is_plane and len(row) == 2:
                at = (float(row[0]), float(row[1]))
            elif look is not None and look.pairs is not None and len(row) == 1:
                answer = self.plot.fit_at(float(row[0]))
                at = None if answer is None else (float(row[0]), answer)
        self.plot.set_mark(at)

    @Slot(float, float)
    def _picked(self, x: float, y: float) -> None:
        """Try what lies at a place: both inputs of a point, or the input of a pair."""
        x0, x1, y0, y1 = self.plot.extent()
        inputs = [_to_pixel(x, x1 - x0), _to_pixel(y, y1 - y0)]
        pairs = self._look is not None and self._look.pairs is not None
        self.sample_chosen.emit(np.array(inputs[:1] if pairs else inputs))

    @Slot()
    def ask(self) -> None:
        """Ask the network for the whole plane, or along the whole line."""
        look = self._look
        if not self.isVisible() or self._studio.predictions.trained is None:
            return
        x0, x1, y0, y1 = self._extent = self.plot.extent()
        if self._is_plane:
            columns = round(min(max(_SIDE * (x1 - x0) / max(y1 - y0, 1e-12), _SIDE), _MOST_COLUMNS))
            x, y = np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, _SIDE))
            self._studio.ask(_SURFACE, np.column_stack([x.ravel(), y.ravel()]).astype(np.float32))
        elif look is not None and look.pairs is not None:
            self._studio.ask(_LINE, np.linspace(x0, x1, 200, dtype=np.float32)[:, np.newaxis])

    @Slot(str, object, object)
    def _answered(self, key: str, answer: Answer | None, _trained: Trained | None) -> None:
        look = self._look
        if not isinstance(answer, Predicted):
            return
        predictions = answer.answers  # perhaps of a network of another kind, when another project is being opened
        is_surface = predictions.shape[-1] >= 2 and len(predictions) % _SIDE == 0
        if key == _SURFACE and self._is_plane and is_surface:
            self.plot.set_surface(predictions.reshape(_SIDE, len(predictions) // _SIDE, -1), self._extent)
        elif key == _LINE and look is not None and look.pairs is not None and predictions.shape[-1] == 1:
            x0, x1 = self._extent[:2]
            self.plot.set_fit(np.linspace(x0, x1, len(predictions)), predictions[:, 0])
            self._mark()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized.start()  # with equal scales another part of the plane is in view


def _to_pixel(value: float, width: float) -> float:
    """A place on an axis of that width with as many decimals as one can point at."""
    return round(value, max(0, 3 - math.floor(math.log10(width)))) if width > 0 else value
