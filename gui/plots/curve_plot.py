"""One plot with two curves: what training measured at each step, and what validation measured after each epoch."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QSize, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.elided import ElidedLabel, WholeLabel
from gui.plain_text import PlainLabel, plain_tip
from gui.plots import ranges, style, ticks
from gui.plots.marks import FloorLine, PlotMarks, dress_line, unformatted
from gui.plots.series import Series, smooth, thin

_MARKED = 60  # with more epochs than this, dots would hide the line they sit on


class CurvePlot(QWidget):
    """Title, plot and what there is to say about it.

    Training is a solid line in its hue, validation a dashed one with dots in its own: colour is never the only sign.
    With smoothing the raw curve stays, fainter, below the smooth one. A dashed line lies where guessing would be, and
    what lies far above all else is marked at the edge instead of flattening the rest.
    """

    hovered = Signal(float)
    """The step under the mouse; NaN when the mouse leaves."""

    def __init__(self, title: str, *, share: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training = Series()
        self.validation = Series()
        self._share = share
        self._logarithmic = False
        self._smoothing = 0.0
        self._zoomed = False
        self._asked: tuple[tuple[float, float], tuple[float, float]] | None = None
        self.title = PlainLabel(title)
        theme.set_role(self.title, "section")
        self.title.setFont(theme.font("section"))
        self.title.setMinimumHeight(20)  # the plots stay level whatever stands beside their titles
        self.unit = ElidedLabel()
        """What the numbers are in, or are a number of."""
        theme.set_role(self.unit, "caption")
        self.unit.setFont(theme.font("caption"))
        self.plot = style.plain_plot(ticks.percent if share else ticks.number)
        self.plot.getAxis("bottom").whole = True
        style.name_axes(self.plot, bottom="step", before=True)
        self.plot.setAccessibleName(title)
        self.raw_curve = pg.PlotCurveItem(connect="finite", antialias=True)
        self.smooth_curve = pg.PlotCurveItem(connect="finite", antialias=True)
        self.validation_curve = pg.PlotCurveItem(connect="finite", antialias=True)
        self.validation_dots = pg.ScatterPlotItem(size=6, pxMode=True)
        self.step_line = pg.InfiniteLine(
            angle=90, movable=False, label="", labelOpts={"position": 0.9, "anchors": [(0, 0.5), (1, 0.5)]}
        )
        self._marks = pg.ScatterPlotItem(size=8, pxMode=True)
        self.lone_dots = pg.ScatterPlotItem(size=6, pxMode=True)
        self.beyond_marks = pg.ScatterPlotItem(size=9, symbol="t1", pxMode=True)
        for item in (
            self.raw_curve, self.smooth_curve, self.validation_curve, self.validation_dots,
            self.step_line, self._marks, self.lone_dots, self.beyond_marks,
        ):
            self.plot.addItem(item, ignoreBounds=True)
        self.step_line.hide()
        self.floor, self.changes = FloorLine(self.plot), PlotMarks(self.plot)
        self.told = PlainLabel()
        """The values at one step: what training measured, and behind the stroke validation."""
        theme.set_role(self.told, "number")
        self.told.setFont(theme.font("small-number"))
        self.told.setToolTip("Training / validation, at the step under the pointer or at the last one.")
        self.outside = WholeLabel()
        """Says that something lies above the axis; hidden when nothing does."""
        theme.set_role(self.outside, "caption")
        self.outside.setFont(theme.font("caption"))
        self.outside.setToolTip(
            "One value lies far above all others, and the axis leaves it out so that the rest can be seen. Log scale "
            "shows everything, and so does scrolling over the plot."
        )
        self.outside.hide()
        self.plot.setMinimumHeight(72)
        head = QHBoxLayout()
        head.setSpacing(theme.SPACING.small)
        head.addWidget(self.title)
        head.addWidget(self.unit, 1)
        head.addWidget(self.outside)
        head.addWidget(self.told)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)
        self.plot.viewport().installEventFilter(self)
        self.plot.viewport().setMouseTracking(True)
        self.plot.getViewBox().sigRangeChangedManually.connect(self._zoomed_by_hand)
        theme.notifier().changed.connect(self._dress)
        self._dress()

    # -- what is shown ------------------------------------------------------------------------------------------

    def set_unit(self, words: str) -> None:
        """Say beside the title what the numbers are in."""
        if words != self.unit.text():
            self.unit.setText(words)
            self.unit.setToolTip(plain_tip(words))

    def set_floor(self, value: float | None, words: str = "") -> None:
        """A dashed line at what always giving the same answer would get; None takes it away."""
        if (value, words) != (self.floor.value, self.floor.words):
            self.floor.set(value, words)
            self.refresh()

    def add_mark(self, step: float, words: str) -> None:
        """Mark a step with a word or two; the mark with the same words is moved. ValueError for NaN."""
        self.changes.add(step, words)

    def set_title(self, title: str, *, share: bool, short: str = "") -> None:
        """Call the plot something else; ``share`` writes 0 to 1 as percent."""
        self._share = share
        self.title.setText(short or title)
        self.title.setToolTip(title if short else "")
        self.plot.setAccessibleName(title)
        self.plot.getAxis("left").write = ticks.percent if share else ticks.number
        self.refresh()

    def set_logarithmic(self, on: bool) -> None:
        """Powers of ten on the upright axis; values that are not positive cannot be drawn then."""
        self._logarithmic = on
        self._zoomed = False
        self.plot.getAxis("left").logarithmic = on
        style.dress(self.plot)
        self.refresh()

    def set_smoothing(self, amount: float) -> None:
        """0 (none) to 1."""
        self._smoothing = amount
        self.refresh()

    def clear(self) -> None:
        """Forget all points and any zoom."""
        self.changes.clear()
        if not (len(self.training) or len(self.validation) or self._zoomed or self.step_line.isVisible()):
            return  # nothing is there: drawing that takes as long as drawing something
        self.training.clear()
        self.validation.clear()
        self._zoomed = False
        self._asked = None
        self.show_step(math.nan)
        self.refresh()

    @Slot()
    def reset_zoom(self) -> None:
        """Show everything again."""
        self._zoomed = False
        self._asked = None
        self.refresh()

    def refresh(self) -> None:
        """Draw what the two series hold now."""
        steps, values = self.training.steps, self.training.values
        drawn_steps, drawn = thin(steps, self._scaled(values))
        self.raw_curve.setData(drawn_steps, drawn)
        told = np.isfinite(drawn) if len(drawn) <= _MARKED else np.zeros(len(drawn), dtype=bool)
        lonely = told & ~(_beside(told, -1) | _beside(told, 1))  # a line needs two points
        if lonely.any() or len(self.lone_dots.data):
            self.lone_dots.setData(drawn_steps[lonely], drawn[lonely])
        if self._smoothing > 0:
            # A smooth curve needs few points, and a wide line is dear by the point.
            self.smooth_curve.setData(*thin(steps, self._scaled(smooth(values, self._smoothing)), 240))
        else:
            self.smooth_curve.setData([], [])
        after_steps, after = thin(self.validation.steps, self._scaled(self.validation.values))
        self.validation_curve.setData(after_steps, after)
        told = np.isfinite(after) if len(after) <= _MARKED else np.zeros(len(after), dtype=bool)
        self.validation_dots.setData(after_steps[told], after[told])
        self._set_pens()
        self._set_ranges(drawn_steps, drawn, after)

    def drawn(self) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """What is on the screen, by name: raw, smooth, validation; each steps and (scaled) values."""
        empty = np.empty(0)
        items = {"raw": self.raw_curve, "smooth": self.smooth_curve, "validation": self.validation_curve}
        return {
            name: tuple(empty if part is None else part for part in item.getData())  # type: ignore[misc]
            for name, item in items.items()
        }

    def view(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The ranges on show: steps, and values (exponents of ten when logarithmic)."""
        (left, right), (bottom, top) = self.plot.getViewBox().viewRange()
        return (left, right), (bottom, top)

    def _scaled(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if not self._logarithmic:
            return values
        drawable = np.isfinite(values) & (values > 0)
        return np.where(drawable, np.log10(np.where(drawable, values, 1.0)), np.nan)

    def _set_ranges(
        self, drawn_steps: NDArray[np.float64], drawn: NDArray[np.float64], after: NDArray[np.float64]
    ) -> None:
        """Ranges for what is drawn; thinned curves keep their extremes, and the fewer numbers are looked at, the
        better: this is done twelve times a second."""
        self.floor.place(self._scaled_one)
        beyond = None
        if not (self._share or self._logarithmic):
            drawn, beyond = ranges.without_outliers(drawn_steps, drawn)
        floor = self._scaled_one(self.floor.value) if self.floor.value is not None else math.nan
        both = np.concatenate([drawn, after, [floor]])
        steps = [series.steps[-1] for series in (self.training, self.validation) if len(series)]
        across = (0.0, ranges.ceiling(max(2.0, *steps)) if steps else 1.0)
        if self._logarithmic:
            up = ranges.exponents(both)
        else:
            up = ranges.share(both) if self._share else ranges.linear(both)
        self._show_beyond(beyond if beyond is not None and beyond[1] > up[1] else None, up[1])
        if self._zoomed:
            return
        if self._asked != (across, up):
            self._asked = (across, up)
            # A little air, so that a value on the edge can be seen.
            air = (up[1] - up[0]) * 0.02
            self.plot.getViewBox().setRange(xRange=across, yRange=(up[0] - air, up[1] + air), padding=0)

    def _scaled_one(self, value: float) -> float:
        return float(self._scaled(np.array([value]))[0])

    def _show_beyond(self, beyond: tuple[float, float] | None, top: float) -> None:
        """Mark (step, value) at the top of the axis, above which it lies; None for nothing."""
        if beyond is not None or len(self.beyond_marks.data):
            self.beyond_marks.setData(*(([], []) if beyond is None else ([beyond[0]], [top])))
        words = "" if beyond is None else f"▲ up to {ticks.number(beyond[1])} at step {beyond[0]:,.0f}"
        if words != self.outside.text():
            self.outside.setText(words)
            self.outside.setVisible(bool(words))

    def problem(self) -> str:
        """Why a line is broken, in a sentence; empty when none is."""
        broken = self.training.first_broken()
        if broken is None:
            broken = self.validation.first_broken()
        if broken is not None:
            return (
                f"From step {broken:,} on the {self.title.text().lower()} was not always a number: the line is broken "
                "there. A smaller learning rate usually helps."
            )
        if self._logarithmic and len(self.training) and bool((self.training.values <= 0).any()):
            return "Values of zero and below cannot be drawn on a logarithmic axis: the line is broken there."
        return ""

    # -- looks --------------------------------------------------------------------------------------------------

    @Slot()
    def _dress(self) -> None:
        style.dress(self.plot)
        colours = theme.current()
        dress_line(self.step_line, colours.quiet)
        self.validation_dots.setPen(style.pen(colours.validation))
        self.validation_dots.setBrush(QColor(colours.validation))
        self.lone_dots.setPen(style.pen(colours.training))
        self.lone_dots.setBrush(QColor(colours.training))
        self.beyond_marks.setPen(style.pen(colours.warning))
        self.beyond_marks.setBrush(QColor(colours.warning))
        self.floor.dress()
        self.changes.dress()
        self._set_pens()

    def _set_pens(self) -> None:
        colours = theme.current()
        faint = 95 if self._smoothing > 0 else 255
        # Pens that keep their width count device pixels. A wide, antialiased line of 2,000 points costs a tenth of a
        # second; on a fine screen the same line looks as well without antialiasing.
        ratio = self.devicePixelRatioF()
        self.raw_curve.setPen(style.pen(colours.training, max(1.0, round(ratio)), alpha=faint))
        self.raw_curve.opts["antialias"] = ratio < 1.5
        self.smooth_curve.setPen(style.pen(colours.training, 2 * ratio))
        wide = 2 if len(self.validation) <= 300 else 1
        self.validation_curve.setPen(style.pen(colours.validation, wide * ratio, dashed=True))

    # -- hover --------------------------------------------------------------------------------------------------

    def show_step(self, step: float) -> None:
        """Mark the points nearest to a step; NaN marks none."""
        colours = theme.current()
        if not math.isfinite(step) or not (len(self.training) or len(self.validation)):
            self.step_line.hide()
            self._marks.setData([], [])
            return
        self.step_line.setPos(step)
        self.step_line.show()
        self.step_line.label.setFormat(unformatted(self.words_at(step)))  # it hears nothing while the line is hidden
        spots = []
        for series, colour in ((self.training, colours.training), (self.validation, colours.validation)):
            if len(series):
                index = series.nearest(step)
                height = self._scaled(series.values[index : index + 1])[0]
                if math.isfinite(height):
                    pair = (series.steps[index], height)
                    spots.append({"pos": pair, "brush": QColor(colour), "pen": style.pen(colours.panel)})
        self._marks.setData(spots)

    def words_at(self, step: float) -> str:
        """Which step it is, and what was changed about there: ``step 302 · learning rate 0.001``."""
        low, high = self.view()[0]
        return " · ".join(filter(None, [f"step {round(step):,}", self.changes.near(step, 0.01 * (high - low))]))

    def tell(self, step: float, write: Callable[[float], str]) -> None:
        """Write the values nearest to a step beside the title, each with ``write``; those of the last step for NaN."""
        known = [series for series in (self.training, self.validation) if len(series)]
        if not math.isfinite(step) and known:
            step = max(series.steps[-1] for series in known)
        words = " / ".join(write(series.values[series.nearest(step)]) for series in known)
        if words != self.told.text():
            self.told.setText(words)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self.hovered.emit(self._step_at(event.position()))
        elif kind == QEvent.Type.Leave:
            self.hovered.emit(math.nan)
        elif kind == QEvent.Type.MouseButtonDblClick:
            self.reset_zoom()
        return False

    def _step_at(self, at: QPointF) -> float:
        box = self.plot.getViewBox()
        scene = self.plot.mapToScene(at.toPoint())
        if not box.sceneBoundingRect().contains(scene):
            return math.nan
        wanted = float(box.mapSceneToView(scene).x())
        series = self.training if len(self.training) else self.validation
        return float(series.steps[series.nearest(wanted)]) if len(series) else math.nan

    @Slot(object)
    def _zoomed_by_hand(self, _axes: object = None) -> None:
        self._zoomed = True

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 110)


def _beside(told: NDArray[np.bool_], way: int) -> NDArray[np.bool_]:
    """Which points have a neighbour with a value, before (-1) or after (1) them."""
    found = np.zeros_like(told)
    if way < 0:
        found[1:] = told[:-1]
    else:
        found[:-1] = told[1:]
    return found
