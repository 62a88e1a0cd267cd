"""Why the data of a recipe cannot be trained on now, in words."""

from __future__ import annotations

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.training.recipe import Recipe


def why_unknown(recipe: Recipe) -> str:
    """Why it is not known what the recipe's data is like."""
    try:
        catalogue.schema(recipe.dataset, recipe.dataset_options)
    except DataError as error:
        if catalogue.is_known(recipe.dataset):
            return str(error)
    return f"The dataset {recipe.dataset!r} is not known here."


def why_not_here(recipe: Recipe) -> str:
    """What has to be done to have the recipe's data on this computer; "" where it is here."""
    if catalogue.is_available(recipe.dataset):
        return ""
    entry = catalogue.entry(recipe.dataset)
    return (
        f"{entry.schema.title} has to be downloaded first: press Download in the list of datasets, or put the "
        f"files into {entry.where_to_put()}."
    )
