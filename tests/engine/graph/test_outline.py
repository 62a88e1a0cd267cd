"""The drawing as a list: order, branches, what is not connected."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.graph import templates
from engine.graph.graph import Graph, Wire, empty, wire
from engine.graph.outline import outline


def names(graph: Graph) -> list[str]:
    return [graph.nodes[line.id].name for line in outline(graph)]


def test_a_residual_block_reads_along_its_longer_way_and_names_both_sources() -> None:
    graph = empty().add("Conv2d").add("ReLU").add("Conv2d").add("Add").add("Conv2d")
    conv1, relu1, conv2, add1, side = list(graph.nodes)[2:]
    for a, b in (("n1", conv1), (conv1, relu1), (relu1, conv2), (conv1, side), (add1, "n2")):
        graph = graph.connect(wire(a, b))
    graph = graph.connect(Wire(conv2, "out", add1, "in1")).connect(Wire(side, "out", add1, "in2"))
    graph = graph.add("Dropout")
    lines = outline(graph)
    assert names(graph) == ["data", "conv1", "relu1", "conv2", "conv3", "add1", "goal", "dropout1"]
    assert [line.depth for line in lines] == [0, 0, 0, 0, 1, 0, 0, 0]
    assert [line.follows for line in lines] == [False, True, True, True, False, False, True, False]
    assert lines[5].sources == (conv2, side)
    assert [line.connected for line in lines] == [True] * 7 + [False]


def test_an_empty_drawing_is_its_two_blocks() -> None:
    assert names(empty()) == ["data", "goal"]
    assert outline(Graph()) == ()


@st.composite
def drawings(draw: st.DrawFn) -> Graph:
    """Any drawing of a few layers with any wires that it takes."""
    graph = empty()
    for kind in draw(st.lists(st.sampled_from(["ReLU", "Add", "Linear"]), max_size=10)):
        graph = graph.add(kind)
    ids = list(graph.nodes)
    for source, target in draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=25)):
        port = graph.open_input(target)
        if port is not None and graph.can_connect(Wire(source, "out", target, port)) is None:
            graph = graph.connect(Wire(source, "out", target, port))
    return graph


@given(drawings())
def test_every_node_is_there_once_and_behind_what_feeds_it(graph: Graph) -> None:
    lines = outline(graph)
    assert sorted(line.id for line in lines) == sorted(graph.nodes)
    place = {line.id: number for number, line in enumerate(lines)}
    for w in graph.wires:
        assert place[w.source] < place[w.target]
    loose = [line.connected for line in lines if graph.nodes[line.id].kind != "Input"]
    assert loose == sorted(loose, reverse=True), "what is not connected comes last"


def test_every_template_begins_with_the_data_and_ends_with_the_goal() -> None:
    for name in templates.names():
        graph = templates.build(name)
        lines = outline(graph)
        assert graph.nodes[lines[0].id].kind == "Input"
        assert graph.nodes[lines[-1].id].kind == "Output"
