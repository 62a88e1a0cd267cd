"""Bringing inputs and targets to a size networks learn well from, and predictions back to their own units.

Everything is fitted on the training rows only: what is measured on validation or test rows would leak their
targets into training. The result is a value of a few numbers, saved with the project, so that a drawing or a
row of a table is prepared later exactly as the training rows were.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data import fields as of_fields
from engine.data import imputation
from engine.data.characters import is_vocabulary
from engine.data.dataset import Array, DataError, Dataset, Schema, Split
from engine.data.fingerprint import Fingerprint
from engine.data.kinds import DataKind, PreparationKind
from engine.data.pictures.record import PictureRecord
from engine.data.tables.record import TableRecord
from engine.graph.losses import LINKS
from engine.text import brief

Floats = NDArray[np.float32]
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Preparation:
    """``prepared = (raw − shift) ÷ scale``, in float32, for each channel or column.

    ``input_shift`` and ``input_scale`` hold one number a picture channel or input column; ``target_shift``
    and ``target_scale`` one a value to predict. They are empty for what is never changed: tokens, which are
    numbers of words and no measurements, and classes and yes/no. All numbers are exact in float32, so that
    reading them back from JSON prepares bit for bit the same.

    ``input_low`` and ``input_high`` are the lowest and highest raw training value of each channel or column, by which
    ``learned_range`` tells what lies far outside; both are empty for tokens, and where they were not recorded, as in
    older files.

    ``input_fill`` is what stands in for a value that is missing (not a number), one raw number a column: the median of
    a number, the most frequent category; empty for data without missing values. ``table`` is what the file of a table
    of the user's was like, by which new rows are encoded, ``pictures`` what images of the user's were like, by which
    new ones are framed; None of other data.

    ``link`` names what makes answers of the network's outputs (``engine.graph.losses``), "" for nothing; where there
    is one, values to predict are never changed. It stands here because it belongs to the weights, whatever loss is
    chosen by now.

    ``characters`` is the vocabulary of a text (``engine.data.characters``), "" for other data: the token k stands for
    the k-th of them; ``file`` is the fingerprint of the file that it stands in, None where it is in none of the user's.
    """

    input_shift: tuple[float, ...]
    input_scale: tuple[float, ...]
    target_shift: tuple[float, ...] = ()
    target_scale: tuple[float, ...] = ()
    input_kind: PreparationKind = PreparationKind.STANDARDISE
    target_kind: PreparationKind = PreparationKind.NONE
    input_low: tuple[float, ...] = ()
    input_high: tuple[float, ...] = ()
    link: str = ""
    characters: str = ""
    input_fill: tuple[float, ...] = ()
    table: TableRecord | None = None
    file: Fingerprint | None = None
    pictures: PictureRecord | None = None

    @property
    def record(self) -> TableRecord | PictureRecord | None:
        """What the table or the images of the user's were like that were learned from; None of other data."""
        return self.table or self.pictures

    @classmethod
    def fit(cls, dataset: Dataset, inputs: str = "auto", targets: str = "auto", *, link: str = "") -> Preparation:
        """Measure the training rows of ``dataset``; values learned through a ``link`` ask for ``targets`` of none.

        ``standardise`` brings the mean to 0 and the standard deviation to 1, ``scale`` the smallest training
        value to 0 and the largest to 1 (pictures: their whole value range), ``none`` changes nothing,
        ``auto`` takes what the dataset recommends. A column that never changes is only moved to 0. Tokens
        are left as they are, whatever is asked. Raises DataError for an unknown kind, an empty training
        split, or training values that are missing or infinite.
        """
        schema = dataset.schema
        input_kind = PreparationKind.NONE if schema.input.is_tokens else chosen_kind(inputs, schema.preparation)
        target_kind = chosen_kind(targets, schema.answer_preparation)
        if len(dataset.train) == 0:
            raise DataError(f"{schema.title} has no training samples, so nothing can be prepared from them.")
        fill = imputation.fit(schema.fields, dataset.train.inputs) if any(schema.may_be_missing) else ()
        train = imputation.filled(dataset.train.inputs, fill)
        shift, scale = _measured_inputs(schema, train, input_kind)
        low, high = _reach(train) if shift else ((), ())
        fitted = cls(shift, scale, input_kind=input_kind, input_low=low, input_high=high)
        fitted = replace(fitted, input_fill=fill, table=TableRecord.of(schema), pictures=PictureRecord.of(schema))
        if not any(schema.target.measured):
            if schema.kind is not DataKind.TEXT:
                return replace(fitted, link=link)
            return replace(fitted, characters="".join(schema.target.names), file=schema.file)
        target_shift, target_scale = _measure(dataset.train.targets, target_kind, schema.target.names, None)
        target_shift, target_scale = _of_measurements(target_shift, target_scale, schema.target.measured)
        return replace(fitted, target_shift=target_shift, target_scale=target_scale, target_kind=target_kind, link=link)

    def changed(self, schema: Schema) -> str:
        """A sentence where ``schema`` is of a file that has become another since; "" where it has not."""
        if self.characters and self.characters != "".join(schema.target.names):
            return f"{schema.title} has other characters than the text that the network was trained on."
        if self.file is not None and schema.file is not None and self.file.sha256 != schema.file.sha256:
            return f"{schema.title} is not the text that the network was trained on: it has changed since."
        record = self.table or self.pictures
        return "" if record is None else record.changed(schema)

    def filled(self, dataset: Dataset) -> Dataset:
        """The rows with what stands in for missing values; the same dataset where none is missing."""
        if not self.input_fill:
            return dataset
        splits = (dataset.train, dataset.validation, dataset.test)
        done = [imputation.filled(split.inputs, self.input_fill) for split in splits]
        if all(inputs is split.inputs for inputs, split in zip(done, splits, strict=True)):
            return dataset
        return Dataset(dataset.schema, *(Split(i, s.targets) for i, s in zip(done, splits, strict=True)))

    def inputs(self, raw: Array) -> Array:
        """Prepare raw inputs (N×channels×height×width or N×columns, any number type) as float32 of the same shape.

        Tokens come back as they are.
        """
        if not self.input_shift:
            return raw
        return _apply(imputation.filled(raw, self.input_fill), self.input_shift, self.input_scale, "input")

    def restore_inputs(self, prepared: Array) -> Array:
        """Turn prepared inputs back into their own units, as float32 of the same shape: the inverse of ``inputs``."""
        if not self.input_shift:
            return prepared
        shift, scale = _shaped(prepared, self.input_shift, self.input_scale, "input")
        with np.errstate(over="ignore", invalid="ignore"):
            restored: Floats = prepared.astype(np.float32, copy=False) * scale + shift
        return restored

    def targets(self, raw: Array) -> Array:
        """Prepare raw targets: values become float32; class numbers and yes/no come back as they are."""
        if not self.target_shift:
            return raw
        return _apply(raw, self.target_shift, self.target_scale, "target")

    def of_target(self, at: int) -> Preparation:
        """The same where one of several targets alone is looked at."""
        if not self.target_shift:
            return self
        return replace(self, target_shift=self.target_shift[at : at + 1], target_scale=self.target_scale[at : at + 1])

    def restore_targets(self, prepared: Array) -> Array:
        """Turn predicted values (N×values) back into their own units, as float32; leave classes as they are."""
        if not self.target_shift:
            return prepared
        shift, scale = _shaped(prepared, self.target_shift, self.target_scale, "target")
        with np.errstate(over="ignore", invalid="ignore"):  # an answer beyond float32 is infinite, as it is in torch
            restored: Floats = prepared.astype(np.float32, copy=False) * scale + shift
        return restored

    def to_json(self) -> dict[str, Any]:
        """A dictionary of plain lists and words; ``from_json`` gives back an equal value."""
        data: dict[str, Any] = {
            "inputs": self.input_kind.value,
            "input_shift": list(self.input_shift),
            "input_scale": list(self.input_scale),
            "answers": self.target_kind.value,
            "answer_shift": list(self.target_shift),
            "answer_scale": list(self.target_scale),
        }
        if self.input_low:
            data |= {"input_low": list(self.input_low), "input_high": list(self.input_high)}
        if self.characters:
            data["characters"] = self.characters
        if self.input_fill:
            data["input_fill"] = list(self.input_fill)
        if self.table is not None:
            data["table"] = self.table.to_json()
        if self.pictures is not None:
            data["pictures"] = self.pictures.to_json()
        if self.file is not None:
            data["file"] = self.file.to_json()
        return {**data, "answer_link": self.link} if self.link else data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Preparation:
        """Read what ``to_json`` wrote. Raises DataError when a part is missing or is not usable."""
        if not isinstance(data, Mapping):
            raise DataError(f"The saved preparation must be a set of named values, not {type(data).__name__}.")
        input_kind, target_kind = (_saved_kind(data.get(name)) for name in ("inputs", "answers"))
        input_shift, input_scale = _pair(data, "input_shift", "input_scale")
        target_shift, target_scale = _pair(data, "answer_shift", "answer_scale")
        if not input_shift and input_kind is not PreparationKind.NONE:
            raise DataError("The saved preparation names no input column.")
        low, high = _range(data, len(input_shift))
        fill = _numbers(data, "input_fill") if data.get("input_fill") is not None else ()
        if fill and len(fill) != len(input_shift):
            raise DataError(f"The saved preparation's input_fill must be {len(input_shift):,} numbers.")
        table = None if data.get("table") is None else TableRecord.from_json(data["table"])
        pictures = None if data.get("pictures") is None else PictureRecord.from_json(data["pictures"])
        if pictures is not None and len(input_shift) not in (0, pictures.sizes[0]):
            raise DataError(f"The saved preparation is of {len(input_shift):,} channels, its images of other ones.")
        if table is not None and len(table.columns) != len(input_shift):
            raise DataError(f"The saved preparation is of {len(input_shift):,} columns, its table of other ones.")
        link = data.get("answer_link", "")
        if link not in ("", *LINKS):
            raise DataError(f"The saved preparation's answer_link is one of {', '.join(LINKS)}, not {brief(link)}.")
        if link and (any(target_shift) or any(value != 1 for value in target_scale)):
            raise DataError("The saved preparation changes answers that have a link; such answers are never changed.")
        characters = data.get("characters", "")
        if characters != "" and not is_vocabulary(characters):
            raise DataError(f"The saved preparation's characters are no vocabulary: {brief(characters)}.")
        try:
            file = None if data.get("file") is None else Fingerprint.from_json(data["file"])
        except ValueError as error:
            raise DataError(f"The saved preparation cannot be used: {error}.") from None
        changes = (input_shift, input_scale, target_shift, target_scale)
        return cls(*changes, input_kind, target_kind, low, high, link, characters, fill, table, file, pictures)


def fit(dataset: Dataset, inputs: str = "auto", targets: str = "auto") -> Preparation:
    """Measure the training rows: see :meth:`Preparation.fit`."""
    return Preparation.fit(dataset, inputs, targets)


def _saved_kind(kind: Any) -> PreparationKind:
    """What was done with the numbers, which is never AUTO. Raises DataError."""
    if kind not in [done.value for done in PreparationKind if done is not PreparationKind.AUTO]:
        raise DataError(f"The saved preparation is of an unknown kind: {kind!r}.")
    return PreparationKind(kind)


def _measured_inputs(
    schema: Schema, values: Array, kind: PreparationKind
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Shift and scale of each column or channel of the training rows; 0 and 1 of categories stay as they are."""
    if schema.input.is_tokens:
        return (), ()
    names = schema.columns or tuple(f"channel {n + 1}" for n in range(values.shape[1]))
    shift, scale = _measure(values, kind, names, schema.value_range if schema.kind is DataKind.PICTURES else None)
    return _of_measurements(shift, scale, of_fields.measured(schema.fields))


def _of_measurements(
    shift: tuple[float, ...], scale: tuple[float, ...], measured: tuple[bool, ...]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Shift and scale that leave the columns alone that hold no measurements; all are measured where none is known."""
    if all(measured):
        return shift, scale
    return (
        tuple(one if is_measured else 0.0 for one, is_measured in zip(shift, measured, strict=True)),
        tuple(one if is_measured else 1.0 for one, is_measured in zip(scale, measured, strict=True)),
    )


def chosen_kind(asked: str, recommended: PreparationKind) -> PreparationKind:
    """What is to be done with numbers: what is asked for, or recommended where that is AUTO. Raises DataError."""
    try:
        kind = PreparationKind(asked)
    except ValueError:
        raise DataError(f"A preparation is one of {', '.join(PreparationKind)}, not {asked!r}.") from None
    return recommended if kind is PreparationKind.AUTO else kind


def _measure(
    values: Array, kind: PreparationKind, names: tuple[str, ...], value_range: tuple[float, float] | None
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Shift and scale of each column (axis 1) of the training ``values``."""
    columns = values.shape[1]
    shifts, scales = [], []
    for column in range(columns):
        shift, scale = 0.0, 1.0
        if kind is PreparationKind.STANDARDISE:
            shift, scale = _mean_and_deviation(values[:, column], names[column])
        elif kind is PreparationKind.SCALE:
            low, high = value_range or _extremes(values[:, column], names[column])
            shift, scale = low, high - low
        # Below this a float32 cannot tell the column's values apart: dividing would only magnify rounding.
        if not scale > abs(shift) * 1e-6 or not scale > 1e-30:
            scale = 1.0
        if abs(shift) > _LARGEST or scale > _LARGEST:
            raise DataError(f"The values of {names[column]} are too large to learn from (about {shift:.3g}).")
        shifts.append(float(np.float32(shift)))
        scales.append(float(np.float32(scale)))
    return tuple(shifts), tuple(scales)


def _mean_and_deviation(values: Array, name: str) -> tuple[float, float]:
    """Mean and (population) standard deviation, in double precision and without a copy of a whole picture set."""
    if values.dtype == np.uint8:
        counts = np.zeros(256, dtype=np.int64)
        # In blocks, since bincount turns its argument into eight times the memory.
        for start in range(0, len(values), 256):
            counts += np.bincount(values[start : start + 256].reshape(-1), minlength=256)
        levels = np.arange(256, dtype=np.float64)
        mean = float(counts @ levels / counts.sum())
        return mean, math.sqrt(float(counts @ (levels - mean) ** 2 / counts.sum()))
    exact = _finite(values, name)
    with np.errstate(over="ignore"):
        return float(exact.mean()), float(exact.std())


def _extremes(values: Array, name: str) -> tuple[float, float]:
    exact = _finite(values, name)
    return float(exact.min()), float(exact.max())


def _reach(values: Array) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Lowest and highest of each column or channel (axis 1); nothing where some are not finite or beyond float32."""
    axes = (0, *range(2, values.ndim))
    with np.errstate(invalid="ignore"):
        low, high = values.min(axis=axes).astype(np.float64), values.max(axis=axes).astype(np.float64)
    if not (np.abs(low) <= _LARGEST).all() or not (np.abs(high) <= _LARGEST).all():
        return (), ()
    return tuple(low.tolist()), tuple(high.tolist())


def _finite(values: Array, name: str) -> NDArray[np.float64]:
    exact = values.astype(np.float64)
    bad = int(np.count_nonzero(~np.isfinite(exact)))
    if bad:
        raise DataError(
            f"{name} has {bad:,} missing or infinite values among its training samples; fill or remove them."
        )
    return exact


def _apply(raw: Array, shift: tuple[float, ...], scale: tuple[float, ...], what: str) -> Floats:
    shifts, scales = _shaped(raw, shift, scale, what)
    # A number far outside the training rows may become infinite: whoever prepares it looks, and nothing is printed.
    with np.errstate(over="ignore", invalid="ignore"):
        prepared = raw.astype(np.float32) - shifts
        prepared /= scales
    result: Floats = prepared
    return result


def _shaped(raw: Array, shift: tuple[float, ...], scale: tuple[float, ...], what: str) -> tuple[Floats, Floats]:
    """Shift and scale as float32 arrays that line up with axis 1 of ``raw``."""
    if raw.ndim < 2 or raw.shape[1] != len(shift):
        found = "×".join(map(str, raw.shape)) or "a single number"
        columns = "column" if len(shift) == 1 else "columns"
        raise DataError(f"The {what}s must have {len(shift)} {columns} or channels on their second axis, not {found}.")
    shape = (1, -1) + (1,) * (raw.ndim - 2)
    return np.array(shift, dtype=np.float32).reshape(shape), np.array(scale, dtype=np.float32).reshape(shape)


def _pair(data: Mapping[str, Any], shift: str, scale: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Two lists of equal length, of finite numbers that float32 holds, the second without zeros."""
    read = _numbers(data, shift), _numbers(data, scale)
    if len(read[0]) != len(read[1]) or any(float(np.float32(v)) == 0 for v in read[1]):
        raise DataError(f"The saved preparation's {shift} and {scale} must be equally long, with no scale of 0.")
    return read


def _range(data: Mapping[str, Any], columns: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Lowest and highest value of each column; nothing in a file without them, as older versions wrote."""
    if data.get("input_low") is None and data.get("input_high") is None:
        return (), ()
    low, high = _numbers(data, "input_low"), _numbers(data, "input_high")
    if not len(low) == len(high) == columns or any(a > b for a, b in zip(low, high, strict=True)):
        raise DataError(
            f"The saved preparation's input_low and input_high must be {columns:,} numbers each, none of the first "
            "above that of the second."
        )
    return low, high


def _numbers(data: Mapping[str, Any], name: str) -> tuple[float, ...]:
    values = data.get(name)
    if not isinstance(values, list) or not all(type(v) in (int, float) for v in values):
        raise DataError(f"The saved preparation's {name} must be a list of numbers, not {values!r}.")
    if not all(abs(v) <= _LARGEST for v in values):
        raise DataError(f"The saved preparation's {name} holds a number that is not finite.")
    return tuple(float(v) for v in values)
