"""What "automatic" comes to with a dataset, so that a choice shows the loss or the preparation that is really used."""

from __future__ import annotations

import dataclasses

from engine.data.dataset import Schema
from engine.graph.parameters import Choice, Parameter
from engine.reports.losses import loss_name
from engine.tasks.registry import AUTOMATIC, chosen_kind
from engine.training.recipe import Recipe, Setting


def automatic(path: str, schema: Schema | None) -> str:
    """What the setting at ``path`` of a recipe comes to where it is left automatic; "" where that is not known."""
    if schema is None:
        return ""
    match path:
        case "loss.kind":
            return loss_name(Recipe().with_setting(path, AUTOMATIC), schema)
        case "preparation":
            return schema.preparation
        case "answer_preparation":
            return schema.answer_preparation
        case "task.kind":
            return chosen_kind(AUTOMATIC, schema).name
    return ""


def named(setting: Setting, schema: Schema | None) -> Parameter:
    """The setting's parameter, its automatic choice labelled with what it comes to: ``automatic: cross-entropy``."""
    parameter, meaning = setting.parameter, automatic(setting.path, schema)
    if not meaning or not isinstance(parameter, Choice) or AUTOMATIC not in parameter.options:
        return parameter
    if setting.path != "loss.kind":  # the name of an option; its label is what is shown elsewhere
        meaning = parameter.label(meaning)
    labels = [parameter.label(option) for option in parameter.options]
    place = parameter.options.index(AUTOMATIC)
    labels[place] = f"{labels[place]}: {meaning}"
    return dataclasses.replace(parameter, labels=tuple(labels))


def shown(setting: Setting, schema: Schema | None) -> str:
    """The setting's value as one types it, with what it comes to where it is automatic: ``auto (cross-entropy)``."""
    value = setting.parameter.show(setting.value)
    meaning = automatic(setting.path, schema) if setting.value == AUTOMATIC else ""
    return f"{value} ({meaning})" if meaning else value
