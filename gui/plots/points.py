"""Data of one or two dimensions: points in the plane with the network's decision behind them, or a fitted line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.number_text import rounded
from engine.reports.figures import probability
from gui import theme
from gui.plain_text import PlainLabel
from gui.plots import line_words, ranges, style
from gui.theme.contrast import channels

_SIGNS = ("o", "s", "t1", "d", "t", "p", "h", "star", "t2", "t3")
_DRAWN = 2000
_NAMED = 10
"""So many classes at most are named in the legend: hover tells the others."""
_CENTRE = 19
"""How wide the middle of a class is, in pixels."""
_RING = 16
"""How wide the mark of the point tried out is, in pixels."""
_BESIDE = 12
"""Between those words and the values under the mouse, in pixels."""
_CORNER = 16
"""Room in the corner at the top right, where a button may lie, in pixels."""


class PointsPlot(QWidget):
    """Points of two inputs (or of one input and its answer), and what the network makes of the plane between them.

    Each class has a colour and a sign. At most 2,000 points are drawn; hover tells the place, and the network's answer
    there once a surface is set. ``picked(x, y)`` tells where somebody has clicked.
    """

    picked = Signal(float, float)
    brushed = Signal(float, float, bool)
    """While ``paintable``: the brush is put down at a place (True), or moved on to it (False)."""
    lifted = Signal()
    """The brush was lifted."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        empty_text: str = "The data appears here.",
    ) -> None:
        super().__init__(parent)
        self.places = np.empty((0, 2))
        self._labels: NDArray[np.int64] | None = None
        self._large = False
        self.paintable = False
        """Whether the mouse paints instead of picking and moving the view."""
        self._brush = False
        self._pressed: QPoint | None = None
        """Where a click may have begun, in the viewport."""
        self._names: tuple[str, ...] = ()
        self._grid: NDArray[np.floating] | None = None
        self._extent = (0.0, 1.0, 0.0, 1.0)
        self._fit: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
        self.empty_text = empty_text
        self.plot = style.plain_plot()
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setZValue(-500)
        self.fitted_line = pg.PlotCurveItem(connect="finite", antialias=True)
        self.scatters: list[pg.ScatterPlotItem] = []
        self.plot.addItem(self._image, ignoreBounds=True)
        self.plot.addItem(self.fitted_line, ignoreBounds=True)
        self.mark: tuple[float, float] | None = None
        """The place that is marked as the one tried out."""
        self._ring = pg.ScatterPlotItem(size=_RING, symbol="o", brush=None, pxMode=True)
        self._ring.setZValue(500)
        self.plot.addItem(self._ring, ignoreBounds=True)
        self.centres = np.empty((0, 2))
        """The middles of the classes, where they are shown."""
        self._middles: list[pg.ScatterPlotItem] = []
        self.legend = QLabel()
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.set_role(self.legend, "caption")
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.readout = PlainLabel()
        theme.set_role(self.readout, "number")
        self.readout.setFont(theme.font("small-number"))
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, _CORNER, 0)
        head.addWidget(self.legend, 1)
        head.addWidget(self.readout)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACING.medium, theme.SPACING.small, theme.SPACING.medium, theme.SPACING.small)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)
        self.plot.viewport().installEventFilter(self)
        self.plot.viewport().setMouseTracking(True)
        self.plot.setAccessibleName("Points")
        theme.notifier().changed.connect(self._dress)
        self._dress()

    # -- data ---------------------------------------------------------------------------------------------------

    @Slot()
    def clear(self) -> None:
        """Take everything away."""
        if not len(self.places) and self._labels is None and self._grid is None and self._fit is None:
            return
        self.places, self._labels, self._grid, self._fit = np.empty((0, 2)), None, None, None
        self._dress()

    def set_points(
        self,
        xy: ArrayLike,
        labels: ArrayLike | None = None,
        names: Sequence[str] = (),
        axes: tuple[str, str] = ("", ""),
    ) -> None:
        """Show points (N x 2) with a class (whole number from 0) each, or none at all for pairs of input and answer.

        ``axes`` are the names of the axes, across and up.
        Takes any surface and line away, since they belong to other points. ValueError for other shapes.
        """
        points = np.asarray(xy, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
            raise ValueError(f"Expected finite points, N × 2; found shape {points.shape}.")
        classes = None
        if labels is not None:
            classes = np.asarray(labels).astype(np.int64).reshape(-1)
            if len(classes) != len(points) or (len(classes) and classes.min() < 0):
                raise ValueError(f"Expected a class from 0 for each of {len(points)} points; found {len(classes)}.")
        self.places, self._labels = points, classes
        count = 0 if classes is None or not len(classes) else int(classes.max()) + 1
        self._names = tuple(names) if names else tuple(str(index) for index in range(count))
        self._grid, self._fit = None, None
        style.name_axes(self.plot, bottom=axes[0], left=axes[1])
        self._dress()
        self._set_ranges()

    def show_painted(self, xy: ArrayLike, labels: ArrayLike, names: Sequence[str], axes: tuple[str, str]) -> None:
        """Show other points and leave the view and the surface as they are."""
        self.places = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        self._labels = np.asarray(labels).astype(np.int64).reshape(-1)
        self._names = tuple(names)
        style.name_axes(self.plot, bottom=axes[0], left=axes[1])
        self._dress()

    def show_range(self, across: tuple[float, float], up: tuple[float, float]) -> None:
        """Show a part of the plane, with distances equally long both ways."""
        box = self.plot.getViewBox()
        box.setAspectLocked(True)
        box.setRange(xRange=across, yRange=up, padding=0.02)

    def lock_scales(self) -> None:
        """Make distances equally long both ways, as they are in a plane."""
        self.plot.getViewBox().setAspectLocked(True)

    def set_groups(self, xy: ArrayLike, labels: ArrayLike, names: Sequence[str], axes: tuple[str, str]) -> None:
        """The same as ``set_points``, but what was on show stays in view where only the classes are others."""
        points = np.asarray(xy, dtype=np.float64)
        if self._labels is None or not np.array_equal(points, self.places) or tuple(names) != self._names:
            self.set_points(points, labels, names, axes)
        elif not np.array_equal(labels, self._labels):
            self._labels = np.asarray(labels).astype(np.int64)
            self._dress()

    def set_centres(self, places: ArrayLike | None) -> None:
        """Show the middle of each class (N × 2, in the order of the classes), larger than any point; None for none."""
        self.centres = np.empty((0, 2)) if places is None else np.asarray(places, dtype=np.float64)
        self._paint_centres()

    def _paint_centres(self) -> None:
        for item in self._middles:
            self.plot.removeItem(item)
        self._middles = []
        colours, ratio = theme.current(), self.devicePixelRatioF()
        for index, place in enumerate(self.centres):
            item = pg.ScatterPlotItem(
                pos=place[None],
                size=_CENTRE,
                symbol=_SIGNS[index % len(_SIGNS)],
                brush=QColor(self.colour(index)),
                pen=style.pen(colours.text, 2.5 * ratio),
                pxMode=True,
            )
            item.setZValue(400)
            self.plot.addItem(item, ignoreBounds=True)
            self._middles.append(item)

    def set_surface(self, grid: ArrayLike | None, extent: tuple[float, float, float, float] | None = None) -> None:
        """Show the network's decision: probabilities, height x width x classes.

        Height x width alone are the probabilities of the second of two classes.
        ``extent`` is (left, right, bottom, top) of the grid; row 0 lies at the bottom. None takes the surface away.
        """
        if grid is None:
            self._grid = None
        else:
            array = np.asarray(grid)
            if array.dtype != np.float32:  # of a thousand classes they need not be twice as large
                array = array.astype(np.float64)
            if array.ndim == 2:
                array = np.stack([1 - array, array], axis=-1)
            if array.ndim != 3 or array.shape[2] < 2 or extent is None:
                raise ValueError(f"Expected a grid, height × width × classes, and its extent; found {array.shape}.")
            self._grid, self._extent = array, extent
        self._paint_surface()

    def set_fit(self, x: ArrayLike, y: ArrayLike) -> None:
        """Show the network's answers as a line through (x, y); ValueError for unequal lengths."""
        across, up = np.asarray(x, dtype=np.float64).reshape(-1), np.asarray(y, dtype=np.float64).reshape(-1)
        if across.shape != up.shape:
            raise ValueError(f"Expected as many outputs as inputs; found {len(up)} for {len(across)}.")
        order = np.argsort(across, kind="stable")
        self._fit = (across[order], np.where(np.isfinite(up[order]), up[order], np.nan))
        self.fitted_line.setData(*self._fit)
        self._say()

    def fit_at(self, x: float) -> float | None:
        """What the network answers at an input; None where that is not shown."""
        if self._fit is None or not len(self._fit[0]) or not self._fit[0][0] <= x <= self._fit[0][-1]:
            return None
        return float(np.interp(x, *self._fit))

    def set_mark(self, at: tuple[float, float] | None) -> None:
        """Put a ring around a place, that of the point which is tried out; None takes it away."""
        self.mark = at if at is not None and np.isfinite(at).all() else None
        self._paint_mark()

    def _paint_mark(self) -> None:
        colours = theme.current()
        # A dark line between two light ones, or the reverse: it is seen on every colour of the plane and on points.
        ratio = self.devicePixelRatioF()
        places = [] if self.mark is None else [self.mark] * 2
        pens = [style.pen(colours.panel, 5 * ratio), style.pen(colours.text, 2 * ratio)][: len(places)]
        self._ring.setData(pos=np.array(places).reshape(-1, 2), pen=pens, size=_RING, brush=None)

    def extent(self) -> tuple[float, float, float, float]:
        """(left, right, bottom, top) on show: where a surface should be computed."""
        (left, right), (bottom, top) = self.plot.getViewBox().viewRange()
        return left, right, bottom, top

    def words_at(self, x: float, y: float) -> str:
        """The place, and what the network answers there."""
        words = f"{rounded(x, 3)}, {rounded(y, 3)}"
        if self._grid is not None:
            left, right, bottom, top = self._extent
            height, width, _ = self._grid.shape
            column, row = int((x - left) / (right - left) * width), int((y - bottom) / (top - bottom) * height)
            if 0 <= column < width and 0 <= row < height:
                shares = self._grid[row, column]
                if np.isfinite(shares).all():
                    best = int(shares.argmax())
                    words += f"   {self._name(best)} {probability(float(shares[best]))}"
        elif self._fit is not None and len(self._fit[0]):
            words += f"   network {rounded(float(np.interp(x, *self._fit)))}"
        return words

    def _name(self, index: int) -> str:
        return self._names[index] if index < len(self._names) else str(index)

    # -- looks --------------------------------------------------------------------------------------------------

    @staticmethod
    def colour(index: int) -> str:
        """The colour of a class."""
        return theme.CLASSES[index % len(theme.CLASSES)]

    def _set_ranges(self) -> None:
        if not len(self.places):
            return
        across, up = ranges.around(self.places[:, 0]), ranges.around(self.places[:, 1])
        box = self.plot.getViewBox()
        # In the plane distances mean something: both ways they are equally long. An input and its answer are not.
        box.setAspectLocked(self._labels is not None)
        box.setRange(xRange=across, yRange=up, padding=0)

    @Slot()
    def _dress(self) -> None:
        style.dress(self.plot, grid_x=True)
        colours = theme.current()
        self.fitted_line.setPen(style.pen(colours.text, 2 * self.devicePixelRatioF()))
        for scatter in self.scatters:
            self.plot.removeItem(scatter)
        self.scatters = []
        stride = max(1, -(-len(self.places) // _DRAWN))
        shown = self.places[::stride]
        classes = None if self._labels is None else self._labels[::stride] % len(_SIGNS)
        # Classes of one colour have one sign too: they are drawn together, so that hundreds cost no more than ten.
        for index in [None] if classes is None else sorted(set(classes.tolist())):
            chosen = shown if index is None else shown[classes == index]
            scatter = pg.ScatterPlotItem(
                pos=chosen,
                size=8,
                symbol=_SIGNS[index or 0],
                brush=QColor(colours.accent if index is None else self.colour(index)),
                pen=style.pen(colours.panel),
                pxMode=True,
            )
            self.plot.addItem(scatter, ignoreBounds=True)
            self.scatters.append(scatter)
        present = [] if self._labels is None else sorted(set(self._labels.tolist()))
        signs = {
            "o": "●",
            "s": "■",
            "t1": "▲",
            "d": "◆",
            "t": "▼",
            "p": "⬟",
            "h": "⬢",
            "star": "★",
            "t2": "▶",
            "t3": "◀",
        }
        self.legend.setText(
            "&nbsp;&nbsp; ".join(
                f'<span style="color:{self.colour(index)}">{signs[_SIGNS[index % len(_SIGNS)]]}</span> '
                f"{_escaped(self._name(index))}"
                for index in present[:_NAMED]
            )
            + (f"&nbsp;&nbsp; and {len(present) - _NAMED:,} more" if len(present) > _NAMED else "")
        )
        self._say()
        self.fitted_line.setData(*(self._fit if self._fit is not None else ([], [])))
        self._paint_mark()
        self._paint_centres()
        self._paint_surface()
        self.draw_over()

    def draw_over(self) -> None:
        """For whoever extends this: what it draws beside. A slot that is overridden outlives its widget in PySide, so
        that ``_dress`` itself must not be."""

    def _say(self) -> None:
        found = self._labels is None and self._fit is not None and len(self.places)
        if bool(found) != self._large:
            self._large = bool(found)
            theme.set_role(self.legend, "strong" if found else "caption")
            font = theme.font("title" if found else "caption")
            if found:
                font.setPixelSize(line_words.LARGEST)
            self.legend.setFont(font)
        self._say_what()

    def _say_what(self) -> None:
        """Without classes there is room for words: what the network has found, when that is a straight line."""
        if not len(self.places):
            self.legend.setText("" if self.paintable else self.empty_text)
        elif self._labels is None:
            self.legend.setText("")
            self._fit_words()

    def _fit_words(self) -> None:
        """Write what was found as large as there is room for, the formula alone where the sentence would be small."""
        formula = line_words.straight_line(*self._fit) if self._large and self._fit is not None else ""
        if not formula:
            return
        room = self.width() - 2 * theme.SPACING.medium - _CORNER - self.readout.sizeHint().width() - _BESIDE
        words, font = line_words.fitted(formula, self.legend.font(), room)
        self.legend.setText(words)
        self.legend.setToolTip(line_words.found(formula))
        self.legend.setFont(font)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_words()

    def _paint_surface(self) -> None:
        if self._grid is None:
            self._image.clear()
            return
        panel = np.array(channels(theme.current().panel), dtype=np.float64)
        palette = np.array([channels(self.colour(at)) for at in range(self._grid.shape[2])], dtype=self._grid.dtype)
        shares = np.nan_to_num(self._grid, nan=0.0)
        blended = panel * 0.55 + (shares @ palette + (1 - shares.sum(-1, keepdims=True)) * panel) * 0.45
        left, right, bottom, top = self._extent
        self._image.setImage(np.clip(blended, 0, 255).astype(np.uint8), autoLevels=False, levels=None)
        self._image.setRect(QRectF(left, bottom, right - left, top - bottom))

    def place_at(self, point: QPoint) -> tuple[float, float] | None:
        """Where a point of the viewport lies in the data; None beside the plot, or where there is no data."""
        box, scene = self.plot.getViewBox(), self.plot.mapToScene(point)
        nothing = not len(self.places) and not self.paintable
        if nothing or not box.sceneBoundingRect().contains(scene):
            return None
        at = box.mapSceneToView(scene)
        return at.x(), at.y()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        kind = event.type()
        if self.paintable and isinstance(event, QMouseEvent) and self._paints(event):
            return True
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            at = self.place_at(event.position().toPoint())
            self.read_out("" if at is None else self.words_at(*at))
        elif kind == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            left = event.button() == Qt.MouseButton.LeftButton
            self._pressed = event.position().toPoint() if left else None
        elif kind == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent) and self._pressed is not None:
            moved = (event.position().toPoint() - self._pressed).manhattanLength()
            at, self._pressed = self.place_at(self._pressed), None
            if at is not None and moved < QApplication.startDragDistance():
                self.picked.emit(*at)
        elif event.type() == QEvent.Type.Leave:
            self.read_out("")
        return False

    def _paints(self, event: QMouseEvent) -> bool:
        """Take what the mouse does for painting; returns whether it is."""
        kind, left = event.type(), Qt.MouseButton.LeftButton
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick) and event.button() == left:
            at = self.place_at(event.position().toPoint())
            self._brush = at is not None
            if at is not None:
                self.brushed.emit(*at, True)
            return self._brush
        if not self._brush:
            return False
        if kind == QEvent.Type.MouseMove and event.buttons() & left:
            at = self.place_at(event.position().toPoint())
            if at is not None:
                self.brushed.emit(*at, False)
            return True
        if kind == QEvent.Type.MouseButtonRelease or not event.buttons() & left:
            self._brush = False
            self.lifted.emit()
            return kind == QEvent.Type.MouseButtonRelease
        return False

    def read_out(self, words: str) -> None:
        self.readout.setText(words)
        self._fit_words()


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
