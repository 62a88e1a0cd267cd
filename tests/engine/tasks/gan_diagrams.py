"""Small diagrams with a generator and a critic, and runs of them, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from engine.data.preparation import Preparation
from engine.graph.graph import Graph, wire
from engine.graph.layers.generating import GENERATED, REAL
from engine.network.build import build
from engine.running.run import Run
from engine.tasks.gan.learner import GanLearner
from engine.tasks.setup import Setup
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe
from engine.training.result import Outcome
from engine.training.state import Progress

MOONS = Recipe().with_settings(
    {
        "dataset": "moons",
        "dataset_options.samples": 60,
        "task.kind": "gan",
        "batch_size": 16,
        "epochs": 2,
        "task.generator_rate": 0.01,
        "task.critic_rate": 0.02,
    }
)


def gan_diagram(*, real_side: str = "", between: str = "", noises: int = 1) -> Graph:
    """Noise -> linear1 -> (between) -> realorfake1 <- (real side) <- data, and on to linear2 -> (between) -> goal."""
    graph = Graph().add("Input").add("Output").add("RealOrFake")
    data, goal, switch = graph.nodes
    ends = []
    for _ in range(noises):
        graph = graph.add("Noise", size=3)
        ends.append(graph.last)
    last = ends[0]
    if noises > 1:
        graph = graph.add("Concatenate")
        for number, end in enumerate(ends, 1):
            graph = graph.connect(wire(end, graph.last, f"in{number}"))
        last = graph.last
    for kind, settings in (("Linear", {"out_features": 2}), *([(between, {})] if between else [])):
        graph = graph.add(kind, **settings)
        graph = graph.connect(wire(last, graph.last))
        last = graph.last
    graph = graph.connect(wire(last, switch, GENERATED))
    last = data
    if real_side:
        graph = graph.add(real_side)
        graph = graph.connect(wire(last, graph.last))
        last = graph.last
    graph = graph.connect(wire(last, switch, REAL))
    last = switch
    steps: list[tuple[str, Mapping[str, Any]]] = [("Linear", {"out_features": 4})]
    steps += [(between, {})] if between else []
    for kind, given in (*steps, ("Linear", {"out_features": "answer"})):
        graph = graph.add(kind, **given)
        graph = graph.connect(wire(last, graph.last))
        last = graph.last
    return graph.connect(wire(last, goal))


def gan_learner(graph: Graph, recipe: Recipe = MOONS) -> GanLearner:
    data = load_rows(recipe)
    network = build(graph, data.schema.signature(), recipe.seed)
    preparation = Preparation.fit(data, recipe.preparation)
    learner = GanLearner(Setup(graph, recipe, data, preparation, network, torch.device("cpu")))
    learner.begin(Progress())
    learner.open_round()
    return learner


def step(learner: GanLearner) -> tuple[float, ...]:
    made = learner.step(lambda _loss: None)
    learner.progress.step += 1
    learner.progress.batch += 1
    return tuple(float(value) for value in made.values)


def carried_out(graph: Graph, recipe: Recipe, **more: Any) -> Outcome:
    outcome = Run(graph, recipe, load_rows(recipe), **more).run()
    assert outcome.failure is None, outcome.message
    return outcome
