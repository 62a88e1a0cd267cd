"""What the network has found, for data one can see whole: the decision over the plane, or the line through pairs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.data_preview import Look
from gui.plots.points import PointsPlot
from gui.studio import Studio
from gui.training.trained import Trained

_SURFACE, _LINE = "surface", "line"
_SIDE = 60
"""Points a side at which the plane is asked for."""


class SpaceView(QWidget):
    """Follows the studio; asks only while it is on screen."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look: Look | None = None
        self._extent = (0.0, 1.0, 0.0, 1.0)
        self.plot = PointsPlot()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        studio.looked.connect(self.show_data)
        studio.network_changed.connect(self.ask)
        studio.predictions.answered.connect(self._answered)

    @property
    def fits(self) -> bool:
        """Whether the data can be seen whole: two inputs and classes, or one input and one value."""
        schema = self._studio.schema
        if schema is None or schema.kind == "pictures":
            return False
        if schema.answer.kind == "values":
            return schema.input.sizes == (1,) and schema.answer.size == 1
        return schema.input.sizes == (2,)

    @Slot(object)
    def show_data(self, look: Look | None) -> None:
        """Show the points of the dataset, without what the network makes of them yet."""
        self._look = look
        schema = self._studio.schema
        self.plot.clear()
        if look is None or schema is None or not self.fits:
            return
        if look.points is not None:
            self.plot.set_points(look.points[0], look.points[1], schema.answer.names)
        elif look.pairs is not None:
            self.plot.set_points(np.column_stack(look.pairs))
        self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask the network for the whole plane, or along the whole line."""
        look = self._look
        if look is None or not self.isVisible() or self._studio.predictions.trained is None:
            return
        x0, x1, y0, y1 = self._extent = self.plot.extent()
        if look.points is not None:
            x, y = np.meshgrid(np.linspace(x0, x1, _SIDE), np.linspace(y0, y1, _SIDE))
            self._studio.ask(_SURFACE, np.column_stack([x.ravel(), y.ravel()]).astype(np.float32))
        elif look.pairs is not None:
            self._studio.ask(_LINE, np.linspace(x0, x1, 200, dtype=np.float32)[:, np.newaxis])

    @Slot(str, object, object)
    def _answered(self, key: str, predictions: np.ndarray | None, _trained: Trained | None) -> None:
        look = self._look
        if predictions is None or look is None:
            return
        if key == _SURFACE and look.points is not None and len(predictions) == _SIDE * _SIDE:
            self.plot.set_surface(predictions.reshape(_SIDE, _SIDE, -1), self._extent)
        elif key == _LINE and look.pairs is not None and predictions.shape[-1] == 1:
            x0, x1 = self._extent[:2]
            self.plot.set_fit(np.linspace(x0, x1, len(predictions)), predictions[:, 0])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ask()
