"""The data of a project that was opened: taken out of it where it came inside, searched for where it was moved."""

from __future__ import annotations

from pathlib import Path

from engine.data import carrying, catalogue
from engine.data.dataset import DataError
from engine.data.moved import found_beside
from engine.data.preparation import Preparation
from engine.training.data_loading import reference
from engine.training.recipe import Recipe


def with_data_at_hand(
    recipe: Recipe, preparation: Preparation | None, folder: Path, carried: bytes | None
) -> tuple[Recipe, str]:
    """The recipe with its data where it is now, and a sentence where that is elsewhere than it was, "" otherwise.

    ``folder`` is that of the project, ``carried`` the data that came inside it. ``preparation`` is of the run by the
    recipe, where there was one.
    """
    path = "dataset_options.path"
    if carried is not None and carrying.is_wanted(recipe.dataset_options):
        name = str(recipe.dataset_options["path"])
        return recipe.with_setting(path, carrying.taken_out(carried, name)), ""
    try:
        noted = catalogue.file_of(recipe.dataset, recipe.dataset_options)
    except DataError:
        return recipe, ""
    if noted is None or "path" not in recipe.dataset_options or noted.exists():
        return recipe, ""
    found = found_beside(noted, folder, reference(recipe, preparation).fingerprint)
    if found is None:
        return recipe, ""
    words = f"{noted.name} was not where it was noted: it is now read from {found}."
    return recipe.with_setting(path, str(found)), words
