"""The curves of a run, side by side: one plot for each channel that it publishes, whatever these are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.reports.figures import amount
from engine.training.channel import LOSS, Channel
from engine.training.metric_kinds import ACCURACY
from gui import theme
from gui.plain_text import PlainLabel
from gui.plots.curve_plot import CurvePlot
from gui.plots.curve_tools import CurveTools
from gui.plots.series import Series

EMPTY = "Press Train: the curves appear here as the network learns."


class Curves(QWidget):
    """The plots, what belongs to all of them (``tools``), and the values under the mouse.

    It keeps every value it was given; what is drawn is thinned and, where wanted, smoothed beside the raw curve.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.channels: tuple[Channel, ...] = ()
        self.plots: list[CurvePlot] = []
        """One for each channel, in their order; behind them those of more channels that were shown before, hidden."""
        self._rows: list[dict[str, Any]] = []
        self._from_rows = False  # the training curve is drawn from the rows, since there are no steps
        self.tools = CurveTools()
        self.log_switch, self.slider = self.tools.log_switch, self.tools.slider
        self.warning = PlainLabel()
        theme.set_role(self.warning, "warning")
        self.warning.setFont(theme.font("small"))
        self.warning.setWordWrap(True)
        self.warning.hide()
        self.empty = PlainLabel(EMPTY)
        theme.set_role(self.empty, "quiet")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._stack = QStackedWidget()
        self._build()
        self.log_switch.toggled.connect(self._log_toggled)
        self.slider.valueChanged.connect(self._smoothing_changed)
        self.set_channels((LOSS, ACCURACY.channel))

    def _build(self) -> None:
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.SPACING.wide)
        all_plots = QWidget()
        all_plots.setLayout(self._row)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(all_plots)
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

    def set_channels(self, channels: Sequence[Channel]) -> None:
        """What the plots show, from left to right; at least one. What was drawn of other channels is forgotten."""
        if tuple(channels) == self.channels:
            return
        self.channels = tuple(channels)
        while len(self.plots) < len(channels):
            self._add_plot()
        for number, plot in enumerate(self.plots):
            plot.setVisible(number < len(channels))
        for plot, channel in self._shown():
            plot.clear()
            plot.set_title(channel.title, share=channel.is_share, short=channel.short if len(channels) > 2 else "")
        self._fill_epochs()
        self._show()

    def _add_plot(self) -> None:
        plot = CurvePlot("")
        plot.hovered.connect(self._hovered)
        plot.set_smoothing(self.slider.value() / 100)
        self._row.addWidget(plot, 1)
        if self.plots:
            for step, words in self.marks():
                plot.add_mark(step, words)
        self.plots.append(plot)

    def _shown(self) -> Iterable[tuple[CurvePlot, Channel]]:
        return zip(self.plots, self.channels, strict=False)

    def set_units(self, words: Sequence[str]) -> None:
        """Say beside each title what its numbers are in, or are a number of; those without words have none."""
        for number, plot in enumerate(self.plots):
            plot.set_unit(words[number] if number < len(words) else "")

    def set_floor(self, value: float | None, words: str = "") -> None:
        """A dashed line in the last plot at what always giving the same answer would get; None for none.

        It is there before the first step, and until ``clear``.
        """
        for number, plot in enumerate(self.plots):
            plot.set_floor(*((value, words) if number == len(self.channels) - 1 else (None, "")))
        self._show()

    def add_mark(self, step: float, words: str) -> None:
        """Mark a step in all plots, as where a setting was changed or which weights are in use.

        A mark with the same words is moved. Marks go with ``clear``. ValueError for a step that is not finite.
        """
        for plot in self.plots:
            plot.add_mark(step, words)

    def marks(self) -> list[tuple[float, str]]:
        """Step and words of all marks."""
        return self.plots[0].changes.all()

    def clear(self) -> None:
        """Forget everything: a new run begins."""
        self._rows = []
        self._from_rows = False
        for plot in self.plots:
            plot.set_floor(None)
            plot.clear()
        self._show()

    def set_data(
        self, steps: ArrayLike, series: Mapping[str, ArrayLike], epochs: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        """Show a whole run in place of what is shown.

        ``series`` holds by the name of a channel values that are as many as ``steps``; ``epochs`` are rows of a history
        (``step``, ``train_<channel>``, ``validation_<channel>`` …). Without steps the training curve is drawn from the
        rows.
        """
        self.clear()
        self.append(steps, series, epochs)

    def append(
        self, steps: ArrayLike, series: Mapping[str, ArrayLike], epochs: Iterable[Mapping[str, Any]] | None = None
    ) -> None:
        """Add steps to the curves; ``epochs``, when given, are *all* rows so far. ValueError for unequal lengths."""
        self._forget_epochs_drawn_as_steps(steps)
        for plot, channel in self._shown():
            plot.training.append(steps, series.get(channel.name, np.full(np.size(steps), np.nan)))
        if epochs is not None:
            self._rows = [dict(row) for row in epochs]
        self._fill_epochs()
        for plot, _ in self._shown():
            plot.refresh()
        self._show()

    def is_empty(self) -> bool:
        """True when there is nothing to draw."""
        return not any(len(series) for plot, _ in self._shown() for series in (plot.training, plot.validation))

    def _forget_epochs_drawn_as_steps(self, steps: ArrayLike) -> None:
        if self._from_rows and np.size(steps):
            for plot in self.plots:
                plot.training.clear()
            self._from_rows = False

    def _fill_epochs(self) -> None:
        for plot, channel in self._shown():
            _fill(plot.validation, self._rows, f"validation_{channel.name}")
            if not len(plot.training) or self._from_rows:
                _fill(plot.training, self._rows, f"train_{channel.name}")
                self._from_rows = bool(self._rows)

    def _show(self) -> None:
        floor = any(plot.floor.value is not None for plot in self.plots)
        self._stack.setCurrentIndex(0 if self.is_empty() and not floor else 1)
        words = next(filter(None, (plot.problem() for plot, _ in self._shown())), "")
        if words != self.warning.text():
            self.warning.setText(words)
            self.warning.setVisible(bool(words))
        self._tell()

    # -- looking ------------------------------------------------------------------------------------------------

    @Slot(bool)
    def _log_toggled(self, on: bool) -> None:
        self.plots[0].set_logarithmic(on)
        self._show()

    @Slot(int)
    def _smoothing_changed(self, value: int) -> None:
        for plot in self.plots:
            plot.set_smoothing(value / 100)

    @Slot(float)
    def _hovered(self, step: float) -> None:
        for plot in self.plots:
            plot.show_step(step)
        self._tell(step)

    def _tell(self, step: float = math.nan) -> None:
        """Write the values at a step beside the titles; those of the last one for NaN."""
        for plot, channel in self._shown():
            plot.tell(step, _percent if channel.is_share else _write)


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
