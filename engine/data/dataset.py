"""What a dataset is: arrays, and a schema that says what they mean.

Numpy and not torch, because these values cross to the window, which must not wait for torch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.data import fields
from engine.data.chosen_rows import taken
from engine.data.division import Division
from engine.data.fields import DataField, Role
from engine.data.fingerprint import Fingerprint
from engine.data.kinds import DataKind, PictureForm, PreparationKind
from engine.data.table_reading import AS_IT_IS, TableReading
from engine.graph.columns import Column
from engine.graph.shapes import Shape, ShapeForm
from engine.graph.signature import Signature
from engine.graph.targets import Target, TargetKind

Array = NDArray[np.generic]


class DataError(Exception):
    """Data is missing, damaged or does not fit; the message says what was expected, what was found and what to do."""


@dataclass(frozen=True)
class Schema:
    """What the inputs and targets of a dataset mean.

    ``columns`` names the input columns (empty for pictures and text). ``value_range`` is the lowest and highest raw
    input value to expect, for drawing axes and pictures. ``preparation`` and ``answer_preparation`` are what AUTO
    stands for (see :mod:`engine.data.preparation`). ``picture_form`` is how its pictures lie in their frame; None for
    the usual: MNIST's for digits, from edge to edge for other things. ``fields`` are the columns of a table as they
    stand in its file; without a ``file``, the one of the user's that the data was read from, each of ``columns`` is a
    number and a field of its own. ``table_reading`` is what was said of how the file is written. Raises ValueError for
    an unknown ``kind`` or preparation, and where ``columns`` are not as many as the input has numbers, or with a file
    not those that the fields become.
    """

    name: str
    title: str
    summary: str
    kind: DataKind
    input: Shape
    target: Target
    columns: tuple[str, ...]
    value_range: tuple[float, float]
    licence: str
    origin: str
    preparation: PreparationKind = PreparationKind.STANDARDISE
    answer_preparation: PreparationKind = PreparationKind.NONE
    picture_form: PictureForm | None = None
    fields: tuple[DataField, ...] = ()
    file: Fingerprint | None = None
    table_reading: TableReading = AS_IT_IS

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "kind", DataKind(self.kind))  # which may be given as its word
        except ValueError:
            raise ValueError(f"a dataset is one of {', '.join(DataKind)}, not {self.kind!r}") from None
        object.__setattr__(self, "preparation", PreparationKind(self.preparation))
        object.__setattr__(self, "answer_preparation", PreparationKind(self.answer_preparation))
        if self.kind not in (DataKind.PICTURES, DataKind.TEXT) and len(self.columns) != self.input.count:
            raise ValueError(f"{self.name}: {len(self.columns)} column names for {self.input.count} columns")
        if fields.columns(self.fields) != self.columns:
            if self.file is not None:
                raise ValueError(f"{self.name}: the columns are not those that the fields become")
            named = self.target.names if self.target.kind is TargetKind.VALUES else ()
            plain = (*map(DataField, self.columns), *(DataField(name, role=Role.TARGET) for name in named))
            object.__setattr__(self, "fields", plain)

    @property
    def is_own_table(self) -> bool:
        """Whether it is a table of the user's, whose columns become those of the input by its fields."""
        return self.file is not None and self.kind is DataKind.TABLE

    @property
    def may_be_missing(self) -> tuple[bool, ...]:
        """For each column of the input, whether a value may be missing (not a number) before it is imputed."""
        return fields.may_be_missing(self.fields)

    @cached_property
    def divided_into(self) -> tuple[Column, ...]:
        """The columns that a data block may give some of; empty where samples are no rows of a table."""
        if not self.columns or self.input.form is not ShapeForm.FEATURES:
            return ()
        return tuple(
            Column(field.name, len(field.columns), field.category_columns, field.title)
            for field in fields.inputs(self.fields)
        )

    def signature(self, loss: str = "") -> Signature:
        """What this data asks of a drawing."""
        return Signature(self.input, self.target, loss, columns=self.divided_into)


@dataclass(frozen=True, eq=False)
class Split:
    """Rows of a dataset, raw: before any preparation.

    ``inputs``: pictures as uint8 N×channels×height×width (0 to 255), tokens as whole numbers of any integer type N×…,
    everything else as float32 N×columns, not a number where a value is missing that the schema's fields impute.
    ``targets``: classes as int64 N, yes/no as float32 N (0 or 1), values as float32 N×values, next tokens as whole
    numbers of any integer type N×time.
    ``places`` (int64 N) says which of its source's rows each of them is, None where that is not known.
    The arrays are shared by everybody who loads the same data: copy before changing them.
    """

    inputs: Array
    targets: Array
    places: NDArray[np.int64] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if len(self.inputs) != len(self.targets):
            samples, targets = len(self.inputs), len(self.targets)
            raise DataError(f"There are {samples:,} samples but {targets:,} targets: every sample needs one.")

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def nbytes(self) -> int:
        """The memory these rows take, in bytes."""
        return self.inputs.nbytes + self.targets.nbytes

    def take(self, rows: NDArray[np.int64]) -> Split:
        """The rows numbered ``rows``, in that order: a copy, but of a large array on disk (``chosen_rows``)."""
        return Split(
            taken(self.inputs, rows), self.targets[rows], places=rows if self.places is None else self.places[rows]
        )


@dataclass(frozen=True, eq=False)
class Dataset:
    """A schema and its three splits: rows to learn from, rows to choose by, rows to judge by.

    ``division`` is how the rows came into these, where that is known.
    """

    schema: Schema
    train: Split
    validation: Split
    test: Split
    division: Division | None = field(default=None, kw_only=True)

    @property
    def nbytes(self) -> int:
        """The memory the three splits take, in bytes."""
        return self.train.nbytes + self.validation.nbytes + self.test.nbytes
