"""What stands in for missing values: the median of a column of numbers, the most frequent category of a category.

Or, of numbers, their mean or the most frequent one. Of a date the days are numbers, and what lies on a circle has its
mean, which favours no month as long as none is more frequent. Measured on the training rows, and the same for every row
that comes later. scikit-learn's SimpleImputer gives the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data import fields as of_fields
from engine.data.dataset import Array
from engine.data.fields import DataField, Feature, Impute


def fit(fields: Sequence[DataField], inputs: Array) -> tuple[float, ...]:
    """One raw number a column of ``inputs`` (N×columns, NaN where a value is missing), exact in float32.

    A column without any value gets 0.
    """
    fills: list[float] = []
    for field in of_fields.inputs(fields):
        start, count = len(fills), len(field.columns)
        part = inputs[:, start : start + count - field.flag]
        known = part[~np.isnan(part).any(axis=1)].astype(np.float64)
        if not len(known) or field.impute in (Impute.CATEGORY, Impute.LEAVE_OUT):
            filled = np.zeros(part.shape[1])
        elif field.feature in (Feature.NUMBER, Feature.DATE):
            measured = np.array(field.measured[: part.shape[1]])
            filled = np.where(measured, _middle(known, field.impute), known.mean(axis=0))
        elif part.shape[1] == 1 and field.feature is Feature.YES_NO:
            filled = (known.mean(axis=0) > 0.5).astype(np.float64)
        else:
            filled = np.zeros(part.shape[1])
            filled[int(known.sum(axis=0).argmax())] = 1  # of equally many the first, which is the more frequent overall
        fills += [float(np.float32(value)) for value in filled]
        fills += [0.0] * field.flag
    return tuple(fills)


def _middle(known: NDArray[np.float64], impute: Impute) -> NDArray[np.float64]:
    if impute is Impute.MEAN:
        return known.mean(axis=0)
    if impute is Impute.MOST_FREQUENT:  # of equally many the smallest
        each = [np.unique(column, return_counts=True) for column in known.T]
        return np.array([values[counts.argmax()] for values, counts in each])
    return np.median(known, axis=0)


def filled(inputs: Array, fill: Sequence[float]) -> Array:
    """``inputs`` (N×columns) with ``fill`` where a value is missing: the array itself where none is, else a copy."""
    if not len(fill) or inputs.dtype.kind != "f" or inputs.shape[1:] != (len(fill),):
        return inputs
    missing = np.isnan(inputs)
    if not missing.any():
        return inputs
    numbers: NDArray[np.float32] = np.where(missing, np.asarray(fill, dtype=np.float32), inputs).astype(np.float32)
    return numbers
