"""The directions in which rows differ most, to draw them in the plane or to measure others by: principal component
analysis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_ROUNDS = 60
_SPARE = 6
"""Directions that are followed besides, so that the wanted ones are found sooner."""
_SMALL = 1_024
"""Numbers of a row up to which all directions are worked out at once."""


@dataclass(frozen=True, eq=False)
class Principal:
    """K directions, K×D of length 1 at right angles, from the ``middle`` D; ``shares`` of the variance they explain.

    Of rows that differ in fewer directions, the others are any, and their shares 0.
    """

    middle: NDArray[np.float64]
    directions: NDArray[np.float64]
    shares: tuple[float, ...]

    def project(self, rows: ArrayLike) -> NDArray[np.float64]:
        """N×D rows as N×K places."""
        return (np.asarray(rows, dtype=np.float64) - self.middle) @ self.directions.T

    def restored(self, places: ArrayLike) -> NDArray[np.float64]:
        """N×K places as N×D rows: of those that were projected, what the directions keep of them."""
        return np.asarray(places, dtype=np.float64) @ self.directions + self.middle


def principal(rows: ArrayLike, count: int = 2) -> Principal:
    """The first ``count`` principal directions of N×D rows, D at most, with D and N of 1 or more (K. Pearson, 1901).

    The first number of each direction that is not about 0 is positive, so that equal rows give equal directions.
    """
    values = np.asarray(rows, dtype=np.float64)
    middle = values.mean(axis=0)
    centred = values - middle
    columns = values.shape[1]
    count = min(count, columns)
    if columns <= _SMALL:
        _, found = np.linalg.eigh(centred.T @ centred)
        best = found[:, ::-1][:, :count]
    else:
        best = _subspace(centred, count)
    reached = ((centred @ best) ** 2).sum(axis=0)
    total = float((centred**2).sum())
    directions = best.T * np.where(_first_sign(best.T) < 0, -1.0, 1.0)[:, None]
    return Principal(middle, directions, tuple(float(one / total) if total > 0 else 0.0 for one in reached))


def _subspace(centred: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The largest by orthogonal iteration: as exact as a drawing needs, and quick for thousands of columns."""
    dice = np.random.default_rng(0)
    basis = np.linalg.qr(dice.standard_normal((centred.shape[1], min(count + _SPARE, centred.shape[1]))))[0]
    for _ in range(_ROUNDS):
        basis = np.linalg.qr(centred.T @ (centred @ basis))[0]
    _, _, turned = np.linalg.svd(centred @ basis, full_matrices=False)
    best: NDArray[np.float64] = (basis @ turned.T)[:, :count]
    return best


def _first_sign(directions: NDArray[np.float64]) -> NDArray[np.float64]:
    clear = np.abs(directions) > 1e-6
    return np.sign(directions[np.arange(len(directions)), clear.argmax(axis=1)])
