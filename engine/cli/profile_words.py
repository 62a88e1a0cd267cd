"""What the columns of a table are like and what to beware of, for the terminal and as JSON."""

from __future__ import annotations

import math
import textwrap
from typing import Any

from engine.cli.show import columns
from engine.data.profile import ColumnProfile, TableProfile
from engine.number_text import range_words
from engine.text import brief, printable

_TOP = 3


def described(profile: TableProfile) -> str:
    """A table with a line for each column, and the warnings with what can be done."""
    rows = [
        (
            printable(one.name),
            one.type.value,
            f"{one.missing:,}",
            f"{one.distinct:,}",
            f"{one.outliers:,}" if one.counts else "",
            "" if one.relation is None else f"{one.relation.score:.2f}",
            _values(one),
        )
        for one in profile.columns
    ]
    headers = ("COLUMN", "TYPE", "MISSING", "DIFFERENT", "OUTLIERS", "TELLS", "VALUES")
    parts = [columns(rows, headers, right=(2, 3, 4, 5))]
    measure = next((one.relation.measure for one in profile.columns if one.relation is not None), "")
    if measure:
        parts.append(f"TELLS is how well the column alone tells the target, from 0 to 1 ({measure}).")
    return "\n\n".join([*parts, *warned(profile)])


def warned(profile: TableProfile) -> list[str]:
    """The warnings in words, with the options by which what is wrong can be repaired."""
    parts = []
    for warning in profile.warnings:
        said = f"Beware: {warning.words}"
        for repair in warning.repairs:
            given = " ".join(f"--set {name}={value}" for name, value in repair.options.items())
            said += f" {repair.label}: {given}" if len(given) < 200 else f" {repair.label}."
        parts.append(textwrap.fill(said, 110, break_long_words=False))
    return parts


def _values(column: ColumnProfile) -> str:
    if column.counts:
        return range_words(column.edges[0], column.edges[-1])
    shown = ", ".join(f"{brief(word)[1:-1]} ({count:,})" for word, count in column.top[:_TOP])
    return shown + (" …" if column.distinct > _TOP else "")


def as_json(profile: TableProfile) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "rows": profile.rows,
        "columns": [_column(one) for one in profile.columns],
        "warnings": [
            {
                "kind": one.kind.value,
                "column": one.column,
                "words": one.words,
                "proof": dict(one.proof),
                "repairs": [{"label": repair.label, "options": dict(repair.options)} for repair in one.repairs],
            }
            for one in profile.warnings
        ],
    }


def _column(column: ColumnProfile) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": column.name,
        "type": column.type.value,
        "role": column.role.value,
        "missing": column.missing,
        "distinct": column.distinct,
    }
    if column.counts:
        data |= {"edges": list(column.edges), "counts": list(column.counts), "outliers": column.outliers}
        data["skew"] = column.skew
    else:
        data["top"] = [list(pair) for pair in column.top]
    if column.relation is not None:
        data["relation"] = {"score": column.relation.score, "measure": column.relation.measure}
        if not math.isnan(column.relation.accuracy):
            data["relation"]["accuracy"] = column.relation.accuracy
    return data
