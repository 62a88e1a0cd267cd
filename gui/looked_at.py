"""What there is to look at in the data of a recipe: the rows of a table, the images of a dataset, or nothing yet."""

from __future__ import annotations

from enum import StrEnum

from engine.data import catalogue
from engine.data.kinds import DataKind
from engine.data.sources import own_pictures, own_table
from engine.training.recipe import Recipe


class LookAt(StrEnum):
    """What *LookAt at the data* opens."""

    NOTHING = "nothing"
    TABLE = "table"
    IMAGES = "images"


def look_of(recipe: Recipe) -> LookAt:
    """What there is to look at. Waits for no file."""
    if recipe.dataset == own_table.NAME:
        return LookAt.TABLE if recipe.dataset_options.get("path") else LookAt.NOTHING
    if recipe.dataset == own_pictures.NAME:
        return LookAt.IMAGES if recipe.dataset_options.get("path") else LookAt.NOTHING
    schema = catalogue.schema_if_known(recipe.dataset, recipe.dataset_options)
    return LookAt.IMAGES if schema is not None and schema.kind is DataKind.PICTURES else LookAt.NOTHING
