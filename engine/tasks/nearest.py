"""Which training samples are nearest to another one: it tells what was made up from what was copied, and what a
prediction may rest on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.data.preparation import Preparation

_AT_ONCE = 4_096
"""Rows at a time, so that pictures need no more memory as numbers than these."""
_CANDIDATES = 16
"""So many of the nearest by a quick formula are measured exactly."""
_SOME = 32
"""So many training samples tell how far one usually is from the nearest other."""


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

    def nearest(self, sample: NDArray[np.generic]) -> tuple[NDArray[np.generic], float]:
        """The row that is nearest to ``sample``, raw as the rows are, and its distance."""
        point = self._placed(sample[np.newaxis])[0].astype(np.float32)
        # |a − b|² = |a|² − 2ab + |b|², rounded: hence the second look at the nearest ones.
        about = self._norms - 2 * np.concatenate([part @ point for part in self._parts()])
        count = min(_CANDIDATES, len(about))
        candidates = np.argpartition(about, count - 1)[:count]
        exact = self._points[candidates].astype(np.float64) - point
        squares = np.einsum("ij,ij->i", exact, exact)
        return self._rows[candidates[squares.argmin()]], math.sqrt(squares.min())

    def several(self, sample: NDArray[np.generic], count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The numbers of the ``count`` rows that are nearest to ``sample``, the nearest first, fewer where there are
        fewer; and for each of them and each column, or pixel, the square of how far they are apart."""
        point = self._placed(sample[np.newaxis])[0].astype(np.float32)
        about = self._norms - 2 * np.concatenate([part @ point for part in self._parts()])
        some = min(max(_CANDIDATES, 2 * count), len(about))
        candidates = np.argpartition(about, some - 1)[:some]
        squares = (self._points[candidates].astype(np.float64) - point) ** 2
        order = np.lexsort((candidates, squares.sum(axis=1)))[:count]
        return candidates[order].astype(np.int64), squares[order]

    @cached_property
    def usual(self) -> float | None:
        """How far a training sample is from the nearest other one: the median of some; None of a single one."""
        if len(self._points) < 2:
            return None
        some = np.unique(np.linspace(0, len(self._points) - 1, _SOME).round().astype(np.int64))
        points = self._points[some].astype(np.float32)
        about = self._norms[:, None] - 2 * np.concatenate([part @ points.T for part in self._parts()])
        about[some, np.arange(len(some))] = np.inf
        apart = self._points[about.argmin(axis=0)].astype(np.float64) - points
        return float(np.median(np.linalg.norm(apart, axis=1)))

    def _placed(self, rows: NDArray[np.generic]) -> NDArray[np.generic]:
        placed = rows if self._preparation is None else self._preparation.inputs(rows)
        return placed.reshape(len(rows), -1)

    def _parts(self) -> Iterator[NDArray[np.float32]]:
        for at in range(0, len(self._points), _AT_ONCE):
            yield self._points[at : at + _AT_ONCE].astype(np.float32)
