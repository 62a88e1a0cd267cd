"""Marks on a curve: where something was changed while it grew, and which point is in use."""

from __future__ import annotations

import math
from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtGui import QColor

from engine.text import printable
from gui import theme
from gui.plots import style

MOST = 24
"""More marks than these hide the curve: the oldest give way."""
_ROWS = 4
"""Words of marks that lie side by side stand on so many lines by turns."""


class PlotMarks:
    """Upright dotted lines with a word or two each, on one plot."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._lines: list[tuple[float, str, pg.InfiniteLine]] = []

    def __len__(self) -> int:
        return len(self._lines)

    def all(self) -> list[tuple[float, str]]:
        """Step and words of every mark, in the order they were made."""
        return [(step, words) for step, words, _ in self._lines]

    def add(self, step: float, words: str) -> None:
        """Mark a step; one with the same words is moved there. ValueError for a step that is not finite."""
        if not math.isfinite(step):
            raise ValueError(f"Expected a step to mark, found {step!r}.")
        words = printable(words)
        self._drop([mark for mark in self._lines if mark[1] == words] or self._lines[: len(self._lines) - MOST + 1])
        line = pg.InfiniteLine(
            pos=step,
            angle=90,
            movable=False,
            label=unformatted(words),
            labelOpts={"position": 0.92 - 0.14 * (len(self._lines) % _ROWS), "anchors": [(0, 0.5), (1, 0.5)]},
        )
        line.setZValue(-10)
        self._plot.addItem(line, ignoreBounds=True)
        self._lines.append((step, words, line))
        self._dress(line)

    def clear(self) -> None:
        """Take all away."""
        self._drop(list(self._lines))

    def near(self, step: float, reach: float) -> str:
        """The words of the marks within ``reach`` of a step."""
        return ", ".join(words for at, words, _ in self._lines if abs(at - step) <= reach)

    def dress(self) -> None:
        """The colours of the theme."""
        for _, _, line in self._lines:
            self._dress(line)

    def _drop(self, marks: list[tuple[float, str, pg.InfiniteLine]]) -> None:
        for mark in marks:
            self._lines.remove(mark)
            self._plot.removeItem(mark[2])

    @staticmethod
    def _dress(line: pg.InfiniteLine) -> None:
        dress_line(line, theme.current().quiet)


def dress_line(line: pg.InfiniteLine, colour: str) -> None:
    """A dashed line and its words in one colour; behind the words lies the ground of the plot."""
    line.setPen(style.pen(colour, dashed=True))
    ground = QColor(theme.current().panel)
    ground.setAlpha(215)
    line.label.fill = pg.mkBrush(ground)
    line.label.border = pg.mkPen(None)
    line.label.setColor(QColor(colour))
    line.label.setFont(theme.font("caption"))


def unformatted(words: str) -> str:
    """pyqtgraph fills in what stands in braces: words may hold some, as the name of a class."""
    return words.replace("{", "{{").replace("}", "}}")


_Scale = Callable[[float], float]


class FloorLine:
    """A lying dashed line: what always giving the same answer would get."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self.line = pg.InfiniteLine(
            angle=0, movable=False, label="", labelOpts={"position": 0.985, "anchors": [(1, 0), (1, 1)]}
        )
        self.line.setZValue(-5)
        self._value: float | None = None
        self._words = ""
        plot.addItem(self.line, ignoreBounds=True)
        self.line.hide()

    @property
    def value(self) -> float | None:
        """Where it lies, None where there is none."""
        return self._value

    @property
    def words(self) -> str:
        """What stands at the line."""
        return self._words

    def set(self, value: float | None, words: str) -> None:
        """Lie at a value; None takes it away."""
        self._value = value if value is not None and math.isfinite(value) else None
        self._words = printable(words) if self._value is not None else ""
        self.line.label.setFormat(unformatted(self._words))
        self.dress()

    def place(self, scale: _Scale) -> None:
        """Lie where the plot has the value; not at all where it has none for it."""
        at = math.nan if self._value is None else scale(self._value)
        self.line.setVisible(math.isfinite(at))
        if math.isfinite(at) and at != self.line.value():
            self.line.setPos(at)

    def dress(self) -> None:
        """The colours of the theme."""
        dress_line(self.line, theme.current().quiet)
