"""The grid of the canvas: nodes are placed and moved in its steps, and it is painted as dots.

Distances are canvas units: device-independent pixels at a zoom of 100 %.
"""

from __future__ import annotations

from functools import lru_cache

GRID = 8.0
"""Nodes are placed and moved in steps of this size."""

GAP = 72.0
"""The space left between two nodes that the canvas places itself: room for the label of their wire."""


def snap(value: float) -> float:
    """The nearest step of the grid."""
    return round(value / GRID) * GRID


def snapped(x: float, y: float) -> tuple[float, float]:
    """The nearest point of the grid."""
    return (snap(x), snap(y))


@lru_cache(maxsize=8)
def grid_steps(scale: float, least: float = 16.0) -> float:
    """The distance of the grid's dots at a zoom: doubled until they are ``least`` screen pixels apart."""
    step = 3 * GRID
    while step * scale < least:
        step *= 2
    return step
