"""The network to begin with for a table: a few dense layers, as wide and trained as long as its rows allow.

The figures are rules of thumb, tried on tables from 150 to 20,000 rows: about 6,000 steps, a fifth of them at least
before early stopping, and the fewer rows, the fewer units and the more dropout.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data import catalogue
from engine.data import fields as of_fields
from engine.data.column_settings import ChosenType
from engine.data.dataset import DataError
from engine.data.fields import Feature, Role
from engine.data.sources import own_table, own_table_labels, own_table_parts, own_table_settings, own_table_target
from engine.data.tables.columns import words
from engine.data.tables.formats import ENDINGS
from engine.graph.graph import Graph, wire
from engine.graph.layout.arranging import Layer, chain, layer
from engine.graph.layout.tidy import tidy_compactly
from engine.graph.targets import TargetKind
from engine.tasks import template_proposal
from engine.tasks.proposed import Proposal
from engine.tasks.registry import KINDS
from engine.training.data_loading import dataset_schema, kind_chosen
from engine.training.recipe import Recipe

SUFFIXES = ENDINGS
_STEPS = 6_000
_DEGREES = ("quality", "rating", "ratings", "score", "grade", "stars", "rank", "age", "years", "count", "rings")
_FEWEST_DEGREES = 5
_OFTEN_MISSING = 0.05
"""From this share of the rows on, that a value is missing may say something: the network is given a column for it."""


@dataclass(frozen=True)
class _Size:
    """What suits tables of up to ``rows`` rows: units of the hidden layers, dropout behind each, samples a step."""

    rows: float
    hidden: tuple[int, ...]
    dropout: float
    batch: int
    held: float


_SIZES = (
    _Size(300, (16,), 0.0, 16, 0.2),
    _Size(3_000, (32, 16), 0.2, 32, 0.15),
    _Size(10_000, (64, 32), 0.1, 64, 0.15),
    _Size(100_000, (128, 64, 32), 0.0, 128, 0.1),
    _Size(math.inf, (256, 128, 64), 0.0, 1_024, 0.05),
)


def propose(path: Path, target: str = "", task: str = "") -> Proposal:
    """A drawing and a recipe for a table. Raises DataError: it cannot be read, or the task does not fit the target."""
    options: dict[str, Any] = {"path": str(path.absolute())}
    if target:
        options["target"] = target
    if task and task not in KINDS:
        raise DataError(f"There is no kind of learning called {task!r}; there are: {', '.join(KINDS)}.")
    if task and not KINDS[task].automatic:
        return template_proposal.propose(KINDS[task], own_table.NAME, options, path)
    options |= _divided_by(options)
    options |= _learned_as(options, task) or _as_ordered(options, task)
    options |= _with_dates(options)
    table = own_table.table(options)
    rows = table.rows
    if any(field.missing > _OFTEN_MISSING * rows for field in of_fields.inputs(table.schema.fields)):
        options["flags"] = True
    size = next(one for one in _SIZES if rows <= one.rows)
    epochs = min(max(round(_STEPS * size.batch / rows), 10), 200)
    recipe = Recipe().with_settings(
        {
            "dataset": own_table.NAME,
            "optimizer.kind": "AdamW",
            "optimizer.learning_rate": 0.003,
            "schedule.kind": "cosine",
            "batch_size": min(size.batch, max(1, rows // 4)),
            "epochs": epochs,
            "patience": max(10, epochs // 4),
            "validation": size.held,
            "test": size.held,
        }
    )
    recipe = recipe.with_setting("dataset_options", options)
    if task and kind_chosen(recipe) is not KINDS[task]:
        recipe = recipe.with_setting("task.kind", task)
    hidden = ", ".join(map(str, size.hidden))
    return Proposal(
        _drawing(size, dataset_schema(recipe).target.goals),
        recipe,
        path.stem,
        f"dense layers of {hidden} units, {epochs} epochs in batches of {recipe.batch_size}",
    )


def _divided_by(options: Mapping[str, Any]) -> dict[str, Any]:
    """The option under which a column decides over the split, where it says beyond doubt that it does."""
    looked = own_table.look(options)
    parts = own_table_parts.parts_column(looked.looks)
    names = looked.table.names
    target = str(options.get("target", ""))
    is_target = bool(target) and parts in [names[at] for at in own_table_target.names_in(target, names, "Target")]
    return {"parts": parts} if parts and not is_target else {}


def _learned_as(options: Mapping[str, Any], task: str) -> dict[str, Any]:
    """The option under which the table fits the kind of learning. Raises DataError where none does."""
    if (not task or TargetKind.LABELS in KINDS[task].targets) and _are_labels(options):
        return {"learn_as": own_table_target.LABELS}
    if not task:
        return {}
    kind = KINDS[task]
    settings = kind.row_settings()
    for learn_as in (
        own_table_target.AUTO,
        own_table_target.NUMBERS,
        own_table_target.CLASSES,
        own_table_target.LABELS,
    ):
        tried = {} if learn_as == own_table_target.AUTO else {"learn_as": learn_as}
        try:
            unfit = kind.unfit(catalogue.schema(own_table.NAME, {**options, **tried}), settings)
        except DataError:
            if not tried:
                raise
            continue
        if not unfit:
            return tried
    unfit = kind.unfit(catalogue.schema(own_table.NAME, options), settings)
    raise DataError(f"{unfit} Choose another target or another task.")


def _are_labels(options: Mapping[str, Any]) -> bool:
    """Whether several columns of yes and no are the target: one expects them to be learned together."""
    looked = own_table.look(options)
    named = own_table_target.names_in(str(options.get("target", "")), looked.table.names, "Target")
    return own_table_labels.are_labels([looked.looks[at] for at in named])


def _as_ordered(options: Mapping[str, Any], task: str) -> dict[str, Any]:
    """The option by which whole numbers that are degrees of something are learned as numbers, not as classes.

    A wine of quality 5 that is called 6 is a smaller error than one that is called 3: only numbers say so. They are
    told by what their column is called and by there being five or more of them.
    """
    schema = catalogue.schema(own_table.NAME, options)
    target = [field for field in schema.fields if field.role is Role.TARGET]
    if task or len(target) != 1 or schema.target.kind is not TargetKind.CLASSES:
        return {}
    last = words(target[0].name).split()[-1:]
    degrees = [name for name in target[0].categories if name.lstrip("+-").isdigit()]
    if last and last[0] in _DEGREES and len(degrees) == len(target[0].categories) >= _FEWEST_DEGREES:
        return {"learn_as": own_table_target.NUMBERS}
    return {}


def _with_dates(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options under which columns of dates that vary, and can be read one way only, are learned from."""
    looked = own_table.look(options)
    looks = {look.column.name: look for look in looked.looks}
    chosen = dict(options)
    for field in own_table.table(options).schema.fields:
        if field.feature is Feature.DATE and field.role is Role.UNUSED:
            try:
                own_table_settings.date(looks[field.name], 0)
            except DataError:
                continue
            chosen = own_table_settings.with_values(chosen, field.name, {"type": ChosenType.DATE})
    return {"settings": chosen["settings"]} if "settings" in chosen else {}


def _drawing(size: _Size, goals: Sequence[str]) -> Graph:
    parts: list[Layer] = []
    for units in size.hidden:
        parts += [layer("Linear", out_features=units), layer("ReLU")]
        if size.dropout:
            parts.append(layer("Dropout", p=size.dropout))
    graph = chain([*parts, layer("Linear", out_features="answer")])
    if not goals:
        return graph
    first = graph.outputs[0].id
    last = graph.incoming(first)[0].source
    trunk = graph.incoming(last)[0].source
    graph = graph.set_params(first, goal=goals[0])
    for name in goals[1:]:
        graph = graph.add("Linear", out_features="answer")
        graph = graph.connect(wire(trunk, graph.last))
        before = graph.last
        graph = graph.add("Output", goal=name)
        graph = graph.connect(wire(before, graph.last))
    return tidy_compactly(graph)
