"""Samples in the plane, coloured by the group they are in, and the centres between them, which move as one steps.

Of data with two columns the plane is that of the columns; of more it is that of the first two principal components of
the prepared training samples.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.data.preparation import Preparation
from engine.data.principal import Principal, principal
from engine.graph.graph import Graph
from engine.tasks.queries import Answer, Predicted
from gui.dataset_preview import DatasetPreview
from gui.plots.points import PointsPlot
from gui.training.trained import Trained
from gui.workspace import Workspace

_KEY = "groups"
_LAYER = "KMeans"


class GroupsView(QWidget):
    """Follows the workspace; asks only while it is on screen. ``sample_chosen`` brings the inputs at a click."""

    sample_chosen = Signal(object)
    explained = (
        "Groups",
        "The samples in the colour of their group, and the centres of the groups, which move with every step. Data "
        "with more than two columns is seen along its two principal components.",
    )

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._rows = np.empty((0, 0), dtype=np.float32)
        self._directions: tuple[Preparation | None, Principal] | None = None
        self._preparation: Preparation | None = None
        self._tried: np.ndarray | None = None
        self.plot = PointsPlot(empty_text="Train to see the groups.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self.plot.picked.connect(self._picked)
        self.plot.plot.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.plot.plot.setToolTip("Click to try a sample: it is put into the form.")
        studio.looked.connect(self.show_data)
        studio.network_changed.connect(self.ask)
        studio.predictions.answered.connect(self._answered)

    @property
    def fits(self) -> bool:
        """Whether there is a plane to show: with two columns or more."""
        schema = self._studio.schema
        return schema is not None and schema.input.count >= 2

    title = "Groups"
    is_wide = False

    @property
    def is_plane(self) -> bool:
        """Whether the samples are points of the plane as they come."""
        return self._rows.shape[1:] == (2,)

    @Slot(object)
    def show_data(self, look: DatasetPreview | None) -> None:
        """Show the samples of the dataset, in no groups yet."""
        sample = None if look is None else look.sample
        self._rows = np.empty((0, 0), dtype=np.float32) if sample is None else sample.reshape(len(sample), -1)
        self._directions = self._preparation = None
        self.plot.clear()
        self.plot.set_centres(None)
        if self.is_plane and self._studio.schema is not None:
            across, up = self._studio.schema.columns
            self.plot.set_points(self._rows, axes=(across, up))
            self.plot.lock_scales()
        self._mark()
        self.ask()

    @Slot(object)
    def show_tried(self, row: np.ndarray | None) -> None:
        """Mark the sample that is tried out: a row of inputs, None for none."""
        self._tried = row
        self._mark()

    @Slot()
    def ask(self) -> None:
        """Ask which group each sample is in."""
        schema, trained = self._studio.schema, self._studio.predictions.trained
        if trained is None or schema is None or not len(self._rows) or not self.isVisible():
            return
        if trained.signature is None or trained.signature.target.kind is not schema.target.kind:
            return
        self._studio.ask(_KEY, self._rows.reshape(-1, *schema.input.sizes))

    @Slot(str, object, object)
    def _answered(self, key: str, answer: Answer | None, trained: Trained | None) -> None:
        if key != _KEY or not isinstance(answer, Predicted) or trained is None:
            return
        distances = answer.answers
        if len(distances) != len(self._rows):
            return
        self._preparation = trained.preparation
        places, axes = self._places(self._rows)
        groups = distances.argmin(axis=1)
        names = [f"group {number + 1}" for number in range(distances.shape[1])]
        self.plot.set_groups(places, groups, names, axes)
        self.plot.set_centres(self._centres(trained))
        self._mark()

    # Where things lie

    def _places(self, rows: np.ndarray) -> tuple[np.ndarray, tuple[str, str]]:
        schema = self._studio.schema
        if self.is_plane and schema is not None:
            return rows, (schema.columns[0], schema.columns[1])
        found = self._principal()
        across, up = (f"component {number} ({100 * share:.0f} %)" for number, share in enumerate(found.shares, 1))
        return found.project(self._prepared(rows)), (across, up)

    def _prepared(self, rows: np.ndarray) -> np.ndarray:
        schema = self._studio.schema
        assert schema is not None
        if self._preparation is None:
            return rows
        return self._preparation.inputs(rows.reshape(-1, *schema.input.sizes)).reshape(len(rows), -1)

    def _principal(self) -> Principal:
        """The directions of the prepared samples, found once for each preparation."""
        known, preparation = self._directions, self._preparation
        if known is None or known[0] != preparation:
            known = (preparation, principal(self._prepared(self._rows)))
            self._directions = known
        return known[1]

    def _centres(self, trained: Trained) -> np.ndarray | None:
        """The centres in the plane on show; None where layers before them have made other numbers of the samples."""
        name = _only_layer(trained.graph)
        places = trained.weights.get(f"{name}.centres") if name else None
        preparation, schema = trained.preparation, self._studio.schema
        if places is None or preparation is None or schema is None or places.shape[1] != self._rows.shape[1]:
            return None
        if not self.is_plane:
            return self._principal().project(places)
        shift, scale = preparation.input_shift, preparation.input_scale
        return places * np.array(scale) + np.array(shift) if shift else places

    def _mark(self) -> None:
        row, at = self._tried, None
        if row is not None and len(self._rows) and len(row) == self._rows.shape[1] and len(self.plot.places):
            place = self._places(np.asarray(row)[None])[0][0]
            at = (float(place[0]), float(place[1]))
        self.plot.set_mark(at)

    @Slot(float, float)
    def _picked(self, x: float, y: float) -> None:
        """Try the sample that lies nearest to a place."""
        schema = self._studio.schema
        if schema is None or not len(self.plot.places):
            return
        nearest = int(((self.plot.places - np.array([x, y])) ** 2).sum(axis=1).argmin())
        self.sample_chosen.emit(self._rows[nearest].reshape(schema.input.sizes))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ask()


def _only_layer(graph: Graph) -> str:
    """The name of the layer with the centres, where nothing but a change of form stands before it; else ""."""
    layers = [node for node in graph.nodes.values() if not node.is_end and not node.bypassed]
    others = [node for node in layers if node.kind not in (_LAYER, "Flatten")]
    found = [node.name for node in layers if node.kind == _LAYER]
    is_whole = all(node.gives_whole for node in graph.inputs)
    return found[0] if len(found) == 1 and not others and is_whole else ""
