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

from engine.data import date_parts
from engine.data.date_parts import DatePart

OTHER = "other"
"""What a category is called that stands for all the rare ones together."""
MISSING = "missing"
"""What a category is called that stands for missing values."""
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
    PARTS = "split"
    """It says which part of the split each row belongs to."""
    IDENTITY = "identity"
    """It tells one row from another, and nothing can be learned from it."""
    UNUSED = "left out"


class Impute(StrEnum):
    """What stands in for a missing value, measured on the training rows."""

    NONE = "none"
    """Nothing: a missing value is refused."""
    MEDIAN = "median"
    MEAN = "mean"
    MOST_FREQUENT = "most frequent"
    CATEGORY = "category"
    """Nothing: that it is missing is a category of its own."""
    LEAVE_OUT = "leave out"
    """Nothing: rows in which it is missing are not learned from, and new ones are refused."""

    @property
    def fills(self) -> bool:
        """Whether something stands in for a missing value, so that it is not a number until then."""
        return self in (Impute.MEDIAN, Impute.MEAN, Impute.MOST_FREQUENT)

    @property
    def refuses(self) -> bool:
        """Whether a new row must have the value."""
        return self in (Impute.NONE, Impute.LEAVE_OUT)


@dataclass(frozen=True)
class DataField:
    """A column of a table, called ``name`` in its file, and ``title`` to people where that is not "".

    ``categories`` are the values of a category in the order of their columns, or the two of yes/no, no first. With
    ``other`` all further ones share a last column; without it one that is not known has 0 in all of them. ``impute``
    stands in for missing values; with ``flag`` one more column says, as 0 or 1, where one was missing. With ``log`` a
    number x is given as log(1 + x). ``missing`` is how many values of the file are missing, ``reason`` a sentence on
    why the field was taken for what it is.

    A date is ``written`` as one of ``date_parts.FORMATS`` and is given as its ``parts``. With ``stray`` what cannot be
    read as a number or as a date counts as missing, in new rows too; otherwise it is refused there. ``sensitive``:
    people are not to be treated unlike for it.
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
    title: str = ""
    written: str = ""
    parts: tuple[str, ...] = ()
    stray: bool = False
    sensitive: bool = False

    @property
    def shown(self) -> str:
        """What it is called to people."""
        return self.title or self.name

    @property
    def values(self) -> tuple[str, ...]:
        """What a category may be, in the order of its columns, with those that stand for several or for none."""
        missing = (MISSING,) if self.impute is Impute.CATEGORY else ()
        return (*self.categories, *((OTHER,) if self.other else ()), *missing)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of the input that it becomes."""
        name = self.shown
        flagged = (f"{name} missing",) if self.flag else ()
        if self.feature is Feature.CATEGORY:
            return (*(f"{name} = {value}" for value in self.values), *flagged)
        if self.feature is Feature.YES_NO and len(self.categories) == 2:
            return (f"{name} = {self.categories[1]}", *flagged)
        if self.feature is Feature.DATE and self.parts:
            return (*(f"{name} {column}" for part in self.parts for column in DatePart(part).columns), *flagged)
        return (f"log({name})" if self.log else name, *flagged)

    @property
    def category_columns(self) -> int:
        """How many of its columns, the first ones, are 0 or 1 for a category each; 0 for what is no category."""
        if self.feature in (Feature.CATEGORY, Feature.YES_NO):
            return len(self.columns) - self.flag
        return 0

    @property
    def measured(self) -> tuple[bool, ...]:
        """For each of its columns, whether it holds measurements, to be scaled; 0 and 1 stay as they are."""
        first = self.feature is Feature.NUMBER or (self.feature is Feature.DATE and DatePart.DAYS in self.parts[:1])
        return (first, *(False for _ in self.columns[1:]))

    @property
    def may_be_missing(self) -> tuple[bool, ...]:
        """For each of its columns, whether a value may be missing: not a number until it is imputed."""
        count = len(self.columns)
        return tuple(self.impute.fills and not (self.flag and at == count - 1) for at in range(count))

    def decoded(self, values: Sequence[float]) -> float | str:
        """What stands in the table for the values of its columns, which need not be 0 and 1 exactly.

        A category or yes/no is the one whose column is largest, a missing value is ""; a number is a number.
        """
        if self.flag and values[-1] > 0.5:
            return ""
        if self.feature is Feature.YES_NO and len(self.categories) == 2:
            return self.categories[values[0] > 0.5]
        if self.feature is Feature.CATEGORY:
            best = max(range(len(self.values)), key=lambda at: values[at])
            return "" if self.impute is Impute.CATEGORY and best == len(self.values) - 1 else self.values[best]
        if self.feature is Feature.DATE and self.parts:
            return date_parts.told(values, self.parts, self.written)
        return math.expm1(min(values[0], _LARGEST_LOG)) if self.log else float(values[0])

    def to_json(self) -> dict[str, Any]:
        """Plain values; what has its default is left out."""
        data: dict[str, Any] = {"name": self.name, "feature": self.feature.value, "role": self.role.value}
        for name in (*_FLAGS, "missing", *_WORDS):
            if getattr(self, name):
                data[name] = getattr(self, name)
        if self.parts:
            data["parts"] = list(self.parts)
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
        flags = {name: data.get(name, False) for name in _FLAGS}
        words = {name: data.get(name, "") for name in _WORDS}
        missing, feature = data.get("missing", 0), Feature(data.get("feature", Feature.NUMBER))
        if not all(isinstance(one, bool) for one in flags.values()):
            raise ValueError(f"{', '.join(_FLAGS)} of a column must be true or false")
        if type(missing) is not int or missing < 0 or not all(isinstance(one, str) for one in words.values()):
            raise ValueError(f"missing of a column must be a number of rows, and {', '.join(_WORDS)} words")
        parts = data.get("parts", [])
        if not isinstance(parts, list) or len(parts) > len(DatePart):
            raise ValueError("the parts of a date must be a list")
        parts = tuple(DatePart(part).value for part in parts)
        if parts and (feature is not Feature.DATE or words["written"] not in date_parts.FORMATS):
            raise ValueError("what has the parts of a date must be one, written in a known way")
        return cls(
            data["name"],
            feature,
            Role(data.get("role", Role.INPUT)),
            tuple(categories),
            impute=Impute(data.get("impute", Impute.NONE)),
            missing=missing,
            parts=parts,
            **flags,
            **words,
        )


_FLAGS = ("other", "flag", "log", "stray", "sensitive")
_WORDS = ("reason", "title", "written")


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
