"""Ranges of axes that grow in steps. An axis that ranges by itself costs as much to draw as the curves on it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_FLOORS = (0.98, 0.95, 0.9, 0.8, 0.5)


def ceiling(value: float) -> float:
    """The next round number at or above a positive value; 1 for anything else."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in _STEPS if step * power >= value * (1 - 1e-12)), 10.0 * power)


def linear(values: NDArray[np.float64]) -> tuple[float, float]:
    """From 0 (or a round number below it) to a round number above the largest finite value."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    bottom = -ceiling(-low) if low < 0 else 0.0
    return bottom, ceiling(high) if high > 0 else (0.0 if bottom < 0 else 1.0)


def logarithmic(values: NDArray[np.float64]) -> tuple[float, float]:
    """Exponents of ten, in halves, round all finite positive values."""
    finite = values[np.isfinite(values) & (values > 0)]
    if not len(finite):
        return -1.0, 0.0
    low = math.floor(math.log10(float(finite.min())) * 2) / 2
    high = math.ceil(math.log10(float(finite.max())) * 2) / 2
    return low, high if high > low else low + 0.5


def share(values: NDArray[np.float64]) -> tuple[float, float]:
    """A range for shares from 0 to 1 whose top is 1; the bottom is 0 unless everything lies far above it."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    low = float(finite.min())
    return next((floor for floor in _FLOORS if low >= floor + (1 - floor) * 0.1), 0.0), 1.0
