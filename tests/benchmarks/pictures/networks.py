"""A trained network for each dataset of pictures: the shipped example, or a small one trained here and kept.

Only differences between the arrays and the pictures of the same rows are looked at, so a short training is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data import catalogue, folders
from engine.data.dataset import Dataset
from engine.graph import templates
from engine.project.file import read
from engine.project.project import Project
from engine.project.writing import write
from engine.running.run import Run
from engine.tasks.predictor import Predictor
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord

Predict = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "resources" / "examples" / "digits.sketchnet"


def network(dataset: Dataset) -> Predict:
    """What reads the pictures of ``dataset`` (uint8 N×C×H×W -> N×classes)."""
    schema = dataset.schema
    shipped = read(SHIPPED)
    asked = catalogue.schema(shipped.recipe.dataset)
    if (asked.input, asked.target.names) == (schema.input, schema.target.names):
        project = shipped
    else:
        project = _kept(dataset)
    return Predictor(project.graph, schema.signature(), project.run.weights, project.run.preparation).predict


def _kept(dataset: Dataset) -> Project:
    """A project trained on ``dataset`` before, or now."""
    path = folders.cache() / "benchmarks" / f"pictures-{dataset.schema.name}.sketchnet"
    if path.is_file():
        return read(path)
    print(f"training a network for {dataset.schema.name} …", flush=True)
    small = min(dataset.schema.input.sizes[1:]) < 16
    graph = templates.build("digit-mlp")
    recipe = Recipe().with_setting("dataset", dataset.schema.name).with_setting("epochs", 40 if small else 3)
    run = Run(graph, recipe, dataset)
    outcome = run.run()
    if outcome.state != "finished":
        raise SystemExit(f"The run for {dataset.schema.name} ended as {outcome.state}: {outcome.message}")
    run = RunRecord(weights=outcome.weights, preparation=outcome.preparation)
    project = Project(graph=graph, recipe=recipe, run=run)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(project, path)
    return project
