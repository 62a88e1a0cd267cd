"""Labels of a table, of which a row may have several: a column of yes and no each, or one whose cells list them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.counting import counted
from engine.data.dataset import DataError
from engine.data.fields import DataField, Feature, Role
from engine.data.sources.own_table_columns import Look, is_known_pair, no_and_yes
from engine.graph.columns import listed
from engine.text import brief

MOST_LABELS = 500
_SEPARATORS = {";": "a semicolon", "|": "a vertical bar", ",": "a comma", " ": "a blank"}
_SEVERAL = {";": 0.1, "|": 0.1, ",": 0.1, " ": 0.5}
"""From this share of the cells on with several parts, a column may be one of lists."""
_USES = {";": 2, "|": 2, ",": 2, " ": 3}
"""In so many different cells a label stands on average where cells are lists: else they are phrases."""
_LONGEST = 40
_ALONE = {"no": 0.0, "false": 0.0, "0": 0.0, "yes": 1.0, "true": 1.0, "1": 1.0}
"""What a column of labels holds that no row has, or every row."""


@dataclass(frozen=True, eq=False)
class FoundLabels:
    """The ``names`` of labels, the ``fields`` they stand in and ``why``; ``values`` are float32 N×labels of 0 and 1,
    meaningless in rows that are not ``known``."""

    names: tuple[str, ...]
    fields: tuple[DataField, ...]
    why: str
    values: NDArray[np.float32]
    known: NDArray[np.bool_]


@dataclass(frozen=True)
class Lists:
    """Cells that list labels: what separates them, which ``labels`` there are, how many of ``cells`` list several."""

    separator: str
    labels: tuple[str, ...]
    several: int
    cells: int

    @property
    def words(self) -> str:
        """The evidence, as a sentence says it."""
        return (
            f"{self.several:,} of {counted(self.cells, 'cell')} list several values, separated by "
            f"{_SEPARATORS[self.separator]}: {counted(len(self.labels), 'different label')}"
        )


def are_labels(looks: Sequence[Look]) -> bool:
    """Whether several columns are labels beyond doubt: each holds yes and no, by words or numbers that say so."""
    return len(looks) > 1 and all(look.different == 2 and is_known_pair(look) for look in looks)


def lists_in(look: Look) -> Lists | None:
    """What speaks for a column's cells being lists of labels; None where little does."""
    if look.is_numbers or look.is_dates:
        return None
    for separator, least in _SEVERAL.items():
        found = _parted(look, separator)
        uses = sum(len(parts) for parts in found.values())
        labels = {part for parts in found.values() for part in parts}
        several = sum(int(look.counts[at]) for at, parts in found.items() if len(parts) > 1)
        if not 2 <= len(labels) <= MOST_LABELS or several < least * look.rows:
            continue
        if (
            max(map(len, labels)) <= _LONGEST
            and uses >= _USES[separator] * len(labels)
            and len(labels) < look.different
        ):
            return Lists(separator, tuple(sorted(labels)), several, look.rows)
    return None


def _parted(look: Look, separator: str) -> dict[int, tuple[str, ...]]:
    """The labels in each different cell that is not missing, by its place; a label listed twice counts once."""
    found = {}
    for at in np.flatnonzero(~look.missing).tolist():
        parts = (part.strip() for part in look.column.values[at].split(separator))
        found[at] = tuple(dict.fromkeys(filter(None, parts)))
    return found


def parts_of(text: str, labels: Sequence[str]) -> tuple[str, ...]:
    """The labels that a cell lists, by the separator that leaves most of ``labels``."""
    ways = ([part.strip() for part in text.split(separator)] for separator in _SEPARATORS)
    return max((tuple(part for part in parts if part in labels) for parts in ways), key=len)


def of_columns(looks: Sequence[Look]) -> FoundLabels:
    """Labels of which each has a column of yes and no. Raises DataError for a column of anything else."""
    fields, columns, known = [], [], []
    for look in looks:
        each, words, names = _one(look)
        columns.append(each[look.column.codes])
        missing = int(look.counts[look.missing].sum())
        known.append(~look.missing[look.column.codes])
        fields.append(
            DataField(look.column.name, Feature.YES_NO, Role.TARGET, names, missing=missing, reason=f"A label. {words}")
        )
    names = tuple(field.name for field in fields)
    why = f"{counted(len(names), 'label')}, of which a row may have several: {listed(names)}."
    return FoundLabels(
        names, tuple(fields), why, np.stack(columns, axis=1).astype(np.float32), np.logical_and.reduce(known)
    )


def label_counts(looks: Sequence[Look]) -> list[tuple[str, int, int]]:
    """Of the target's columns each label, how many rows have it, and of how many that is known."""
    found = of_columns(looks) if len(looks) > 1 else of_cells(looks[0])
    counts = found.values[found.known].sum(axis=0)
    return [(name, int(count), int(found.known.sum())) for name, count in zip(found.names, counts, strict=True)]


def _one(look: Look) -> tuple[NDArray[np.float32], str, tuple[str, ...]]:
    """For each different text 0 or 1, words on what counts as yes, and the two values, no first."""
    name, values = look.column.name, look.column.values
    if look.different == 2:
        no, yes = no_and_yes(look)
        each = np.array([float(value == yes) for value in values], dtype=np.float32)
        return each, f"{brief(no)} counts as no, {brief(yes)} as yes.", (no, yes)
    only = look.words()[0][0] if look.different == 1 else ""
    if only.casefold() in _ALONE:
        share = _ALONE[only.casefold()]
        words = "Every row has it: there is nothing to learn." if share else "No row has it: there is nothing to learn."
        return np.full(len(values), share, dtype=np.float32), words, ("no", "yes")
    raise DataError(
        f"The label {name} has {counted(look.different, 'different value')}; a column of labels holds yes and no. "
        "Leave it out of the target, or learn each target by itself."
    )


def of_cells(look: Look) -> FoundLabels:
    """Labels that stand together in the cells of one column. Raises DataError where no cell lists several."""
    name = look.column.name
    judged = lists_in(look)
    separators = [judged.separator] if judged is not None else list(_SEPARATORS)
    for separator in separators:
        found = _parted(look, separator)
        if any(len(parts) > 1 for parts in found.values()):
            break
    else:
        raise DataError(
            f"The target {name} lists no labels: no cell has several values, separated by a semicolon, a vertical bar, "
            "a comma or a blank. Choose another column as the target, or several columns of yes and no."
        )
    counts: Counter[str] = Counter()
    for at, parts in found.items():
        counts.update(dict.fromkeys(parts, int(look.counts[at])))
    names = tuple(sorted(counts))
    if not 2 <= len(names) <= MOST_LABELS:
        raise DataError(
            f"The target {name} lists {len(names):,} different labels; from 2 to {MOST_LABELS} can be learned. Choose "
            "another column as the target."
        )
    place = {label: at for at, label in enumerate(names)}
    each = np.zeros((len(look.column.values), len(names)), dtype=np.float32)
    for at, parts in found.items():
        each[at, [place[part] for part in parts]] = 1.0
    several = sum(int(look.counts[at]) for at, parts in found.items() if len(parts) > 1)
    lists = Lists(separator, names, several, look.rows)
    shown = ", ".join(brief(label)[1:-1] for label, _ in counts.most_common(6))
    why = f"{lists.words}: {shown}{' …' if len(names) > 6 else ''}."
    missing = int(look.counts[look.missing].sum())
    field = DataField(name, Feature.CATEGORY, Role.TARGET, names, missing=missing, reason=why)
    return FoundLabels(names, (field,), why, each[look.column.codes], ~look.missing[look.column.codes])
