"""What a column of a table of the user's is for, as a change of the options of the table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from engine.data.fields import DataField, Feature, Role
from engine.data.sources import own_table_target

CHOICES = (Role.INPUT, Role.UNUSED, Role.GROUP, Role.TIME, Role.PARTS, Role.TARGET)
"""What one can have a column be; the target last, for a column that has become it stays it."""
_ALONE = {Role.GROUP: "group", Role.TIME: "time", Role.PARTS: "parts"}


def listed(names: Sequence[str]) -> str:
    """Names of columns as an option lists them: separated by commas, in quotation marks where one needs them."""
    if len(names) < 2:
        return "".join(names)
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(names)
    return line.getvalue()


def with_role(options: Mapping[str, Any], fields: Sequence[DataField], name: str, role: Role) -> dict[str, Any]:
    """``options`` with the column ``name`` as what ``role`` says; ``fields`` are what the columns are under them.

    The target can be no other than by making another column the target: a table without one cannot be learned from.
    Raises ValueError for that, and for a role that is not of ``CHOICES``.
    """
    field = next(field for field in fields if field.name == name)
    if role not in CHOICES or (field.role is Role.TARGET and role is not Role.TARGET):
        raise ValueError(f"{name} cannot be {role.value}")
    changed = dict(options)
    if field.role is role:
        return changed
    inputs = {one.name for one in fields if one.role is Role.INPUT}
    if role is Role.TARGET:
        inputs |= {one.name for one in fields if one.role is Role.TARGET}
    inputs = inputs | {name} if role is Role.INPUT else inputs - {name}
    for taken, option in _ALONE.items():
        if field.role is taken:
            changed[option] = ""
    if role in _ALONE:
        changed[_ALONE[role]] = name
    elif role is Role.TARGET:
        changed["target"] = name
        if changed.get("learn_as") == own_table_target.LABELS:
            changed["learn_as"] = own_table_target.AUTO  # there is one target now
    if changed.get("columns") or (role is Role.UNUSED or field.role not in (Role.INPUT, Role.TARGET)):
        changed["columns"] = listed([one.name for one in fields if one.name in inputs])
    if role is not Role.INPUT:
        changed["log"] = listed([one.name for one in fields if one.log and one.name != name])
    return changed


def may_be_label(fields: Sequence[DataField], name: str) -> bool:
    """Whether a column can be one more label beside what is to be learned, or is one of several labels."""
    targets = [field for field in fields if field.role is Role.TARGET]
    field = next(field for field in fields if field.name == name)
    if not all(one.feature is Feature.YES_NO for one in (*targets, field)):
        return False
    return len(targets) > 1 if field.role is Role.TARGET else bool(targets) and field.role in (Role.INPUT, Role.UNUSED)


def with_label(options: Mapping[str, Any], fields: Sequence[DataField], name: str, label: bool) -> dict[str, Any]:
    """``options`` with the column ``name`` as one of the labels to be learned, or as an input again.

    Raises ValueError for a column that can be no label, and for the last one.
    """
    if not may_be_label(fields, name):
        raise ValueError(f"{name} cannot be a label")
    inputs = {field.name for field in fields if field.role is Role.INPUT}
    labels = [field.name for field in fields if (label if field.name == name else field.role is Role.TARGET)]
    changed = {**options, "target": listed(labels)}
    changed["learn_as"] = own_table_target.LABELS if len(labels) > 1 else own_table_target.AUTO
    if changed.get("columns"):
        inputs = inputs - {name} if label else inputs | {name}
        changed["columns"] = listed([field.name for field in fields if field.name in inputs])
    return changed


def with_log(options: Mapping[str, Any], fields: Sequence[DataField], name: str, log: bool) -> dict[str, Any]:
    """``options`` with log(1 + x) of the column ``name``, or with it as it is."""
    names = [one.name for one in fields if (log if one.name == name else one.log)]
    return {**options, "log": listed(names)}
