"""The starter networks work at once, have the sizes they should, and lie tidily on the canvas."""

from __future__ import annotations

import json
from itertools import combinations

import pytest

from engine.data import catalogue
from engine.graph import templates
from engine.graph.analysis import analyse
from engine.graph.graph import Graph, wire
from engine.graph.layout import GAP, box, overlap
from engine.graph.shapes import Shape
from engine.training.recipe import Recipe

WEIGHTS = {
    # conv 1×9×16+16, norm 32, conv 16×9×32+32, norm 64, dense 1568×128+128, dense 128×10+10
    "digit-cnn": 160 + 32 + 4_640 + 64 + 200_832 + 1_290,
    "digit-mlp": 784 * 128 + 128 + 1_290,
    # stem 144+32; block 2×(2304+32); block 4608+64+9216+64; shortcut 512; dense 330
    "small-resnet": 176 + 4_672 + 13_952 + 512 + 330,
    "points-2d": 96 + 1_056 + 66,
    "line": 2,
    "always-five": 11,
    "houses": 320 + 2_080 + 33,
}


def test_the_names() -> None:
    assert set(templates.names()) == {*WEIGHTS, "empty"}


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_template_is_ready_for_its_dataset(name: str) -> None:
    template = templates.describe(name)
    analysis = analyse(templates.build(name), catalogue.signature(template.dataset))
    assert analysis.problems == ()
    assert analysis.ready
    assert analysis.total_parameters == WEIGHTS[name]


@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist", "uci-digits", "strokes"])
@pytest.mark.parametrize("name", ["digit-cnn", "digit-mlp", "small-resnet"])
def test_picture_templates_take_every_picture_dataset(name: str, dataset: str) -> None:
    assert analyse(templates.build(name), catalogue.signature(dataset)).ready


@pytest.mark.parametrize("dataset", ["moons", "circles", "spirals", "xor", "blobs"])
def test_the_points_template_takes_every_set_of_points(dataset: str) -> None:
    assert analyse(templates.build("points-2d"), catalogue.signature(dataset)).ready


@pytest.mark.parametrize("name", templates.names())
def test_a_template_s_settings_make_a_recipe(name: str) -> None:
    template = templates.describe(name)
    recipe = Recipe()
    for setting, value in template.recipe.items():
        recipe = recipe.with_setting(setting, value)
    assert recipe.dataset == template.dataset
    assert template.dataset in catalogue.names()
    if "optimizer.learning_rate" in template.recipe:
        assert recipe.optimizer.learning_rate == template.recipe["optimizer.learning_rate"]
        assert recipe.optimizer.kind == template.recipe["optimizer.kind"]


@pytest.mark.parametrize("name", templates.names())
def test_a_template_is_tidy(name: str) -> None:
    graph = templates.build(name)
    for one, other in combinations(graph.nodes.values(), 2):
        assert not overlap(one, other), (one.name, other.name)
    data, goal = graph.of_kind("Input")[0], graph.of_kind("Output")[0]
    for node in graph.nodes.values():
        if node.id not in (data.id, goal.id):
            assert box(node)[0] >= box(data)[2] + GAP
            assert box(node)[2] + GAP <= box(goal)[0]
    assert graph.nodes[data.id].name == "data"
    assert graph.nodes[goal.id].name == "goal"


@pytest.mark.parametrize("name", templates.names())
def test_a_template_survives_the_file(name: str) -> None:
    graph = templates.build(name)
    assert Graph.from_json(json.loads(json.dumps(graph.to_json()))) == graph
    template = templates.describe(name)
    assert template.title
    assert template.summary.endswith(".")
    assert json.loads(json.dumps(dict(template.recipe))) == dict(template.recipe)


def test_the_one_neuron_templates_are_one_neuron() -> None:
    graph = templates.build("always-five")
    assert [n.kind for n in graph.nodes.values()] == ["Input", "Output", "Linear"]
    analysis = analyse(graph, catalogue.signature("always-five"))
    assert analysis.inputs["n3"] == (Shape.features(10),)
    assert analysis.shapes["n3"] == Shape.features(1)


def test_the_residual_blocks_are_joined_by_shortcuts() -> None:
    graph = templates.build("small-resnet")
    for join in graph.of_kind("Add"):
        sources = graph.sources(join.id)
        assert len(set(sources)) == 2
        assert analyse(graph, catalogue.signature("mnist")).inputs[join.id][0].rank == 3


def test_the_empty_drawing_is_two_blocks() -> None:
    graph = templates.build("empty")
    assert [n.kind for n in graph.nodes.values()] == ["Input", "Output"]
    assert graph.wires == ()
    assert graph.can_connect(wire("n1", "n2")) is None


def test_an_unknown_template_is_refused_with_the_names() -> None:
    with pytest.raises(KeyError, match="digit-cnn"):
        templates.build("gpt")
