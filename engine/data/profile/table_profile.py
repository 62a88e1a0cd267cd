"""The profile of a table: made of it once for each state of its file and each choice of options, as the table itself.

A thread that must not wait is told that the file is being read (``engine.data.reading``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.column_settings import ChosenType
from engine.data.fields import DataField, Feature, Role
from engine.data.profile.column_profile import ColumnProfile, KnownTarget, profile_column
from engine.data.profile.relation import chosen_rows
from engine.data.profile.warnings import DataWarning, warnings_of
from engine.data.reading import KnownFiles
from engine.data.sources import own_table, own_table_settings
from engine.data.sources.own_table_columns import Look
from engine.graph.targets import TargetKind


@dataclass(frozen=True, eq=False)
class TableProfile:
    """Its ``columns``, in the order of the file, and the ``warnings``, the gravest first; ``rows`` of the file."""

    rows: int
    columns: tuple[ColumnProfile, ...]
    warnings: tuple[DataWarning, ...]

    def column(self, name: str) -> ColumnProfile:
        """The column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


_known: KnownFiles[TableProfile] = KnownFiles(8)


def profile_of(options: Mapping[str, Any]) -> TableProfile:
    """The profile of the table under the options of an own table. Raises DataError, StillReading."""
    key, reading = own_table.reading_of(options)
    return _known.get(key, lambda: _profiled(options), reading)


def _profiled(options: Mapping[str, Any]) -> TableProfile:
    made = own_table.table(options)
    looked = own_table.look(options)
    settings = own_table_settings.settings_of(str(options.get("settings", "")), looked.table.names)
    looks = [
        own_table_settings.looked_at_as(look, settings.get(at), looked.marks) for at, look in enumerate(looked.looks)
    ]
    fields = made.schema.fields
    target = _target(looks, fields)
    columns = tuple(
        profile_column(look, field, target, settings[at].type if at in settings else ChosenType.AUTO)
        for at, (look, field) in enumerate(zip(looks, fields, strict=True))
    )
    of_classes = made.schema.target.kind is not TargetKind.LABELS and target is not None and target.classes > 0
    warnings = warnings_of(columns, looks, fields, options, of_classes=of_classes)
    return TableProfile(looked.table.rows, columns, warnings)


def _target(looks: Sequence[Look], fields: Sequence[DataField]) -> KnownTarget | None:
    """The first target of the table."""
    for look, field in zip(looks, fields, strict=True):
        if field.role is not Role.TARGET:
            continue
        if field.feature is Feature.NUMBER:
            values = look.numbers[look.column.codes]
            rows = chosen_rows(np.asarray(~np.isnan(values), dtype=np.bool_))
            return KnownTarget(rows, values[rows], 0)
        places = np.cumsum(~look.missing) - 1
        rows = chosen_rows(np.asarray(~look.missing[look.column.codes], dtype=np.bool_))
        return KnownTarget(rows, places[look.column.codes[rows]], look.different)
    return None
