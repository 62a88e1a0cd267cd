"""What stands in for missing values: the median of a column of numbers, the most frequent category of a category.

Measured on the training rows, and the same for every row that comes later. scikit-learn's SimpleImputer gives the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data import fields as of_fields
from engine.data.dataset import Array
from engine.data.fields import DataField, Feature


def fit(fields: Sequence[DataField], inputs: Array) -> tuple[float, ...]:
    """One raw number a column of ``inputs`` (N×columns, NaN where a value is missing), exact in float32.

    A column without any value gets 0.
    """
    fills: list[float] = []
    for field in of_fields.inputs(fields):
        start, count = len(fills), len(field.columns)
        part = inputs[:, start : start + count - field.flag]
        known = part[~np.isnan(part).any(axis=1)].astype(np.float64)
        if not len(known):
            filled = np.zeros(part.shape[1])
        elif field.feature is Feature.NUMBER:
            filled = np.median(known, axis=0)
        elif part.shape[1] == 1 and field.feature is Feature.YES_NO:
            filled = (known.mean(axis=0) > 0.5).astype(np.float64)
        else:
            filled = np.zeros(part.shape[1])
            filled[int(known.sum(axis=0).argmax())] = 1  # of equally many the first, which is the more frequent overall
        fills += [float(np.float32(value)) for value in filled]
        fills += [0.0] * field.flag
    return tuple(fills)


def filled(inputs: Array, fill: Sequence[float]) -> Array:
    """``inputs`` (N×columns) with ``fill`` where a value is missing: the array itself where none is, else a copy."""
    if not len(fill) or inputs.dtype.kind != "f" or inputs.shape[1:] != (len(fill),):
        return inputs
    missing = np.isnan(inputs)
    if not missing.any():
        return inputs
    numbers: NDArray[np.float32] = np.where(missing, np.asarray(fill, dtype=np.float32), inputs).astype(np.float32)
    return numbers
