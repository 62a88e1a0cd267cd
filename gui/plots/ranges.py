"""Ranges of axes that grow in steps. An axis that ranges by itself costs as much to draw as the curves on it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_FAR, _FAR_OF_FEW = 6.0, 10.0
"""So many times as large as all but one in fifty others (as all others, of few): it lies outside of the axis."""
_FEWEST = 5
_FLOORS = (0.98, 0.95, 0.9, 0.8, 0.5)


def ceiling(value: float) -> float:
    """The next round number at or above a positive value; 1 for anything else."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in _STEPS if step * power >= value * (1 - 1e-12)), 10.0 * power)


def around(values: NDArray[np.float64]) -> tuple[float, float]:
    """From a round number below all values to one above them, with a little room on both sides. All are finite."""
    least, most = float(values.min()), float(values.max())
    step = ceiling(max(most - least, abs(most) * 1e-3, 1e-9)) / 10
    return math.floor(least / step - 0.5) * step, math.ceil(most / step + 0.5) * step


def linear(values: NDArray[np.float64]) -> tuple[float, float]:
    """From 0 (or a round number below it) to a round number above the largest finite value."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    bottom = -ceiling(-low) if low < 0 else 0.0
    return bottom, ceiling(high) if high > 0 else (0.0 if bottom < 0 else 1.0)


def without_outliers(
    steps: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], tuple[float, float] | None]:
    """The values that an axis from 0 is to show, and (step, value) of the highest that is left out; None where all are.

    One or two in a hundred (of few, one) that lie far above all others would flatten the rest of the curve. Those of
    the end are never left out: there a curve that grows is what one must see. ``steps`` are in ascending order.
    """
    finite = np.isfinite(values)
    steps, values = steps[finite], values[finite]
    count = len(values)
    if count < _FEWEST:
        return values, None
    most = max(1, count // 50)
    limit = float(np.partition(values, count - most - 1)[count - most - 1])
    far = values > max(limit, 0.0) * (_FAR if count >= 50 else _FAR_OF_FEW)
    if limit <= 0 or not far.any() or bool(far[-max(1, count // 20) :].any()):
        return values, None
    left_out = int(values.argmax())
    return values[~far], (float(steps[left_out]), float(values[left_out]))


def logarithmic(values: NDArray[np.float64]) -> tuple[float, float]:
    """Exponents of ten, in halves, round all finite positive values."""
    return exponents(np.log10(values[np.isfinite(values) & (values > 0)]))


def exponents(values: NDArray[np.float64]) -> tuple[float, float]:
    """The same for exponents of ten."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return -1.0, 0.0
    low, high = math.floor(float(finite.min()) * 2) / 2, math.ceil(float(finite.max()) * 2) / 2
    return low, high if high > low else low + 0.5


def share(values: NDArray[np.float64]) -> tuple[float, float]:
    """A range for shares from 0 to 1 whose top is 1; the bottom is 0 unless everything lies far above it."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    low = float(finite.min())
    return next((floor for floor in _FLOORS if low >= floor + (1 - floor) * 0.1), 0.0), 1.0
