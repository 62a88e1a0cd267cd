"""The curves of a run, side by side: loss, and accuracy (or, for values, the mean absolute error)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.reports.figures import amount
from engine.training.channel import Channel
from engine.training.metric_kinds import ACCURACY
from gui import theme
from gui.plain_text import PlainLabel
from gui.plots.curve_plot import CurvePlot
from gui.plots.curve_tools import CurveTools
from gui.plots.series import Series


class Curves(QWidget):
    """Both plots, what belongs to both (``tools``), and the values under the mouse.

    It keeps every value it was given; what is drawn is thinned and, where wanted, smoothed beside the raw curve.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measure = ACCURACY.channel
        self._rows: list[dict[str, Any]] = []
        self._from_rows = False  # the training curve is drawn from the rows, since there are no steps
        self.loss = CurvePlot("Loss")
        self.measure = CurvePlot(ACCURACY.title, share=ACCURACY.is_share)
        self.tools = CurveTools()
        self.log_switch, self.slider = self.tools.log_switch, self.tools.slider
        self.warning = PlainLabel()
        theme.set_role(self.warning, "warning")
        self.warning.setFont(theme.font("small"))
        self.warning.setWordWrap(True)
        self.warning.hide()
        self.empty = PlainLabel("Press Train: the curves appear here as the network learns.")
        theme.set_role(self.empty, "quiet")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._stack = QStackedWidget()
        self._build()
        self.log_switch.toggled.connect(self._log_toggled)
        self.slider.valueChanged.connect(self._smoothing_changed)
        self.loss.hovered.connect(self._hovered)
        self.measure.hovered.connect(self._hovered)
        self._tell()

    def _build(self) -> None:
        plots = QHBoxLayout()
        plots.setContentsMargins(0, 0, 0, 0)
        plots.setSpacing(theme.SPACING.wide)
        plots.addWidget(self.loss, 1)
        plots.addWidget(self.measure, 1)
        both = QWidget()
        both.setLayout(plots)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(both)
        self._column = QVBoxLayout(self)
        edge = theme.SPACING
        self._column.setContentsMargins(edge.medium, edge.tiny, edge.medium, edge.tiny)
        self._column.setSpacing(edge.tiny)
        self._column.addWidget(self._stack, 1)
        self._column.addWidget(self.warning)
        self.keep_tools()

    def keep_tools(self) -> None:
        """Have the tools above the plots, where nobody has a better place for them."""
        self._column.insertWidget(0, self.tools)
        self.tools.show()

    # -- data ---------------------------------------------------------------------------------------------------

    def set_measure(self, measure: Channel) -> None:
        """What the second plot shows."""
        self._measure = measure
        self._fill_epochs()
        self.measure.set_title(measure.title, share=measure.is_share)

    def set_units(self, loss: str, measure: str) -> None:
        """Say beside the titles which loss it is and what it is measured on, and what the error is in."""
        self.loss.set_unit(loss)
        self.measure.set_unit(measure)

    def set_floor(self, value: float | None, words: str = "") -> None:
        """A dashed line in the second plot at what always giving the same answer would get; None for none.

        It is there before the first step, and until ``clear``.
        """
        self.measure.set_floor(value, words)
        self._show()

    def add_mark(self, step: float, words: str) -> None:
        """Mark a step in both plots, as where a setting was changed or which weights are in use.

        A mark with the same words is moved. Marks go with ``clear``. ValueError for a step that is not finite.
        """
        for plot in (self.loss, self.measure):
            plot.add_mark(step, words)

    def marks(self) -> list[tuple[float, str]]:
        """Step and words of all marks."""
        return self.loss.changes.all()

    def clear(self) -> None:
        """Forget everything: a new run begins."""
        self.measure.set_floor(None)
        self._rows = []
        self._from_rows = False
        self.loss.clear()
        self.measure.clear()
        self._show()

    def set_data(
        self, steps: ArrayLike, loss: ArrayLike, measure: ArrayLike, epochs: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        """Show a whole run in place of what is shown.

        ``steps``, ``loss`` and ``measure`` (accuracy 0 to 1, or the error) are of one length; ``epochs`` are rows of a
        history (``step``, ``train_loss``, ``validation_loss``, ``validation_accuracy`` …). Without steps the training
        curve is drawn from the rows.
        """
        self.clear()
        self.append(steps, loss, measure, epochs)

    def append(
        self, steps: ArrayLike, loss: ArrayLike, measure: ArrayLike, epochs: Iterable[Mapping[str, Any]] | None = None
    ) -> None:
        """Add steps to the curves; ``epochs``, when given, are *all* rows so far. ValueError for unequal lengths."""
        self._forget_epochs_drawn_as_steps(steps)
        self.loss.training.append(steps, loss)
        self.measure.training.append(steps, measure)
        if epochs is not None:
            self._rows = [dict(row) for row in epochs]
        self._fill_epochs()
        self.loss.refresh()
        self.measure.refresh()
        self._show()

    def is_empty(self) -> bool:
        """True when there is nothing to draw."""
        return not any(len(series) for plot in (self.loss, self.measure) for series in (plot.training, plot.validation))

    def _forget_epochs_drawn_as_steps(self, steps: ArrayLike) -> None:
        if self._from_rows and np.size(steps):
            self.loss.training.clear()
            self.measure.training.clear()
            self._from_rows = False

    def _fill_epochs(self) -> None:
        for plot, key in ((self.loss, "loss"), (self.measure, self._measure.name)):
            _fill(plot.validation, self._rows, f"validation_{key}")
            if not len(plot.training) or self._from_rows:
                _fill(plot.training, self._rows, f"train_{key}")
                self._from_rows = bool(self._rows)

    def _show(self) -> None:
        self._stack.setCurrentIndex(0 if self.is_empty() and self.measure.floor.value is None else 1)
        words = self.loss.problem() or self.measure.problem()
        if words != self.warning.text():
            self.warning.setText(words)
            self.warning.setVisible(bool(words))
        self._tell()

    # -- looking ------------------------------------------------------------------------------------------------

    @Slot(bool)
    def _log_toggled(self, on: bool) -> None:
        self.loss.set_logarithmic(on)
        self._show()

    @Slot(int)
    def _smoothing_changed(self, value: int) -> None:
        self.loss.set_smoothing(value / 100)
        self.measure.set_smoothing(value / 100)

    @Slot(float)
    def _hovered(self, step: float) -> None:
        self.loss.show_step(step)
        self.measure.show_step(step)
        self._tell(step)

    def _tell(self, step: float = math.nan) -> None:
        """Write the values at a step beside the titles; those of the last one for NaN."""
        self.loss.tell(step, _write)
        self.measure.tell(step, _percent if self._measure.is_share else _write)


def _fill(series: Series, rows: list[dict[str, Any]], key: str) -> None:
    told = [(row.get("step", row.get("epoch", 0)), row[key]) for row in rows if row.get(key) is not None]
    series.clear()
    if told:
        steps, values = zip(*told, strict=True)
        series.append(steps, values)


def _write(value: float) -> str:
    if not math.isfinite(value):
        return "not a number"
    short = f"{value:.4g}"
    return amount(value, 4) if "e" in short else short


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %" if math.isfinite(value) else "not a number"
