"""Ways of writing, compiled: smooth curves as one matrix product, so that thousands of digits are shaped at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.data.sources.digit_paths import WAYS, Way

Floats = NDArray[np.float32]

STEP = 0.085
"""Length of the pieces that curves are cut into, as a share of the digit's height (1.7 pixels of 20)."""


@dataclass(frozen=True, eq=False)
class Paths:
    """A way of writing, ready to be drawn.

    Attributes:
        way: what it was made from.
        shapes: K×P×2, the key shapes' control points; x is centred on 0 and y runs from 0 to 1.
        curve: M×P, maps control points to points along the curves.
        strokes: for each stroke, the slice of its points among the M.
        ends: E×2, control points that end a stroke, each with the neighbour it continues from.
        starts: S indices into the M points where the straight pieces start; `stops` where they end.
        progress: M, how far along its stroke each point lies, 0 to 1.
    """

    way: Way
    shapes: Floats
    curve: Floats
    strokes: tuple[slice, ...]
    ends: NDArray[np.int64]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    progress: Floats


@cache
def compiled(digit: int) -> tuple[Paths, ...]:
    """All ways of writing `digit` (0 to 9), compiled once."""
    return tuple(_compile(way) for way in WAYS if way.digit == digit)


def shares(digit: int) -> NDArray[np.float64]:
    """How often each way of writing `digit` is used; they sum to one."""
    values = np.array([way.share for way in WAYS if way.digit == digit])
    return np.asarray(values / values.sum())


def _compile(way: Way) -> Paths:
    layout = [(len(stroke.points), stroke.corners) for stroke in way.shapes[0]]
    shapes = np.array([[point for stroke in shape for point in stroke.points] for shape in way.shapes])
    shapes[..., 0] -= 0.5
    mean = shapes.mean(axis=0) * (way.aspect, 1.0)
    blocks: list[NDArray[np.float64]] = []
    slices: list[slice] = []
    ends: list[tuple[int, int]] = []
    starts: list[int] = []
    progress: list[NDArray[np.float64]] = []
    first_point, first_sample = 0, 0
    for count, corners in layout:
        block = _curve(mean[first_point : first_point + count], corners)
        full = np.zeros((len(block), len(mean)))
        full[:, first_point : first_point + count] = block
        blocks.append(full)
        samples = len(block)
        slices.append(slice(first_sample, first_sample + samples))
        starts.extend(range(first_sample, first_sample + samples - 1))
        progress.append(np.linspace(0.0, 1.0, samples))
        ends += [(first_point, first_point + 1), (first_point + count - 1, first_point + count - 2)]
        first_point += count
        first_sample += samples
    return Paths(
        way=way,
        shapes=shapes.astype(np.float32),
        curve=np.concatenate(blocks).astype(np.float32),
        strokes=tuple(slices),
        ends=np.array(ends),
        starts=np.array(starts),
        stops=np.array(starts) + 1,
        progress=np.concatenate(progress).astype(np.float32),
    )


def _curve(points: NDArray[np.float64], corners: tuple[int, ...]) -> NDArray[np.float64]:
    """Rows that blend control points into points along a Catmull-Rom spline that breaks at the corners."""
    count = len(points)
    breaks = {0, count - 1, *corners}
    rows: list[NDArray[np.float64]] = []
    for span in range(count - 1):
        length = float(np.hypot(*(points[span + 1] - points[span])))
        pieces = max(1, round(length * 1.05 / STEP))
        for t in np.arange(pieces) / pieces:
            rows.append(_blend(span, float(t), count, breaks))
    last = np.zeros(count)
    last[-1] = 1.0
    return np.array([*rows, last])


def _blend(span: int, t: float, count: int, breaks: set[int]) -> NDArray[np.float64]:
    row = np.zeros(count)
    start, end = np.zeros(count), np.zeros(count)  # the curve's direction at both ends of the span
    if span in breaks:
        start[[span, span + 1]] = -1.0, 1.0
    else:
        start[[span - 1, span + 1]] = -0.5, 0.5
    if span + 1 in breaks:
        end[[span, span + 1]] = -1.0, 1.0
    else:
        end[[span, span + 2]] = -0.5, 0.5
    row[span] += 2 * t**3 - 3 * t**2 + 1
    row[span + 1] += 3 * t**2 - 2 * t**3
    row += (t**3 - 2 * t**2 + t) * start + (t**3 - t**2) * end
    return row
