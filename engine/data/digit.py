"""A pen drawing or any picture of a digit -> the 28×28 picture that a network trained on MNIST expects.

A network reads a drawing only if it was prepared like the pictures it learned from: the ink cropped, fitted with its
aspect kept into 20×20 pixels, anti-aliased, and moved so that its centre of mass lies in the middle of 28×28. That is
how MNIST was made (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998).
Merely scaling the canvas down costs half of the right answers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data import ink
from engine.data.pictures.ink import InkError, find_ink, fit_into_box

__all__ = ["InkError", "draw_over", "prepare_picture", "prepare_strokes"]

PEN = 2.3
"""Pen width in finished pixels when nobody chose one. A little thinner than MNIST's median of 2.5: networks trained on
MNIST read pen strokes best at this width."""
THINNEST, THICKEST = 2.0, 3.6
"""Limits, in finished pixels, within which a chosen pen width is kept; MNIST's own pens go from 1.6 to 4."""
_SPACING = 0.4
_SAFE = 1e100


def prepare_strokes(
    strokes: Sequence[Sequence[tuple[float, float]]], *, pen_width: float | None = None
) -> NDArray[np.uint8]:
    """Draw pen strokes the MNIST way.

    Args:
        strokes: One sequence of (x, y) points a stroke; y grows downwards. Any unit and any place: only the shape
            counts. A stroke of one point (or of equal points) is a dot. Empty strokes are passed over.
        pen_width: Width of the pen in the unit of the points, or None for a width that suits the digit. The width
            after scaling is kept between `THINNEST` and `THICKEST` pixels, so that a small and a large drawing look
            alike.

    Returns:
        uint8 28×28, ink bright (255) on black (0); all zeros if there is no point at all.

    Raises:
        InkError: if a point is not a pair of finite numbers, or `pen_width` is not a positive finite number.
    """
    if pen_width is not None and not (np.isfinite(pen_width) and pen_width > 0):
        raise InkError(f"The pen width must be a positive number, but it is {pen_width!r}.")
    paths = [_points(stroke, number) for number, stroke in enumerate(strokes, start=1) if len(stroke)]
    if not paths:
        return np.zeros((ink.SIDE, ink.SIDE), dtype=np.uint8)
    every = np.concatenate(paths)
    largest = float(np.abs(every).max())
    shrink = 1.0 / largest if largest > _SAFE else 1.0  # spans of such numbers would overflow
    low, high = every.min(axis=0) * shrink, every.max(axis=0) * shrink
    width, most = PEN, np.inf
    if pen_width is not None:
        unit = pen_width * shrink
        width = float(np.clip(ink.BOX * unit / (float((high - low).max()) + unit), THINNEST, THICKEST))
        # A click that slipped a little is a dot: nothing is magnified until its pen would fill the box.
        most = ink.BOX / max(unit, 1e-300)
    scale, offset = ink.fit(low[None], high[None], np.array([width]), most)
    starts, ends = _segments([path * shrink * scale[0] + offset[0] for path in paths])
    radii = np.full(len(starts), width / 2, dtype=np.float32)
    grey = ink.to_grey(ink.draw_one(starts, ends, radii))
    return ink.centre_by_mass(grey[None])[0]


def draw_over(
    picture: NDArray[np.uint8], strokes: Sequence[Sequence[tuple[float, float]]], side: float
) -> NDArray[np.uint8]:
    """Draw pen strokes onto a picture that is prepared already, where they lie: nothing is fitted or centred.

    Args:
        picture: uint8 28×28, ink bright on black.
        strokes: As for `prepare_strokes`.
        side: The length, in the unit of the points, of each side of the square that is the picture.

    Returns:
        uint8 28×28, a new array.

    Raises:
        InkError: if a point is not a pair of finite numbers.
    """
    paths = [_points(stroke, number) for number, stroke in enumerate(strokes, start=1) if len(stroke)]
    if not paths:
        return picture.copy()
    starts, ends = _segments([path * (ink.SIDE / side) for path in paths])
    radii = np.full(len(starts), PEN / 2, dtype=np.float32)
    return np.maximum(picture, ink.to_grey(ink.draw_one(starts, ends, radii, side=ink.SIDE)))


def prepare_picture(picture: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Find the digit in a picture and prepare it the MNIST way.

    Dark on bright and bright on dark are both read; uneven light, specks and a frame at the border are removed; very
    thin lines are thickened to what MNIST's pens gave.

    Args:
        picture: H×W, or H×W×C with C = 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA), of any size and number type.

    Returns:
        uint8 28×28, ink bright (255) on black (0); all zeros if nothing stands out from the paper.

    Raises:
        InkError: if the array is not such a picture, is empty, or holds numbers that are not finite.
    """
    found = find_ink(picture)
    if found is None or _is_block(found):
        return np.zeros((ink.SIDE, ink.SIDE), dtype=np.uint8)
    return ink.centre_by_mass(ink.to_grey(fit_into_box(found))[None])[0]


def _is_block(found: ink.Floats) -> bool:
    """Whether it is a filled rectangle too wide for a 1: an empty sheet on a table, a patch, and no writing."""
    return min(found.shape) > 0.5 * max(found.shape) and min(found.shape) > 4 and float(found.mean()) > 0.93


def _points(stroke: Sequence[tuple[float, float]], number: int) -> NDArray[np.float64]:
    try:
        points = np.asarray(stroke, dtype=np.float64)
    except (TypeError, ValueError):
        points = np.empty(0)
    if points.ndim != 2 or points.shape[1] != 2:
        raise InkError(f"Stroke {number} must be a list of (x, y) pairs of numbers.")
    if not np.isfinite(points).all():
        where = int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0])
        raise InkError(
            f"Point {where + 1} of stroke {number} is ({points[where, 0]}, {points[where, 1]}); "
            "every coordinate must be a finite number."
        )
    return points


def _segments(paths: list[NDArray[np.float64]]) -> tuple[ink.Floats, ink.Floats]:
    """Start and end points of all segments, with points that lie closer than the eye of the grid sees left out."""
    starts: list[NDArray[np.float64]] = []
    ends: list[NDArray[np.float64]] = []
    for path in paths:
        if len(path) > 2:
            travelled = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))))
            step = np.floor(travelled / _SPACING)
            keep = np.concatenate(([True], step[1:] != step[:-1]))
            keep[-1] = True
            path = path[keep]
        starts.append(path[:-1] if len(path) > 1 else path)
        ends.append(path[1:] if len(path) > 1 else path)
    return np.concatenate(starts).astype(np.float32), np.concatenate(ends).astype(np.float32)
