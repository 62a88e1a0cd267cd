"""Which settings of a recipe do something with its data: only these are offered.

A setting that has no effect, or only values that are refused, is a question without an answer. The one place that
decides it, for every form. Imports no torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.data import catalogue
from engine.data.dataset import DataError, Schema
from engine.data.fields import Role
from engine.data.kinds import DataKind, SplitKind
from engine.graph import losses
from engine.graph.parameters import Choice
from engine.graph.targets import TargetKind
from engine.tasks.kind import TaskKind
from engine.tasks.registry import AUTOMATIC, kinds_for
from engine.training.data_loading import kind_of, row_settings
from engine.training.loss_settings import AUTO, chosen
from engine.training.recipe import Recipe, Setting


def settings_in_use(recipe: Recipe) -> Iterator[Setting]:
    """The settings in force that do something, in the order of ``Recipe.settings``; of a choice, the values that fit.

    A value that does not fit, as after another dataset was chosen, stays on offer as long as it is the one chosen, so
    that it can be seen and changed. Of a dataset that is not known here, all settings are given.
    """
    try:
        data = catalogue.schema(recipe.dataset, recipe.dataset_options)
        kind = kind_of(recipe, data)
        given = catalogue.given_parts(recipe.dataset, recipe.dataset_options)
    except DataError:
        yield from recipe.settings()
        return
    seen = kind.schema(data, row_settings(recipe, kind))
    tasks = [AUTOMATIC, *(one.name for one in kinds_for(data))]
    for setting in recipe.settings():
        if setting.path == "task.kind":
            if len(tasks) > 2 or setting.value != AUTOMATIC:
                yield _fitting(setting, tasks)
        elif _does_something(setting, recipe, kind, seen, given):
            if setting.path == "split":
                yield _fitting(setting, _splits(data))
                continue
            fitting = [AUTO, *(one.name for one in losses.fitting(seen.target.kind))]
            yield _fitting(setting, fitting) if setting.path == "loss.kind" else setting


def _does_something(setting: Setting, recipe: Recipe, kind: TaskKind, schema: Schema, given: Sequence[str]) -> bool:
    if not kind.uses(setting.path):
        return False
    if setting.path in ("validation", "test"):
        return setting.path not in given
    if setting.path == "split":
        return recipe.split != SplitKind.AUTO or (schema.file is not None and schema.kind is not DataKind.TEXT)
    if setting.path == "answer_preparation":
        return schema.target.kind is TargetKind.VALUES and chosen(recipe.loss, schema.target.kind).scales_answers
    if setting.path.startswith("augmentation."):
        return schema.kind is DataKind.PICTURES or recipe.augmentation.kind != "none"
    return True


def _splits(data: Schema) -> list[str]:
    """The ways to divide such data."""
    roles = {field.role for field in data.fields}
    by_column = {Role.GROUP: SplitKind.GROUPED, Role.TIME: SplitKind.TIME}
    return [SplitKind.AUTO, SplitKind.RANDOM, *(kind for role, kind in by_column.items() if role in roles)]


def _fitting(setting: Setting, fit: Sequence[str]) -> Setting:
    """A choice with the options only that fit."""
    declared = setting.parameter
    assert isinstance(declared, Choice)
    options = tuple(option for option in declared.options if option in fit or option == setting.value)
    labels = tuple(declared.label(option) for option in options)
    helps = tuple(words for option, words in zip(declared.options, declared.helps, strict=False) if option in options)
    return replace(setting, parameter=replace(declared, options=options, labels=labels, helps=helps))
