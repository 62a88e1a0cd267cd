"""What to beware of in a table before it is learned from: each with a proof in numbers, and a repair if there is one.

A repair is a change of the options of the table; whoever takes it has the same table judged anew.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from engine.counting import counted
from engine.data.fields import DataField, Impute, Role
from engine.data.profile.column_profile import ColumnProfile, ColumnType, skew_of
from engine.data.sources import own_table_labels, own_table_roles, own_table_settings, own_table_target
from engine.data.sources.own_table_columns import Look
from engine.text import brief

TELLS = 0.98
"""A column alone gives the answer away from this accuracy, or this R², on."""
FEW_ROWS = 10
IMBALANCE = 0.9
MOSTLY_MISSING = 0.5
SKEWED = 2.0


class WarningKind(StrEnum):
    """What is warned of."""

    TELLS_ANSWER = "gives the answer away"
    DUPLICATES = "duplicate rows"
    IDENTITY = "identity"
    CONSTANT = "constant"
    RARE_CLASS = "rare classes"
    IMBALANCE = "imbalance"
    MISSING = "mostly missing"
    SKEWED = "skewed"
    LISTS = "lists of labels"
    TOGETHER = "labels"
    IDLE_LABEL = "idle label"


@dataclass(frozen=True)
class DataRepair:
    """What can be done: ``label`` names it, ``options`` are those of the table to change."""

    label: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class DataWarning:
    """Something to beware of in ``column``, "" for the whole table: a sentence, and the numbers that prove it."""

    kind: WarningKind
    column: str
    words: str
    proof: Mapping[str, float] = field(default_factory=dict)
    repairs: tuple[DataRepair, ...] = ()


def warnings_of(
    columns: Sequence[ColumnProfile],
    looks: Sequence[Look],
    fields: Sequence[DataField],
    options: Mapping[str, Any],
    *,
    of_classes: bool,
) -> tuple[DataWarning, ...]:
    """All there is to beware of, the gravest first; ``of_classes``: the target is one of classes or of yes and no."""
    target = next((one for one, column in zip(looks, columns, strict=True) if column.role is Role.TARGET), None)
    found = [
        *_telling(columns, target),
        *_labels(columns, looks, options),
        *_duplicates(columns, looks),
        *(_classes(columns, target) if of_classes else ()),
        *_idle(columns),
        *_missing(columns, fields, options),
        *_skewed(columns, looks, options),
    ]
    inputs = [column.name for column in columns if column.role is Role.INPUT]
    return tuple(_with_leaving_out(one, inputs) for one in found)


def leaving_out(names: Sequence[str], inputs: Sequence[str]) -> dict[str, Any]:
    """The options under which the columns called ``names`` are none of the ``inputs`` any more; {} if none is left."""
    kept = [name for name in inputs if name not in names]
    return {"columns": own_table_roles.listed(kept)} if kept else {}


def _with_leaving_out(warning: DataWarning, inputs: Sequence[str]) -> DataWarning:
    """The warning with the repair that fits most columns: to leave it out, where it is an input."""
    if warning.column not in inputs or warning.repairs:
        return warning
    options = leaving_out([warning.column], inputs)
    repairs = (DataRepair(f"Leave out {warning.column}", options),) if options else ()
    return DataWarning(warning.kind, warning.column, warning.words, warning.proof, repairs)


def _telling(columns: Sequence[ColumnProfile], target: Look | None) -> Iterator[DataWarning]:
    for column in columns:
        if column.role is not Role.INPUT or column.relation is None or target is None:
            continue
        accuracy, score = column.relation.accuracy, column.relation.score
        known = target.counts[~target.missing]
        base = float(known.max() / known.sum())
        if np.isnan(accuracy):
            tells, how, proof = score >= TELLS, f"an R² of {score:.3f}", {"r2": score}
        else:
            tells = accuracy >= TELLS and 1 - accuracy <= (1 - base) / 5
            how, proof = f"{accuracy:.1%} right".replace("%", " %"), {"accuracy": accuracy, "most frequent": base}
        if tells:
            words = f"{column.name} alone gets {how}: is it known beforehand?"
            yield DataWarning(WarningKind.TELLS_ANSWER, column.name, words, proof)


def _duplicates(columns: Sequence[ColumnProfile], looks: Sequence[Look]) -> Iterator[DataWarning]:
    """Rows that are the same in all inputs and targets. Equal rows have equal sums of random numbers of their cells."""
    used = [look for look, one in zip(looks, columns, strict=True) if one.role in (Role.INPUT, Role.TARGET)]
    if not used:
        return
    generator = np.random.default_rng(0)
    sums = np.zeros(len(used[0].column.codes), dtype=np.uint64)
    for look in used:
        sums += generator.integers(0, 2**64, len(look.counts), dtype=np.uint64)[look.column.codes]
    again = len(sums) - len(np.unique(sums))
    if again:
        words = (
            f"{counted(again, 'row')} ({again / len(sums):.1%}) {'is' if again == 1 else 'are'} the same as another in "
            "all columns used. They stay together in one split, unless rows are split randomly: with one to learn from "
            "and one to be judged by, the test would be too kind."
        ).replace("%)", " %)")
        yield DataWarning(WarningKind.DUPLICATES, "", words, {"rows": again, "share": again / len(sums)})


def _classes(columns: Sequence[ColumnProfile], target: Look | None) -> Iterator[DataWarning]:
    column = next((one for one in columns if one.role is Role.TARGET), None)
    if column is None or target is None:
        return
    words = target.words()
    rare = [(word, count) for word, count in words if count < FEW_ROWS]
    if rare:
        shown = ", ".join(f"{brief(word)[1:-1]} ({count})" for word, count in rare[:5])
        said = f"{counted(len(rare), 'class has', 'classes have')} under {FEW_ROWS} rows: {shown}"
        said += f"{' …' if len(rare) > 5 else ''}. What is learned of so few says little."
        repairs = (DataRepair("Learn it as numbers", {"learn_as": "numbers"}),) if target.is_numbers else ()
        if len(words) == 2:
            repairs = ()
        yield DataWarning(WarningKind.RARE_CLASS, column.name, said, {"classes": len(rare)}, repairs)
    share = words[0][1] / max(target.rows, 1)
    if share >= IMBALANCE:
        said = f"{share:.1%} of the rows are {brief(words[0][0])}: always to answer that is right as often."
        yield DataWarning(WarningKind.IMBALANCE, column.name, said.replace("%", " %", 1), {"share": share})


def _labels(
    columns: Sequence[ColumnProfile], looks: Sequence[Look], options: Mapping[str, Any]
) -> Iterator[DataWarning]:
    """Targets that are rather labels, of which a row may have several; and labels of which nothing can be learned."""
    pairs = [(one, column) for one, column in zip(looks, columns, strict=True) if column.role is Role.TARGET]
    targets, learn_as = [one for one, _ in pairs], options.get("learn_as", own_table_target.AUTO)
    repair = DataRepair("Learn the labels", {"learn_as": own_table_target.LABELS})
    if learn_as in (own_table_target.AUTO, own_table_target.CLASSES) and len(targets) == 1:
        name, lists = targets[0].column.name, own_table_labels.lists_in(targets[0])
        if lists is not None and len(lists.labels) > 1:
            words = f"{name}: {lists.words}. As classes each combination is one of its own."
            proof = {"cells": lists.several, "labels": len(lists.labels)}
            yield DataWarning(WarningKind.LISTS, name, words, proof, (repair,))
    elif learn_as == own_table_target.AUTO and own_table_labels.are_labels(targets):
        words = f"The {len(targets)} targets hold yes and no each: they can be learned together, as labels."
        yield DataWarning(WarningKind.TOGETHER, "", words, {"targets": len(targets)}, (repair,))
    if learn_as != own_table_target.LABELS:
        return
    for label, rows, of in own_table_labels.label_counts(targets):
        least = min(rows, of - rows)
        if least < FEW_ROWS:
            how = {0: "no row has", of: "every row has"}.get(rows, "")
            few = f"{counted(rows, 'row has' if rows == 1 else 'rows have')}" if rows < of - rows else ""
            words = (how or few or f"all but {counted(of - rows, 'row')} have") + f" the label {brief(label)}"
            end = "There is nothing to learn of it." if how else "What is learned of so few says little."
            yield DataWarning(WarningKind.IDLE_LABEL, "", f"{words[0].upper()}{words[1:]}. {end}", {"rows": rows})


def _idle(columns: Sequence[ColumnProfile]) -> Iterator[DataWarning]:
    for column in columns:
        if column.role is Role.TARGET:
            continue
        if column.type is ColumnType.IDENTITY:
            words = f"{column.name} tells one row from another: {column.distinct:,} different values."
            yield DataWarning(WarningKind.IDENTITY, column.name, words, {"distinct": column.distinct})
        elif column.type is ColumnType.CONSTANT:
            same = brief(column.top[0][0]) if column.top else "empty"
            words = f"{column.name} is {same} in every row: nothing can be learned from it."
            yield DataWarning(WarningKind.CONSTANT, column.name, words, {"distinct": column.distinct})


def _missing(
    columns: Sequence[ColumnProfile], fields: Sequence[DataField], options: Mapping[str, Any]
) -> Iterator[DataWarning]:
    """Inputs that are mostly missing, unless the network is told where they are."""
    inputs = [column.name for column in columns if column.role is Role.INPUT]
    for column, used in zip(columns, fields, strict=True):
        share = column.missing / max(column.rows, 1)
        if column.role is not Role.INPUT or share <= MOSTLY_MISSING or used.flag or not used.impute.fills:
            continue
        name = column.name
        label, chosen = f"Add a column: {name} missing", dict[str, Any](flag=True)
        if Impute.CATEGORY in own_table_settings.rules_for(used.feature):
            label, chosen = f"Make missing {name} a category", {"missing": Impute.CATEGORY.value}
        told = DataRepair(label, _changed(options, own_table_settings.with_values(options, name, chosen)))
        left = leaving_out([name], inputs)
        repairs = (told, *((DataRepair(f"Leave out {name}", left),) if left else ()))
        words = f"{name} is missing in {share:.0%} of the rows.".replace("%", " %")
        yield DataWarning(WarningKind.MISSING, name, words, {"share": share}, repairs)


def _changed(options: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changed.items() if options.get(name) != value}


def _skewed(
    columns: Sequence[ColumnProfile], looks: Sequence[Look], options: Mapping[str, Any]
) -> Iterator[DataWarning]:
    """Numbers from 0 on whose skew the logarithm at least halves."""
    logged = str(options.get("log", ""))
    taken = next(csv.reader([logged], skipinitialspace=True), [])
    for column, look in zip(columns, looks, strict=True):
        positive = column.type is ColumnType.NUMBER and column.role is Role.INPUT and column.edges[0] >= 0
        if not positive or column.name in taken or not column.skew > SKEWED:
            continue
        values = look.numbers[look.column.codes]
        after = skew_of(np.log1p(values[~np.isnan(values)]))
        if abs(after) <= column.skew / 2:
            proved = f"skewness {column.skew:.1f}; of its logarithm {after:.1f}"
            words = f"{column.name} is skewed by a few large values ({proved})."
            logged = own_table_roles.listed([*taken, column.name])
            repair = DataRepair(f"Take the logarithm of {column.name}", {"log": logged})
            proof = {"skew": column.skew, "skew of the logarithm": after}
            yield DataWarning(WarningKind.SKEWED, column.name, words, proof, (repair,))
