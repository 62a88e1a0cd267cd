"""The style of the plots, from the theme: few lines, quiet labels, no automatic ranges."""

from __future__ import annotations

import html
import math
from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPen

from engine.reports.data_words import short_name
from gui import theme
from gui.plots import ticks

_APART_UP, _APART_ACROSS = 30.0, 84.0
"""Pixels between two numbers of an axis."""
_MOST_TICKS = 7
_BEYOND = 22
"""Half of the width of a number at the end of an axis, in pixels."""
_LEFT, _BOTTOM, _NAME = 52, 20, 14
"""The room for the numbers at the left and at the bottom, and for the name of an axis, in pixels."""
_BEFORE = 5
"""Between a name that stands before the numbers of a lying axis, and half of the first number."""


class QuietAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph is not typed
    """An axis of fixed size with a few round numbers, two at least, written through a function of (value, spacing).

    On a logarithmic axis the places are exponents of ten, and the numbers are written all the same.
    """

    name_before = False
    """Whether the name of a lying axis stands before its numbers, where it takes no line of its own."""

    def __init__(self, orientation: str, write: Callable[[float, float], str]) -> None:
        super().__init__(orientation)
        self.write = write
        self.logarithmic = False
        self.enableAutoSIPrefix(False)
        self.whole = False
        """Whether only whole numbers are told, as of things that are counted."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        low, high = min(minVal, maxVal), max(minVal, maxVal)
        most = int(size / (_APART_ACROSS if self.orientation in ("bottom", "top") else _APART_UP)) + 1
        spacing, places = (ticks.powers if self.logarithmic else ticks.even)(low, high, min(most, _MOST_TICKS))
        if self.whole and spacing < 1 <= high - low:
            spacing, places = 1.0, [float(number) for number in range(math.ceil(low), math.floor(high) + 1)]
        return [(spacing, places)]

    def boundingRect(self) -> QRectF:
        """With room for the numbers at both ends, half of which lies beyond them; pyqtgraph gives none with a grid."""
        across = self.orientation in ("bottom", "top")
        found: QRectF = super().boundingRect()
        return found.adjusted(-_BEYOND, 0, _BEYOND, 0) if across else found.adjusted(0, -8, 0, 8)

    def resizeEvent(self, event: object = None) -> None:
        super().resizeEvent(event)
        if self.name_before and self.label is not None:
            named = self.label.boundingRect()
            self.label.setPos(-named.width() - _BEFORE, (_BOTTOM - named.height()) / 2 - 2)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.logarithmic:
            return [self.write(10.0**value, 0.0) for value in values]
        return [self.write(value, spacing) for value in values]


def pen(colour: str, width: float = 1.0, *, dashed: bool = False, alpha: int = 255) -> QPen:
    """A pen for curves; its width stays the same at any zoom."""
    shade = QColor(colour)
    shade.setAlpha(alpha)
    made = QPen(shade, width, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
    made.setCosmetic(True)
    return made


def dress(plot: pg.PlotWidget, *, grid_x: bool = False) -> None:
    """Colours and fonts of a plot from the current theme; call it again when the theme changes."""
    colours = theme.current()
    plot.setBackground(QColor(colours.panel))
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setZValue(-1000)  # its grid lies behind the curves
        axis.setPen(pen(colours.hairline))
        axis.setTextPen(pen(colours.quiet))
        axis.setTickFont(theme.font("caption"))
        axis.setStyle(tickLength=0, maxTickLevel=0)
    dress_names(plot)
    plot.getAxis("left").setGrid(255)
    plot.getAxis("left").setTickPen(pen(colours.hairline))
    plot.getAxis("bottom").setGrid(255 if grid_x else False)
    plot.getAxis("bottom").setTickPen(pen(colours.hairline))


def plain_plot(
    write_left: Callable[[float, float], str] = ticks.number, write_bottom: Callable[[float, float], str] = ticks.number
) -> pg.PlotWidget:
    """A plot without menu, buttons or ranges of its own."""
    axes = {"left": QuietAxis("left", write_left), "bottom": QuietAxis("bottom", write_bottom)}
    plot = pg.PlotWidget(axisItems=axes, enableMenu=False)
    plot.hideButtons()
    plot.getViewBox().disableAutoRange()
    plot.getAxis("left").setWidth(_LEFT)
    plot.getAxis("bottom").setHeight(_BOTTOM)
    plot.setFrameShape(plot.Shape.NoFrame)
    plot.getPlotItem().setContentsMargins(0, 6, _BEYOND, 0)
    return plot


def name_axes(plot: pg.PlotWidget, *, left: str = "", bottom: str = "", before: bool = False) -> None:
    """Write what an axis counts beside its numbers; "" writes nothing and takes no room.

    ``before`` puts the name of the lower axis on the line of its numbers: for a short name, and a low plot.
    """
    plot.getAxis("bottom").name_before = before
    for side, words, size in (("left", left, _LEFT), ("bottom", bottom, _BOTTOM)):
        axis = plot.getAxis(side)
        # Qt would read what looks like a tag in the name of a column as one.
        axis.setLabel(html.escape(short_name(words))) if words else axis.showLabel(False)
        room = size + (_NAME if words and not axis.name_before else 0)
        axis.setWidth(room) if side == "left" else axis.setHeight(room)
    dress_names(plot)


def dress_names(plot: pg.PlotWidget) -> None:
    """The names of the axes in the colours of the theme."""
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.label.setFont(theme.font("caption"))
        axis.label.setDefaultTextColor(QColor(theme.current().quiet))
