"""How the rows of a dataset were divided, in words: by what, and what stayed together."""

from __future__ import annotations

from engine.counting import counted
from engine.data.dataset import Schema
from engine.data.division import DividedBy, Division
from engine.data.fields import Role
from engine.data.kinds import DataKind, SplitKind
from engine.reports.data_words import short_name, unit
from engine.training.recipe import Recipe

TITLES = {"train": "Training", "validation": "Validation", "test": "Test"}
"""What the parts are called."""


def division_words(division: Division, schema: Schema) -> str:
    """A few short sentences: "By group: 12 groups of patient. No group is in two parts."."""
    many = unit(schema)
    said = [_by(division, schema)]
    if division.copies:
        copies = counted(division.copies, "copy", "copies")
        said.append(
            f"{copies} {'stays' if division.copies == 1 else 'stay'} with the {unit(schema, 1)} "
            f"{'it repeats' if division.copies == 1 else 'they repeat'}."
        )
    if division.lasting and division.by is DividedBy.CHANCE:
        said.append(f"{many.capitalize()} added later move no other.")
    if division.given:
        parts = " and ".join(TITLES[name].lower() for name in division.given)
        said.append(f"{parts.capitalize()} came with the data and {'stays' if len(division.given) == 1 else 'stay'}.")
    return " ".join(said)


def _by(division: Division, schema: Schema) -> str:
    many = unit(schema)
    if division.by is DividedBy.GROUP:
        name = _column(schema, Role.GROUP)
        named = f" of {name}" if name else ""
        counts = f" {counted(division.groups, 'group')}{named}." if division.groups else f"{named}."
        return f"By group:{counts} No group is in two parts."
    if division.by is DividedBy.TIME:
        name = _column(schema, Role.TIME)
        return f"In time{f', by {name}' if name else ''}: the latest {many} are tested on."
    if division.by is DividedBy.ORDER:
        return "In order: the end of the text is tested on." if schema.kind is DataKind.TEXT else "In order."
    return "At random, each class in proportion." if division.stratified else "At random."


def _column(schema: Schema, role: Role) -> str:
    return next((short_name(field.name) for field in schema.fields if field.role is role), "")


def expected_division(recipe: Recipe, schema: Schema) -> Division:
    """How the rows of such data will be divided, as far as that can be told before they are read."""
    roles = {field.role for field in schema.fields}
    how = SplitKind(recipe.split)
    if schema.kind is DataKind.TEXT:
        return Division(DividedBy.ORDER)
    if how is SplitKind.TIME or (how is SplitKind.AUTO and Role.TIME in roles):
        return Division(DividedBy.TIME)
    if how is SplitKind.GROUPED or (how is SplitKind.AUTO and Role.GROUP in roles):
        return Division(DividedBy.GROUP, not schema.target.measured)
    return Division(DividedBy.CHANCE, not schema.target.measured)
