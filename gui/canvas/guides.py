"""Where a node that is being moved snaps to: edges, middles and ports of others, equal gaps, else the grid.

Distances to snap within are screen pixels; everything else is in canvas units.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF

from gui.canvas.grid import snap

REACH = 6.0
"""Pixels on the screen within which a node snaps to a line."""
MOST_SPACED = 200
"""With more nodes than this in view, equal gaps are not looked for."""
PAST = 12.0
"""How far a guide line reaches beyond what it connects."""
TICK = 5.0


@dataclass(frozen=True)
class Snapped:
    """By how much to move, and the lines that say why."""

    dx: float
    dy: float
    lines: tuple[QLineF, ...] = ()


class _Axis:
    """The lines of one direction: their places in order, and for each what lies on it (from, to) across."""

    def __init__(self) -> None:
        self._spans: dict[float, list[tuple[float, float]]] = {}
        self._places: list[float] | None = None

    def add(self, place: float, start: float, end: float) -> None:
        self._spans.setdefault(round(place, 2), []).append((start, end))
        self._places = None

    def nearest(self, wanted: float, reach: float) -> float | None:
        if self._places is None:
            self._places = sorted(self._spans)
        at = bisect_left(self._places, wanted)
        near = [p for p in self._places[max(0, at - 1) : at + 1] if abs(p - wanted) <= reach]
        return min(near, key=lambda p: abs(p - wanted)) if near else None

    def reach(self, place: float, low: float, high: float) -> tuple[float, float]:
        """From where to where a line at ``place`` connects what lies between ``low`` and ``high`` with its neighbour.

        With the nearest only: in rows and columns it would go through all of the view otherwise, and every step
        of the drag would paint what lies along it anew.
        """
        spans = self._spans[place]
        gaps = [max(start - high, low - end, 0.0) for start, end in spans]
        near = [span for span, gap in zip(spans, gaps, strict=True) if gap <= min(gaps) + 0.5]
        return min(low, *(start for start, _end in near)) - PAST, max(high, *(end for _start, end in near)) + PAST


class Guides:
    """The lines of the nodes that stay where they are, for one drag."""

    def __init__(self, still: Iterable[tuple[QRectF, Iterable[float]]]) -> None:
        """``still``: the body of each node and the levels of its ports."""
        self._across, self._down = _Axis(), _Axis()
        self._bodies: list[QRectF] = []
        for body, ports in still:
            self._bodies.append(body)
            for x in (body.left(), body.center().x(), body.right()):
                self._across.add(x, body.top(), body.bottom())
            for y in {body.top(), body.center().y(), body.bottom(), *ports}:
                self._down.add(y, body.left(), body.right())

    def snapped(self, body: QRectF, ports: Iterable[float], dx: float, dy: float, scale: float) -> Snapped:
        """How to move a node that the pointer has carried by (dx, dy); ``ports``: levels of its ports before."""
        reach = REACH / scale
        carried = body.translated(dx, dy)
        x = self._best(self._across, (carried.left(), carried.center().x(), carried.right()), reach)
        levels = (carried.center().y(), carried.top(), carried.bottom(), *(level + dy for level in ports))
        y = self._best(self._down, levels, reach)
        by_x = x[0] if x is not None else None
        by_y = y[0] if y is not None else None
        gaps: tuple[tuple[float, float], ...] = ()
        if by_x is None and len(self._bodies) <= MOST_SPACED:
            found = self._spaced(carried.translated(0.0, by_y or 0.0), reach)
            if found is not None:
                by_x, gaps = found
        snapped_dx = dx + by_x if by_x is not None else snap(body.left() + dx) - body.left()
        snapped_dy = dy + by_y if by_y is not None else snap(body.top() + dy) - body.top()
        there = body.translated(snapped_dx, snapped_dy)
        level = there.center().y()
        lines = [QLineF(start, level, end, level) for start, end in gaps]
        lines += [QLineF(end, level - TICK, end, level + TICK) for gap in gaps for end in gap]
        if x is not None:
            low, high = self._across.reach(x[1], there.top(), there.bottom())
            lines.append(QLineF(x[1], low, x[1], high))
        if y is not None:
            low, high = self._down.reach(y[1], there.left(), there.right())
            lines.append(QLineF(low, y[1], high, y[1]))
        return Snapped(snapped_dx, snapped_dy, tuple(lines))

    def _best(self, axis: _Axis, wanted: Iterable[float], reach: float) -> tuple[float, float] | None:
        """By how much to move so that one of the places lies on a line, and that line."""
        best: tuple[float, float] | None = None
        for place in wanted:
            line = axis.nearest(place, reach)
            if line is not None and (best is None or abs(line - place) < abs(best[0]) - 0.01):
                best = (line - place, line)
        return best

    def _spaced(self, body: QRectF, reach: float) -> tuple[float, tuple[tuple[float, float], ...]] | None:
        """Equal gaps in a row: between two neighbours, or as far as the two at one side are apart."""
        row = [b for b in self._bodies if b.top() < body.bottom() and body.top() < b.bottom()]
        before = sorted((b for b in row if b.right() <= body.left() + reach), key=lambda b: -b.right())[:2]
        after = sorted((b for b in row if b.left() >= body.right() - reach), key=lambda b: b.left())[:2]
        wanted: list[tuple[float, tuple[tuple[float, float], tuple[float, float]]]] = []
        if before and after:
            gap = (after[0].left() - before[0].right() - body.width()) / 2
            left = before[0].right() + gap
            wanted.append((left, ((before[0].right(), left), (left + body.width(), after[0].left()))))
        if len(before) == 2:
            gap = before[0].left() - before[1].right()
            left = before[0].right() + gap
            wanted.append((left, ((before[1].right(), before[0].left()), (before[0].right(), left))))
        if len(after) == 2:
            gap = after[1].left() - after[0].right()
            right = after[0].left() - gap
            wanted.append((right - body.width(), ((right, after[0].left()), (after[0].right(), after[1].left()))))
        near = [found for found in wanted if abs(found[0] - body.left()) <= reach and found[1][0][1] > found[1][0][0]]
        if not near:
            return None
        left, gaps = min(near, key=lambda found: abs(found[0] - body.left()))
        return left - body.left(), gaps
