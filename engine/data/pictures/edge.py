"""What lies along the edges of a picture and is no writing: a scanner's dark border, the table beside an empty sheet.

A digit that is cropped to its ink reaches the edges too. But it never is a strip along a whole side with a straight
edge, and nothing else, unless it is one of two strips at a corner, as a 7 or an L of two straight lines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

_SMALLEST = 24
"""Shorter side, in pixels, of the smallest picture that is judged."""
_STRAIGHT = 1.5
"""How far, in pixels, the inner edge of a strip may be from a straight line."""
_REST = 0.03
"""The share of what was found that may lie beside the strips."""
_CORNER = 0.14
"""The thickness, as a share of the side, up to which two strips at a corner are the edges of a sheet."""


def is_edge(found: Mask) -> bool:
    """Whether all that was found, H×W, are strips along whole sides of the picture."""
    if min(found.shape) < _SMALLEST or not found.any():
        return False
    strips = [_strip(turned) for turned in (found, found[::-1], found.T, found.T[::-1])]
    sides = [n for n, strip in enumerate(strips) if strip is not None]
    if not sides:
        return False
    if len(sides) == 2 and sum(n < 2 for n in sides) == 1:  # at a corner
        thickest = max(float(strip.sum(axis=0).mean()) / len(strip) for strip in strips if strip is not None)
        if thickest > _CORNER:
            return False
    upright = (strips[0], _turned(strips[1]), _transposed(strips[2]), _transposed(_turned(strips[3])))
    rest = found & ~np.logical_or.reduce([strip for strip in upright if strip is not None])
    return float(rest.sum()) <= _REST * float(found.sum())


def _strip(found: Mask) -> Mask | None:
    """The strip along the first row, if there is one from corner to corner with a straight inner edge."""
    height, width = found.shape
    lengths = np.where(found.all(axis=0), height, found.argmin(axis=0))
    ends = width // 8  # where other strips may cross it
    places = np.arange(width)
    middle = slice(ends, width - ends)
    if lengths[middle].min() < 1 or lengths[middle].max() >= height:
        return None
    slope, start = np.polyfit(places[middle], lengths[middle], 1)
    line = start + slope * places
    if float(np.abs(lengths - line)[middle].max()) > _STRAIGHT:
        return None
    return np.asarray(np.arange(height)[:, None] <= line[None] + _STRAIGHT)


def _turned(strip: Mask | None) -> Mask | None:
    return None if strip is None else strip[::-1]


def _transposed(strip: Mask | None) -> Mask | None:
    return None if strip is None else strip.T
