"""Which loss a recipe comes to and what its number is in: with scaled targets it is not in the targets' own units."""

from __future__ import annotations

from engine.data.dataset import Schema
from engine.data.kinds import PreparationKind
from engine.data.preparation import chosen_kind
from engine.graph import losses
from engine.graph.targets import TargetKind
from engine.training.answer_preparation import asked_answer_preparation
from engine.training.loss_settings import AUTO
from engine.training.recipe import Recipe


def loss_name(recipe: Recipe, schema: Schema | None) -> str:
    """The loss itself, also where the recipe leaves the choice open: ``cross-entropy``; "" where that is not known."""
    if schema is not None and not losses.fitting(schema.target.kind):
        return ""  # what is learned without a loss
    if recipe.loss.kind != AUTO:
        return losses.kind(recipe.loss.kind).words
    return "" if schema is None else losses.usual(schema.target.kind).words


def loss_of_what(recipe: Recipe, schema: Schema | None) -> str:
    """The loss and what it is measured on: ``mean squared error of the standardised targets``."""
    name = loss_name(recipe, schema)
    return f"{name} of the standardised targets" if name and has_scaled_targets(recipe, schema) else name


def has_scaled_targets(recipe: Recipe, schema: Schema | None) -> bool:
    """Whether values are brought to mean 0 and standard deviation 1 for training."""
    if schema is None or schema.target.kind is not TargetKind.VALUES:
        return False
    asked = asked_answer_preparation(recipe, schema.target.kind)
    return chosen_kind(asked, schema.answer_preparation) is PreparationKind.STANDARDISE
