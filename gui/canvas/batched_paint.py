"""The diagram as plain boxes and lines, in bundles of those that are painted alike.

That is how it is painted from afar: a call a bundle, not one for every node. Only what looks other than before is
put into another bundle, so that a change costs as much as what changed, however large the diagram is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import chain
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QLineF, QRectF

Stroke = tuple[str, float, float]
"""Colour, width in canvas units, opacity."""
Fill = tuple[str, str, float, float]
"""Colour, colour and width of the edge, opacity."""

Title = tuple[str, QRectF, float]
"""What is written on a box, the box, opacity."""

Style = TypeVar("Style", bound=Hashable)
Mark = TypeVar("Mark")


class Bundles(Generic[Style, Mark]):
    """Marks by how they are painted and by what they stand for."""

    def __init__(self) -> None:
        self._marks: dict[Style, dict[Hashable, Iterable[Mark]]] = {}
        self._styles: dict[Hashable, Style] = {}

    def put(self, key: Hashable, style: Style, marks: Iterable[Mark]) -> None:
        """``key`` is painted so now, in place of whatever stood for it before."""
        before = self._styles.get(key)
        if before is not None and before != style:
            self.take(key)
        self._styles[key] = style
        self._marks.setdefault(style, {})[key] = marks

    def take(self, key: Hashable) -> None:
        """``key`` is gone; nothing happens when it was not there."""
        style = self._styles.pop(key, None)
        if style is not None:
            there = self._marks[style]
            del there[key]
            if not there:
                del self._marks[style]

    def __iter__(self) -> Iterator[tuple[Style, list[Mark]]]:
        for style, there in self._marks.items():
            yield style, list(chain.from_iterable(there.values()))


class Painted(Protocol):
    """What puts itself into the bundles."""

    @property
    def key(self) -> Hashable:
        """What it stands for."""

    def put_plainly(self, plain: Plain) -> None:
        """Put into ``plain`` what is painted of it from afar."""


class Plain:
    """Lines for the wires; boxes and titles for the nodes; bars on those that are heavy."""

    def __init__(self) -> None:
        self.lines: Bundles[Stroke, QLineF] = Bundles()
        self.boxes: Bundles[Fill, QRectF] = Bundles()
        self.bars: dict[Hashable, QRectF] = {}
        self.titles: dict[Hashable, Title] = {}
        self._changed: dict[Hashable, Painted] = {}

    def changed(self, item: Painted) -> None:
        """It looks other than before, or is new; it is put in its place by ``catch_up``."""
        self._changed[item.key] = item

    def gone(self, key: Hashable) -> None:
        """It is not there any more."""
        self._changed.pop(key, None)
        self.lines.take(key)
        self.boxes.take(key)
        self.bars.pop(key, None)
        self.titles.pop(key, None)

    @property
    def behind(self) -> int:
        """How many have changed since ``catch_up``."""
        return len(self._changed)

    def catch_up(self) -> Iterator[None]:
        """Put all that changed into its bundle, one for each step of the iterator."""
        while self._changed:
            _key, item = self._changed.popitem()
            item.put_plainly(self)
            yield
