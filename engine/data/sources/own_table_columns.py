"""What the columns of a table are, judged from all rows of its file, each with a sentence that says why.

A guess that is wrong can be set right by options; a guess that is not said cannot. So every field has a reason.
"""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.counting import counted
from engine.data.dataset import DataError
from engine.data.fields import DataField, Feature, Impute, Role
from engine.data.progress import advance
from engine.data.tables.encoding import LARGEST, number_of
from engine.data.tables.marks import DecimalMark, is_number
from engine.data.tables.plain_numbers import plain_numbers
from engine.data.tables.raw import RawColumn, RawTable
from engine.number_text import range_words
from engine.text import brief

ENOUGH_NUMBERS = 0.95
"""A column is one of numbers from this share of its values on; the others count as missing."""
MOSTLY_DIFFERENT = 0.5
"""Words of which more than this share of the rows has one of its own are no categories."""
FEW = 20
"""Different words up to which a column is one of categories, however few rows there are."""
_DATE = re.compile(
    r"(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4})"
    r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?(?:Z|[AaPp][Mm]|[+-][0-9]{2}:?[0-9]{2}))?)?"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
)
_IDENTITY = re.compile(r"(?:^|[^a-z])(?:id|ids|uid|uuid|guid|index|nr|key)(?:$|[^a-z])", re.IGNORECASE)
_CAMEL_IDENTITY = re.compile(r"[a-z]I[Dd]$")
_LEADING_ZERO = re.compile(r"^0[0-9]", re.MULTILINE)
_NAMELESS = re.compile(r"column [0-9]+|Unnamed: [0-9]+")
_DATES = "Dates and times, which are not used unless their type is set to date."
_NO = ("no", "false", "n", "f", "0", "-1", "negative", "off", "absent", "bad")
_YES = ("yes", "true", "y", "t", "1", "1", "positive", "on", "present", "good")


@dataclass(frozen=True, eq=False)
class Look:
    """A column looked at: for each of its different texts how many rows have it, whether it is missing, a number.

    ``numbers`` holds NaN for what is none; ``plain`` says which texts are numbers of digits with a point at most.
    """

    column: RawColumn
    counts: NDArray[np.int64]
    missing: NDArray[np.bool_]
    numbers: NDArray[np.float64]
    plain: NDArray[np.bool_]

    @property
    def rows(self) -> int:
        """The rows that have a value."""
        return int(self.counts[~self.missing].sum())

    @property
    def different(self) -> int:
        """The different values."""
        return int((~self.missing).sum())

    @property
    def is_numbers(self) -> bool:
        """Whether nearly all values are numbers."""
        found = int(self.counts[~np.isnan(self.numbers)].sum())
        return found > 0 and found >= ENOUGH_NUMBERS * self.rows

    @property
    def is_dates(self) -> bool:
        """Whether nearly all values are dates or times of day."""
        found = sum(
            int(self.counts[at])
            for at in np.flatnonzero(~self.missing)
            if _DATE.fullmatch(self.column.values[at]) is not None
        )
        return found >= ENOUGH_NUMBERS * self.rows

    @property
    def stray(self) -> list[str]:
        """What is neither a number nor missing, in a column of numbers."""
        at = np.flatnonzero(~self.missing & np.isnan(self.numbers))
        return [self.column.values[place] for place in at]

    @property
    def found(self) -> NDArray[np.float64]:
        """The different numbers."""
        return self.numbers[~np.isnan(self.numbers)]

    def words(self, most: int = 0) -> list[tuple[str, int]]:
        """The different values with their rows, the most frequent first; equally many by name. The first ``most``."""
        if 0 < most < len(self.counts) - int(self.missing.sum()):
            return self._first_words(most)
        pairs = [(self.column.values[at], int(self.counts[at])) for at in np.flatnonzero(~self.missing)]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def _first_words(self, most: int) -> list[tuple[str, int]]:
        """The first ``most`` of many, without putting all in order."""
        counts = np.where(self.missing, 0, self.counts)
        least = int(np.partition(counts, -most)[-most])
        above = [(self.column.values[at], int(counts[at])) for at in np.flatnonzero(counts > least)]
        equal = heapq.nsmallest(most - len(above), self.column.values[counts == least])
        return sorted(above, key=lambda pair: (-pair[1], pair[0])) + [(text, least) for text in equal]


def look_at(table: RawTable) -> tuple[tuple[Look, ...], DecimalMark]:
    """All columns of a table, and its decimal mark. Raises DataError where that cannot be known."""
    looks: list[Look] = []
    plain: list[NDArray[np.float64] | None] = []
    for column in table.columns:
        advance(len(looks), len(table.columns), "columns")
        numbers = plain_numbers(column.values)
        missing = _missing(column, numbers)
        counts = np.bincount(column.codes, minlength=len(column.values)).astype(np.int64)
        looks.append(Look(column, counts, missing, np.full(len(column.values), np.nan), ~np.isnan(numbers)))
        plain.append(numbers if _mostly_numbers(looks[-1]) else None)
    marks = table.marks([look.column for look, numbers in zip(looks, plain, strict=True) if numbers is not None])
    for at, found in enumerate(plain):
        if found is not None:
            look, plain[at] = looks[at], None
            looks[at] = replace(look, numbers=_numbers(look.column, found, look.missing, marks))
    return tuple(looks), marks


def _missing(column: RawColumn, plain: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which texts say that a value is not known; ``plain`` are the numbers that are written plainly."""
    found = np.zeros(len(plain), dtype=np.bool_)
    for at in range(len(plain)) if column.also_missing else np.flatnonzero(np.isnan(plain)).tolist():
        found[at] = column.is_missing(column.values[at])
    return found


def _numbers(
    column: RawColumn, plain: NDArray[np.float64], missing: NDArray[np.bool_], marks: DecimalMark
) -> NDArray[np.float64]:
    """The number in each text, NaN where there is none within float32."""
    if marks.decimal == ".":
        found = np.where(np.abs(plain) <= LARGEST, plain, np.nan)
        each = np.flatnonzero(np.isnan(plain)).tolist()
    else:
        found, each = np.full(len(plain), np.nan), list(range(len(plain)))
    for at in each:
        value = None if missing[at] else number_of(marks, column.values[at])
        found[at] = np.nan if value is None else value
    found[missing] = np.nan
    return found


def _mostly_numbers(look: Look) -> bool:
    """Whether nearly all values look like numbers, whatever the decimal mark is, and not like codes."""
    if _is_coded(look):
        return False
    counts, missing = look.counts, look.missing
    found = int(counts[~missing & look.plain].sum())
    for at in np.flatnonzero(~look.plain & ~missing).tolist():
        found += int(counts[at]) * is_number(look.column.values[at])
    return found > 0 and found >= ENOUGH_NUMBERS * look.rows


def _is_coded(look: Look) -> bool:
    """Whether the values are digits that stand for something, as postcodes do: some begin with a zero.

    One in a hundred at least, for a single one among many numbers is a slip.
    """
    texts = look.column.values[~look.missing].tolist()
    if not all(text.isascii() and text.isdigit() for text in texts) or _LEADING_ZERO.search("\n".join(texts)) is None:
        return False
    zero = np.array([_LEADING_ZERO.match(text) is not None for text in texts])
    zeros = int(look.counts[~look.missing][zero].sum())
    return zeros * 100 >= look.rows


def judge(look: Look, *, most_categories: int, wanted: bool = False) -> DataField:
    """The field that a column is when nothing but inputs is made of it; ``wanted``: it was chosen by name.

    What cannot be an input has the role UNUSED or IDENTITY. Raises DataError where it was chosen all the same.
    """
    name, missing = look.column.name, int(look.counts[look.missing].sum())
    if look.different < 2:
        said = "It is empty." if not look.different else f"It is {brief(look.words()[0][0])} in every row."
        if wanted:
            raise DataError(f"The column {name} cannot be an input: nothing can be learned from it. {said}")
        return DataField(name, Feature.TEXT, Role.UNUSED, missing=missing, reason=said)
    if look.different == 2 and (not look.is_numbers or not look.stray):
        return yes_no(look, missing)
    if look.is_numbers:
        return number(look, missing, wanted=wanted)
    if look.is_dates and not wanted:
        return DataField(name, Feature.DATE, Role.UNUSED, missing=missing, reason=_DATES)
    if not wanted:
        if look.different == look.rows and look.rows == len(look.column.codes) and look.rows > FEW // 2:
            words = "A different value in every row: it tells rows apart, and nothing can be learned from it."
            return DataField(name, Feature.TEXT, Role.IDENTITY, missing=missing, reason=words)
        if look.different > FEW // 2 and look.different > MOSTLY_DIFFERENT * look.rows:
            words = f"{look.different:,} different texts in {counted(look.rows, 'row')}: free text is not used yet."
            return DataField(name, Feature.TEXT, Role.UNUSED, missing=missing, reason=words)
    return category(look, most_categories)


def yes_no(look: Look, missing: int) -> DataField:
    """The field of a column of two different values, ``missing`` in so many rows."""
    no, yes = no_and_yes(look)
    words = f"Two different values, {brief(no)} (0) and {brief(yes)} (1).{_most_frequent(missing)}"
    return DataField(
        look.column.name,
        Feature.YES_NO,
        Role.INPUT,
        (no, yes),
        impute=Impute.MOST_FREQUENT,
        missing=missing,
        reason=words,
    )


def number(look: Look, missing: int, *, wanted: bool) -> DataField:
    """The field of a column of numbers, ``missing`` in so many rows beside those that are no numbers."""
    name, found, stray = look.column.name, look.found, look.stray
    every = look.different == len(look.column.codes) and not stray
    if every and not wanted and bool((found % 1 == 0).all()) and called_identity(name, found):
        words = "A different whole number in every row: it tells rows apart, and nothing can be learned from it."
        return DataField(name, Feature.NUMBER, Role.IDENTITY, reason=words)
    words = f"Numbers from {range_words(float(found.min()), float(found.max()))}."
    if stray:
        lost = int(look.counts[~look.missing & np.isnan(look.numbers)].sum())
        missing += lost
        words += f" {counted(lost, 'value is', 'values are')} none, such as {brief(stray[0])}, and count as missing."
    if missing:
        words += f" {missing:,} missing: the median stands in."
    return DataField(name, Feature.NUMBER, Role.INPUT, impute=Impute.MEDIAN, missing=missing, reason=words)


def called_identity(name: str, found: NDArray[np.float64]) -> bool:
    """Whether a column of different whole numbers numbers the rows: its name says so, or it counts and has none."""
    if _IDENTITY.search(name) is not None or _CAMEL_IDENTITY.search(name) is not None:
        return True
    return _NAMELESS.fullmatch(name) is not None and bool((np.diff(found) == 1).all())


def category(look: Look, most: int, fewest: int | None = None) -> DataField:
    """The field of a column of at most so many categories, the rarer ones together; ``fewest`` rows each has, None for
    what is usual."""
    pairs = look.words()
    missing = int(look.counts[look.missing].sum())
    kept = pairs[:most]
    least = fewest or max(2, look.rows // 1000)
    if sum(count < least for _, count in pairs) > (fewest is None):  # by itself one alone stays what it is
        kept = [pair for pair in kept if pair[1] >= least] or kept
    other = len(pairs) - len(kept)
    shown = ", ".join(f"{brief(word)[1:-1]} ({count:,})" for word, count in kept[:5])
    words = f"{counted(len(pairs), 'different value')}: {shown}{' …' if len(kept) > 5 else ''}."
    if other:
        words += f" {counted(other, 'rare one is', 'rare ones are')} taken together as other."
    return DataField(
        look.column.name,
        Feature.CATEGORY,
        Role.INPUT,
        tuple(word for word, _ in kept),
        other=other > 0,
        impute=Impute.MOST_FREQUENT,
        missing=missing,
        reason=words + _most_frequent(missing),
    )


def _most_frequent(missing: int) -> str:
    return f" {missing:,} missing: the most frequent stands in." if missing else ""


def is_known_pair(look: Look) -> bool:
    """Whether two different values are no and yes by words or numbers that say so, as 0 and 1 or false and true."""
    values = sorted(look.column.values[place].casefold() for place in np.flatnonzero(~look.missing))
    return values in [sorted(pair) for pair in zip(_NO, _YES, strict=True)]


def no_and_yes(look: Look) -> tuple[str, str]:
    """Two different values as no and yes: by their words where these are known, else by number or in their order."""
    at = np.flatnonzero(~look.missing)
    values = [look.column.values[place] for place in at]
    for no, yes in zip(_NO, _YES, strict=True):
        lower = [value.casefold() for value in values]
        if sorted(lower) == sorted((no, yes)):
            return (values[0], values[1]) if lower[0] == no else (values[1], values[0])
    if not np.isnan(look.numbers[at]).any():
        first, second = at[np.argsort(look.numbers[at], kind="stable")]
        return look.column.values[first], look.column.values[second]
    first_word, second_word = sorted(values)
    return first_word, second_word
