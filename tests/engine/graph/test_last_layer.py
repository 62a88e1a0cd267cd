"""A target that one kind of layer answers: it stands before the goal, once, and nothing behind it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.advice.problems import ProblemCode, Severity
from engine.graph.graph import Graph
from engine.graph.layout.arranging import chain, layer
from engine.graph.shapes import Shape, ShapeError
from engine.graph.signature import Signature
from engine.graph.targets import Categories, Groups

POINTS, PICTURES = Signature(Shape.features(2), Groups()), Signature(Shape.picture(1, 8, 8), Groups())
KMEANS = layer("KMeans", n_clusters=4)


def mended(analysis: Analysis, signature: Signature, label: str) -> Graph:
    """The drawing after the repair that begins so; every error is gone with it."""
    (problem,) = [p for p in analysis.problems if p.severity == Severity.ERROR]
    found = [repair for repair in problem.repairs if repair.label.startswith(label)]
    assert found, [repair.label for repair in problem.repairs]
    graph = found[0].edit(analysis.graph)
    assert analyse(graph, signature).ready
    return graph


def kinds_of(graph: Graph) -> list[str]:
    return sorted(node.kind for node in graph.nodes.values() if not node.is_end)


def test_groups_take_any_list_of_distances_and_refuse_the_rest_in_words() -> None:
    for count in (1, 7):
        assert Groups().accept(Shape.features(count)) == Shape.features(count)
    for shape, found in ((Shape.picture(3, 2, 2), "arrive"), (Shape.tokens(4, 9), "tokens arrive")):
        with pytest.raises(ShapeError, match=found) as caught:
            Groups().accept(shape)
        assert "KMeans" in str(caught.value)


@pytest.mark.parametrize(
    ("layers", "signature"),
    [([KMEANS], POINTS), ([layer("Flatten"), KMEANS], PICTURES), ([layer("Tanh"), KMEANS], POINTS)],
)
def test_a_drawing_that_ends_in_the_layer_is_ready(layers: list[Any], signature: Signature) -> None:
    assert analyse(chain(layers), signature).problems == ()


@pytest.mark.parametrize(
    ("layers", "signature", "said", "label", "left"),
    [
        ([layer("Linear", out_features=3)], POINTS, "the diagram has none", "Put KMeans in the place", ["KMeans"]),
        ([layer("Tanh")], POINTS, "the diagram has none", "Add a KMeans", ["KMeans", "Tanh"]),
        ([layer("Tanh")], PICTURES, "arrive", "Add Flatten and KMeans", ["Flatten", "KMeans", "Tanh"]),
        ([KMEANS, layer("Softmax")], POINTS, "softmax1 stands behind kmeans1", "Take out softmax1", ["KMeans"]),
        ([KMEANS, KMEANS], POINTS, "2 KMeans layers (kmeans1 and kmeans2)", "Keep only kmeans2", ["KMeans"]),
        ([KMEANS, KMEANS], POINTS, "2 KMeans layers", "Keep only kmeans1", ["KMeans"]),
    ],
)
def test_what_is_missing_or_too_much_is_said_and_can_be_mended(
    layers: list[Any], signature: Signature, said: str, label: str, left: list[str]
) -> None:
    analysis = analyse(chain(layers), signature)
    assert analysis.obstacle is not None
    assert said in analysis.obstacle.message
    assert kinds_of(mended(analysis, signature, label)) == left


def test_one_that_is_bypassed_does_not_count() -> None:
    graph = chain([KMEANS, KMEANS])
    first = graph.of_kind("KMeans")[0].id
    assert analyse(graph.set(first, bypassed=True), POINTS).ready


def test_a_layer_before_it_with_weights_is_warned_of_unless_it_is_frozen() -> None:
    graph = chain([layer("Linear", out_features=5), KMEANS])
    analysis = analyse(graph, POINTS)
    assert analysis.ready
    (problem,) = analysis.problems
    assert problem.code == ProblemCode.UNTRAINED
    assert "linear1 is not trained here" in problem.message
    assert analyse(graph.set(graph.of_kind("Linear")[0].id, frozen=True), POINTS).problems == ()


@pytest.mark.parametrize("behind", [[], [layer("Linear", out_features="answer")]])
def test_a_target_that_does_not_fit_the_layer_refuses_it(behind: list[Any]) -> None:
    signature = Signature(Shape.features(2), Categories(4))
    analysis = analyse(chain([KMEANS, *behind]), signature)
    assert analysis.obstacle is not None
    assert "kmeans1 is never fitted here" in analysis.obstacle.message
    kind = "Take out" if behind else "Put a Linear in the place"
    assert "KMeans" not in kinds_of(mended(analysis, signature, kind))
