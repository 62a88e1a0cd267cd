"""Layers that stand on the layer they follow: what is one box, what goes along with it, and what comes off it."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.graph.boxes import compact, folded
from engine.graph.graph import Graph, Wire, empty, wire
from engine.graph.layout.placement import estimated, separated
from engine.graph.layout.tidying.measure import overlaps
from engine.graph.reading import graph_from_json
from engine.graph.rewiring import replace_kind, take_out
from engine.graph.snapping import carried, leader, riders, root, snapped_onto, tail
from tests.random_edits import Edits


def chain(*kinds: str) -> Graph:
    """data → the layers → goal, 200 apart; ids n1, n3, n4, …, n2."""
    graph, before = empty(), "n1"
    for number, kind in enumerate(kinds, start=1):
        graph = graph.add(kind, position=(200.0 * number, 0.0))
        graph = graph.connect(wire(before, graph.last))
        before = graph.last
    return graph.connect(wire(before, "n2")).move({"n2": (200.0 * len(kinds) + 200.0, 0.0)})


@pytest.fixture
def boxed() -> Graph:
    """A convolution (n3) with its normalisation (n4) and activation (n5) on it, then a pooling (n6)."""
    return compact(chain("Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d"))


def test_only_positions_differ_from_the_drawing_that_is_not_compact(boxed: Graph) -> None:
    loose = chain("Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d")
    assert boxed != loose
    assert boxed.move({id: node.position for id, node in loose.nodes.items()}) == loose
    assert riders(boxed, "n3") == ("n4", "n5")
    assert (root(boxed, "n5"), tail(boxed, "n3"), snapped_onto(boxed, "n5")) == ("n3", "n5", "n4")
    assert (root(loose, "n5"), tail(loose, "n3"), snapped_onto(loose, "n5")) == ("n5", "n3", None)
    assert graph_from_json(json.loads(json.dumps(boxed.to_json()))) == boxed


@pytest.mark.parametrize("kind", ["MaxPool2d", "Flatten", "Conv2d", "Add"])
def test_other_layers_are_never_snapped(kind: str) -> None:
    graph = empty().add("Conv2d").add(kind).connect(wire("n1", "n3"))
    graph = graph.connect(wire("n3", "n4", graph.open_input("n4") or "in"))
    assert snapped_onto(graph, "n4") is None


def test_nothing_is_snapped_onto_the_data_nor_where_the_chain_forks() -> None:
    graph = compact(chain("ReLU", "Conv2d", "ReLU"))
    assert snapped_onto(graph, "n3") is None
    forked = chain("Conv2d", "ReLU").add("Flatten").connect(wire("n3", "n5"))
    assert leader(forked, "n4") is None
    assert compact(forked) == forked


def test_a_box_moves_as_one_and_a_layer_that_is_moved_off_it_takes_along_what_is_on_it(boxed: Graph) -> None:
    moved = boxed.move({"n3": (0.0, 500.0)})
    assert {moved.nodes[id].position for id in ("n3", "n4", "n5")} == {(0.0, 500.0)}
    off = boxed.move({"n4": (0.0, 500.0)})
    assert (riders(off, "n3"), riders(off, "n4")) == ((), ("n5",))
    last = boxed.move({"n5": (0.0, 500.0)})
    assert (riders(last, "n3"), riders(last, "n5")) == (("n4",), ())
    assert last.move({"n5": last.nodes["n3"].position}) == boxed
    one, two = (1.0, 1.0), (2.0, 2.0)
    assert carried(boxed, {"n3": one, "n5": two}) == {"n3": one, "n4": one, "n5": two}


def test_a_copy_of_a_box_is_a_box(boxed: Graph) -> None:
    graph, ids = boxed.paste(boxed.subgraph(["n3", "n4", "n5"]), (32.0, 32.0))
    assert riders(graph, ids["n3"]) == (ids["n4"], ids["n5"])
    assert riders(graph, "n3") == ("n4", "n5")


def test_folded_is_the_drawing_of_boxes(boxed: Graph) -> None:
    small = folded(boxed)
    assert list(small.topological()) == ["n1", "n3", "n6", "n2"]
    assert {(w.source, w.target) for w in small.wires} == set(pairwise(["n1", "n3", "n6", "n2"]))
    loose = chain("Conv2d", "ReLU")
    assert folded(loose) is loose


def test_what_loses_its_place_in_the_chain_is_set_apart(boxed: Graph) -> None:
    forked = boxed.add("Flatten", position=(600.0, 300.0))
    forked = forked.connect(wire("n3", forked.last))
    after = separated(boxed, forked)
    assert snapped_onto(after, "n4") is None
    assert riders(after, "n4") == ("n5",)
    assert overlaps(after) == []
    for change in (
        lambda graph: graph.disconnect(Wire("n3", "out", "n4", "in")),
        lambda graph: replace_kind(graph, "n4", "Conv2d"),
    ):
        after = separated(boxed, change(boxed))
        assert after.nodes["n4"].position != after.nodes["n3"].position
        assert overlaps(after) == []


def test_what_is_taken_out_of_a_box_leaves_the_rest_together(boxed: Graph) -> None:
    after = separated(boxed, take_out(boxed, "n4").move({"n4": (0.0, 400.0)}))
    assert riders(after, "n3") == ("n5",)
    after = separated(boxed, boxed.remove_keeping_chain(["n3"]))
    assert riders(after, "n4") == ("n5",)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_after_any_edits_boxes_are_plain_chains_and_move_as_one(seed: int) -> None:
    edits = Edits(seed, None)
    graph = compact(chain("Conv2d", "BatchNorm2d", "ReLU", "Conv2d", "ReLU", "Dropout2d", "Flatten", "Linear", "ReLU"))
    for _step in range(12):
        before, graph = graph, edits.apply(graph)
        graph = separated(before, graph)
        for id in graph.nodes:
            for one, other in pairwise((id, *riders(graph, id))):
                assert [w.target for w in graph.outgoing(one)] == [other]
                assert len(graph.incoming(other)) == 1
        for id in list(graph.nodes)[:4]:
            moved = graph.move({id: (-5_000.0, -5_000.0)})
            assert riders(moved, id) == riders(graph, id)


def test_a_box_is_estimated_wide_enough_for_its_chips() -> None:
    graph = compact(chain("Linear", "BatchNorm1d", "ReLU", "Dropout"))
    assert estimated(graph, "n3")[0] > estimated(chain("Linear", "BatchNorm1d"), "n3")[0]
