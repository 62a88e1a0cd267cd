"""The network to begin with for examples of the user's own: that of a template for what they are."""

from __future__ import annotations

from pathlib import Path

from engine.data.dataset import DataError
from engine.data.examples import file
from engine.data.examples.values import ExampleKind
from engine.data.sources.own_examples import NAME, PATH
from engine.graph import templates
from engine.tasks.proposed import Proposal
from engine.training.recipe import Recipe

SUFFIXES = PATH.suffixes
_TEMPLATES = {ExampleKind.PICTURES: "digit-cnn", ExampleKind.POINTS: "points-2d"}


def propose(path: Path, target: str = "", task: str = "", *, name: str = "") -> Proposal:
    """A drawing and a recipe for a dataset; ``name`` is what the library calls it. Raises DataError: it cannot be read,
    or another column or ``task`` is asked for."""
    if target:
        raise DataError(f"{path.name} holds examples with their classes, which are learned. Leave --target out.")
    described = file.read(path).description
    begin = templates.describe(_TEMPLATES[described.kind])
    chosen = {"dataset": NAME, "dataset_options.path": name or str(path.absolute())}
    recipe = Recipe().with_settings({**begin.recipe, **chosen, **({"task.kind": task} if task else {})})
    return Proposal(begin.draw(), recipe, described.title, f"the network of the template {begin.title}")
