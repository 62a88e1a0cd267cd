"""Which loss a recipe comes to and what its number is in: with scaled targets it is not in the targets' own units."""

from __future__ import annotations

from engine.data.dataset import Schema
from engine.data.kinds import PreparationKind
from engine.data.preparation import chosen_kind
from engine.graph.advice.checks.common_mistakes import USUAL_LOSS
from engine.graph.signature import TargetKind
from engine.training.loss_settings import LossSettings
from engine.training.recipe import Recipe


def loss_name(recipe: Recipe, schema: Schema | None) -> str:
    """The loss itself, also where the recipe leaves the choice open: ``cross-entropy``; "" where that is not known."""
    kind = recipe.loss.kind
    if kind == LossSettings.DEFAULT:
        if schema is None:
            return ""
        kind = USUAL_LOSS[schema.target.kind]
    label = LossSettings.LABELS[kind]
    return f"{label} loss" if kind == "huber" else label[:1].lower() + label[1:]  # Huber is a name


def loss_of_what(recipe: Recipe, schema: Schema | None) -> str:
    """The loss and what it is measured on: ``mean squared error of the standardised targets``."""
    name = loss_name(recipe, schema)
    return f"{name} of the standardised targets" if name and has_scaled_targets(recipe, schema) else name


def has_scaled_targets(recipe: Recipe, schema: Schema | None) -> bool:
    """Whether values are brought to mean 0 and standard deviation 1 for training."""
    if schema is None or schema.target.kind is not TargetKind.VALUES:
        return False
    kind = chosen_kind(recipe.answer_preparation, schema.answer_preparation)
    return kind is PreparationKind.STANDARDISE
