"""Rasterising pen strokes onto a small grid.

The drawing pad and the program's own handwriting must give the same pixels for the same path, so both are drawn here.
A path is drawn straight at the final size by the distance of every pixel's centre to every segment. That is exact,
needs no large canvas, and is the fastest way numpy offers for pictures this small.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Pictures = NDArray[np.uint8]

BOX = 20
"""Side of the square, in pixels, into which the ink of a digit is fitted."""
SIDE = 28
"""Side of the finished picture, in pixels."""
CENTRE = 14.0
"""Index of the row and column on which the centre of mass comes to lie (MNIST: 14.0, each picture within ±0.5)."""

_FAR = np.float32(1e4)
_NOTHING = 1e-30


def _excess(
    start: Floats, end: Floats, radius: Floats, pixels: Floats, work: tuple[Floats, Floats], out: Floats
) -> None:
    """Write how far each pixel centre lies outside the pen's track (negative inside) into `out`, M×side×side.

    `start` and `end` are M×2 in pixels, `radius` is M.
    """
    along, across = work
    half = (end - start) * np.float32(0.5)
    length = np.sqrt((half * half).sum(axis=1))
    direction = half / np.maximum(length, np.float32(1e-6))[:, None]
    direction[length < 1e-6] = (1.0, 0.0)
    middle = start + half
    x = pixels[None, :] - middle[:, :1]
    y = pixels[None, :] - middle[:, 1:]
    ux, uy = direction[:, :1], direction[:, 1:]
    np.add((y * uy)[:, :, None], (x * ux)[:, None, :], out=along)
    np.add((y * ux)[:, :, None], (x * -uy)[:, None, :], out=across)
    np.abs(along, out=along)
    np.subtract(along, length[:, None, None], out=along)
    np.maximum(along, np.float32(0.0), out=along)
    np.multiply(along, along, out=along)
    np.multiply(across, across, out=across)
    np.add(along, across, out=along)
    np.sqrt(along, out=along)
    np.subtract(along, radius[:, None, None], out=out)


def coverage(excess: Floats, softness: float | Floats = 1.0) -> Floats:
    """Turn the distance to the pen's edge (pixels, negative inside) into ink between 0 and 1, in place.

    `softness` is the width of the soft edge in pixels; it broadcasts against `excess`.
    """
    np.divide(excess, softness, out=excess)
    np.subtract(np.float32(0.5), excess, out=excess)
    result: Floats = np.clip(excess, 0.0, 1.0, out=excess)
    return result


def fit(
    low: NDArray[Any], high: NDArray[Any], width: NDArray[Any], largest: float = np.inf
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Fit drawings into the box together with the pens they are drawn with.

    Args:
        low, high: N×2, the corners of the area that the middle of the pen visits.
        width: N, the pens' widths in pixels.
        largest: never more pixels a unit than this.

    Returns:
        Pixels a unit, N (0 for a dot), and what to add after scaling so that the ink lies in the middle, N×2.
    """
    span = (high - low).max(axis=-1)
    scale = np.where(span > _NOTHING, (BOX - width) / np.maximum(span, _NOTHING), 0.0)
    scale = np.minimum(scale, largest).astype(span.dtype)
    offset = BOX / 2 - (low + high) * (scale / 2)[..., None]
    return scale, offset.astype(span.dtype)


def draw_one(starts: Floats, ends: Floats, radii: Floats, *, side: int = BOX, softness: float = 1.0) -> Floats:
    """Draw one set of segments: `starts`, `ends` S×2 (x, y in pixels), `radii` S -> ink side×side, 0 to 1.

    A pixel with the index i has its centre at i + 0.5.
    """
    if len(starts) == 0:
        return np.zeros((side, side), dtype=np.float32)
    pixels = np.arange(side, dtype=np.float32) + np.float32(0.5)
    best = np.full((side, side), _FAR, dtype=np.float32)
    for first in range(0, len(starts), 64):
        part = slice(first, first + 64)
        count = len(radii[part])
        along, across = (np.empty((count, side, side), dtype=np.float32) for _ in range(2))
        _excess(starts[part], ends[part], radii[part], pixels, (along, across), along)
        np.minimum(best, along.min(axis=0), out=best)
    return coverage(best, softness)


def draw_many(starts: Floats, ends: Floats, radii: Floats, softness: Floats, *, side: int = BOX) -> Floats:
    """Draw N pictures of S segments each: `starts`, `ends` N×S×2, `radii` N×S, `softness` N -> ink N×side×side."""
    count, segments = radii.shape
    pixels = np.arange(side, dtype=np.float32) + np.float32(0.5)
    ink = np.empty((count, side, side), dtype=np.float32)
    chunk = 48  # three buffers of 48 pictures stay within a core's second-level cache
    buffers = [np.empty((min(chunk, max(count, 1)), side, side), dtype=np.float32) for _ in range(2)]
    for first in range(0, count, chunk):
        rows = slice(first, min(first + chunk, count))
        size = rows.stop - first
        along, across = buffers[0][:size], buffers[1][:size]
        best = ink[rows]
        best.fill(_FAR)
        for segment in range(segments):
            _excess(starts[rows, segment], ends[rows, segment], radii[rows, segment], pixels, (along, across), along)
            np.minimum(best, along, out=best)
        coverage(best, softness[rows, None, None])
    return ink


def to_grey(ink: Floats) -> Pictures:
    """Ink between 0 and 1 -> grey levels 0 to 255, rounded."""
    return (ink * np.float32(255.0) + np.float32(0.5)).astype(np.uint8)


def centre_by_mass(pictures: Pictures) -> Pictures:
    """Move the ink of N small pictures (N×b×b, b at most 28) into N×28×28 so that the centre of mass is in the middle.

    As in MNIST the move is by whole pixels, so the centre of mass ends within half a pixel of row and column 14. Ink is
    never pushed over the edge: where the two wishes collide, all of the ink stays.
    """
    count, height, width = pictures.shape
    result = np.zeros((count, SIDE, SIDE), dtype=np.uint8)
    if count == 0:
        return result
    columns = pictures.sum(axis=1, dtype=np.float32)
    rows = pictures.sum(axis=2, dtype=np.float32)
    mass = columns.sum(axis=1)
    top, bottom, down = _placing(rows, mass, height)
    left, right, across = _placing(columns, mass, width)
    for i in range(count):
        y0, y1, y = top[i], bottom[i], down[i]
        x0, x1, x = left[i], right[i], across[i]
        result[i, y0 + y : y1 + y, x0 + x : x1 + x] = pictures[i, y0:y1, x0:x1]
    return result


def _placing(profile: Floats, mass: Floats, length: int) -> tuple[list[int], list[int], list[int]]:
    """First and one-past-last index with ink, and the whole number of pixels to move by, for each picture."""
    filled = profile > 0
    first = filled.argmax(axis=1)
    last = length - filled[:, ::-1].argmax(axis=1)
    empty = mass <= 0
    middle = (profile @ np.arange(length, dtype=np.float32)) / np.where(empty, np.float32(1.0), mass)
    move = np.rint(CENTRE - middle).astype(np.int64)
    move = np.clip(move, -first, SIDE - last)
    move[empty] = 0
    last = np.where(empty, first, last)
    return first.tolist(), last.tolist(), move.tolist()
