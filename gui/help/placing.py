"""Where a card goes that speaks of something: beside it, never on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize

GAP = 10
"""Between a card and what it speaks of, in pixels."""
EDGE = 8
"""Between a card and the edge of the window."""
BAR = 90
"""What ends this near to the upper edge, or begins this near to the lower one, is part of a bar: words about it keep
off the rest of the bar."""


def beside(things: Sequence[QRect], size: QSize, area: QRect) -> QRect:
    """The place of a card of that size within ``area``, beside the first thing and on none of them.

    Where there is no such place, as beside something that fills the window, the corner that hides least of them.
    """
    room = area.adjusted(EDGE, EDGE, -EDGE, -EDGE)
    tried = [*_around(things[0], size, room), *_corners(size, room)]
    return min(tried, key=lambda place: sum(_shared(place, thing) for thing in things))


def _around(thing: QRect, size: QSize, room: QRect) -> list[QRect]:
    """At the right, at the left, below and above, as far as that is within the room; of a bar, below or above first."""
    x = _within(thing.left(), room.left(), room.right() - size.width() + 1)
    y = _within(thing.top(), room.top(), room.bottom() - size.height() + 1)
    sides = [
        QRect(QPoint(thing.right() + 1 + GAP, y), size),
        QRect(QPoint(thing.left() - GAP - size.width(), y), size),
    ]
    ends = [
        QRect(QPoint(x, thing.bottom() + 1 + GAP), size),
        QRect(QPoint(x, thing.top() - GAP - size.height()), size),
    ]
    in_bar = thing.bottom() < room.top() + BAR or thing.top() > room.bottom() - BAR
    places = [*ends, *sides] if in_bar else [*sides, *ends]
    return [place for place in places if room.contains(place)]


def _corners(size: QSize, room: QRect) -> list[QRect]:
    right, below = room.right() - size.width() + 1, room.bottom() - size.height() + 1
    corners = ((room.left(), below), (right, below), (room.left(), room.top()), (right, room.top()))
    return [QRect(QPoint(*corner), size) for corner in corners]


def _shared(one: QRect, other: QRect) -> int:
    both = one.intersected(other)
    return both.width() * both.height() if both.isValid() else 0


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
