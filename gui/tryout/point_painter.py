"""Painting points on the map of a network's decision: a dataset of the user's own grows, and training follows.

What the brush does is shown at once, and written when it is lifted: then the data is another, and where it is to follow
the network trains on with it, as it is now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent

from engine.data.dataset import DataError
from engine.data.examples import file, library
from engine.data.examples.values import Description, Example, ExampleKind
from engine.data.sources.own_examples import NAME
from gui import theme
from gui.plots.points import PointsPlot
from gui.tryout.paint_bar import MOST_COLOURS, Brush, PaintBar
from gui.workspace import Workspace

COLOURS = ("blue", "orange", "green", "pink", "violet", "teal", "lime", "red")
"""The names of the classes, as their colours are called."""
_REACH = 0.07
"""How far the brush reaches, as a share of the axis."""
_SPRAYED = 2
"""Points at each place of the brush."""
_APART = 0.02
"""How far the brush must have moved, as a share of the axis, before it paints again."""


class PointPainter(QObject):
    """Serves one plot. ``painted``: the dataset is another now."""

    painted = Signal()

    def __init__(self, studio: Workspace, plot: PointsPlot, bar: PaintBar) -> None:
        super().__init__(plot)
        self._studio, self._plot, self.bar = studio, plot, bar
        self._random = np.random.default_rng()
        self._new: list[tuple[str, NDArray[np.float32]]] = []
        self._gone: dict[str, Example] = {}
        self._last: tuple[float, float] | None = None
        self._strokes: list[tuple[tuple[Example, ...], tuple[Example, ...]]] = []
        """What each stroke has added and taken away."""
        self._shown: tuple[object, ...] = ()
        plot.brushed.connect(self._brush)
        plot.lifted.connect(self._lift)
        bar.colour_wanted.connect(self.add_colour)
        bar.undo_wanted.connect(self.undo)
        plot.plot.viewport().setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        plot.plot.installEventFilter(self)
        plot.plot.viewport().installEventFilter(self)

    # What is painted on

    def dataset(self) -> library.OwnDataset | None:
        """The points of the user's own that are learned from now; None where other data is."""
        recipe = self._studio.document.recipe
        name = str(recipe.dataset_options.get("path", ""))
        if recipe.dataset != NAME or not name or recipe.dataset_options.get("base"):
            return None
        found = library.find(name)
        if found is None or found.collection.description.kind is not ExampleKind.POINTS:
            return None
        return found

    def show(self) -> bool:
        """Show the points that can be painted on, as they are now; returns whether there are such."""
        found = self.dataset()
        self.bar.setVisible(found is not None)
        self._plot.paintable = found is not None
        if found is None:
            self._shown = ()
            return False
        described = found.collection.description
        self.bar.show_colours(described.classes)
        self._draw(found)
        view = (found.name, described.ranges)
        if view != self._shown:
            if self._shown[:1] != view[:1]:
                self._strokes.clear()
            self._shown = view
            self._plot.set_surface(None)
            self._plot.show_range(*described.ranges)
        self.bar.undo.setEnabled(bool(self._strokes))
        return True

    def _draw(self, found: library.OwnDataset) -> None:
        """All points, with what the brush has added and without what it has erased so far."""
        described = found.collection.description
        numbers = {name: index for index, name in enumerate(described.classes)}
        kept = [one for one in found.collection.examples if one.id not in self._gone]
        places = [one.values for one in kept] + [values for _, values in self._new]
        labels = [numbers[one.label] for one in kept] + [numbers[label] for label, _ in self._new]
        self._plot.show_painted(np.array(places).reshape(-1, 2), labels, described.classes, described.axes)

    # The brush

    @Slot(float, float, bool)
    def _brush(self, x: float, y: float, down: bool) -> None:
        found = self.dataset()
        if found is None:
            return
        described = found.collection.description
        (x0, x1), (y0, y1) = described.ranges
        size = max(x1 - x0, y1 - y0)
        if not down and self._last is not None and np.hypot(x - self._last[0], y - self._last[1]) < _APART * size:
            return
        self._last = (x, y)
        brush, reach = self.bar.brush, _REACH * size
        if brush is Brush.ERASE:
            for one in found.collection.examples:
                if np.hypot(one.values[0] - x, one.values[1] - y) <= reach:
                    self._gone[one.id] = one
        elif brush is Brush.POINT:
            if down:
                self._add(described, [(x, y)])
        else:
            turn, far = self._random.uniform(0, 2 * np.pi, _SPRAYED), reach * np.sqrt(self._random.random(_SPRAYED))
            self._add(described, np.column_stack([x + far * np.cos(turn), y + far * np.sin(turn)]).tolist())
        self._draw(found)

    def _add(self, described: Description, places: list[tuple[float, float]]) -> None:
        label = described.classes[min(self.bar.chosen, len(described.classes) - 1)]
        self._new += [(label, np.array(place, dtype=np.float32)) for place in places]

    @Slot()
    def _lift(self) -> None:
        """Write what the stroke has done, and have it learned from."""
        found, self._last = self.dataset(), None
        new, gone, self._new, self._gone = self._new, tuple(self._gone.values()), [], {}
        if found is None or not (new or gone):
            return
        try:
            added = file.add(found.path, new) if new else ()
            file.remove(found.path, [one.id for one in gone])
        except DataError as error:
            self._studio.notice.emit(str(error))
            self.show()
            return
        self._strokes.append((added, gone))
        self._changed()

    @Slot()
    def undo(self) -> None:
        """Take back the last stroke."""
        found = self.dataset()
        if found is None or not self._strokes:
            return
        added, gone = self._strokes.pop()

        def back() -> None:
            file.remove(found.path, [one.id for one in added])
            file.restore(found.path, gone)

        self._write(back)

    def erase_all(self) -> None:
        """Take all points away; ``undo`` brings them back."""
        found = self.dataset()
        if found is not None and found.collection.examples:
            self._strokes.append(((), found.collection.examples))
            self._write(lambda: file.remove(found.path, [one.id for one in found.collection.examples]))

    @Slot()
    def add_colour(self) -> None:
        """One more class to paint with."""
        found = self.dataset()
        if found is None or len(found.collection.description.classes) >= MOST_COLOURS:
            return
        described = found.collection.description
        name = next(one for one in (*COLOURS, *map(str, range(1, 20))) if one not in described.classes)
        classes = (*described.classes, name)
        self.bar.chosen = len(described.classes)
        self._write(lambda: file.describe(found.path, replace(described, classes=classes)))

    def describe(self, description: Description) -> None:
        """Give the points other axes, or another title."""
        found = self.dataset()
        if found is not None:
            self._write(lambda: file.describe(found.path, description))

    def _write(self, change: Callable[[], object]) -> None:
        try:
            change()
        except DataError as error:
            self._studio.notice.emit(str(error))
        self._changed()

    def _changed(self) -> None:
        self.show()
        self._studio.look_again()
        self.painted.emit()
        found = self.dataset()
        if found is None or not self.bar.follows:
            return
        if sum(count > 0 for count in found.collection.counts.values()) >= 2:  # else there is nothing to tell apart
            self._studio.follow_data()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys while the plot has the keyboard: digits choose a colour, letters the brush, Backspace takes back."""
        if not self._plot.paintable or not isinstance(event, QKeyEvent):
            return False
        wanted = self._key(event)
        if wanted is None:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            wanted()
            return True
        return False

    def _key(self, event: QKeyEvent) -> Callable[[], object] | None:
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            return None
        if event.key() == Qt.Key.Key_Backspace:
            return self.undo
        text = event.text().lower()
        if text and text in "12345678" and int(text) <= len(self.bar.swatches):
            return lambda: self.bar.choose_colour(int(text) - 1)
        brush = next((one for one in Brush if one.value[0].lower() == text), None)
        return None if brush is None else lambda: self.bar.choose_brush(brush)


def colours() -> tuple[str, ...]:
    """The colours of the classes, in their order, as they are in the plot."""
    return tuple(theme.CLASSES[: len(COLOURS)])
