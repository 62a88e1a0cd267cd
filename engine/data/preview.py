"""A few rows to look at, and how many rows each class has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.characters import decoded
from engine.data.dataset import DataError, Dataset, Split
from engine.data.kinds import DataKind
from engine.graph.targets import TargetKind


def preview(dataset: Dataset, n: int = 9) -> NDArray[np.uint8]:
    """Up to ``n`` training pictures, uint8 n×channels×height×width (0 to 255), one class after another.

    Raises DataError for data that is not pictures.
    """
    if dataset.schema.kind is not DataKind.PICTURES:
        raise DataError(f"{dataset.schema.title} has no images to show; it has a table.")
    chosen = dataset.train.take(_mixed(dataset.train, n))
    return chosen.inputs.astype(np.uint8)


def table_preview(dataset: Dataset, rows: int = 8) -> NDArray[np.float32]:
    """Up to ``rows`` training rows as float32 rows×columns: the inputs, then the target or targets.

    :func:`table_columns` names the columns; a class is given as its number. Raises DataError for pictures.
    """
    if dataset.schema.kind is DataKind.PICTURES:
        raise DataError(f"{dataset.schema.title} holds images; it has no table to show.")
    chosen = dataset.train.take(_mixed(dataset.train, rows))
    targets = chosen.targets.reshape(len(chosen), -1).astype(np.float32)
    return np.concatenate([chosen.inputs.astype(np.float32), targets], axis=1)


def text_preview(dataset: Dataset, characters: int = 600) -> str:
    """The beginning of the training part of a text, about so many characters of it. Raises DataError for other data."""
    if dataset.schema.kind is not DataKind.TEXT:
        raise DataError(f"{dataset.schema.title} is no text.")
    rows = max(1, characters // dataset.schema.input.sizes[0])
    return decoded(dataset.train.inputs[:rows].reshape(-1).astype(np.int64), "".join(dataset.schema.target.names))


def table_columns(dataset: Dataset) -> tuple[str, ...]:
    """The names of the columns that ``table_preview`` gives."""
    target = dataset.schema.target
    if target.measured or target.kind is TargetKind.LABELS:
        return dataset.schema.columns + target.names
    return (*dataset.schema.columns, "class" if target.kind is TargetKind.CLASSES else target.names[1])


def class_counts(split: Split, classes: int = 0) -> tuple[int, ...]:
    """How many rows each class has; () for values. ``classes`` is the number of classes where it is known.

    Without it the count ends at the highest class among the rows (yes/no: always two numbers).
    """
    if split.targets.ndim != 1:
        return ()
    if split.targets.dtype.kind == "f":
        classes = 2
    return tuple(int(count) for count in np.bincount(split.targets.astype(np.int64), minlength=classes))


def _mixed(split: Split, n: int) -> NDArray[np.int64]:
    """The numbers of ``n`` rows: the first of each class, then the second of each, and so on; values: the first."""
    if split.targets.ndim != 1:
        return np.arange(min(n, len(split)), dtype=np.int64)
    rank = np.empty(len(split), dtype=np.int64)
    for value in np.unique(split.targets):
        members = np.flatnonzero(split.targets == value)
        rank[members] = np.arange(len(members))
    return np.lexsort((split.targets, rank))[:n].astype(np.int64)
