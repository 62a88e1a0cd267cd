"""Where things on the canvas lie, so that those in a small area are found without looking through all of them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from PySide6.QtCore import QRectF

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)

Key = TypeVar("Key", bound=Hashable)


class Places(Generic[Key]):
    """Boxes by what lies there, and by the cells of a coarse grid that they touch.

    ``cell`` is the side of a cell, in canvas units: about as large as the boxes are.
    """

    def __init__(self, cell: float = 256.0) -> None:
        self._cell = cell
        self._boxes: dict[Key, Box] = {}
        self._cells: dict[tuple[int, int], set[Key]] = {}

    def put(self, key: Key, box: Box) -> bool:
        """It lies there now; returns whether that is new."""
        before = self._boxes.get(key)
        if before == box:
            return False
        cells = set(self._cells_of(box))
        if before is not None:
            for cell in self._cells_of(before):
                if cell not in cells:
                    self._leave(cell, key)
        for cell in cells:
            self._cells.setdefault(cell, set()).add(key)
        self._boxes[key] = box
        return True

    def take(self, key: Key) -> None:
        """It is gone; nothing happens when it was not there."""
        box = self._boxes.pop(key, None)
        if box is not None:
            for cell in self._cells_of(box):
                self._leave(cell, key)

    def _leave(self, cell: tuple[int, int], key: Key) -> None:
        there = self._cells[cell]
        there.discard(key)
        if not there:
            del self._cells[cell]

    def __len__(self) -> int:
        return len(self._boxes)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._boxes)

    def _cells_of(self, box: Box) -> Iterator[tuple[int, int]]:
        left, top, right, bottom = (math.floor(value / self._cell) for value in box)
        for x in range(left, right + 1):
            for y in range(top, bottom + 1):
                yield (x, y)

    def knows(self, key: Key) -> bool:
        """Whether it was put here."""
        return key in self._boxes

    def box(self, key: Key) -> Box:
        """Where it lies. Raises KeyError."""
        return self._boxes[key]

    def within(self, area: Box) -> list[Key]:
        """All that reaches into an area, in no order."""
        boxes, cells = self._boxes, self._cells
        found = {key for cell in self._cells_of(area) for key in cells.get(cell, ())}
        return [key for key in found if overlap(boxes[key], area)]

    def boxes_within(self, area: Box) -> list[Box]:
        """The boxes that reach into an area, from left to right."""
        return sorted(map(self._boxes.__getitem__, self.within(area)))

    def any(self, area: Box) -> bool:
        """Whether anything reaches into an area."""
        boxes, cells = self._boxes, self._cells
        return any(overlap(boxes[key], area) for cell in self._cells_of(area) for key in cells.get(cell, ()))


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have more than an edge in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def box_of(rect: QRectF) -> Box:
    """A rectangle as a box."""
    return (rect.left(), rect.top(), rect.right(), rect.bottom())


def around(boxes: list[Box]) -> QRectF:
    """The rectangle around boxes; null when there are none."""
    if not boxes:
        return QRectF()
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    left, top = min(lefts), min(tops)
    return QRectF(left, top, max(rights) - left, max(bottoms) - top)
