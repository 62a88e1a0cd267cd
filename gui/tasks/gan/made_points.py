"""Real points, made points over them, and the critic's scores of the plane behind."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from engine.number_text import rounded
from gui import theme
from gui.plots import style
from gui.plots.points import PointsPlot

_REAL, _MADE = 0, 1
"""The colours of the classes that real and made points have."""


class MadePoints(PointsPlot):
    """Points of the plane. Where the critic scores higher than in the middle of the plane on show, the plane has the
    colour of real points, where lower that of made ones; hover tells the score."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._made: NDArray[np.float64] = np.empty((0, 2))
        self._over: pg.ScatterPlotItem | None = None
        self._scores: NDArray[np.float64] | None = None
        super().__init__(parent)
        self._over = pg.ScatterPlotItem(size=7, symbol="s", pxMode=True)
        self._over.setZValue(300)
        self.plot.addItem(self._over, ignoreBounds=True)
        self._dress()

    @property
    def made(self) -> NDArray[np.float64]:
        """The made points on show, N × 2."""
        return self._made

    def show_made(self, rows: ArrayLike | None) -> None:
        """Show made points (N × 2); None for none."""
        self._made = np.empty((0, 2)) if rows is None else np.asarray(rows, dtype=np.float64)
        if rows is None:
            self._scores = None
            self.set_surface(None)
        self._dress()

    def show_scores(self, scores: ArrayLike, extent: tuple[float, float, float, float]) -> None:
        """Show what the critic says of the plane: height × width, row 0 at the bottom of ``extent``."""
        grid = np.asarray(scores, dtype=np.float64)
        finite = grid[np.isfinite(grid)]
        if not len(finite):
            return
        self._scores = grid
        spread = max(float(np.percentile(finite, 90) - np.percentile(finite, 10)), 1e-9)
        share = 1 / (1 + np.exp(-np.clip(4 * (grid - np.median(finite)) / spread, -30, 30)))
        self.set_surface(np.stack([share, 1 - share], axis=-1), extent)

    def words_at(self, x: float, y: float) -> str:
        """The place, and the critic's score there."""
        words = f"{rounded(x, 3)}, {rounded(y, 3)}"
        if self._scores is None:
            return words
        left, right, bottom, top = self._extent
        height, width = self._scores.shape
        column, row = int((x - left) / (right - left) * width), int((y - bottom) / (top - bottom) * height)
        if 0 <= column < width and 0 <= row < height:
            words += f"   score {rounded(float(self._scores[row, column]), 3)}"
        return words

    def draw_over(self) -> None:
        if self._over is None:
            return
        finite = self._made[np.isfinite(self._made).all(axis=1)]
        self._over.setData(
            pos=finite, brush=QColor(self.colour(_MADE)), pen=style.pen(theme.current().panel), symbol="s", size=7
        )
        if len(finite) and len(self.places):
            made = f'<span style="color:{self.colour(_MADE)}">■</span> made'
            self.legend.setText(f"{self.legend.text()}&nbsp;&nbsp; {made}")
