"""The path of a wire as a curve: its pieces, points on it, how far it is from a point, and where its label lies.

Distances are canvas units: device-independent pixels at a zoom of 100 %. Points are points of the canvas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainterPath

from gui.canvas.node_layout import PORT_LEVEL, PORT_RADIUS

TURN_ROOM, ROW_ROOM = 56.0, 92.0
"""How far a wire that turns back keeps from the level of its ends, where nodes are."""
MOST_TURN = 56.0
"""How far beside its end a wire that turns back bends at most; three quarters of it are painted there."""
BEND = 60.0
"""The width a wire takes to change its level: less than the gap between two columns."""

Cubic = tuple[QPointF, QPointF, QPointF, QPointF]


@dataclass(frozen=True)
class Curve:
    """A wire: it leaves an output to the right and arrives at an input from the left.

    Forward it is one cubic. Backward it turns, runs between the rows (or below both ends) and turns again. With a
    ``level`` it runs there in between, and bends right behind its start and right before its end.
    """

    start: QPointF
    end: QPointF
    level: float | None = None

    @property
    def turns(self) -> bool:
        """Whether it runs backward."""
        dx, dy = self.end.x() - self.start.x(), self.end.y() - self.start.y()
        return not (dx >= 24.0 or (dx >= 0 and abs(dy) < 48.0))

    @property
    def run(self) -> float:
        """The level between the two turns of a wire that runs backward."""
        if self.level is not None:
            return self.level
        start, dy = self.start.y(), self.end.y() - self.start.y()
        if abs(dy) >= 2 * TURN_ROOM:
            # Between the first two rows, where there is room, however far down the wire goes.
            return start + math.copysign(min(abs(dy) / 2, ROW_ROOM), dy)
        return max(start, self.end.y()) + TURN_ROOM

    @cached_property
    def pieces(self) -> tuple[Cubic, ...]:
        """The cubics it consists of, end to end."""
        start, end = self.start, self.end
        if not self.turns:
            return (_bend(start, end),) if self.level is None else self._along(self.level)
        level = self.run
        right, left = QPointF(start.x(), level), QPointF(end.x(), level)
        out, back = (
            min(MOST_TURN, 12.0 + abs(level - start.y()) * 0.3),
            min(MOST_TURN, 12.0 + abs(level - end.y()) * 0.3),
        )
        return (
            (start, start + QPointF(out, 0.0), right + QPointF(out, 0.0), right),
            _straight(right, left),
            (left, left - QPointF(back, 0.0), end - QPointF(back, 0.0), end),
        )

    def _along(self, level: float) -> tuple[Cubic, ...]:
        start, end = self.start, self.end
        bend = min(BEND, (end.x() - start.x()) / 2)
        first = QPointF(start.x() + bend, level) if level != start.y() else start
        last = QPointF(end.x() - bend, level) if level != end.y() else end
        before = (_bend(start, first),) if first != start else ()
        after = (_bend(last, end),) if last != end else ()
        return (*before, _straight(first, last), *after)

    def path(self) -> QPainterPath:
        """The wire to be drawn."""
        path = QPainterPath(self.start)
        for start, one, two, to in self.pieces:
            if _is_level((start, one, two, to)):
                path.lineTo(to)  # drawn in a part of the time
            else:
                path.cubicTo(one, two, to)
        return path

    def lines(self, steps: int = 6) -> list[QLineF]:
        """Straight lines along it: one for a level piece, ``steps`` for one that bends."""
        found: list[QLineF] = []
        for piece in self.pieces:
            start, one, two, end = piece
            if _is_level(piece):
                found.append(QLineF(start, end))
                continue
            # In plain numbers: thousands of wires are asked for theirs when a large drawing is opened.
            x0, x1, x2, x3 = start.x(), one.x(), two.x(), end.x()
            y0, y1, y2, y3 = start.y(), one.y(), two.y(), end.y()
            x, y = x0, y0
            for a, b, c, d in _shares(steps):
                to_x, to_y = x0 * a + x1 * b + x2 * c + x3 * d, y0 * a + y1 * b + y2 * c + y3 * d
                found.append(QLineF(x, y, to_x, to_y))
                x, y = to_x, to_y
            found.append(QLineF(x, y, x3, y3))
        return found

    def point(self, t: float) -> QPointF:
        """The point at share ``t`` (0 to 1) of the curve, counting every piece alike."""
        along = t * len(self.pieces)
        number = min(int(along), len(self.pieces) - 1)
        return _on(self.pieces[number], along - number)

    @property
    def middle(self) -> QPointF:
        """Where it is marked and labelled: half way along, or along the level piece if it has one."""
        if self.level is None or self.turns:
            return self.point(0.5)
        return _on(max(self.pieces, key=lambda piece: piece[3].x() - piece[0].x()), 0.5)

    def distance(self, point: QPointF, steps: int = 24) -> float:
        """How far a point is from the curve, to within a fraction of a unit for ordinary wires."""
        px, py = point.x(), point.y()
        best = math.inf
        for piece in self.pieces:
            before = piece[0]
            for k in range(1, steps + 1):
                after = _on(piece, k / steps)
                best = min(best, _segment_distance(px, py, before, after))
                before = after
        return best


def _bend(start: QPointF, end: QPointF) -> Cubic:
    dx, dy = end.x() - start.x(), end.y() - start.y()
    reach = max(dx * 0.5, min(36.0, abs(dy) * 0.5))
    return (start, start + QPointF(reach, 0.0), end - QPointF(reach, 0.0), end)


def _straight(start: QPointF, end: QPointF) -> Cubic:
    third = (end - start) / 3
    return (start, start + third, end - third, end)


def _is_level(piece: Cubic) -> bool:
    return bool(piece[0].y() == piece[1].y() == piece[2].y() == piece[3].y())


@lru_cache(maxsize=8)
def _shares(steps: int) -> tuple[tuple[float, float, float, float], ...]:
    """What each of a cubic's four points counts at the ends of all of so many steps but the last."""
    ways = [k / steps for k in range(1, steps)]
    return tuple(((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3) for t in ways)


def _on(piece: Cubic, t: float) -> QPointF:
    a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
    return piece[0] * a + piece[1] * b + piece[2] * c + piece[3] * d


def _segment_distance(px: float, py: float, a: QPointF, b: QPointF) -> float:
    ax, ay, dx, dy = a.x(), a.y(), b.x() - a.x(), b.y() - a.y()
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else min(1.0, max(0.0, ((px - ax) * dx + (py - ay) * dy) / length))
    return math.hypot(px - ax - t * dx, py - ay - t * dy)


def label_middle(curve: Curve, width: float, above: float | None = None) -> QPointF:
    """Where the middle of a wire's label lies: above the wire, or above the nodes where the gap is too narrow.

    ``above``: the top of the higher one of the two nodes; None for two small layers.
    """
    middle = curve.middle
    led = curve.level is not None and not curve.turns
    flat = led or abs(curve.end.y() - curve.start.y()) < 24.0
    gap = curve.end.x() - curve.start.x()
    if flat and 0 <= gap < width + 2 * PORT_RADIUS - 8.0:
        top = min(curve.start.y(), curve.end.y()) - PORT_LEVEL if above is None else above
        return QPointF(middle.x(), top - 9.0)
    return QPointF(middle.x(), middle.y() - (11.0 if flat else 0.0))
