"""Which settings of a recipe do something with its data: only these are offered.

A setting that has no effect, or only values that are refused, is a question without an answer. The one place that
decides it, for every form. Imports no torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.data import catalogue
from engine.data.dataset import DataError, Schema
from engine.data.kinds import DataKind
from engine.graph import losses
from engine.graph.parameters import Choice, Parameter
from engine.graph.signature import TargetKind
from engine.training.loss_settings import AUTO, chosen
from engine.training.recipe import Recipe, Setting


def settings_in_use(recipe: Recipe) -> Iterator[Setting]:
    """The settings in force that do something, in the order of ``Recipe.settings``; of a choice, the values that fit.

    A value that does not fit, as after another dataset was chosen, stays on offer as long as it is the one chosen, so
    that it can be seen and changed. Of a dataset that is not known here, all settings are given.
    """
    try:
        schema = catalogue.schema(recipe.dataset, recipe.dataset_options)
        own_test = catalogue.brings_test_rows(recipe.dataset)
    except DataError:
        yield from recipe.settings()
        return
    for setting in recipe.settings():
        if _does_something(setting, recipe, schema, own_test):
            yield replace(setting, parameter=_fitting(setting, schema))


def _does_something(setting: Setting, recipe: Recipe, schema: Schema, own_test: bool) -> bool:
    if setting.path == "test":
        return not own_test
    if setting.path == "answer_preparation":
        return schema.target.kind is TargetKind.VALUES and chosen(recipe.loss, schema.target.kind).scales_answers
    if setting.path.startswith("augmentation."):
        return schema.kind is DataKind.PICTURES or recipe.augmentation.kind != "none"
    return True


def _fitting(setting: Setting, schema: Schema) -> Parameter:
    """The declaration of a setting, of a choice with the options only that suit the data."""
    declared = setting.parameter
    if setting.path != "loss.kind" or not isinstance(declared, Choice):
        return declared
    fit = {AUTO, *(kind.name for kind in losses.fitting(schema.target.kind)), setting.value}
    options = tuple(option for option in declared.options if option in fit)
    return replace(declared, options=options, labels=tuple(declared.label(option) for option in options))
