"""Teaching a trained network the user's own examples: by which recipe it goes on from the weights it has.

A few hundred small steps on the user's own examples mixed with what it has learned before: with those alone it would
forget the rest (A. Robins, "Catastrophic forgetting, rehearsal and pseudorehearsal", 1995). What is judged by, the
test rows of the earlier data and the held out examples, is never among them.
"""

from __future__ import annotations

from dataclasses import replace

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.sources.own_examples import NAME, base_options
from engine.training.recipe import Recipe
from engine.training.schedule_settings import ScheduleSettings

EPOCHS = 4
BASE_ROWS = 3_000
"""Samples of the earlier data that are learned from again."""
SHARE = 0.3
"""Which part of all are the user's own."""
SLOWER = 0.1
"""Times the learning rate of the run before."""
_LARGEST_BATCH = 64
_STAND_IN = ("strokes", {"samples": 6_000})
"""Data that every computer has, for a network whose own is not there; it must look the same to the network."""


def teaching_recipe(recipe: Recipe, name: str) -> Recipe:
    """How a network that was trained by ``recipe`` is taught the examples called ``name``. Raises DataError."""
    dataset, options = recipe.dataset, dict(recipe.dataset_options)
    if dataset == NAME and options.get("base"):
        mixed = {**options, "path": name}
    elif dataset == NAME:
        mixed = {"path": name}
    else:
        dataset, options = _at_hand(dataset, options)
        mixed = {"path": name, "base": dataset, "base_options": base_options(options)}
    if "base" in mixed:
        mixed = {**mixed, "base_rows": BASE_ROWS, "share": SHARE}
    taught = recipe.with_settings({"dataset": NAME, "dataset_options": mixed})
    if "learning_rate" in recipe.optimizer.values and not _is_taught(recipe):
        rate = float(f"{SLOWER * recipe.optimizer.values['learning_rate']:.3g}")
        taught = taught.with_setting("optimizer.learning_rate", rate)
    batch = min(recipe.batch_size, _LARGEST_BATCH)
    return replace(taught, epochs=EPOCHS, patience=0, batch_size=batch, schedule=ScheduleSettings(kind="constant"))


def judged_with(recipe: Recipe) -> str:
    """The dataset whose test rows a recipe is judged by, by name: that which the user's own are added to."""
    return str(recipe.dataset_options.get("base") or recipe.dataset) if recipe.dataset == NAME else recipe.dataset


def _is_taught(recipe: Recipe) -> bool:
    return recipe.dataset == NAME and bool(recipe.dataset_options.get("share"))


def _at_hand(dataset: str, options: dict[str, object]) -> tuple[str, dict[str, object]]:
    """The data of a recipe, or what stands in for it where it is not on this computer. Raises DataError."""
    if catalogue.is_available(dataset):
        return dataset, options
    wanted, other = catalogue.schema(dataset, options), catalogue.schema(*_STAND_IN)
    if (wanted.input, wanted.target.names) == (other.input, other.target.names):
        return _STAND_IN[0], dict(_STAND_IN[1])
    raise DataError(
        f"{wanted.title} is not on this computer, so that the network would forget it. Download it first."
    )
