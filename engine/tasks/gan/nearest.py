"""Which training sample is nearest to a generated one: it tells what was made up from what was copied."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.data.preparation import Preparation

_AT_ONCE = 4_096
"""Rows at a time, so that pictures need no more memory as numbers than these."""
_CANDIDATES = 16
"""So many of the nearest by a quick formula are measured exactly."""


class TrainingSamples:
    """Training rows raw as in a dataset's ``inputs``, N×…

    Distances are Euclidean: of columns as ``preparation`` scales them, where it is given, else of the raw numbers.
    """

    def __init__(self, rows: NDArray[np.generic], preparation: Preparation | None) -> None:
        self._rows, self._preparation = rows, preparation
        self._points = self._placed(rows)
        self._norms = np.concatenate([np.einsum("ij,ij->i", part, part) for part in self._parts()])

    def first(self, count: int) -> NDArray[np.generic]:
        """The first rows, at most ``count``."""
        return self._rows[:count]

    def nearest(self, sample: NDArray[np.generic]) -> NDArray[np.generic]:
        """The row that is nearest to ``sample``, raw as the rows are."""
        point = self._placed(sample[np.newaxis])[0].astype(np.float32)
        # |a − b|² = |a|² − 2ab + |b|², rounded: hence the second look at the nearest ones.
        about = self._norms - 2 * np.concatenate([part @ point for part in self._parts()])
        count = min(_CANDIDATES, len(about))
        candidates = np.argpartition(about, count - 1)[:count]
        exact = self._points[candidates].astype(np.float64) - point
        return self._rows[candidates[np.einsum("ij,ij->i", exact, exact).argmin()]]

    def _placed(self, rows: NDArray[np.generic]) -> NDArray[np.generic]:
        placed = rows if self._preparation is None else self._preparation.inputs(rows)
        return placed.reshape(len(rows), -1)

    def _parts(self) -> Iterator[NDArray[np.float32]]:
        for at in range(0, len(self._points), _AT_ONCE):
            yield self._points[at : at + _AT_ONCE].astype(np.float32)
