"""A normalisation that is given a single number: said before training, exactly where torch would refuse it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from engine.graph.advice.analysis import analyse
from engine.graph.advice.auto_connect import auto_connect
from engine.graph.advice.problems import Problem
from engine.graph.graph import Graph, wire
from engine.graph.grouping import group
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.network.evaluate import construct
from engine.running.run import Run
from engine.tasks.predictor import Predictor
from engine.training.recipe import Recipe
from tests.engine.graph.drawings import TABLE, Layer, answer, row
from tests.engine.training.helpers_training import CLASSES, dataset

LAYERS: list[tuple[str, dict[str, Any]]] = [
    ("BatchNorm1d", {}),
    ("BatchNorm1d", {"affine": False, "momentum": 0.5}),
    ("BatchNorm2d", {}),
    ("GroupNorm", {"num_groups": 1}),
    ("GroupNorm", {"num_groups": 2}),
    ("GroupNorm", {"num_groups": 4}),
    ("LayerNorm", {}),
    ("LayerNorm", {"over": "last"}),
    ("RMSNorm", {}),
]
SHAPES = [
    Shape.features(4),
    Shape.features(1),
    Shape.signal(4, 1),
    Shape.signal(4, 3),
    Shape.picture(4, 1, 1),
    Shape.picture(4, 2, 1),
    Shape.picture(1, 1, 1),
    Shape.sequence(4, 1),
]


def found(graph: Graph, signature: Signature) -> list[Problem]:
    return [problem for problem in analyse(graph, signature).problems if problem.code == "one number"]


def drawn(layer: Layer, *behind: Layer) -> Graph:
    return row(layer, "Flatten", answer(), *behind)


def torch_refuses(layer: torch.nn.Module, rows: int, shape: Shape) -> bool:
    """Whether torch says that it is given too few numbers."""
    try:
        layer(torch.randn(rows, *shape.sizes))
    except ValueError as error:
        return "more than 1 value" in str(error)
    return False


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s.label())
@pytest.mark.parametrize(("name", "params"), LAYERS)
@pytest.mark.parametrize("one_row", [True, False])
def test_it_is_said_exactly_where_torch_refuses(name: str, params: dict[str, Any], shape: Shape, one_row: bool) -> None:
    signature = Signature(shape, TABLE.target, one_row=one_row)
    analysis = analyse(drawn((name, params)), signature)
    if any(problem.code == "shape" for problem in analysis.problems):
        return
    declared = analysis.graph.nodes["n3"].declaration
    layer = construct(declared.module(analysis.nodes["n3"].params, analysis.nodes["n3"].inputs))
    refuses = torch_refuses(layer.train(), 1 if one_row else 2, shape) or torch_refuses(layer.eval(), 1, shape)
    problems = found(analysis.graph, signature)
    assert any(problem.severity == "error" for problem in problems) == refuses, problems
    if not refuses and name != "RMSNorm":
        always_zero = not layer.eval()(torch.randn(64, *shape.sizes)).abs().max() > 0
        assert bool(problems) == bool(always_zero)


def single(features: int = 4) -> Signature:
    return replace(TABLE, input=Shape.features(features), one_row=True)


def test_the_sentence_and_its_repairs() -> None:
    (problem,) = found(drawn("BatchNorm1d"), single())
    assert problem.severity == "error"
    assert "norm1" in problem.message
    assert "Set the batch size to 2 or more, or use LayerNorm or GroupNorm" in problem.message
    labels = [repair.label for repair in problem.repairs]
    assert labels[:2] == ["Set the batch size to 2", "Make it a LayerNorm"]
    for repair in problem.repairs:
        assert not found(repair.edit(drawn("BatchNorm1d")), repair.after(single()))
    (problem,) = found(drawn(("GroupNorm", {"num_groups": 4})), TABLE)
    assert problem.repairs[0].label == "Set the groups to 2"


@pytest.mark.parametrize("flag", ["frozen", "bypassed"])
def test_a_layer_that_compares_nothing_is_no_problem(flag: str) -> None:
    graph = row(("Linear", {"out_features": 4}), "BatchNorm1d", answer())
    assert found(graph, single())
    graph = graph.set("n4", **{flag: True})
    assert not found(graph, single())
    data = dataset()
    outcome = Run(graph, Recipe(batch_size=1, epochs=1, device="cpu"), data).run()
    assert outcome.state == "finished", outcome.message


def test_it_is_found_inside_blocks_and_mended_there() -> None:
    graph = group(row(("Linear", {"out_features": 4}), "BatchNorm1d", answer()), ["n3", "n4"])
    block = graph.of_kind("Block")[0].id
    graph = group(graph, [block])
    block = graph.of_kind("Block")[0].id
    graph = graph.set_params(block, repeat=3)
    (problem,) = found(graph, single())
    assert problem.node == block
    assert problem.message.startswith(f"Inside {graph.nodes[block].name}: Inside ")
    assert {repair.label for repair in problem.repairs} >= {"Set the batch size to 2", "Make it a LayerNorm"}
    for repair in problem.repairs:
        assert not found(repair.edit(graph), repair.after(single()))
    assert not found(graph.set(block, frozen=True), single())
    assert not found(graph.set(block, bypassed=True), single())
    assert any(problem.code == "one number" for problem in analyse(graph, single()).enter(block).problems)


def test_a_branch_that_the_answer_does_not_depend_on_may_have_it() -> None:
    graph = Graph().add("Input").add("Output").add("Linear", out_features="answer").add("BatchNorm1d").add("Add")
    for source, target, port in (("n1", "n3", "in"), ("n3", "n4", "in"), ("n3", "n5", "in1"), ("n4", "n5", "in2")):
        graph = graph.connect(wire(source, target, port))
    graph = graph.connect(wire("n5", "n2"))
    assert found(graph, single())
    graph = graph.set("n5", bypassed=True)
    assert not found(graph, single())
    assert Run(graph, Recipe(batch_size=1, epochs=1, device="cpu"), dataset()).run().state == "finished"


def test_all_is_mended_in_one_go() -> None:
    mended = auto_connect(row("BatchNorm1d", ("Linear", {"out_features": 4}), "BatchNorm1d", answer()), single())
    assert (mended.left, mended.batch_size) == (0, 2)
    assert mended.steps == ("Set the batch size to 2",)


STEPS = [(50, 1, True), (1, 64, True), (2, 64, False), (65, 64, False)]


@pytest.mark.parametrize(("rows", "batch_size", "refused"), STEPS)
def test_a_run_says_it_before_the_first_step(rows: int, batch_size: int, refused: bool) -> None:
    """A last step of one row is left out; only where every step has one row there is nothing to compare."""
    data = dataset(CLASSES)
    many = data.train.take(np.arange(rows) % len(data.train))
    graph = row(("Linear", {"out_features": 4}), "BatchNorm1d", answer())
    outcome = Run(graph, Recipe(batch_size=batch_size, epochs=2, device="cpu"), replace(data, train=many)).run()
    assert outcome.state == ("failed" if refused else "finished")
    assert outcome.training is None if refused else outcome.training is not None
    if refused:
        assert outcome.failure.node == "n4"
        assert "Set the batch size to 2 or more" in outcome.message


def test_what_was_trained_answers_single_rows_whatever_the_recipe_says_now() -> None:
    graph = row(("Linear", {"out_features": 4}), "BatchNorm1d", answer())
    outcome = Run(graph, Recipe(epochs=1, device="cpu"), dataset()).run()
    now = replace(dataset().schema.signature(), one_row=True)
    predictor = Predictor(graph, now, outcome.weights, outcome.preparation)
    assert predictor.predict(np.zeros((1, 4), np.float32)).shape == (1, 3)
