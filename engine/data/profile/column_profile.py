"""What one column of a table is like: its type, what is missing, how its values are spread, what it says of the target.

Of the column as it stands in the file, whatever is made of it; nothing here is given to a network.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.data.column_settings import ChosenType
from engine.data.fields import DataField, Feature, Role
from engine.data.profile import relation as relations
from engine.data.profile.relation import Relation
from engine.data.sources import own_table_columns
from engine.data.sources.own_table_columns import Look

BINS = 20
MOST_TOP = 10
_FENCE = 1.5


class ColumnType(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    CATEGORY = "category"
    YES_NO = "yes-no"
    DATE = "date"
    TEXT = "text"
    IDENTITY = "identity"
    CONSTANT = "constant"


@dataclass(frozen=True, eq=False)
class ColumnProfile:
    """A column. ``missing`` and ``distinct`` count its ``rows`` without a value, and its different values.

    A number has a histogram of 20 equal bins, ``counts`` between ``edges``, and ``outliers``, the rows further than 1.5
    times the distance of the quartiles beyond them (none where these are the same); ``skew`` is the third standardised
    moment, NaN for what is no number. Everything else has ``top``, its ten most frequent values with their rows.
    ``relation`` says how well the column alone tells the target; None for the target, and for texts, identities and
    constants.
    """

    name: str
    type: ColumnType
    role: Role
    rows: int
    missing: int
    distinct: int
    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    outliers: int = 0
    skew: float = float("nan")
    top: tuple[tuple[str, int], ...] = ()
    relation: Relation | None = None


@dataclass(frozen=True, eq=False)
class KnownTarget:
    """The target of a table: ``values`` of the ``rows`` to judge by; ``classes`` is 0 where they are numbers."""

    rows: NDArray[np.int64]
    values: NDArray[np.generic]
    classes: int


def profile_column(
    look: Look, field: DataField, target: KnownTarget | None, chosen: ChosenType = ChosenType.AUTO
) -> ColumnProfile:
    """What a column is like; ``field`` says what it is used as, ``chosen`` what it was told to hold."""
    kind = _CHOSEN.get(chosen, ColumnType.CONSTANT)
    if chosen is ChosenType.AUTO or look.different < 2:
        kind = type_of(look)
    rows = len(look.column.codes)
    is_number = kind is ColumnType.NUMBER or (kind is ColumnType.IDENTITY and look.is_numbers)
    lost = look.missing | np.isnan(look.numbers) if is_number else look.missing
    related = None
    if field.role is not Role.TARGET and kind in (
        ColumnType.NUMBER,
        ColumnType.CATEGORY,
        ColumnType.YES_NO,
    ):
        related = _related(look, kind, target)
    missing, distinct = int(look.counts[lost].sum()), int((~lost).sum())
    if not is_number:
        at = np.flatnonzero(~look.missing).tolist()
        top = heapq.nsmallest(MOST_TOP, at, key=lambda place: (-int(look.counts[place]), look.column.values[place]))
        pairs = tuple((str(look.column.values[place]), int(look.counts[place])) for place in top)
        return ColumnProfile(look.column.name, kind, field.role, rows, missing, distinct, top=pairs, relation=related)
    values = look.numbers[look.column.codes]
    values = values[~np.isnan(values)]
    counts, edges = np.histogram(values, BINS)
    low, high = np.percentile(values, (25, 75))
    beyond = _FENCE * (high - low)
    outliers = int(((values < low - beyond) | (values > high + beyond)).sum()) if beyond > 0 else 0
    return ColumnProfile(
        look.column.name,
        kind,
        field.role,
        rows,
        missing,
        len(np.unique(look.found)),
        tuple(edges.tolist()),
        tuple(counts.tolist()),
        outliers,
        skew_of(values),
        relation=related,
    )


_CHOSEN = {
    ChosenType.NUMBER: ColumnType.NUMBER,
    ChosenType.CATEGORY: ColumnType.CATEGORY,
    ChosenType.YES_NO: ColumnType.YES_NO,
    ChosenType.DATE: ColumnType.DATE,
    ChosenType.TEXT: ColumnType.TEXT,
    ChosenType.IDENTITY: ColumnType.IDENTITY,
}


def type_of(look: Look) -> ColumnType:
    """What a column holds, whatever it is used as."""
    if look.different < 2:
        return ColumnType.CONSTANT
    field = own_table_columns.judge(look, most_categories=relations.MOST_GROUPS)
    if field.role is Role.IDENTITY:
        return ColumnType.IDENTITY
    return {
        Feature.NUMBER: ColumnType.NUMBER,
        Feature.YES_NO: ColumnType.YES_NO,
        Feature.CATEGORY: ColumnType.CATEGORY,
        Feature.DATE: ColumnType.DATE,
    }.get(field.feature, ColumnType.TEXT)


def skew_of(values: NDArray[np.float64]) -> float:
    """The third standardised moment; 0 where all values are the same."""
    centred = values - values.mean()
    deviation = float(np.sqrt((centred**2).mean()))
    return float(((centred / deviation) ** 3).mean()) if deviation > 0 else 0.0


def _related(look: Look, kind: ColumnType, target: KnownTarget | None) -> Relation | None:
    if target is None or len(target.rows) < 2 * relations.FOLDS:
        return None
    codes = look.column.codes[target.rows]
    if kind is ColumnType.NUMBER:
        return relations.by_numbers(look.numbers[codes], target.values, target.classes)
    same = np.where(look.missing, len(look.missing), np.arange(len(look.missing)))  # whatever says missing is one value
    return relations.by_groups(same[codes], target.values, target.classes)
