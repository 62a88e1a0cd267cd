"""How well predicted values agree with the actual ones: a scatter plot of both, and the residuals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.reports.figures import amount
from gui import theme
from gui.plain_text import PlainLabel
from gui.plots import ranges, style

DRAWN = 2000
"""At most so many samples are drawn."""
_REACH = 12.0
"""Pixels within which a click or the mouse finds a point."""


class AgreementPlot(QWidget):
    """Predicted against actual with equal axes and the line where both are equal, and the residuals beside it.

    Hover tells a sample; ``chosen(number)`` says that one was clicked.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actual = np.empty((0, 1))
        self._predicted = np.empty((0, 1))
        self._shown: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._names: tuple[str, ...] = ()
        self.empty_text = "After training, this shows the predicted values of the test samples against the actual ones."
        self.which = QComboBox()
        self.which.setAccessibleName("Value")
        self.which.hide()
        self.readout = PlainLabel()
        theme.set_role(self.readout, "number")
        self.readout.setFont(theme.font("small-number"))
        self.words = PlainLabel(self.empty_text)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.set_role(self.words, "quiet")
        self.against, self.residuals = style.plain_plot(), style.plain_plot()
        self.against.setAccessibleName("Predicted against actual")
        self.residuals.setAccessibleName("Residuals")
        self.against.setToolTip("Each point is a test sample. On the dashed line, predicted and actual are the same.")
        self.residuals.setToolTip(
            "The residual is the predicted value minus the actual one: above the line it is too high. Points "
            "that follow a curve show what it has not learned yet."
        )
        self.scatters: dict[pg.PlotWidget, pg.ScatterPlotItem] = {}
        self.lines: dict[pg.PlotWidget, pg.InfiniteLine] = {}
        self._build()
        self.which.currentIndexChanged.connect(self._draw)
        theme.notifier().changed.connect(self._dress)
        self._dress()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.which)
        head.addStretch(1)
        head.addWidget(self.readout)
        plots = QHBoxLayout()
        plots.setContentsMargins(0, 0, 0, 0)
        plots.setSpacing(theme.SPACING.wide)
        for plot, angle in ((self.against, 45.0), (self.residuals, 0.0)):
            # The line is there to be compared with: it lies over the points.
            line = pg.InfiniteLine(pos=(0, 0), angle=angle, movable=False)
            points = pg.ScatterPlotItem(size=7, pxMode=True)
            for item in (points, line):
                plot.addItem(item, ignoreBounds=True)
            self.scatters[plot], self.lines[plot] = points, line
            plot.viewport().installEventFilter(self)
            plot.viewport().setMouseTracking(True)
            plots.addWidget(plot, 1)
        self.against.getViewBox().setAspectLocked(True)
        both = QWidget()
        both.setLayout(plots)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.words)
        self._stack.addWidget(both)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACING.tiny)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    # -- data ---------------------------------------------------------------------------------------------------

    @Slot()
    def clear(self) -> None:
        """Take everything away."""
        self.say(self.empty_text)

    def say(self, words: str) -> None:
        """Show a sentence in place of the plots, as while the samples are looked for."""
        self._actual = self._predicted = np.empty((0, 1))
        self.words.setText(words)
        self.readout.setText("")
        self._stack.setCurrentIndex(0)

    def set_values(self, actual: ArrayLike, predicted: ArrayLike, names: Sequence[str]) -> None:
        """Show actual and predicted values, both N × K in their own units, with a name for each of the K.

        What is not finite is left out. ValueError unless both are of that shape.
        """
        right, guesses = np.asarray(actual, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
        if right.ndim != 2 or right.shape != guesses.shape or right.shape[1] != len(names):
            raise ValueError(f"Expected as many predictions as values; found {guesses.shape} for {right.shape}.")
        self._actual, self._predicted, self._names = right, guesses, tuple(names)
        self.which.blockSignals(True)
        self.which.clear()
        self.which.addItems(list(names))
        self.which.blockSignals(False)
        self.which.setVisible(len(names) > 1)
        self._stack.setCurrentIndex(1)
        self._draw()

    def drawn(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Actual and predicted values on screen."""
        at = max(0, self.which.currentIndex())
        return self._actual[self._shown, at], self._predicted[self._shown, at]

    @Slot()
    def _draw(self) -> None:
        if not len(self._actual):
            return
        at = max(0, self.which.currentIndex())
        sound = np.flatnonzero(np.isfinite(self._actual[:, at]) & np.isfinite(self._predicted[:, at]))
        self._shown = sound[:: max(1, -(-len(sound) // DRAWN))]
        actual, predicted = self.drawn()
        left_over = predicted - actual
        self.scatters[self.against].setData(actual, predicted)
        self.scatters[self.residuals].setData(predicted, left_over)
        name = self._names[at]
        style.name_axes(self.against, left="Predicted", bottom=f"Actual {name}")
        style.name_axes(self.residuals, left="Residual", bottom=f"Predicted {name}")
        if not len(actual):
            return
        low, high = ranges.around(np.concatenate([actual, predicted]))
        self.against.getViewBox().setRange(xRange=(low, high), yRange=(low, high), padding=0)
        across = ranges.around(predicted)
        reach = ranges.ceiling(float(np.abs(left_over).max()) * 1.05)
        self.residuals.getViewBox().setRange(xRange=across, yRange=(-reach, reach), padding=0)

    # -- looking ------------------------------------------------------------------------------------------------

    def words_of(self, number: int) -> str:
        """What a sample says: ``actual 312, predicted 298, off by −14``."""
        at = max(0, self.which.currentIndex())
        right, guess = float(self._actual[number, at]), float(self._predicted[number, at])
        return f"actual {amount(right, 4)}   predicted {amount(guess, 4)}   off by {amount(guess - right)}"

    def _nearest(self, plot: pg.PlotWidget, event: QMouseEvent) -> int | None:
        box = plot.getViewBox()
        scene = plot.mapToScene(event.position().toPoint())
        if not len(self._shown) or not box.sceneBoundingRect().contains(scene):
            return None
        at, (across, down) = box.mapSceneToView(scene), box.viewPixelSize()
        actual, predicted = self.drawn()
        x, y = (actual, predicted) if plot is self.against else (predicted, predicted - actual)
        far = np.hypot((x - at.x()) / (across or 1.0), (y - at.y()) / (down or 1.0))
        nearest = int(far.argmin())
        return int(self._shown[nearest]) if far[nearest] <= _REACH else None

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        plot = next((plot for plot in self.scatters if watched is plot.viewport()), None)
        if plot is not None and isinstance(event, QMouseEvent):
            number = self._nearest(plot, event)
            if event.type() == QEvent.Type.MouseMove:
                self.readout.setText("" if number is None else self.words_of(number))
            elif event.type() == QEvent.Type.MouseButtonPress and number is not None:
                self.chosen.emit(number)
        elif event.type() == QEvent.Type.Leave:
            self.readout.setText("")
        return False

    # -- looks --------------------------------------------------------------------------------------------------

    @Slot()
    def _dress(self) -> None:
        colours = theme.current()
        for plot in (self.against, self.residuals):
            style.dress(plot, grid_x=True)
            shade = QColor(colours.accent)
            shade.setAlpha(150)
            self.scatters[plot].setBrush(shade)
            self.scatters[plot].setPen(style.pen(colours.panel))
            self.lines[plot].setPen(style.pen(colours.quiet, dashed=True))
