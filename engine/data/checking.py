"""Check every number of a dataset: it must be finite and of its kind. Done once for each dataset, whatever its source.

A single value that is missing makes a loss not a number, and from the loss alone nobody can tell that it was the data.
So it is found here and told by split, sample and column, before anything is learned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Array, DataError, Dataset, Schema, Split
from engine.graph.targets import SeveralTargets, Target, TargetKind

SPLITS = ("train", "validation", "test")
_TITLES = {"train": "Training", "validation": "Validation", "test": "Test"}
AT_ONCE = 2**20
"""Numbers looked at in one go: the answers of comparing them take a byte each."""
_LARGEST = float(np.finfo(np.float32).max)

_Test = Callable[[Any], Any]
"""(part of an array) -> where it is bad."""

_checked: WeakSet[Dataset] = WeakSet()


def check(dataset: Dataset) -> None:
    """Raise DataError for the first number of the three splits that cannot be used, saying where it is and why.

    Inputs must have the shape of the schema and be finite, in float32 too, but for missing values that are imputed;
    tokens must be whole numbers, and of the vocabulary.
    Class numbers must be whole and of a declared class, yes and no 1 and 0, values finite. A dataset that was found
    sound is not looked through again; pictures of bytes need no look at all.
    """
    if dataset in _checked:
        return
    for name in SPLITS:
        split: Split = getattr(dataset, name)
        _check_inputs(dataset.schema, name, split)
        _check_targets(dataset.schema, name, split)
    _checked.add(dataset)


def place(schema: Schema, split: str, sample: int, at: tuple[int, ...], *, is_target: bool = False) -> str:
    """Where a number stands, for the beginning of a sentence: "Validation sample 17, column area".

    ``sample`` counts from 0 in its split, ``at`` is the number's index in the sample.
    """
    where = f"{_TITLES[split]} sample {sample + 1:,}"
    if is_target:
        names = schema.target.names if schema.target.measured else ()
        return f"{where}, target {names[at[0]]}" if at and at[0] < len(names) else f"{where}, target"
    if schema.columns:
        number = int(np.ravel_multi_index(at, schema.input.sizes))
        return f"{where}, column {schema.columns[number]}"
    axes = zip(schema.input.names, at, strict=True)
    return ", ".join([where, *(f"{axis.removesuffix('s')} {index + 1}" for axis, index in axes)])


def _check_inputs(schema: Schema, name: str, split: Split) -> None:
    sizes = schema.input.sizes
    if split.inputs.shape[1:] != sizes:
        found = "×".join(map(str, split.inputs.shape[1:])) or "a single number"
        raise DataError(f"{_TITLES[name]} samples must be {schema.input.label()} numbers each, not {found}.")
    _need_numbers(split.inputs, f"{_TITLES[name]} samples")
    _check_finite(schema, name, split.inputs, is_target=False)
    if schema.input.is_tokens:
        for sample, at, value in bad_tokens(split.inputs, schema.input.vocabulary):
            raise DataError(f"{place(schema, name, sample, at)}: {no_token(value, schema.input.vocabulary)}")


def bad_tokens(values: Array, vocabulary: int) -> Iterator[tuple[int, tuple[int, ...], Any]]:
    """(sample, index in the sample, value) of numbers that stand for no word; ``vocabulary`` 0: it is not known."""
    return _bad(values, lambda part: (part < 0) | (part >= (vocabulary or np.inf)) | (part % 1 != 0))


def no_token(value: Any, vocabulary: int) -> str:
    """What is wrong with a value among tokens, as the end of a sentence."""
    if value % 1 != 0 or not vocabulary:
        return f"{value} is not a token; tokens are whole numbers from 0."
    return f"{value} is not a token; there are {vocabulary:,}, from 0 to {vocabulary - 1:,}."


def _check_targets(schema: Schema, name: str, split: Split) -> None:
    target, targets, count = schema.target, split.targets, len(split)
    is_wide = bool(target.measured) or target.kind is TargetKind.LABELS
    expected: tuple[int, ...] = (count, target.size) if is_wide else (count,)
    if target.kind is TargetKind.NEXT_TOKEN:
        expected = (count, *schema.input.sizes)
    if targets.shape != expected:
        several = is_wide and target.size > 1
        each = f"{target.size} numbers each" if several else "one number each"
        found = "×".join(map(str, targets.shape))
        raise DataError(f"The targets of the {count:,} {name} samples must be {each}, not {found} numbers.")
    _need_numbers(targets, f"The targets of the {name} samples")
    _check_finite(schema, name, targets, is_target=True)
    if isinstance(target, SeveralTargets):
        for number, one in enumerate(target.each):
            _check_kind(schema, one, name, targets[:, number], (number,))
    else:
        _check_kind(schema, target, name, targets)


def _check_kind(schema: Schema, target: Target, name: str, targets: Array, column: tuple[int, ...] = ()) -> None:
    """Whether the numbers are tokens, classes, 0 or 1 where they are to be; ``column`` is theirs of several."""
    if target.kind is TargetKind.NEXT_TOKEN:
        for sample, at, value in bad_tokens(targets, target.size):
            where = place(schema, name, sample, (*column, *at), is_target=True)
            raise DataError(f"{where}: {no_token(value, target.size)}")
    elif target.kind is TargetKind.CLASSES:
        for sample, at, value in _bad(targets, lambda part: (part < 0) | (part >= target.size) | (part % 1 != 0)):
            where = place(schema, name, sample, (*column, *at), is_target=True)
            raise DataError(
                f"{where}: {value} is not a class; there are {target.size:,}, numbered from 0 to {target.size - 1:,}."
            )
    elif target.kind is TargetKind.YES_NO:
        for sample, at, value in _bad(targets, lambda part: (part != 0) & (part != 1)):
            where = place(schema, name, sample, (*column, *at), is_target=True)
            raise DataError(f"{where}: {value} is neither 0 ({target.names[0]}) nor 1 ({target.names[1]}).")
    elif target.kind is TargetKind.LABELS:
        for sample, at, value in _bad(targets, lambda part: (part != 0) & (part != 1)):
            where = place(schema, name, sample, (*column, *at), is_target=True)
            raise DataError(f"{where}: {value} is neither 0 (without the label) nor 1 (with it).")


def _need_numbers(values: Array, what: str) -> None:
    if values.dtype.kind not in "biuf":
        raise DataError(f"{what} must be numbers, not {values.dtype}.")


def _check_finite(schema: Schema, name: str, values: Array, *, is_target: bool) -> None:
    if values.dtype.kind != "f":
        return
    may_be_missing = np.array(() if is_target else schema.may_be_missing, dtype=np.bool_)

    def test(part: Array) -> NDArray[np.bool_]:
        bad = is_not_finite(part)
        return bad & ~(np.isnan(part) & may_be_missing) if may_be_missing.any() else bad

    for sample, at, value in _bad(values, test):
        where = place(schema, name, sample, at, is_target=is_target)
        if np.isnan(value):
            raise DataError(f"{where}: the value is missing (not a number). Fill it in, or leave the sample out.")
        if np.isinf(value):
            raise DataError(f"{where}: the value is infinite. Correct it, or leave the sample out.")
        raise DataError(
            f"{where}: {value:.3g} is too large; numbers from {-_LARGEST:.3g} to {_LARGEST:.3g} are allowed."
        )


def is_not_finite(part: Array) -> NDArray[np.bool_]:
    """Which numbers of an array are missing, infinite or beyond float32, as an array of its shape."""
    with np.errstate(over="ignore"):
        bad: NDArray[np.bool_] = ~np.isfinite(part.astype(np.float32, copy=False))
    return bad


def _bad(values: Array, test: _Test) -> Iterator[tuple[int, tuple[int, ...], Any]]:
    """(sample, index in the sample, value) of the first that ``test`` finds in each part of ``values``."""
    step = max(1, AT_ONCE // max(1, values[:1].size))
    for start in range(0, len(values), step):
        bad = test(values[start : start + step])
        if bad.any():
            sample, *at = (int(index[0]) for index in np.nonzero(bad))
            yield start + sample, tuple(at), values[(start + sample, *at)]
