"""A drawing that groups, as a Python file: the same distances, an answer in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine.export.source import source_text
from engine.graph.layout.arranging import chain, layer
from engine.project.project import Project
from engine.running.run import Run
from engine.tasks.predictor import Predictor
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe


@pytest.fixture(scope="module")
def project() -> Project:
    recipe = Recipe().with_settings({"dataset": "iris", "task.kind": "k-means", "epochs": 3})
    graph = chain([layer("KMeans", n_clusters=4)])
    record = Run(graph, recipe, load_rows(recipe)).run().record
    return Project(graph=graph, recipe=recipe, title="Flowers").with_run(record, recipe)


def test_the_file_gives_the_same_distances_and_names_the_group(project: Project) -> None:
    names: dict[str, Any] = {"__name__": "flowers", "__file__": "flowers.py"}
    exec(compile(source_text(project), "flowers.py", "exec"), names)
    network = names["Flowers"]()
    weights = project.run.weights
    assert weights is not None
    network.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in weights.items()})
    data = load_rows(project.recipe)
    predictor = Predictor(project.graph, data.schema.signature(), weights, project.run.preparation)
    expected = predictor.predict(data.test.inputs)
    with torch.no_grad():
        outputs = network.eval()(names["prepare"](torch.from_numpy(np.array(data.test.inputs))))
    np.testing.assert_array_equal(outputs.numpy(), expected)
    said = names["answer"](outputs)
    assert [words.split(",")[0] for words in said] == [f"group {number + 1}" for number in expected.argmin(1)]
