"""Points of the plane, where each of them came back, and a line between the two."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.plots import style
from gui.plots.points import PointsPlot

_BACK = 1
"""The colour of the class that points which came back have."""


class MovedPoints(PointsPlot):
    """``show_back`` says where the points on show came back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._back: NDArray[np.float64] = np.empty((0, 2))
        self._over: pg.ScatterPlotItem | None = None
        super().__init__(parent, empty_text="Train to see what comes back of the points.")
        self._over = pg.ScatterPlotItem(size=6, symbol="s", pxMode=True)
        self._over.setZValue(300)
        self._lines = pg.PlotCurveItem(connect="pairs")
        self._lines.setZValue(200)
        for item in (self._lines, self._over):
            self.plot.addItem(item, ignoreBounds=True)
        self._dress()

    @property
    def back(self) -> NDArray[np.float64]:
        """Where the points came back, N×2."""
        return self._back

    def show_back(self, rows: ArrayLike | None) -> None:
        """Show where the points came back (N×2, in their order); None for none."""
        self._back = np.empty((0, 2)) if rows is None else np.asarray(rows, dtype=np.float64)
        self._dress()

    def draw_over(self) -> None:
        if self._over is None:
            return
        same = len(self._back) == len(self.places)
        whole = np.isfinite(self._back).all(axis=1) if same else np.zeros(0, dtype=np.bool_)
        back = self._back[whole] if same else np.empty((0, 2))
        pairs = np.stack([self.places[whole], back], axis=1).reshape(-1, 2) if len(back) else np.empty((0, 2))
        self._lines.setData(pairs[:, 0], pairs[:, 1], connect="pairs")
        self._lines.setPen(style.pen(theme.current().faint, self.devicePixelRatioF()))
        colour = QColor(self.colour(_BACK))
        self._over.setData(pos=back, brush=colour, pen=style.pen(theme.current().panel), symbol="s", size=6)
        if len(back):
            came = f'<span style="color:{self.colour(_BACK)}">■</span> given back'
            self.legend.setText(f"{self.legend.text()}&nbsp;&nbsp; {came}")
