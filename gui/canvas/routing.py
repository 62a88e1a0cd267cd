"""How a wire finds its way around nodes it has nothing to do with.

A wire between neighbours is left alone. One that passes other nodes runs level where it is free: at the level of its
source if it can, else of its target, else just above or below what stands in its way. One that turns back runs
through the free space nearest to where it would run anyway.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF

from gui.canvas.spatial_index import Box, Places, overlap
from gui.canvas.wire_curve import BEND, TURN_ROOM, Curve

CLEAR = 14.0
"""How far a wire keeps from a node it goes around."""
PASSES = 200.0
"""Wires that go less far to the right pass no node."""
NARROW = 4.0
"""A wire that turns back runs through no space that is narrower than this."""
DETOUR = 320.0
"""How far above or below its ends a wire looks for a free way."""
MOST_CLIMB, MOST_LENGTH = 900.0, 8000.0
"""Wires that go farther up, down or aside are not led: they pass too much."""


@dataclass(frozen=True)
class Route:
    """A wire's way, and the area in which a node that comes or goes may change it (None: none can)."""

    curve: Curve
    area: Box | None = None


def route(start: QPointF, end: QPointF, obstacles: Places[str]) -> Route:
    """The wire between two points, led around what stands in its way as far as there is room."""
    plain = Curve(start, end)
    climb = abs(end.y() - start.y())
    if plain.turns:
        far = climb > MOST_CLIMB or abs(end.x() - start.x()) > MOST_LENGTH
        return Route(plain) if far else _back(plain, obstacles)
    across = end.x() - start.x()
    if across < PASSES or across > MOST_LENGTH or climb > MOST_CLIMB:
        return Route(plain)
    # Level as long as it goes, so that wires that arrive together do not cross on their way; unless that is steep.
    first, last = start.x() + BEND, end.x() - BEND
    flat = (start.x() + 1.0, start.y() - CLEAR, last, start.y() + CLEAR)
    if climb < across and not obstacles.any(flat):
        return Route(Curve(start, end, start.y()), flat)
    low, high = sorted((start.y(), end.y()))
    area = (start.x() + 1.0, low - DETOUR, end.x() - 1.0, high + DETOUR)
    around = obstacles.boxes_within(area)
    if climb >= across and not _hits(plain, around):
        return Route(plain, area)
    if not any(overlap(box, flat) for box in around):
        return Route(Curve(start, end, start.y()), area)
    flat = (first, end.y() - CLEAR, end.x() - 1.0, end.y() + CLEAR)
    if not any(overlap(box, flat) for box in around):
        return Route(Curve(start, end, end.y()), area)
    middle = (low + high) / 2
    spaces = _spaces([(b[1] - CLEAR, b[3] + CLEAR) for b in around if b[0] < last and first < b[2]])
    beside = (min(max(middle, top), bottom) for top, bottom in spaces)
    level = min((y for y in beside if area[1] <= y <= area[3]), key=lambda y: (abs(y - middle), y), default=None)
    return Route(plain if level is None else Curve(start, end, level), area)


def _hits(curve: Curve, boxes: list[Box]) -> bool:
    for number in range(1, 24):
        point = curve.point(number / 24)
        x, y = point.x(), point.y()
        if any(b[0] - 4.0 < x < b[2] + 4.0 and b[1] - 4.0 < y < b[3] + 4.0 for b in boxes):
            return True
    return False


def _back(plain: Curve, obstacles: Places[str]) -> Route:
    """The run between two turns, moved into the nearest space between what stands above it and below it."""
    start, end, run = plain.start, plain.end, plain.run
    left, right = min(start.x(), end.x()) - 24.0, max(start.x(), end.x()) + 24.0
    strip = (left, run - CLEAR, right, run + CLEAR)
    if not obstacles.any(strip):
        return Route(plain, strip)
    low, high = sorted((start.y(), end.y()))
    area = (left, low - TURN_ROOM, right, high + 3 * TURN_ROOM)
    spaces = _spaces([(b[1] - CLEAR, b[3] + CLEAR) for b in obstacles.boxes_within(area)])
    if high - low >= 2 * TURN_ROOM:
        spaces = [(max(top, low), min(bottom, high)) for top, bottom in spaces if bottom > low and top < high]
    spaces = [(top, bottom) for top, bottom in spaces if bottom - top >= NARROW]
    if not spaces:
        return Route(plain, area)
    # In the middle of a space between rows; not far from the nodes where it is open.
    nearest = [(min(max(run, top), bottom), top, bottom) for top, bottom in spaces]
    _at, top, bottom = min(nearest, key=lambda found: (abs(found[0] - run), found))
    half = min((bottom - top) / 2, TURN_ROOM - CLEAR)
    return Route(Curve(start, end, min(max(run, top + half), bottom - half)), area)


def _spaces(blocks: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The spaces between blocks, from top to bottom; the first and the last have no end."""
    top, found = -1e9, []
    for start, end in sorted(blocks):
        if start > top:
            found.append((top, start))
        top = max(top, end)
    return [*found, (top, 1e9)]
