"""pyqtgraph dressed from the theme's table: few lines, quiet labels, nothing that moves by itself."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from gui import theme


class QuietAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph is not typed
    """An axis of fixed width that writes its numbers through a function, also when the plot is logarithmic."""

    def __init__(self, orientation: str, write: Callable[[float], str]) -> None:
        super().__init__(orientation)
        self.write = write
        self.logarithmic = False

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if not self.logarithmic:
            return [self.write(value) for value in values]
        # Between the powers of ten only lines: half a power is no number one knows.
        return [self.write(10.0**value) if abs(value - round(value)) < 1e-6 else "" for value in values]


def short(value: float) -> str:
    """A number on an axis: at most four significant digits, thousands apart."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def as_percent(value: float) -> str:
    """A share on an axis."""
    return f"{100 * value:.4g} %"


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
        axis.setStyle(tickLength=0, maxTickLevel=1 if getattr(axis, "logarithmic", False) else 0)
    plot.getAxis("left").setGrid(255)
    plot.getAxis("left").setTickPen(pen(colours.hairline))
    plot.getAxis("bottom").setGrid(255 if grid_x else False)
    plot.getAxis("bottom").setTickPen(pen(colours.hairline))


def plain_plot(
    write_left: Callable[[float], str] = short, write_bottom: Callable[[float], str] = short
) -> pg.PlotWidget:
    """A plot without menu, buttons or ranges of its own."""
    axes = {"left": QuietAxis("left", write_left), "bottom": QuietAxis("bottom", write_bottom)}
    plot = pg.PlotWidget(axisItems=axes, enableMenu=False)
    plot.hideButtons()
    plot.getViewBox().disableAutoRange()
    plot.getAxis("left").setWidth(52)
    plot.getAxis("bottom").setHeight(22)
    plot.setFrameShape(plot.Shape.NoFrame)
    return plot
