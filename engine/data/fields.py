"""What the columns of a table mean: one ``DataField`` each, with what it holds, what it is for, and how it is given.

A network takes numbers, so that a field becomes one column or several of the input: a number one, yes or no one of 0
and 1, a category one of 0 and 1 for each of its categories (one-hot). **How many columns there are is known from the
schema alone**: it follows from the categories that stand in the whole file, and never from the training rows, or every
seed would ask for another drawing. Only the names of categories are taken from all rows, and no figure: whatever is
measured (the median or the most frequent category that stands in for a missing value, mean and deviation) is measured
on the training rows, by :class:`engine.data.preparation.Preparation`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

OTHER = "other"
"""What a category is called that stands for all the rare ones together."""
_LARGEST_LOG = 700.0
"""What a network makes of a logarithm may be anything; beyond this there is no float any more."""
MOST_WIDE = 20_000
"""Columns that the input of a network may have at most, after one-hot."""


class Feature(StrEnum):
    """What a field holds; the words are those of files and of the command line."""

    NUMBER = "number"
    CATEGORY = "category"
    YES_NO = "yes/no"
    DATE = "date"
    TEXT = "text"
    PICTURE = "picture"
    TOKENS = "tokens"


class Role(StrEnum):
    """What a field is for."""

    INPUT = "input"
    TARGET = "target"
    GROUP = "group"
    """Rows with the same value belong together, in one split."""
    TIME = "time"
    """When a row was: the latest rows are judged by."""
    IDENTITY = "identity"
    """It tells one row from another, and nothing can be learned from it."""
    UNUSED = "left out"


class Impute(StrEnum):
    """What stands in for a missing value, measured on the training rows."""

    NONE = "none"
    """Nothing: a missing value is refused."""
    MEDIAN = "median"
    MOST_FREQUENT = "most frequent"


@dataclass(frozen=True)
class DataField:
    """A column of a table.

    ``categories`` are the values of a category in the order of their columns, or the two of yes/no, no first. With
    ``other`` all further ones share a last column; without it one that is not known has 0 in all of them. ``impute``
    stands in for missing values; with ``flag`` one more column says, as 0 or 1, where one was missing. With ``log`` a
    number x is given as log(1 + x). ``missing`` is how many values of the file are missing, ``reason`` a sentence on
    why the field was taken for what it is.
    """

    name: str
    feature: Feature = Feature.NUMBER
    role: Role = Role.INPUT
    categories: tuple[str, ...] = ()
    other: bool = False
    impute: Impute = Impute.NONE
    flag: bool = False
    log: bool = False
    missing: int = 0
    reason: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of the input that it becomes."""
        flagged = (f"{self.name} missing",) if self.flag else ()
        if self.feature is Feature.CATEGORY:
            names = (*self.categories, OTHER) if self.other else self.categories
            return (*(f"{self.name} = {name}" for name in names), *flagged)
        if self.feature is Feature.YES_NO and len(self.categories) == 2:
            return (f"{self.name} = {self.categories[1]}", *flagged)
        return (f"log({self.name})" if self.log else self.name, *flagged)

    @property
    def category_columns(self) -> int:
        """How many of its columns, the first ones, are 0 or 1 for a category each; 0 for what is no category."""
        if self.feature in (Feature.CATEGORY, Feature.YES_NO):
            return len(self.columns) - self.flag
        return 0

    @property
    def measured(self) -> tuple[bool, ...]:
        """For each of its columns, whether it holds measurements, to be scaled; 0 and 1 stay as they are."""
        return (self.feature is Feature.NUMBER, *(False for _ in self.columns[1:]))

    @property
    def may_be_missing(self) -> tuple[bool, ...]:
        """For each of its columns, whether a value may be missing: not a number until it is imputed."""
        count = len(self.columns)
        return tuple(self.impute is not Impute.NONE and not (self.flag and at == count - 1) for at in range(count))

    def decoded(self, values: Sequence[float]) -> float | str:
        """What stands in the table for the values of its columns, which need not be 0 and 1 exactly.

        A category or yes/no is the one whose column is largest, a missing value is ""; a number is a number.
        """
        if self.flag and values[-1] > 0.5:
            return ""
        if self.feature is Feature.YES_NO and len(self.categories) == 2:
            return self.categories[values[0] > 0.5]
        if self.feature is Feature.CATEGORY:
            names = (*self.categories, OTHER) if self.other else self.categories
            return names[max(range(len(names)), key=lambda at: values[at])]
        return math.expm1(min(values[0], _LARGEST_LOG)) if self.log else float(values[0])

    def to_json(self) -> dict[str, Any]:
        """Plain values; what has its default is left out."""
        data: dict[str, Any] = {"name": self.name, "feature": self.feature.value, "role": self.role.value}
        for name in ("other", "flag", "log", "missing", "reason"):
            if getattr(self, name):
                data[name] = getattr(self, name)
        if self.categories:
            data["categories"] = list(self.categories)
        if self.impute is not Impute.NONE:
            data["impute"] = self.impute.value
        return data

    @classmethod
    def from_json(cls, data: Any) -> DataField:
        """Read what ``to_json`` wrote. Raises ValueError."""
        if not isinstance(data, Mapping) or not isinstance(data.get("name"), str):
            raise ValueError("a column must be an object with a name")
        categories = data.get("categories", [])
        if not isinstance(categories, list) or not all(isinstance(one, str) for one in categories):
            raise ValueError("the categories of a column must be a list of words")
        flags = {name: data.get(name, False) for name in ("other", "flag", "log")}
        missing, reason = data.get("missing", 0), data.get("reason", "")
        if not all(isinstance(one, bool) for one in flags.values()):
            raise ValueError("other, flag and log of a column must be true or false")
        if type(missing) is not int or missing < 0 or not isinstance(reason, str):
            raise ValueError("missing of a column must be a number of rows, and reason a sentence")
        return cls(
            data["name"],
            Feature(data.get("feature", Feature.NUMBER)),
            Role(data.get("role", Role.INPUT)),
            tuple(categories),
            impute=Impute(data.get("impute", Impute.NONE)),
            missing=missing,
            reason=reason,
            **flags,
        )


def inputs(fields: Sequence[DataField]) -> tuple[DataField, ...]:
    """The fields that a network is given."""
    return tuple(field for field in fields if field.role is Role.INPUT)


def columns(fields: Sequence[DataField]) -> tuple[str, ...]:
    """The names of the columns of the input that the fields become."""
    return tuple(name for field in inputs(fields) for name in field.columns)


def measured(fields: Sequence[DataField]) -> tuple[bool, ...]:
    """For each column of the input, whether it holds measurements."""
    return tuple(one for field in inputs(fields) for one in field.measured)


def may_be_missing(fields: Sequence[DataField]) -> tuple[bool, ...]:
    """For each column of the input, whether a value may be missing before it is imputed."""
    return tuple(one for field in inputs(fields) for one in field.may_be_missing)


def decoded(fields: Sequence[DataField], row: Sequence[float]) -> tuple[float | str, ...]:
    """A row of the input as it would stand in the table: a value for each of its input fields."""
    values, at = [], 0
    for field in inputs(fields):
        width = len(field.columns)
        values.append(field.decoded(row[at : at + width]))
        at += width
    return tuple(values)
