"""The rows that a recipe asks for: which settings decide over them, and how they are loaded."""

from __future__ import annotations

from collections.abc import Hashable

from engine.data import catalogue
from engine.data.dataset import Dataset
from engine.training.recipe import Recipe


def rows_key(recipe: Recipe) -> Hashable:
    """What decides which rows there are and how they are divided: equal for recipes with the same rows."""
    return (recipe.dataset, recipe.dataset_options, recipe.validation, recipe.test, recipe.seed)


def load_rows(recipe: Recipe) -> Dataset:
    """The rows of a recipe's dataset, divided as it says. Raises DataError."""
    return catalogue.load(
        recipe.dataset,
        options=recipe.dataset_options,
        validation=recipe.validation,
        test=recipe.test,
        seed=recipe.seed,
    )
