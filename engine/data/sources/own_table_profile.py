"""What is worth knowing of a table before one learns from it: how each column lies, and what should make one pause.

All figures are of the whole file. They describe it to the user, and nothing that a network is given depends on them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.counting import counted
from engine.data.data_warning import DataWarning
from engine.data.dataset import Split
from engine.data.fields import DataField, Feature, Role, inputs
from engine.data.sources.own_table_columns import Look
from engine.data.sources.own_table_judge import TableLook
from engine.data.sources.own_table_target import Judged
from engine.data.stable_split import same_rows
from engine.graph.columns import listed
from engine.graph.targets import CLASSIFIED, TargetKind
from engine.text import brief

GIVES_AWAY = 0.98
"""What a column alone gets, as a share of the rows or of the variance, from which on it seems to hold the target."""
_RARE, _MOSTLY = 10, 0.9
_SKEWED, _FEWEST_JUDGED = 2.0, 20
_BINS, _MOST_TOP, _MOST_ROWS = 30, 12, 200_000


@dataclass(frozen=True, eq=False)
class ColumnProfile:
    """A column of the file. ``rows`` have a value, ``missing`` have none, ``different`` are how many values there are.

    Numbers have a histogram, ``edges`` (B + 1) and ``counts`` (B); all others the most frequent values with their rows,
    ``top``. ``alone`` is what the target is predicted with by this column alone, on rows that were not used for it: the
    share of rows, or of the variance; None where that says nothing.
    """

    name: str
    feature: Feature
    role: Role
    rows: int
    missing: int
    different: int
    edges: NDArray[np.float64] | None = None
    counts: NDArray[np.int64] | None = None
    top: tuple[tuple[str, int], ...] = ()
    alone: float | None = None


@dataclass(frozen=True, eq=False)
class TableProfile:
    """All columns of a table, and what should make one pause, the gravest first."""

    columns: tuple[ColumnProfile, ...]
    warnings: tuple[DataWarning, ...]


def profile(look: TableLook, fields: Sequence[DataField], judged: Judged) -> TableProfile:
    """That of a table that was looked at and judged."""
    columns = tuple(_column(one, made, judged) for one, made in zip(look.looks, fields, strict=True))
    used = [one.name for one in inputs(fields)]
    warnings = [
        *_given_away(columns, used, judged),
        *_of_classes(judged),
        *_copies(look, fields, judged),
        *_skewed(look.looks, fields),
        *_mostly_missing(columns, used),
    ]
    return TableProfile(columns, tuple(warnings))


def _column(look: Look, made: DataField, judged: Judged) -> ColumnProfile:
    facts: dict[str, Any] = {}
    if look.is_numbers and look.different > 2:
        found = look.numbers[look.column.codes]
        found = found[~np.isnan(found)]
        counts, edges = np.histogram(found, bins=min(_BINS, max(5, look.different)))
        facts = {"edges": edges, "counts": counts.astype(np.int64)}
    else:
        facts = {"top": tuple(look.words()[:_MOST_TOP])}
    alone = _alone(look, judged) if made.role is Role.INPUT else None
    missing = int(look.counts[look.missing].sum())
    return ColumnProfile(
        made.name, made.feature, made.role, look.rows, missing, look.different, alone=alone, **facts
    )


def _alone(look: Look, judged: Judged) -> float | None:
    """What the target is predicted with by the bins of one column: learned from one half of the rows, tried on the
    other, and the other way round."""
    rows = np.flatnonzero(judged.known)[:_MOST_ROWS]
    target = judged.values[rows]
    if len(rows) < 20 or (target.ndim > 1 and target.shape[1] > 1) or judged.target.kind is TargetKind.SEVERAL:
        return None
    values = np.asarray(target, dtype=np.float64).reshape(-1)
    bins = _binned(look, rows)
    half = np.random.default_rng(0).permutation(len(rows)) % 2 == 0
    by_class = judged.target.kind in CLASSIFIED
    ordered = look.is_numbers
    right = sum(_tried(bins, values, learn, by_class, ordered) for learn in (half, np.logical_not(half)))
    if by_class:
        return right / len(rows)
    spread = float(((values - values.mean()) ** 2).sum())
    return None if spread <= 0 else 1 - right / spread


def _binned(look: Look, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    codes = look.column.codes[rows].astype(np.int64)
    if not look.is_numbers:
        return codes
    numbers = look.numbers[codes]
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return codes
    edges = np.unique(np.quantile(known, np.linspace(0, 1, 10 * _BINS + 1)[1:-1]))
    return np.where(np.isnan(numbers), -1, np.searchsorted(edges, numbers, side="right"))


def _tried(
    bins: NDArray[np.int64], target: NDArray[np.float64], learn: NDArray[np.bool_], by_class: bool, ordered: bool
) -> float:
    """How many of the rows not learned from are right, or the sum of their squared errors.

    A bin without rows to learn from says what the nearest says where bins are ``ordered``, else what is usual.
    """
    _, place = np.unique(bins, return_inverse=True)
    place = place.reshape(-1)
    size = int(place.max()) + 1
    counts = np.bincount(place[learn], minlength=size)
    tried = ~learn
    if ordered:
        seen = np.flatnonzero(counts)
        middle = (seen[1:] + seen[:-1]) / 2
        place = np.where(tried, seen[np.searchsorted(middle, place)], place)
    if not by_class:
        sums = np.bincount(place[learn], weights=target[learn], minlength=size)
        mean = float(target[learn].mean())
        said = np.where(counts > 0, sums / np.maximum(counts, 1), mean)[place[tried]]
        return float(((target[tried] - said) ** 2).sum())
    classes = target.astype(np.int64)
    width = int(classes.max()) + 1
    table = np.bincount(place[learn] * width + classes[learn], minlength=size * width).reshape(size, width)
    usual = int(np.bincount(classes[learn], minlength=width).argmax())
    best = np.where(counts > 0, table.argmax(axis=1), usual)
    return float((best[place[tried]] == classes[tried]).sum())


def _given_away(columns: Sequence[ColumnProfile], used: Sequence[str], judged: Judged) -> list[DataWarning]:
    usual = 0.0
    if judged.target.kind in CLASSIFIED:
        known = judged.values[judged.known].reshape(-1).astype(np.int64)
        usual = float(np.bincount(known).max() / max(1, len(known)))
    found = []
    for one in columns:
        if one.alone is None or one.alone < GIVES_AWAY or (1 - one.alone) > 0.2 * (1 - usual):
            continue
        share = f"{one.alone:.1%}" if judged.target.kind in CLASSIFIED else f"R² {one.alone:.3f}"
        rest = [name for name in used if name != one.name]
        words = f"{one.name} alone gets {share}: is it known beforehand, or does it follow from the target?"
        repair = {"columns": written(rest)} if rest else {}
        found.append(DataWarning(one.name, words, f"Leave {one.name} out" if rest else "", repair))
    return found


def written(names: Sequence[str]) -> str:
    """Names of columns as the options take them: separated by commas, in quotation marks where they hold one."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(names)
    return line.getvalue()


def _of_classes(judged: Judged) -> list[DataWarning]:
    if judged.target.kind not in CLASSIFIED:
        return []
    name = judged.fields[0].name
    names = judged.fields[0].categories
    counts = np.bincount(judged.values[judged.known].reshape(-1).astype(np.int64), minlength=len(names))
    found = []
    rare = [(names[at], int(counts[at])) for at in np.argsort(counts, kind="stable") if 0 < counts[at] < _RARE]
    if rare:
        named = ", ".join(f"{brief(one)[1:-1]} ({count})" for one, count in rare[:5])
        more = f" and {len(rare) - 5} more" if len(rare) > 5 else ""
        found.append(
            DataWarning(
                name,
                f"{counted(len(rare), 'class has', 'classes have')} fewer than {_RARE} rows: {named}{more}. What a "
                "network says of them can hardly be checked.",
            )
        )
    share = float(counts.max() / max(1, counts.sum()))
    if share >= _MOSTLY:
        found.append(
            DataWarning(
                name,
                f"{share:.1%} of the rows are {brief(names[int(counts.argmax())])}: always saying so would be right as "
                "often. Look at recall and F1 rather than at the accuracy.",
            )
        )
    return found


def _copies(look: TableLook, fields: Sequence[DataField], judged: Judged) -> list[DataWarning]:
    places = [at for at, one in enumerate(fields) if one.role in (Role.INPUT, Role.TARGET)]
    rows = np.flatnonzero(judged.known)[:_MOST_ROWS]
    if not places or not len(rows):
        return []
    codes = np.stack([look.table.columns[at].codes[rows] for at in places], axis=1)
    numbers = same_rows(Split(codes, np.zeros(len(rows), dtype=np.int8)))
    copies = len(rows) - len(np.unique(numbers))
    if not copies:
        return []
    return [
        DataWarning(
            "",
            f"{counted(copies, 'row is a copy', 'rows are copies')} of another, as far as columns are used. They stay "
            "together in one split, so that the network is not judged by rows that it has learned from.",
        )
    ]


def _skewed(looks: Sequence[Look], fields: Sequence[DataField]) -> list[DataWarning]:
    """Positive numbers with a long tail that a logarithm makes even."""
    logged = [one.name for one in fields if one.log]
    tailed = []
    for look, made in zip(looks, fields, strict=True):
        if made.role is not Role.INPUT or made.feature is not Feature.NUMBER or made.log:
            continue
        numbers = look.numbers[look.column.codes]
        numbers = numbers[~np.isnan(numbers)]
        if len(numbers) < _FEWEST_JUDGED or float(numbers.min()) < 0:
            continue
        before, after = _skewness(numbers), _skewness(np.log1p(numbers))
        if before > _SKEWED and abs(after) < before / 3:
            tailed.append(made.name)
    if not tailed:
        return []
    verb, them = ("has", "it") if len(tailed) == 1 else ("have", "them")
    return [
        DataWarning(
            tailed[0] if len(tailed) == 1 else "",
            f"{listed(tailed)} {verb} a long tail: most values are small and a few very large. A logarithm evens "
            f"{them} out.",
            "Take the logarithm",
            {"log": written([*logged, *tailed])},
        )
    ]


def _skewness(numbers: NDArray[np.float64]) -> float:
    spread = float(numbers.std())
    return float((((numbers - numbers.mean()) / spread) ** 3).mean()) if spread > 0 else 0.0


def _mostly_missing(columns: Sequence[ColumnProfile], used: Sequence[str]) -> list[DataWarning]:
    found = []
    for one in columns:
        if one.role is Role.INPUT and one.missing > one.rows:
            rest = [name for name in used if name != one.name]
            share = one.missing / (one.missing + one.rows)
            words = f"{one.name} is missing in {share:.0%} of the rows."
            repair = {"columns": written(rest)} if rest else {}
            found.append(DataWarning(one.name, words, f"Leave {one.name} out" if rest else "", repair))
    return found
