"""What is to be learned from a table: which column, and whether as numbers, as classes, or as yes or no."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.counting import counted
from engine.data.column_settings import ColumnSetting
from engine.data.dataset import Array, DataError
from engine.data.fields import DataField, Feature, Role
from engine.data.sources import own_table_labels
from engine.data.sources.own_table_columns import Look, no_and_yes
from engine.data.sources.own_table_labels import FoundLabels
from engine.data.tables import columns as table_columns
from engine.graph.columns import listed
from engine.graph.targets import Categories, MultiLabel, Quantities, SeveralTargets, Target, YesNo
from engine.number_text import range_words
from engine.text import brief

AUTO, NUMBERS, CLASSES, EACH, LABELS = "auto", "numbers", "classes", "each", "labels"
FEW_WHOLE = 10
"""Different whole numbers up to which a target is one of classes."""
MOST_CLASSES = 1_000
_LEAST_OF_CLASS = 3
"""Rows for each whole number, on average, from which on these are classes by themselves."""
_CLASSES = ("label", "labels", "class", "classes", "species", "diagnosis", "category")
"""What columns are called whose numbers are classes, however few rows there are."""
_CALLED = (
    "target", "targets", "label", "labels", "class", "classes", "y", "outcome", "output", "result", "response",
    "survived", "species", "diagnosis", "churn", "churned", "exited", "default", "fraud", "price", "prices",
    "saleprice", "medv", "quality", "rating", "score", "value",
)  # fmt: skip
"""What columns are called that are to be predicted, the likeliest first."""
_CALLED_LAST = ("target", "label", "class", "outcome", "price", "value")
"""The same as the last word of a name, as in median house value."""


@dataclass(frozen=True, eq=False)
class Judged:
    """A target with its ``fields``, the sentence ``why``, and a row for each row of the file.

    ``values``: class numbers int64 N, 0 and 1 float32 N, or float32 N×values; meaningless where not ``known``.
    """

    target: Target
    fields: tuple[DataField, ...]
    why: str
    values: Array
    known: NDArray[np.bool_]


def names_in(text: str, names: Sequence[str], what: str) -> list[int]:
    """Where the columns stand that ``text`` lists, separated by commas; a name may stand in quotation marks.

    Raises DataError for one that is not among ``names``.
    """
    if text in names:
        return [names.index(text)]
    words = [word.strip() for word in next(csv.reader([text], skipinitialspace=True), []) if word.strip()]
    try:
        found = table_columns.find(names, words)
    except table_columns.TwoColumns as error:
        raise DataError(f"{what}: two columns can be {brief(error.name)}. Rename one of them.") from None
    for word in words:
        if word not in found:
            raise DataError(f"{what}: there is no column called {brief(word)}; there are: {listed(names)}.")
    return list(dict.fromkeys(found[word] for word in words))


def guess(looks: Sequence[Look], fields: Sequence[DataField]) -> tuple[int, str]:
    """Which column is to be predicted where nobody said it, and why: one called so, or the last. Raises DataError."""
    fit = [at for at, field in enumerate(fields) if field.role is Role.INPUT]
    if not fit:
        raise DataError("There is no column that could be learned: each is empty, the same in every row or free text.")
    words = {at: table_columns.words(looks[at].column.name) for at in reversed(fit)}
    for called, key in ((_CALLED, lambda name: name), (_CALLED_LAST, lambda name: name.split()[-1:])):
        for name in called:
            for at, found in words.items():
                if key(found) == key(name):
                    return at, "its name says so"
    return fit[-1], "it is the last column"


def judge(looks: Sequence[Look], learn_as: str) -> Judged:
    """What the columns of the target are learned as; ``learn_as`` is auto, numbers, classes, each or labels.

    Several columns are learned as numbers together where they can be, else each by itself. Raises DataError.
    """
    if learn_as == LABELS:
        return _labels(own_table_labels.of_columns(looks) if len(looks) > 1 else own_table_labels.of_cells(looks[0]))
    if len(looks) > 1:
        if learn_as == NUMBERS or (learn_as == AUTO and all(look.is_numbers for look in looks)):
            return _numbers(looks)
        return _each([_judge(look, AUTO if learn_as == EACH else learn_as) for look in looks])
    return _judge(looks[0], AUTO if learn_as == EACH else learn_as)


def called(judged: Judged, settings: Sequence[ColumnSetting | None]) -> Judged:
    """The target called as was chosen. Of several of different kinds the drawing knows each by its name in the file."""
    titles = [one.title if one is not None else "" for one in settings]
    if not any(titles):
        return judged
    fields = tuple(replace(field, title=title) for field, title in zip(judged.fields, titles, strict=True))
    target = judged.target
    if isinstance(target, Quantities):
        target = Quantities(target.size, tuple(field.shown for field in fields))
    elif isinstance(target, MultiLabel) and len(fields) > 1:
        target = MultiLabel(target.size, tuple(field.shown for field in fields))
    return replace(judged, fields=fields, target=target)


def _labels(found: FoundLabels) -> Judged:
    return Judged(MultiLabel(len(found.names), found.names), found.fields, found.why, found.values, found.known)


def _each(judged: Sequence[Judged]) -> Judged:
    """Several targets of different kinds, each in a column of its own, as numbers."""
    fields = tuple(field for one in judged for field in one.fields)
    return Judged(
        SeveralTargets.of({field.name: one.target for field, one in zip(fields, judged, strict=True)}),
        fields,
        " ".join(f"{one.fields[0].name}: {one.why}" for one in judged),
        np.stack([one.values.reshape(-1).astype(np.float32) for one in judged], axis=1),
        np.logical_and.reduce([one.known for one in judged]),
    )


def _judge(look: Look, learn_as: str) -> Judged:
    name = look.column.name
    if look.different < 2:
        raise DataError(f"The target {name} has {counted(look.different, 'value')}; it takes two to learn something.")
    if learn_as == NUMBERS:
        return _numbers([look])
    whole = look.is_numbers and not look.stray and bool((look.found % 1 == 0).all())
    few = look.different <= (MOST_CLASSES if learn_as == CLASSES else FEW_WHOLE)
    if learn_as == AUTO and look.rows < _LEAST_OF_CLASS * look.different and table_columns.words(name) not in _CLASSES:
        few = False  # as y of y = 2x + 1: what hardly ever comes again is measured, not told apart
    if look.is_numbers and learn_as == AUTO and not (whole and few) and look.different > 2:
        return _numbers([look])
    if look.different > MOST_CLASSES or (look.different > 10 and look.different > look.rows / 2):
        if own_table_labels.lists_in(look) is not None and learn_as == AUTO:
            return _labels(own_table_labels.of_cells(look))  # as classes it could not be learned at all
        raise DataError(
            f"The target {name} has {look.different:,} different values in {counted(look.rows, 'row')}: too many to "
            "learn as classes. Choose another column as the target."
        )
    if look.different == 2:
        return _yes_no(look)
    return _classes(look, whole)


def _yes_no(look: Look) -> Judged:
    names = no_and_yes(look)
    each = np.array([float(value == names[1]) for value in look.column.values], dtype=np.float32)
    why = f"Two different values: {brief(names[0])} counts as no, {brief(names[1])} as yes."
    field = DataField(look.column.name, Feature.YES_NO, Role.TARGET, names, missing=_missing(look), reason=why)
    return Judged(YesNo(1, names), (field,), why, each[look.column.codes], _known(look))


def _classes(look: Look, whole: bool) -> Judged:
    at = np.flatnonzero(~look.missing)
    if look.is_numbers and not look.stray:
        at = at[np.argsort(look.numbers[at], kind="stable")]
        names = tuple(look.column.values[place] for place in at)
    else:
        names = tuple(sorted(look.column.values[place] for place in at))
    number = {name: place for place, name in enumerate(names)}
    each = np.array([number.get(value, 0) for value in look.column.values], dtype=np.int64)
    what = "whole numbers" if whole else "values"
    shown = ", ".join(brief(name)[1:-1] for name in names[:6]) + (" …" if len(names) > 6 else "")
    why = f"{len(names):,} different {what}, each a class: {shown}."
    field = DataField(look.column.name, Feature.CATEGORY, Role.TARGET, names, missing=_missing(look), reason=why)
    target = Categories(len(names), names)
    return Judged(target, (field,), why, each[look.column.codes], _known(look))


def _numbers(looks: Sequence[Look]) -> Judged:
    fields, columns = [], []
    for look in looks:
        name = look.column.name
        if not look.is_numbers:
            words = look.words()
            found = f"found {brief(words[0][0])}" if words else "found nothing"
            raise DataError(f"The target {name} cannot be learned as numbers: {found}. Choose another column.")
        low, high = float(look.found.min()), float(look.found.max())
        why = f"Numbers from {range_words(low, high)}."
        fields.append(DataField(name, Feature.NUMBER, Role.TARGET, missing=_missing(look), reason=why))
        columns.append(look.numbers[look.column.codes])
    values = np.stack(columns, axis=1)
    known = np.asarray(~np.isnan(values).any(axis=1), dtype=np.bool_)
    names = tuple(field.name for field in fields)
    return Judged(
        Quantities(len(names), names),
        tuple(replace(field, missing=int(np.isnan(values[:, at]).sum())) for at, field in enumerate(fields)),
        " ".join(field.reason for field in fields),
        values.astype(np.float32),
        known,
    )


def _known(look: Look) -> NDArray[np.bool_]:
    """The rows that have a value."""
    known: NDArray[np.bool_] = ~look.missing[look.column.codes]
    return known


def _missing(look: Look) -> int:
    return int(look.counts[look.missing].sum())
