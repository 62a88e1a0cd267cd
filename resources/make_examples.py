"""Trains the examples that the program comes with, by the program's own means.

``python -m resources.make_examples digits`` needs MNIST: downloaded, or in a folder named by SKETCHNET_DATA.
With ``--records`` nothing is trained: the examples that are there get the records of what they have learned from.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

from engine.cli.progress import Lines
from engine.cli.session import ConsoleRun
from engine.data import catalogue
from engine.data.preparation import Preparation
from engine.graph.layout.arranging import chain, layer
from engine.graph.graph import Graph
from engine.graph.templates import build, describe
from engine.project.file import read, write
from engine.project.project import Project
from engine.tasks.novelty import fit_novelty
from engine.training.recipe import Recipe
from engine.training.data_loading import load_rows
from engine.running.run import Run, evaluate
from resources import examples


def digits() -> tuple[Graph, Recipe, str]:
    """Reads handwritten digits: three convolution stages, trained on MNIST's digits and the program's own."""

    def convolved(filters: int) -> list[tuple[str, dict[str, object]]]:
        return [layer("Conv2d", out_channels=filters), layer("BatchNorm2d"), layer("ReLU")]

    pooled, decision = layer("MaxPool2d"), [layer("Flatten"), layer("Dropout", p=0.2), layer("Linear", out_features="answer")]
    graph = chain(
        [*convolved(24), pooled],
        convolved(48),
        [*convolved(48), pooled],
        [*convolved(96), pooled],
        decision,
    )
    recipe = Recipe().with_settings(
        {
            "dataset": "mnist+strokes",
            "validation": 0.05,
            "augmentation.kind": "affine",
            "augmentation.rotation": 8.0,
            "augmentation.scale": 0.08,
            "augmentation.shift": 1.5,
            "augmentation.shear": 5.0,
            "optimizer.kind": "AdamW",
            "optimizer.learning_rate": 0.006,
            "schedule.kind": "one-cycle",
            "batch_size": 128,
            "epochs": 20,
        }
    )
    return graph, recipe, "Digits"


def from_template(name: str) -> tuple[Graph, Recipe, str]:
    """A template with its own recipe."""
    described = describe(name)
    return build(name), Recipe().with_settings(described.recipe), described.title


EXAMPLES: dict[str, Callable[[], tuple[Graph, Recipe, str]]] = {
    "digits": digits,
    "moons": lambda: from_template("points-2d"),
    "house-prices": lambda: from_template("houses"),
    "line": lambda: from_template("line"),
}


def make(name: str) -> Project:
    """Train one example; prints a line an epoch, and what comes of it."""
    graph, recipe, title = EXAMPLES[name]()
    data = catalogue.load(
        recipe.dataset,
        options=recipe.dataset_options,
        validation=recipe.validation,
        test=recipe.test,
        seed=recipe.seed,
    )
    with Lines(title=title) as shown:
        outcome = ConsoleRun(Run(graph, recipe, data), shown.show, lambda _state: None).carry_out()
    figures = {key: value for key, value in (outcome.test or {}).items() if isinstance(value, float)}
    print(f"{name}: {outcome.state} {outcome.message} {figures}", flush=True)
    if outcome.state != "finished":
        raise SystemExit(1)
    record = replace(outcome.record, training=None)  # an example is not gone on with, and its file is to be small
    return Project(graph=graph, recipe=recipe, title=title).with_run(record, recipe)


def with_records(project: Project) -> Project:
    """A trained project with its test figures, and what tells inputs unlike those it has learned from, measured anew.

    Needs the rows it was trained on. Raises DataError.
    """
    data = load_rows(project.recipe)
    fitted = Preparation.fit(data, project.recipe.preparation, project.recipe.answer_preparation)
    prepared = project.run.preparation
    if prepared is not None:
        prepared = replace(prepared, input_low=fitted.input_low, input_high=fitted.input_high)
    weights = project.run.weights or {}
    novelty = fit_novelty(project.graph, data, weights, prepared)
    test = project.run.test if prepared is None else evaluate(project.graph, project.recipe, data, weights, prepared)
    return replace(project, run=replace(project.run, preparation=prepared, novelty=novelty, test=test))


if __name__ == "__main__":
    words = sys.argv[1:]
    for chosen in [word for word in words if word != "--records"] or list(EXAMPLES):
        path = examples.path(chosen)
        write(with_records(read(path)) if "--records" in words else make(chosen), path)
