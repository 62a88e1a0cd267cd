"""Rows that are said to belong to a part of the split: by the folder they lie in, or by a column of a table."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class GivenPart(IntEnum):
    """Where a row is said to belong; ANY where nothing says so."""

    ANY = 0
    TRAIN = 1
    VALIDATION = 2
    TEST = 3


FOLDERS = {
    "train": GivenPart.TRAIN,
    "training": GivenPart.TRAIN,
    "validation": GivenPart.VALIDATION,
    "valid": GivenPart.VALIDATION,
    "val": GivenPart.VALIDATION,
    "dev": GivenPart.VALIDATION,
    "test": GivenPart.TEST,
    "testing": GivenPart.TEST,
}
"""What folders of a part are called."""
SPELLINGS = FOLDERS | {
    "tr": GivenPart.TRAIN,
    "trn": GivenPart.TRAIN,
    "train set": GivenPart.TRAIN,
    "training set": GivenPart.TRAIN,
    "validate": GivenPart.VALIDATION,
    "validation set": GivenPart.VALIDATION,
    "development": GivenPart.VALIDATION,
    "te": GivenPart.TEST,
    "tst": GivenPart.TEST,
    "test set": GivenPart.TEST,
    "holdout": GivenPart.TEST,
    "hold out": GivenPart.TEST,
}
"""How a table says it, in small letters, with a space for what joins words."""
_CALLED = frozenset(
    {"split", "part", "set", "subset", "partition", "usage", "data split", "data set", "dataset", "phase"}
)


def part_of(text: str) -> GivenPart | None:
    """The part that a cell names; None where it names none."""
    return SPELLINGS.get(" ".join(text.casefold().replace("_", " ").replace("-", " ").split()))


def names_parts(title: str, values: Iterable[str]) -> bool:
    """Whether it is beyond doubt that a column of different ``values`` says which part each row belongs to.

    ``title`` are the words of its name. Each value is a part, one of them training; and the column is called as such
    columns are, or has all three.
    """
    found = {part_of(value) for value in values}
    if None in found or GivenPart.TRAIN not in found or len(found) < 2:
        return False
    return len(found) == 3 or title in _CALLED
