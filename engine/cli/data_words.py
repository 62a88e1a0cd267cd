"""What a table of the user's was taken for, column by column, for the terminal and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from engine.cli.show import columns
from engine.counting import counted
from engine.data.dataset import Schema
from engine.data.fields import DataField, inputs
from engine.data.kinds import DataKind, PreparationKind
from engine.data.pipeline import pipeline
from engine.data.preparation import Preparation
from engine.data.sources.own_table_guesses import Guess
from engine.reports.data_words import target_words
from engine.text import printable

_MOST_NAMED = 8


def described(schema: Schema, preparation: Preparation | None = None) -> str:
    """The data in words: what is learned of it, and of a table what each column is; with what was measured of it."""
    rows = [(_called(field), field.feature.value, field.role.value, field.reason) for field in schema.fields]
    whole = schema.input.is_tokens or schema.kind is DataKind.PICTURES
    given = f"{schema.input.words()} at a time" if whole else f"{counted(schema.input.count, 'number')} a row"
    parts = [
        f"{schema.title}: {schema.summary}" if not schema.summary.startswith(schema.title) else schema.summary,
        columns(rows, ("COLUMN", "HOLDS", "IS USED AS", "WHY")) if rows else "",
        f"The network is given {given}, and learns {target_words(schema)}.",
    ]
    parts.append(prepared(schema, preparation))
    said = [part for part in parts if part]
    return "\n\n".join(textwrap.fill(part, 110) if "\n" not in part else part for part in said)


def _called(field: DataField) -> str:
    title = f" (called {field.title})" if field.title else ""
    return f"{field.name}{title}{', sensitive' if field.sensitive else ''}"


def prepared(schema: Schema, preparation: Preparation | None = None, asked: str = "auto") -> str:
    """What is done to each field; before training, what will be where ``asked`` is what the recipe says of inputs."""
    is_done = "What is done to the inputs" if preparation is not None else "What will be done to the inputs"
    rows = [(one.name, one.words) for one in pipeline(schema, preparation, PreparationKind(asked))]
    return f"{is_done}, measured on the training samples\n" + columns(rows)


def how_read(guesses: Sequence[Guess]) -> str:
    """How the file of a table was read, each judgement with what it was judged by and the option that changes it."""
    rows = [(one.setting, printable(one.value), printable(one.evidence), one.option) for one in guesses]
    return "How the file was read; --set OPTION=VALUE changes it\n" + columns(rows, ("", "", "WHY", "OPTION"))


def takes(schema: Schema) -> str:
    """What a network that learned from the data is to be given, and how: the end of a sentence."""
    if schema.kind is DataKind.TEXT:
        return "it continues text: use --text TEXT"
    if schema.kind is DataKind.PICTURES:
        return "it looks at images: give image files, or their pixels with --csv FILE"
    names = [field.name for field in inputs(schema.fields)]
    more = f" and {counted(len(names) - _MOST_NAMED, 'other column')}" if len(names) > _MOST_NAMED else ""
    return f"it takes {', '.join(names[:_MOST_NAMED])}{more}: use --csv FILE"


def as_json(schema: Schema, rows: dict[str, int]) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "dataset": schema.name,
        "title": schema.title,
        "rows": rows,
        "inputs": schema.input.count,
        "target": {"kind": schema.target.kind.value, "size": schema.target.size, "names": list(schema.target.names)},
        "columns": [field.to_json() for field in schema.fields],
        "encoded": list(schema.columns),
        "summary": schema.summary,
        "pipeline": [one.to_json() for one in pipeline(schema)],
    }
