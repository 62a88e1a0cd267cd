"""Dividing the rows that are not for the test into folds: each is judged once by a network that learned from the rest.

Folds are dealt out as the parts of a split are (``stable_split``): class by class in proportion, what belongs together
stays together, and rows that are added at the end move no other. Rows in time are not dealt out: a fold is judged by
what comes after the rows that it learns from, so that the earliest rows are in no fold and are only learned from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.data.chosen_rows import one_after_another
from engine.data.dataset import Array, DataError, Dataset, Split
from engine.data.division import DividedBy
from engine.data.kinds import SplitKind
from engine.data.sources.source import Pool
from engine.data.splitting import divided_rows, parted, strata
from engine.data.stable_split import joined, same_rows

FEWEST, MOST = 2, 20
"""Folds that there can be."""
_NO_FOLD = -1


@dataclass(frozen=True, eq=False)
class Folds:
    """The rows of a dataset in ``count`` folds.

    ``whole`` is the dataset as it is divided without folds, ``rows`` are those of it that are in folds or only learned
    from, without its test rows. ``numbers`` (N, int8) says in which fold each is judged, from 0; -1 for those in none.
    """

    count: int
    whole: Dataset
    rows: Split
    numbers: NDArray[np.int8]
    held_out: Callable[[NDArray[np.int64]], tuple[NDArray[np.int64], Split | NDArray[np.int64]]]
    """Of the numbers of rows that a fold may learn from, those to learn from, and those (or the given rows) to choose
    by."""
    in_time: bool = False

    def sizes(self) -> tuple[int, ...]:
        """How many rows each fold judges."""
        return tuple(int((self.numbers == fold).sum()) for fold in range(self.count))

    def fold(self, number: int) -> Dataset:
        """What the fold ``number`` (from 0) learns from and chooses by; its test rows are those that it judges.

        The test rows of the dataset are not among any of them.
        """
        judged = np.flatnonzero(self.numbers == number).astype(np.int64)
        others = self.numbers < number if self.in_time else self.numbers != number
        train, held = self.held_out(np.flatnonzero(others).astype(np.int64))
        validation = held if isinstance(held, Split) else self.rows.take(held)
        return Dataset(self.whole.schema, self.rows.take(train), validation, self.rows.take(judged))


def fold_pool(
    pool: Pool, whole: Dataset, folds: int, validation: float, test: float, seed: int, how: SplitKind
) -> Folds:
    """The folds of ``pool``, which ``whole`` was divided from with the same shares and seed. Raises DataError."""
    stratified = not whole.schema.target.measured
    pool = parted(pool)
    test = 0.0 if pool.test is not None else test
    (train, held, _), division = divided_rows(
        pool, 0.0 if pool.validation is not None else validation, test, seed, stratified=stratified, how=how
    )
    rest = np.sort(np.concatenate([train, held])).astype(np.int64)
    pool = replace(
        pool,
        rows=pool.rows.take(rest),
        groups=None if pool.groups is None else pool.groups[rest],
        times=None if pool.times is None else pool.times[rest],
    )

    def held_out(among: NDArray[np.int64]) -> tuple[NDArray[np.int64], Split | NDArray[np.int64]]:
        if pool.validation is not None:
            return among, pool.validation
        part = replace(
            pool,
            rows=pool.rows.take(among),
            groups=None if pool.groups is None else pool.groups[among],
            times=None if pool.times is None else pool.times[among],
        )
        found = divided_rows(part, validation, 0.0, seed, stratified=stratified, how=how)[0]
        return among[found[0]], among[found[1]]

    if division.by is DividedBy.TIME and pool.times is not None:
        numbers = folds_in_time(pool.times, folds)
        return Folds(folds, whole, pool.rows, numbers, held_out, in_time=True)
    same = same_rows(pool.rows)
    if division.by is DividedBy.GROUP and pool.groups is not None:
        same = joined(pool.groups, same)
    targets = strata(pool.rows.targets) if stratified else pool.rows.targets
    numbers = deal_folds(targets, same, folds, seed, stratified=stratified)
    return Folds(folds, whole, pool.rows, numbers, held_out)


def fold_dataset(whole: Dataset, folds: int, validation: float, seed: int) -> Folds:
    """The folds of a dataset that was divided already. Raises DataError."""
    rows = Split(
        one_after_another(whole.train.inputs, whole.validation.inputs),
        np.concatenate([whole.train.targets, whole.validation.targets]),
    )
    bare = Dataset(whole.schema, rows, rows.take(np.arange(0)), whole.test)
    return fold_pool(Pool(rows, is_own=True), bare, folds, validation, 0.0, seed, SplitKind.AUTO)


def deal_folds(targets: Array, groups: Array, folds: int, seed: int, *, stratified: bool) -> NDArray[np.int8]:
    """The fold of each row, N, from 0; rows of one of ``groups`` (N) are in one.

    ``stratified`` (``targets`` of shape N) deals out the groups of every class, which is that of their first row, in
    blocks of ``folds``, so that of every class as many are in each fold, but for one. Raises DataError where there are
    fewer groups than folds.
    """
    check_folds(folds)
    _, first, number = np.unique(groups, return_index=True, return_inverse=True)
    count = len(first)
    if count < folds:
        raise DataError(
            f"There are {count:,} samples, or groups of them, to divide into {folds} folds: each fold needs one. Take "
            "fewer folds, or more data."
        )
    order = np.argsort(first, kind="stable")  # as they come
    classes = targets.reshape(len(targets), -1)[first, 0] if stratified else np.zeros(count)
    fold = np.empty(count, dtype=np.int8)
    for value in np.unique(classes):
        members = order[classes[order] == value]
        blocks = [_block(folds, seed, float(value), block) for block in range(-(-len(members) // folds))]
        fold[members] = np.concatenate(blocks)[: len(members)]
    if len(np.unique(fold)) < folds:  # too few of each class to deal out in blocks
        shuffled = np.random.default_rng(seed).permutation(count)
        fold[shuffled[np.argsort(classes[shuffled], kind="stable")]] = np.arange(count) % folds
    each: NDArray[np.int8] = fold[number.reshape(-1)]
    return each


def _block(folds: int, seed: int, value: float, block: int) -> NDArray[np.int8]:
    key = hashlib.blake2b(f"folds {folds} {seed} {value!r} {block}".encode(), digest_size=8).digest()
    return np.random.default_rng(int.from_bytes(key, "little")).permutation(folds).astype(np.int8)


def folds_in_time(times: Array, folds: int) -> NDArray[np.int8]:
    """The fold of each row, N, in the order of time; -1 for the earliest rows. Rows of the same time are in one, the
    later one. Raises DataError where there are too few different times."""
    check_folds(folds)
    order = np.argsort(times, kind="stable")
    ordered, count = np.asarray(times)[order], len(order)
    size = count // (folds + 1)
    found = np.full(count, _NO_FOLD, dtype=np.int8)
    for fold in range(folds):
        at = count - (folds - fold) * size
        if at < count:
            found[order[int(np.searchsorted(ordered, ordered[at], side="left")) :]] = fold
    if set(found.tolist()) != {_NO_FOLD, *range(folds)}:
        raise DataError(
            f"There are too few different times for {folds} folds, of which each is judged by later samples. Take "
            "fewer folds, or more data."
        )
    return found


def check_folds(folds: int) -> None:
    """Raise DataError unless there can be so many folds."""
    if not FEWEST <= folds <= MOST:
        raise DataError(f"There can be {FEWEST} to {MOST} folds, not {folds:,}.")
