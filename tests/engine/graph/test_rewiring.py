"""Replacing a layer, taking one out of its chain, letting one follow another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.graph.advice.repairs.edits import swap
from engine.graph.errors import GraphError, NoSuchKind, NoSuchNode, NoSuchPort
from engine.graph.graph import Graph, wire
from engine.graph.layers import kinds
from engine.graph.layers.kind import ENDS
from engine.graph.reading import graph_from_json
from engine.graph.rewiring import follow, replace_kind, take_out
from tests.engine.graph.drawings import answer, drawings, row


def pairs(graph: Graph) -> set[tuple[str, str]]:
    return {(w.source, w.target) for w in graph.wires}


def test_a_replaced_layer_keeps_wires_place_states_and_settings_that_match() -> None:
    graph = row("Conv2d", ("MaxPool2d", {"kernel_size": 3, "stride": 1}), "Flatten", answer())
    graph = graph.set("n4", note="why", bypassed=True)
    after = replace_kind(graph, "n4", "AvgPool2d")
    node = after.nodes["n4"]
    assert node.kind == "AvgPool2d"
    assert (node.params["kernel_size"], node.params["stride"]) == ((3, 3), (1, 1))
    assert (node.note, node.bypassed, node.position) == ("why", True, graph.nodes["n4"].position)
    assert set(after.wires) == set(graph.wires)
    assert list(after.nodes) == list(graph.nodes)


def test_a_name_that_counts_is_counted_anew_and_a_given_name_stays() -> None:
    graph = row("LSTM", "GRU")
    assert replace_kind(graph, "n3", "GRU").nodes["n3"].name == "gru2"
    named = graph.rename("n3", "reader")
    assert replace_kind(named, "n3", "GRU").nodes["n3"].name == "reader"


def test_a_setting_that_does_not_fit_takes_the_default() -> None:
    graph = row(("Dropout", {"p": 0.25}), "ReLU")
    assert replace_kind(graph, "n3", "Dropout2d").nodes["n3"].params["p"] == 0.25
    relu = replace_kind(graph, "n4", "LeakyReLU").nodes["n4"]
    assert dict(relu.params) == {p.name: p.default for p in kinds()["LeakyReLU"].parameters}


@pytest.mark.parametrize(
    ("kind", "other", "name", "new"),
    [
        ("LSTM", "Linear", "hidden_size", "out_features"),
        ("Linear", "GRU", "out_features", "hidden_size"),
        ("MultiheadAttention", "TransformerEncoderLayer", "num_heads", "nhead"),
        ("PixelShuffle", "PixelUnshuffle", "upscale_factor", "downscale_factor"),
    ],
)
def test_a_setting_that_torch_calls_otherwise_in_another_layer_is_kept(
    kind: str, other: str, name: str, new: str
) -> None:
    graph = row((kind, {name: 3}))
    assert replace_kind(graph, "n3", other).nodes["n3"].params[new] == 3
    swapped = swap("n3", other)(graph)
    assert swapped.nodes[swapped.last].params[new] == 3


def test_wires_find_the_inputs_of_the_new_kind() -> None:
    graph = row("Linear", "ReLU")
    graph = graph.add("Add").connect(wire("n3", "n5", "in1")).connect(wire("n4", "n5", "in2"))
    assert {w.input for w in replace_kind(graph, "n5", "Concatenate").incoming("n5")} == {"in1", "in2"}
    single = replace_kind(graph, "n5", "Linear")
    assert [(w.source, w.input) for w in single.incoming("n5")] == [("n3", "in")]
    merged = replace_kind(graph, "n4", "Multiply")
    assert wire("n3", "n4", "in1") in merged.wires


def test_what_cannot_be_replaced() -> None:
    graph = row("Linear")
    with pytest.raises(GraphError, match="data block"):
        replace_kind(graph, "n1", "Linear")
    with pytest.raises(GraphError, match="goal block"):
        replace_kind(graph, "n3", "Output")
    with pytest.raises(NoSuchKind):
        replace_kind(graph, "n3", "Nonsense")
    with pytest.raises(NoSuchNode):
        replace_kind(graph, "n9", "ReLU")
    assert replace_kind(graph, "n3", "Linear") is graph


@settings(max_examples=150, deadline=None)
@given(drawings(), st.data())
def test_any_replacement_is_a_sound_drawing(graph: Graph, data: st.DataObject) -> None:
    layers = [id for id, node in graph.nodes.items() if node.kind not in ENDS]
    if not layers:
        return
    id = data.draw(st.sampled_from(layers))
    kind = data.draw(st.sampled_from([k for k in kinds() if k not in ENDS]))
    after = replace_kind(graph, id, kind)
    assert graph_from_json(after.to_json()) == after  # reading checks names, settings, ports and wires
    assert after.nodes[id].kind == kind
    assert set(after.outgoing(id)) == set(graph.outgoing(id))
    assert len(after.incoming(id)) <= len(graph.incoming(id))
    assert {i: n for i, n in after.nodes.items() if i != id} == {i: n for i, n in graph.nodes.items() if i != id}


def test_taking_out_joins_the_neighbours() -> None:
    graph = row("Conv2d", "ReLU", "Flatten")
    after = take_out(graph, "n4")
    assert pairs(after) == {("n1", "n3"), ("n3", "n5"), ("n5", "n2")}
    assert after.nodes == graph.nodes


def test_following_takes_over_all_wires() -> None:
    graph = row("Conv2d", "ReLU").add("Flatten").connect(wire("n3", "n5")).add("BatchNorm2d")
    after = follow(graph, "n6", "n3")
    assert pairs(after) == {("n1", "n3"), ("n3", "n6"), ("n6", "n4"), ("n6", "n5"), ("n4", "n2")}
    with pytest.raises(NoSuchPort):
        follow(graph, "n2", "n3")
