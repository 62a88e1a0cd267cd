"""The first layer is joined to the data and the last one to the goal, where that is surely meant."""

from __future__ import annotations

import pytest

from engine.graph.advice.analysis import analyse
from engine.graph.advice.joining import first_feeder, is_begun, joined
from engine.graph.graph import Graph, empty, wire
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories, Quantities

POINTS = Signature(Shape.features(2), Categories(2, ("a", "b")))
PICTURES = Signature(Shape.picture(1, 28, 28), Categories(10, tuple("0123456789")))


def pairs(graph: Graph) -> set[tuple[str, str]]:
    return {(w.source, w.target) for w in graph.wires}


def added(graph: Graph, kind: str, signature: Signature | None, behind: str = "") -> Graph:
    """A layer added as from the keyboard: behind another one, in its wire's place where it has one."""
    graph = graph.add(kind)
    new = graph.last
    if behind:
        going = graph.outgoing(behind)
        graph = graph.between(new, going[0]) if going else graph.connect(wire(behind, new))
    return joined(graph, new, signature)


def test_the_first_layer_is_fed_by_the_data_and_leads_to_the_goal() -> None:
    assert pairs(added(empty(), "Linear", POINTS)) == {("n1", "n3"), ("n3", "n2")}


def test_what_the_goal_cannot_take_at_all_is_not_joined_to_it() -> None:
    graph = added(empty(), "Conv2d", PICTURES)
    assert pairs(graph) == {("n1", "n3")}
    graph = added(graph, "Flatten", PICTURES, "n3")
    assert pairs(graph) == {("n1", "n3"), ("n3", "n4"), ("n4", "n2")}
    graph = added(graph, "Linear", PICTURES, "n4")
    (problem,) = analyse(graph, PICTURES).problems
    assert problem.code == "target"
    assert analyse(problem.repairs[0].edit(graph), PICTURES).ready


@pytest.mark.parametrize("signature", [None, POINTS])
def test_only_the_first_layer_is_fed(signature: Signature | None) -> None:
    graph = joined(empty().add("ReLU").add("ReLU"), "n4", signature)
    assert pairs(graph) == set()


def test_a_goal_that_is_reached_already_stays_as_it_is() -> None:
    graph = added(empty(), "Linear", POINTS).add("Dropout").connect(wire("n1", "n4"))
    assert joined(graph, "n4", POINTS) is graph


def test_an_end_is_no_layer() -> None:
    graph = empty().remove(["n2"]).add("Output")
    assert joined(graph, graph.last, POINTS) is graph


def test_the_inside_of_a_block_is_joined_to_its_output_whatever_arrives() -> None:
    inside = Signature(Shape.features(1), Quantities(1, ()), block_inputs=(Shape.picture(3, 8, 8),))
    assert pairs(added(empty(), "Conv2d", inside)) == {("n1", "n3"), ("n3", "n2")}


def test_a_drawing_is_begun_by_a_layer_or_a_wire() -> None:
    assert not is_begun(empty())
    assert first_feeder(empty()) == "n1"
    assert is_begun(empty().add("ReLU"))
    assert is_begun(empty().connect(wire("n1", "n2")))
    assert first_feeder(empty().remove(["n1"])) == ""
