"""A curve as numbers: growing storage, smoothing, and thinning to what a screen can show. No Qt here."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

DRAWN = 2000
"""At most so many points of a curve are drawn: a plot has fewer columns than that."""


class Series:
    """Pairs of step and value, appended to cheaply; values may be NaN or infinite and are kept as they are."""

    def __init__(self) -> None:
        self._steps = np.empty(1024)
        self._values = np.empty(1024)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def steps(self) -> NDArray[np.float64]:
        """The steps so far; a view, to be read only."""
        return self._steps[: self._count]

    @property
    def values(self) -> NDArray[np.float64]:
        """The values so far; a view, to be read only."""
        return self._values[: self._count]

    def clear(self) -> None:
        """Forget everything."""
        self._count = 0

    def append(self, steps: ArrayLike, values: ArrayLike) -> None:
        """Add points; ValueError unless there are as many steps as values, in one row each."""
        new_steps = np.atleast_1d(np.asarray(steps, dtype=np.float64))
        new_values = np.atleast_1d(np.asarray(values, dtype=np.float64))
        if new_steps.ndim != 1 or new_steps.shape != new_values.shape:
            raise ValueError(f"Expected as many values as steps; found {new_values.shape} for {new_steps.shape}.")
        needed = self._count + len(new_steps)
        if needed > len(self._steps):
            room = max(needed, 2 * len(self._steps))
            self._steps = np.concatenate([self.steps, np.empty(room - self._count)])
            self._values = np.concatenate([self.values, np.empty(room - self._count)])
        self._steps[self._count : needed] = new_steps
        self._values[self._count : needed] = new_values
        self._count = needed

    def nearest(self, step: float) -> int:
        """Index of the point nearest to a step; ValueError when there is none."""
        if not self._count:
            raise ValueError("An empty curve has no nearest point.")
        right = int(np.searchsorted(self.steps, step))
        if right == 0:
            return 0
        if right == self._count:
            return self._count - 1
        return right if self._steps[right] - step < step - self._steps[right - 1] else right - 1

    def first_broken(self) -> int | None:
        """The first step whose value is NaN or infinite, or None."""
        broken = np.flatnonzero(~np.isfinite(self.values))
        return int(self._steps[broken[0]]) if len(broken) else None


def smooth(values: NDArray[np.float64], amount: float) -> NDArray[np.float64]:
    """A centred moving mean; ``amount`` 0 (none) to 1 (over a fifth of the curve).

    Centred, so that the smooth curve does not lag behind; the window shrinks evenly at both ends, so that first and
    last value stay. What is not finite stays not finite and does not spread.
    """
    count = len(values)
    half = round(min(max(amount, 0.0), 1.0) ** 2 * 0.1 * count)
    if amount <= 0 or count < 3:
        return values
    half = max(half, 1)
    finite = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(finite, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(finite)])
    here = np.arange(count)
    reach = np.minimum(half, np.minimum(here, count - 1 - here))
    low, high = here - reach, here + reach + 1
    told = np.maximum(counts[high] - counts[low], 1)
    return np.where(finite, (sums[high] - sums[low]) / told, np.nan)


def thin(
    steps: NDArray[np.float64], values: NDArray[np.float64], limit: int = DRAWN
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most ``limit`` points that look like all of them: the lowest and the highest of each stretch, in order.

    Every spike survives. A stretch with a value that is not finite ends in NaN, so that the line breaks there.
    """
    values = np.where(np.isfinite(values), values, np.nan)
    count = len(values)
    if count <= limit:
        return steps, values
    gaps = bool(np.isnan(values).any())
    stretches = limit // (3 if gaps else 2)
    length = -(-count // stretches)
    stretches = -(-count // length)
    padding = stretches * length - count
    rows = np.concatenate([values, np.full(padding, values[-1])]).reshape(stretches, length)
    missing = np.isnan(rows)
    first = np.arange(stretches) * length
    low = np.minimum(first + np.where(missing, np.inf, rows).argmin(axis=1), count - 1)
    high = np.minimum(first + np.where(missing, -np.inf, rows).argmax(axis=1), count - 1)
    before, after = np.minimum(low, high), np.maximum(low, high)
    # The curve keeps its ends.
    before[0], after[-1] = 0, count - 1
    columns = [before, after]
    drawn = [values[before], values[after]]
    if gaps:
        last = np.minimum(first + length - 1, count - 1)
        broken = missing.any(axis=1)
        columns.append(np.where(broken, last, after))
        drawn.append(np.where(broken, np.nan, values[after]))
    indices = np.stack(columns, axis=1).ravel()
    return steps[indices], np.stack(drawn, axis=1).ravel()
