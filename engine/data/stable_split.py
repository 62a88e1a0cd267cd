"""Dividing rows of the user's: a row keeps its part when others are added below it, and what belongs together stays.

Rows are dealt out in blocks, class by class in their order: of every twenty rows of a class as many go to each part as
its share says, at places drawn for that class and block. So every class is in proportion, and rows that are added at
the end fill further places and move none. Rows of one group, and rows that are the same, go where the first of them
goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Array, Split

Rows = NDArray[np.int64]
_BLOCK = 20
TRAIN, VALIDATION, TEST = 0, 1, 2


def same_rows(split: Split) -> NDArray[np.int64]:
    """A number for each row, N: the same for rows whose inputs and targets are the same, in the order they come.

    Where less than half of the rows are different, as in a table of a few categories, equal rows are no copies of one
    another but what was seen again: each row has a number of its own then.
    """
    numbers: dict[bytes, int] = {}
    found = np.empty(len(split), dtype=np.int64)
    targets = np.ascontiguousarray(split.targets).reshape(len(split), -1)
    for at in range(len(split)):
        row = np.ascontiguousarray(split.inputs[at]).tobytes() + targets[at].tobytes()
        key = hashlib.blake2b(row, digest_size=16).digest() if len(row) > 64 else row
        found[at] = numbers.setdefault(key, len(numbers))
    return found if 2 * len(numbers) >= len(found) else np.arange(len(found))


def joined(groups: Array, others: Array) -> NDArray[np.int64]:
    """Groups of rows that share either number, directly or through further rows."""
    parent = np.arange(len(groups))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = int(parent[at])
        return at

    for values in (groups, others):
        first: dict[object, int] = {}
        for at, value in enumerate(values.tolist()):
            one, other = root(first.setdefault(value, at)), root(at)
            parent[max(one, other)] = min(one, other)
    return np.array([root(at) for at in range(len(groups))], dtype=np.int64)


def split_stably(
    targets: Array, groups: Array, validation: float, test: float, seed: int, *, stratified: bool
) -> tuple[Rows, Rows, Rows]:
    """Row numbers for train, validation and test, each in rising order; rows of one of ``groups`` stay together.

    ``stratified`` (``targets`` of shape N) deals out the groups of every class, which is that of their first row.
    """
    first, number = np.unique(groups, return_index=True)[1], np.unique(groups, return_inverse=True)[1]
    order = np.argsort(first, kind="stable")  # as they come
    classes = targets.reshape(len(targets), -1)[first, 0] if stratified else np.zeros(len(first))
    part = np.empty(len(first), dtype=np.int8)
    for value in np.unique(classes):
        members = order[classes[order] == value]
        part[members] = _dealt(len(members), validation, test, seed, float(value))
    of_row = part[number.reshape(-1)]
    train, held, judged = (np.flatnonzero(of_row == one).astype(np.int64) for one in (TRAIN, VALIDATION, TEST))
    return train, held, judged


def _dealt(count: int, validation: float, test: float, seed: int, value: float) -> NDArray[np.int8]:
    parts: list[NDArray[np.int8]] = []
    for block in range(-(-count // _BLOCK)):
        row = np.zeros(_BLOCK, dtype=np.int8)
        held, judged = (_in_block(block, share) for share in (validation, test))
        row[:held], row[held : held + judged] = VALIDATION, TEST
        key = hashlib.blake2b(f"{seed} {value!r} {block}".encode(), digest_size=8).digest()
        parts.append(np.random.default_rng(int.from_bytes(key, "little")).permutation(row))
    return np.concatenate(parts)[:count] if parts else np.empty(0, dtype=np.int8)


def _in_block(block: int, share: float) -> int:
    """How many of the twenty rows of a block belong to a share: what is left over goes on to the next."""
    return round(_BLOCK * (block + 1) * share) - round(_BLOCK * block * share)


def split_in_time(times: Array, validation: float, test: float) -> tuple[Rows, Rows, Rows]:
    """Row numbers for train, validation and test: the latest rows for test, those before them for validation.

    Rows of the same time stay together, in the later part. Each in rising order.
    """
    order = np.argsort(times, kind="stable")
    ordered, count = np.asarray(times)[order], len(order)

    def start(share: float) -> int:
        at = count - round(count * share)
        return at if at >= count else int(np.searchsorted(ordered, ordered[at], side="left"))

    judged, held = start(test), start(min(1.0, test + validation)) if validation else start(test)
    held = min(held, judged)
    parts: Sequence[NDArray[np.int64]] = (order[:held], order[held:judged], order[judged:])
    train, validated, tested = (np.sort(one).astype(np.int64) for one in parts)
    return train, validated, tested
