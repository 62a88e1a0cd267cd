"""How a wire finds its way around nodes it has nothing to do with.

A wire between neighbours is left alone. One that passes other nodes runs level where it is free: at the level of its
source if it can, else of its target, else just above or below what stands in its way. One that turns back runs
through the free space nearest to where it would run anyway.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QPointF

from gui.canvas.geometry import BEND, TURN_ROOM, Curve

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

CELL = 256.0
CLEAR = 14.0
"""How far a wire keeps from a node it goes around."""
PASSES = 200.0
"""Wires that go less far to the right pass no node."""
NARROW = 40.0
"""A wire that turns back runs through no space that is narrower than this."""
DETOUR = 480.0
"""How far above or below its ends a wire looks for a free way."""


class Obstacles:
    """The bodies of the nodes, by the cells of a coarse grid that they touch."""

    def __init__(self) -> None:
        self._boxes: dict[str, Box] = {}
        self._cells: dict[tuple[int, int], set[str]] = {}

    def put(self, id: str, box: Box) -> bool:
        """A node lies there now; returns whether that is new."""
        before = self._boxes.get(id)
        if before == box:
            return False
        cells = set(_cells(box))
        if before is not None:
            for cell in _cells(before):
                if cell not in cells:
                    self._leave(cell, id)
        for cell in cells:
            self._cells.setdefault(cell, set()).add(id)
        self._boxes[id] = box
        return True

    def take(self, id: str) -> None:
        """A node is gone."""
        for cell in _cells(self._boxes.pop(id)):
            self._leave(cell, id)

    def _leave(self, cell: tuple[int, int], id: str) -> None:
        there = self._cells[cell]
        there.discard(id)
        if not there:
            del self._cells[cell]

    def knows(self, id: str) -> bool:
        return id in self._boxes

    def box(self, id: str) -> Box:
        return self._boxes[id]

    def within(self, area: Box) -> list[Box]:
        """The bodies that reach into an area, from top to bottom."""
        left, top, right, bottom = area
        if (right - left) * (bottom - top) > 400 * CELL * CELL:
            found: Iterable[str] = self._boxes
        else:
            found = {id for cell in _cells(area) for id in self._cells.get(cell, ())}
        boxes = [self._boxes[id] for id in found]
        return sorted((box for box in boxes if overlap(box, area)), key=lambda box: box[1])


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (math.floor(value / CELL) for value in box)
    for x in range(left, right + 1):
        for y in range(top, bottom + 1):
            yield (x, y)


def area_of(start: QPointF, end: QPointF) -> Box | None:
    """Where a node would change the way of a wire; None for a wire that is too short to pass any."""
    dx = end.x() - start.x()
    low, high = sorted((start.y(), end.y()))
    if dx >= PASSES:
        return (start.x() + 1.0, low - DETOUR, end.x() - 1.0, high + DETOUR)
    if Curve(start, end).turns:
        left, right = sorted((start.x(), end.x()))
        return (left - BEND, low - TURN_ROOM, right + BEND, high + 2 * TURN_ROOM)
    return None


def route(start: QPointF, end: QPointF, obstacles: Obstacles) -> Curve:
    """The wire between two points, led around what stands in its way as far as there is room."""
    area, plain = area_of(start, end), Curve(start, end)
    if area is None:
        return plain
    if plain.turns:
        return _back(plain, obstacles.within(area))
    low, high = sorted((start.y(), end.y()))
    near = obstacles.within((area[0], low - CLEAR, area[2], high + CLEAR))
    # Level as long as it goes, so that wires that arrive together do not cross on their way; unless that is steep.
    level = high - low < end.x() - start.x()
    if not near:
        return Curve(start, end, start.y()) if level else plain
    if not level and not _hits(plain, near):
        return plain
    around = obstacles.within(area)
    wanted = [start.y(), end.y()]
    middle = (low + high) / 2
    beside = [y for b in around for y in (b[1] - CLEAR, b[3] + CLEAR)]
    wanted += sorted((y for y in beside if area[1] <= y <= area[3]), key=lambda y: (abs(y - middle), y))
    first, last = start.x() + BEND, end.x() - BEND
    for y in wanted:
        # At its own level a wire runs from the very port, elsewhere from behind the bend.
        left = start.x() if y == start.y() else first
        right = end.x() if y == end.y() else last
        if not any(b[0] < right and left < b[2] and b[1] - CLEAR < y < b[3] + CLEAR for b in around):
            return Curve(start, end, y)
    return plain


def _hits(curve: Curve, boxes: list[Box]) -> bool:
    for number in range(1, 24):
        point = curve.point(number / 24)
        x, y = point.x(), point.y()
        if any(b[0] - 4.0 < x < b[2] + 4.0 and b[1] - 4.0 < y < b[3] + 4.0 for b in boxes):
            return True
    return False


def _back(plain: Curve, boxes: list[Box]) -> Curve:
    """The run between two turns, moved into the nearest space between what stands above it and below it."""
    run = plain.run
    left, right = min(plain.start.x(), plain.end.x()) - 24.0, max(plain.start.x(), plain.end.x()) + 24.0
    blocks = [(b[1] - CLEAR, b[3] + CLEAR) for b in boxes if b[0] < right and left < b[2]]
    if not any(top < run < bottom for top, bottom in blocks):
        return plain
    low, high = sorted((plain.start.y(), plain.end.y()))
    between = high - low >= 2 * TURN_ROOM
    spaces = [(top, bottom) for top, bottom in _spaces(blocks) if bottom - top >= NARROW]
    if between:
        spaces = [(max(top, low), min(bottom, high)) for top, bottom in spaces if bottom > low and top < high]
    if not spaces:
        return plain
    # In the middle of a space between rows; not far from the nodes where it is open.
    tops = [(max(top, min(run, bottom)), top, bottom) for top, bottom in spaces]
    _at, top, bottom = min(tops, key=lambda found: (abs(found[0] - run), found))
    half = min((bottom - top) / 2, TURN_ROOM - CLEAR)
    return Curve(plain.start, plain.end, min(max(run, top + half), bottom - half))


def _spaces(blocks: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The spaces between blocks, from top to bottom; the first and the last have no end."""
    top = -1e9
    for start, end in sorted(blocks):
        if start > top:
            yield (top, start)
        top = max(top, end)
    yield (top, 1e9)
