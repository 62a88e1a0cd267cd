"""How a loss went, in one word, from the losses of a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RISEN, FLAT, FALLING, SETTLED, UNKNOWN = "risen", "flat", "falling", "settled", "unknown"
"""Ended well above its start; hardly moved; was still falling at the end; fell and then stayed; too few to say."""

FEWEST = 4
"""With fewer losses than these nothing is said."""


@dataclass(frozen=True)
class CurveShape:
    """``word`` is one of the five; ``start`` and ``end`` are the loss at first and at last (NaN where unknown)."""

    word: str
    start: float
    end: float


def shape_of(losses: Sequence[float]) -> CurveShape:
    """The shape of a curve of losses, one a step or one an epoch, in order; what is not finite at its end has risen.

    Single steps are noisy: start, middle and end are medians of a twentieth to a third of the curve.
    """
    values = np.asarray(losses, dtype=np.float64)
    if not len(values):
        return CurveShape(UNKNOWN, math.nan, math.nan)
    if not math.isfinite(values[-1]):
        first = values[np.isfinite(values)]
        return CurveShape(RISEN, float(first[0]) if len(first) else math.nan, math.inf)
    values = values[np.isfinite(values)]
    few = max(1, len(values) // 20)
    start, end = float(np.median(values[:few])), float(np.median(values[-max(1, len(values) // 10) :]))
    if end > 1.5 * abs(start) + 1e-12:
        return CurveShape(RISEN, start, end)  # so plain that a few losses show it
    if len(values) < FEWEST:
        return CurveShape(UNKNOWN, start, end)
    third = max(1, len(values) // 3)
    middle, last = float(np.median(values[third : 2 * third])), float(np.median(values[-third:]))
    size = max(abs(start), 1e-12)
    if abs(start - end) < 0.03 * size and abs(start - middle) < 0.03 * size:
        return CurveShape(FLAT, start, end)
    return CurveShape(FALLING if middle - last > 0.01 * size else SETTLED, start, end)
