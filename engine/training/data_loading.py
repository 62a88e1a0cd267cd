"""The rows that a recipe asks for: which settings decide over them, how they are loaded, what they ask of a drawing."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from engine.data import catalogue
from engine.data.dataset import Dataset, Schema
from engine.graph.signature import Signature
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


def schema_of(recipe: Recipe) -> Schema | None:
    """What the recipe's dataset is like, as far as it can be said without loading it; None where it is not known."""
    return catalogue.schema_if_known(recipe.dataset, recipe.dataset_options)


def signature_of(recipe: Recipe) -> Signature:
    """What the data, loss and batch size of a recipe ask of a drawing that is trained by it. Raises DataError."""
    return asked(catalogue.schema(recipe.dataset, recipe.dataset_options), recipe, recipe.batch_size)


def asked(schema: Schema, recipe: Recipe, rows: int) -> Signature:
    """The same for data that is at hand, in steps of ``rows`` rows.

    A step of a single row happens only where all have one: the last step of an epoch, where one row is left over, is
    left out (``BatchLoader.batches``).
    """
    loss = "" if recipe.loss.kind == "auto" else recipe.loss.kind
    return replace(schema.signature(loss), one_row=rows == 1)
