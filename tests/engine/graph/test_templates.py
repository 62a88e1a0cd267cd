"""The starter networks work at once, have the sizes they should, and lie tidily on the canvas."""

from __future__ import annotations

import json
from itertools import combinations

import pytest

from engine.data import catalogue
from engine.graph import templates
from engine.graph.advice.analysis import analyse
from engine.graph.boxes import folded
from engine.graph.graph import wire
from engine.graph.layout.placement import box
from engine.graph.layout.tidying.measure import overlaps
from engine.graph.layout.tidying.rows import LEAST_GAP
from engine.graph.reading import graph_from_json
from engine.graph.shapes import Shape
from engine.graph.snapping import leader, snapped_onto
from engine.training.data_loading import signature_of
from engine.training.recipe import Recipe

Point = tuple[float, float]

_CHARACTERS = catalogue.schema("python-topics").target.size
WEIGHTS = {
    "k-means": 6,
    # conv 1×9×16+16, norm 32, conv 16×9×32+32, norm 64, dense 1568×128+128, dense 128×10+10
    "digit-cnn": 160 + 32 + 4_640 + 64 + 200_832 + 1_290,
    "digit-mlp": 784 * 128 + 128 + 1_290,
    # stem 144+32; block 2×(2304+32); block 4608+64+9216+64; shortcut 512; dense 330
    "small-resnet": 176 + 4_672 + 13_952 + 512 + 330,
    "points-2d": 96 + 1_056 + 66,
    "line": 2,
    "always-five": 11,
    "houses": 320 + 2_080 + 33,
    "mlp": 669_706,
    "lenet-5": 61_706,
    # per stage two convolutions of 9·in·out+out and two norms of 2·out; 128×3×3 to 256 to 10
    "vgg-like": (320 + 9_248 + 128) + (18_496 + 36_928 + 256) + (73_856 + 147_584 + 512) + 295_168 + 2_570,
    "resnet-18": 11_173_962 - 64 * 9 * 2,
    # stem 144+32; each block 9·in+2·in+in·out+2·out; dense 1290
    "mobilenet-like": 176 + 752 + 2_528 + 4_928 + 9_152 + 1_290,
    # convolutions 9·in·out+out, widening ones 4·in·out+out, dense 170
    "u-net": (160 + 2_320)
    + (4_640 + 9_248)
    + (18_496 + 36_928)
    + 8_224
    + (18_464 + 9_248)
    + 2_064
    + (4_624 + 2_320)
    + 170,
    # dense layers, and two numbers for each that is normalised
    "autoencoder": 784 * 256 + 256 + (256 * 16 + 16) + 32 + (16 * 256 + 256) + (256 * 784 + 784),
    "autoencoder-conv": 80 + 2_080 + (1_568 * 16 + 16) + 32 + (16 * 1_568 + 32) + 2_064 + 65,
    "denoising-autoencoder": 320 + 2_312 + 1_056 + 129,
    "autoencoder-table": (30 * 32 + 32) + (64 + 2) + 4 + (64 + 32) + (32 * 30 + 30),
    # convolutions 5·in·out+out, norms 2·out, dense 1290
    "cnn-1d": (9_024 + 128) + (41_088 + 256) + (82_048 + 256) + 1_290,
    # four gates of (28+128)·128 weights and two biases of 128 each
    "lstm": 4 * ((28 + 128) * 128 + 2 * 128) + 1_290,
    "transformer": 71_370,
    # four gates of (64+256)·256 weights and two biases; embedding and dense layer by the characters of the text
    "char-lstm": 4 * ((64 + 256) * 256 + 2 * 256) + _CHARACTERS * (64 + 256 + 1),
    # each layer: four 96·96+96, two to and from 384, two norms; then a norm, the places, embedding and dense layer
    "char-gpt": 3 * (4 * (96 * 96 + 96) + (2 * 96 * 384 + 384 + 96) + 4 * 96) + 2 * 96 + 96 * 96
    + _CHARACTERS * (96 + 96 + 1),
}
FOR_28 = ("lstm", "cnn-1d", "transformer", "lenet-5", "autoencoder", "autoencoder-conv")
"""Templates that are made for pictures of 28×28: others take smaller ones too."""


def test_the_names() -> None:
    assert set(templates.names()) >= {*WEIGHTS, "empty"}


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_template_is_ready_for_its_dataset(name: str) -> None:
    template = templates.describe(name)
    analysis = analyse(templates.build(name), signature_of(Recipe().with_settings(template.recipe)))
    assert analysis.problems == ()
    assert analysis.ready
    assert analysis.total_parameters == WEIGHTS[name]


@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist", "uci-digits", "strokes"])
@pytest.mark.parametrize("name", [name for name in WEIGHTS if templates.describe(name).dataset == "strokes"])
def test_picture_templates_take_every_picture_dataset(name: str, dataset: str) -> None:
    fits = dataset != "uci-digits" or name not in FOR_28
    recipe = Recipe().with_settings({**templates.describe(name).recipe, "dataset": dataset})
    assert analyse(templates.build(name), signature_of(recipe)).ready == fits


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
    assert overlaps(graph) == []
    data, goal = graph.of_kind("Input")[0], graph.of_kind("Output")[0]
    assert all(leader(graph, id) is None or snapped_onto(graph, id) is not None for id in graph.nodes)
    begins = min(box(graph, id)[0] for id, node in graph.nodes.items() if id == data.id or node.declaration.is_source)
    for node in graph.nodes.values():
        if node.id not in (data.id, goal.id):
            assert box(graph, node.id)[0] >= begins
            if abs(box(graph, node.id)[1] - box(graph, goal.id)[1]) < 64:  # in the row of the goal
                assert box(graph, node.id)[2] + LEAST_GAP <= box(graph, goal.id)[0]
    assert graph.nodes[data.id].name == "data"
    assert graph.nodes[goal.id].name == "goal"


@pytest.mark.parametrize("name", templates.names())
def test_a_template_survives_the_file(name: str) -> None:
    graph = templates.build(name)
    assert graph_from_json(json.loads(json.dumps(graph.to_json()))) == graph
    template = templates.describe(name)
    assert template.title
    assert template.summary.endswith(".")
    assert json.loads(json.dumps(dict(template.recipe))) == dict(template.recipe)


@pytest.mark.parametrize("name", templates.names())
def test_a_template_s_wires_do_not_cross(name: str) -> None:
    """Of two wires between neighbouring layers of the same rows, none swaps sides with the other."""
    graph = templates.build(name)
    boxes = {id: box(graph, id) for id in graph.nodes}
    lines = []
    for w in folded(graph).wires:
        (_, top, right, bottom), (left, top2, _, bottom2) = boxes[w.source], boxes[w.target]
        lines.append(((right, (top + bottom) / 2), (left, (top2 + bottom2) / 2), w))
    for (a, b, one), (c, d, other) in combinations(lines, 2):
        if {one.source, one.target} & {other.source, other.target} or a[0] > b[0] or c[0] > d[0]:
            continue
        assert not _cross(a, b, c, d), (one, other)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


@pytest.mark.parametrize("name", templates.names())
def test_a_template_belongs_to_a_group(name: str) -> None:
    assert templates.describe(name).group in templates.GROUPS


def test_the_one_neuron_templates_are_one_neuron() -> None:
    graph = templates.build("always-five")
    assert [n.kind for n in graph.nodes.values()] == ["Input", "Output", "Linear"]
    analysis = analyse(graph, catalogue.signature("always-five"))
    assert analysis.nodes["n3"].inputs == (Shape.features(10),)
    assert analysis.shapes["n3"] == Shape.features(1)


def test_the_residual_blocks_are_joined_by_shortcuts() -> None:
    graph = templates.build("small-resnet")
    for join in graph.of_kind("Add"):
        sources = graph.sources(join.id)
        assert len(set(sources)) == 2
        assert analyse(graph, catalogue.signature("mnist")).nodes[join.id].inputs[0].rank == 3


def test_the_empty_drawing_is_two_blocks() -> None:
    graph = templates.build("empty")
    assert [n.kind for n in graph.nodes.values()] == ["Input", "Output"]
    assert graph.wires == ()
    assert graph.can_connect(wire("n1", "n2")) is None


def test_an_unknown_template_is_refused_with_the_names() -> None:
    with pytest.raises(KeyError, match="digit-cnn"):
        templates.build("gpt")
