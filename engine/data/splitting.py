"""Dividing rows into train, validation and test: seeded, every class in proportion, sensible for tiny sets.

A class that a network never saw in training cannot be learned, and a class that is missing from the
validation rows cannot be judged; drawing rows blindly does both on small data, so rows are dealt out class by
class.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Array, DataError, Split
from engine.data.division import DividedBy, Division
from engine.data.given_parts import GivenPart
from engine.data.kinds import SplitKind
from engine.data.sources.source import Pool
from engine.data.stable_split import Rows, joined, same_rows, split_in_time, split_stably

_MOST = 0.9


def check_fractions(validation: float, test: float) -> None:
    """Raise DataError unless both fractions are in 0 … 0.9 and leave at least a tenth to train on."""
    for name, fraction in (("validation", validation), ("test", test)):
        if not (isinstance(fraction, int | float) and math.isfinite(fraction) and 0 <= fraction <= _MOST):
            raise DataError(f"The {name} split must be between 0 and {_MOST:.0%} of the samples, not {fraction!r}.")
    if validation + test > _MOST + 1e-9:
        raise DataError(
            f"Validation ({validation:.0%}) and test ({test:.0%}) together take more than {_MOST:.0%} of the samples; "
            "leave at least a tenth to train on."
        )


def split_sizes(rows: int, validation: float, test: float) -> tuple[int, int, int]:
    """How many of ``rows`` rows go to train, validation and test.

    A share above 0 gives at least one row as soon as there are three; training always keeps at least one.
    """
    check_fractions(validation, test)
    if rows < 3:
        return rows, 0, 0
    test_rows = max(1, round(rows * test)) if test > 0 else 0
    validation_rows = max(1, round(rows * validation)) if validation > 0 else 0
    while rows - test_rows - validation_rows < 1:
        if test_rows >= validation_rows:
            test_rows -= 1
        else:
            validation_rows -= 1
    return rows - test_rows - validation_rows, validation_rows, test_rows


def split_rows(
    targets: Array, validation: float, test: float, seed: int, *, stratified: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Row numbers for train, validation and test: disjoint, together all rows, each in rising order.

    ``stratified`` (for classes and yes/no; ``targets`` of shape N) deals the rows of every class out in
    proportion, and keeps at least one row of every class for training as far as there are enough training
    rows. Raises DataError when the fractions make no sense.
    """
    rows = len(targets)
    train_rows, validation_rows, test_rows = split_sizes(rows, validation, test)
    generator = np.random.default_rng(seed)
    order = _dealt(targets, generator) if stratified else generator.permutation(rows)
    test_part = order[:test_rows]
    validation_part = order[test_rows : test_rows + validation_rows]
    train_part = order[rows - train_rows :]
    train, held, judged = (np.sort(part).astype(np.int64) for part in (train_part, validation_part, test_part))
    return train, held, judged


def strata(targets: Array) -> Array:
    """What rows are dealt out by, N: their classes; of labels (N×labels) a number that each combination of them has,
    so that it stays the same when rows are added."""
    if targets.ndim < 2 or targets.shape[1] < 2:
        return targets
    combinations, number = np.unique(targets, axis=0, return_inverse=True)
    keys = [
        int.from_bytes(hashlib.blake2b(np.ascontiguousarray(row, dtype=np.uint8).tobytes(), digest_size=6).digest())
        for row in combinations
    ]
    return np.array(keys, dtype=np.int64)[number.reshape(-1)]


def _dealt(targets: Array, generator: np.random.Generator) -> NDArray[np.int64]:
    """An order of the rows of which every stretch holds each class in proportion.

    The k-th of the n rows of a class stands at (k + an offset) / n, so the classes are spread evenly over 0 …
    1; the last row of each class stands beyond 1, in the part that becomes the training rows.
    """
    shuffled = generator.permutation(len(targets))
    place = np.empty(len(targets), dtype=np.float64)
    for value in np.unique(targets):
        members = shuffled[targets[shuffled] == value]
        place[members] = (np.arange(len(members)) + generator.random()) / len(members)
        place[members[-1]] = 1 + generator.random()
    return np.argsort(place, kind="stable").astype(np.int64)


def divide(
    pool: Pool, validation: float, test: float, seed: int, *, stratified: bool, how: SplitKind = SplitKind.AUTO
) -> tuple[Split, Split, Split]:
    """Train, validation and test rows of ``pool``; splits that came with the data are kept as they are.

    Raises DataError where the data has no groups or times to divide it by.
    """
    return divided(pool, validation, test, seed, stratified=stratified, how=how)[0]


def divided(
    pool: Pool, validation: float, test: float, seed: int, *, stratified: bool, how: SplitKind = SplitKind.AUTO
) -> tuple[tuple[Split, Split, Split], Division]:
    """The same, and how they were divided."""
    pool = parted(pool)
    shares = (0.0 if pool.validation is not None else validation, 0.0 if pool.test is not None else test)
    (train, held, judged), division = divided_rows(pool, *shares, seed, stratified=stratified, how=how)
    given = {"validation": pool.validation, "test": pool.test}
    parts = (
        pool.rows.take(train),
        pool.validation if pool.validation is not None else pool.rows.take(held),
        pool.test if pool.test is not None else pool.rows.take(judged),
    )
    return parts, replace(division, given=tuple(name for name, rows in given.items() if rows is not None))


def parted(pool: Pool) -> Pool:
    """The pool with the rows that are said to be for validation and test taken out, where others are left."""
    if pool.parts is None:
        return pool
    others = np.flatnonzero(np.isin(pool.parts, [GivenPart.ANY, GivenPart.TRAIN]))
    if not len(others) or len(others) == len(pool.parts):
        return pool

    def given(part: GivenPart) -> Split | None:
        at = np.flatnonzero(pool.parts == part)
        return pool.rows.take(at) if len(at) else None

    return replace(
        pool,
        rows=pool.rows.take(others),
        test=given(GivenPart.TEST),
        validation=given(GivenPart.VALIDATION),
        groups=None if pool.groups is None else pool.groups[others],
        times=None if pool.times is None else pool.times[others],
        parts=None,
    )


def divided_rows(
    pool: Pool, validation: float, test: float, seed: int, *, stratified: bool, how: SplitKind
) -> tuple[tuple[Rows, Rows, Rows], Division]:
    """The numbers of the rows of ``pool`` for each part, and how they were divided; ``divided`` makes rows of them.

    Raises DataError.
    """
    targets = strata(pool.rows.targets) if stratified else pool.rows.targets
    by_time = how is SplitKind.TIME or (how is SplitKind.AUTO and pool.times is not None)
    by_group = how is SplitKind.GROUPED or (how is SplitKind.AUTO and pool.groups is not None)
    if how is SplitKind.RANDOM or (how is SplitKind.AUTO and not (pool.is_own or by_time or by_group)):
        parts = split_rows(targets, validation, test, seed, stratified=stratified)
        return parts, Division(DividedBy.CHANCE, stratified)
    check_fractions(validation, test)
    if by_time:
        if pool.times is None:
            raise DataError("The data has no column that says when a row was. Choose one, or another way to split.")
        return split_in_time(pool.times, validation, test), Division(DividedBy.TIME)
    same = same_rows(pool.rows)
    copies = len(same) - len(np.unique(same))
    if by_group:
        if pool.groups is None:
            raise DataError(
                "The data has no column that says which rows belong together. Choose one, or another way to split."
            )
        same = joined(pool.groups, same)
    found = split_stably(targets, same, validation, test, seed, stratified=stratified)
    wanted = (True, validation > 0, test > 0)
    if (
        not by_group
        and len(targets) >= 3
        and any(wish and not len(part) for wish, part in zip(wanted, found, strict=True))
    ):
        # Too few rows to deal out in blocks.
        few = split_rows(targets, validation, test, seed, stratified=stratified)
        return few, Division(DividedBy.CHANCE, stratified)
    groups = 0
    if by_group and pool.groups is not None:
        known = pool.groups.astype(np.int64) >= 0  # of the others nothing says where they belong
        groups = len(np.unique(pool.groups[known]))
    by = DividedBy.GROUP if by_group else DividedBy.CHANCE
    return found, Division(by, stratified, lasting=True, groups=groups, copies=copies)
