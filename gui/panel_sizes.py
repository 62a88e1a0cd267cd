"""How large the panels around the diagram are: as a window of its size needs, until somebody drags the lines there.

In a small window the curves are low, so that a diagram of some twenty layers is seen whole and can be read; the
tables beside them get more, where somebody looks at one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Slot
from PySide6.QtWidgets import QMainWindow, QSplitter

from gui.settings_file import settings

if TYPE_CHECKING:
    from gui.results import Results

AROUND = 440
"""How much of the window's height the diagram and all else get before the lower panel grows with it, in pixels."""
LEAST_LOWER, MOST_LOWER, TABLES = 200, 290, 270
"""The height of the lower panel, at least, at most, and where it shows a table."""
TESTED, TESTED_PART = 350, 0.44
"""Its height where it shows what was mixed up, so that the names of ten classes have a line each; but no more than this
part of the window."""
WIDE, RIGHT, NARROW_RIGHT = 1400, 340, 300
"""From this width of the window on the panel at the right is ``RIGHT`` pixels wide, else ``NARROW_RIGHT``."""

PALETTE = 220
"""The least width of the palette while nobody has made it narrower."""
_PALETTE = "palette width"
"""Under this name the settings hold how wide the palette was last, when nobody had chosen that."""


class PanelSizes(QObject):
    """Sizes the panels of a window, and keeps what somebody chose for the next start.

    ``sides``: palette, middle, right; ``middle``: diagram, results. Before the panels are there (``furnish``) they have
    the sizes that they had last, or that they have mostly.
    """

    def __init__(self, window: QMainWindow, sides: QSplitter, middle: QSplitter) -> None:
        super().__init__(window)
        self._window = window
        self._results: Results | None = None
        self._palette_width: Callable[[], int] = _last_palette_width
        self._splitters = {"sides": sides, "middle": middle}
        self._chosen: set[str] = set()
        """Those whose lines somebody has moved."""
        for name, splitter in self._splitters.items():
            state = settings().value(f"splitter/{name}")
            if isinstance(state, QByteArray) and splitter.restoreState(state):
                self._chosen.add(name)
            splitter.splitterMoved.connect(self._moved)
        self.share()

    def furnish(self, results: Results, palette_width: Callable[[], int]) -> None:
        """The panels are there. ``palette_width``: how wide the palette is to be as long as nobody has chosen it."""
        self._results, self._palette_width = results, palette_width
        results.currentChanged.connect(self.share)
        results.room_changed.connect(self.share)
        self.share()

    @Slot(int, int)
    def _moved(self, *_where: int) -> None:
        self._chosen |= {name for name, splitter in self._splitters.items() if splitter is self.sender()}

    @Slot()
    def share(self, *_tab: int) -> None:
        """Give the panels what they need in a window of this size, and the diagram the rest."""
        width, height = self._window.width(), self._window.height()
        if "sides" not in self._chosen:
            left, right = self._palette_width(), RIGHT if width >= WIDE else NARROW_RIGHT
            self._splitters["sides"].setSizes([left, max(1, width - left - right), right])
        if "middle" not in self._chosen:
            lower = min(MOST_LOWER, max(LEAST_LOWER, (height - AROUND) // 2))
            results = self._results
            if results is not None and not results.shows_curves_alone:
                lower = max(TABLES, lower)
            if results is not None and results.shows_matrix:
                lower = max(lower, min(TESTED, round(TESTED_PART * height)))
            self._splitters["middle"].setSizes([max(1, self._splitters["middle"].height() - lower), lower])

    def keep(self) -> None:
        """Remember what somebody chose."""
        for name in self._chosen:
            settings().setValue(f"splitter/{name}", self._splitters[name].saveState())
        settings().setValue(_PALETTE, self._palette_width())


def _last_palette_width() -> int:
    try:
        return max(PALETTE, int(str(settings().value(_PALETTE, PALETTE))))
    except ValueError:
        return PALETTE
