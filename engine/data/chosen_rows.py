"""Some rows of a large array that lies on disk, by their numbers: dividing such an array copies nothing into memory.

A ``ChosenRows`` stands where a dataset has an array of inputs. What is taken out of it, a slice or rows by number, is
an array like any other, and as large as what was asked for. So a network learns from more images than memory holds:
each step brings in the images of its batch, and the system forgets them when it needs the room.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import DTypeLike, NDArray

LARGE = 64 * 2**20
"""Bytes from which on an array on disk is divided so; smaller ones are quicker in memory."""
_AT_ONCE = 1_024

Array = NDArray[np.generic]


class ChosenRows:
    """The rows ``rows`` (int64 N) of ``base``, an array of two axes or more, in that order."""

    def __init__(self, base: Array, rows: NDArray[np.int64]) -> None:
        self.base, self.rows = base, rows

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.rows), *self.base.shape[1:])

    @property
    def ndim(self) -> int:
        return self.base.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.base.dtype

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return len(self.rows) * int(np.prod(self.base.shape[1:]))

    @property
    def nbytes(self) -> int:
        """The memory that it takes itself: the numbers of the rows."""
        return self.rows.nbytes

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: Any) -> Any:
        """Rows as numpy's indexing has them, in memory; ``[:, …]`` is a part of every row, which stays where it is."""
        if isinstance(key, tuple):
            first, *rest = key
            if isinstance(first, slice) and first == slice(None):
                return ChosenRows(self.base[(slice(None), *rest)], self.rows)
            return self.base[(self.rows[first], *rest)]
        return self.base[self.rows[key]]

    def __iter__(self) -> Iterator[Any]:
        return (self.base[row] for row in self.rows)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        """All of it in memory."""
        if copy is False:
            raise ValueError("rows of an array on disk are not an array without being copied")
        found = self.base[self.rows]
        return found if dtype is None else found.astype(dtype)

    def astype(self, dtype: DTypeLike, *, copy: bool = True) -> Array:
        """All of it in memory, as numbers of another type."""
        return self.base[self.rows].astype(dtype, copy=False)

    def reshape(self, *shape: Any) -> Array:
        """All of it in memory, in another shape."""
        return self.base[self.rows].reshape(*shape)

    def min(self, axis: tuple[int, ...]) -> Array:
        """The lowest along some axes, of which the first one is one."""
        return self._reduced(np.minimum, axis)

    def max(self, axis: tuple[int, ...]) -> Array:
        """The highest along some axes, of which the first one is one."""
        return self._reduced(np.maximum, axis)

    def _reduced(self, reduce: np.ufunc, axis: tuple[int, ...]) -> Array:
        if 0 not in axis:
            raise ValueError(f"expected the first axis among those that are reduced, found {axis}")
        found = None
        for start in range(0, len(self), _AT_ONCE):
            part = reduce.reduce(self[start : start + _AT_ONCE], axis=axis)
            found = part if found is None else reduce(found, part)
        if found is None:
            raise ValueError("there are no rows, of which none is the lowest or highest")
        return cast(Array, found)


def chosen(base: Array) -> Array:
    """All rows of an array, to be divided without copying where it is ``LARGE``; for use as a split's inputs."""
    if base.nbytes < LARGE:
        return base
    return cast(Array, ChosenRows(base, np.arange(len(base), dtype=np.int64)))


def taken(inputs: Array, rows: NDArray[np.int64]) -> Array:
    """Some rows of an array, as a copy; of a ``ChosenRows`` without one."""
    held = as_chosen(inputs)
    if held is None:
        return inputs[rows]
    return cast(Array, ChosenRows(held.base, held.rows[rows]))


def one_after_another(*arrays: Array) -> Array:
    """The rows of all of them in one array; nothing is copied where all are rows of one array on disk."""
    held = [found for one in arrays if (found := as_chosen(one)) is not None]
    if len(held) == len(arrays) and all(one.base is held[0].base for one in held):
        return cast(Array, ChosenRows(held[0].base, np.concatenate([one.rows for one in held])))
    return np.concatenate(arrays)


def as_chosen(inputs: object) -> ChosenRows | None:
    """What stands in the place of an array where that is none itself; None for an array."""
    return inputs if isinstance(inputs, ChosenRows) else None
