"""How far a figure measured on some samples may lie from that of all there are: intervals with 95 % confidence."""

from __future__ import annotations

import math
from dataclasses import dataclass

CONFIDENCE = 0.95
_Z = 1.959963984540054
"""The 97.5 % point of the normal distribution: 95 % lie within it on both sides."""


@dataclass(frozen=True)
class Interval:
    """From ``low`` to ``high``, both included."""

    low: float
    high: float

    def overlaps(self, other: Interval) -> bool:
        """Whether the two have a number in common."""
        return self.low <= other.high and other.low <= self.high


def of_share(right: int, of: int) -> Interval:
    """The interval of a share, ``right`` of ``of`` samples, within 0 … 1.

    Wilson's score interval (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    1927): unlike the textbook's it holds for few samples and for shares near 0 and 1. Raises ValueError unless
    0 <= right <= of and of > 0.
    """
    if not 0 <= right <= of or of <= 0:
        raise ValueError(f"expected a number of correct predictions out of at least one sample, not {right} of {of}")
    share, square = right / of, _Z * _Z / of
    middle = (share + square / 2) / (1 + square)
    half = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    # At the ends the formula gives 0 and 1, which rounding may miss by a hair.
    low = 0.0 if right == 0 else max(0.0, middle - half)
    high = 1.0 if right == of else min(1.0, middle + half)
    return Interval(low, high)


def of_mean(mean: float, deviation: float, count: int) -> Interval | None:
    """The interval of a mean of ``count`` numbers of zero or more, whose sample standard deviation is ``deviation``.

    From Student's distribution, since the deviation is measured too. None for fewer than three numbers, and where one
    of the figures is not finite or below zero: then nothing can be said.
    """
    if count < 3 or not (math.isfinite(mean) and math.isfinite(deviation)) or deviation < 0 or mean < 0:
        return None
    half = _student(count - 1) * deviation / math.sqrt(count)
    return Interval(max(0.0, mean - half), mean + half)


def _student(freedom: int) -> float:
    """The 97.5 % point of Student's distribution, to one per cent from 2 degrees of freedom on.

    The expansion 26.7.5 in Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964).
    """
    z, v = _Z, float(freedom)
    terms = (
        (z**3 + z) / (4 * v),
        (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2),
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3),
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4),
    )
    return z + sum(terms)
