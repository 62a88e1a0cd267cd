"""What edits hand on to the next drawing is what that drawing would work out by itself."""

from __future__ import annotations

import random

import pytest

from engine.graph.graph import Graph, Wire, empty


def _agrees(graph: Graph) -> None:
    fresh = Graph(graph.nodes, graph.wires, graph.next_id)
    for id, node in graph.nodes.items():
        assert graph.incoming(id) == fresh.incoming(id)
        assert graph.outgoing(id) == fresh.outgoing(id)
        assert graph.find(node.name) == fresh.find(node.name) == node
    assert graph.names == fresh.names
    assert set(graph.wire_index.incoming) == set(graph.wire_index.outgoing) == set(graph.nodes)
    assert graph.topological() == fresh.topological()


def _edited(graph: Graph, dice: random.Random) -> Graph:
    ids = list(graph.nodes)
    one, two = dice.choice(ids), dice.choice(ids)
    match dice.randrange(13):
        case 0 | 1:
            return graph.add(dice.choice(["ReLU", "Add", "MultiheadAttention", "Concatenate"]))
        case 2 | 3 | 4 | 9 | 10 | 11:
            port = graph.open_input(two)
            new = Wire(one, "out", two, port or "in")
            return graph.replace_input(new) if graph.freed(new).can_connect(new) is None else graph
        case 5:
            return graph.disconnect(dice.choice(graph.wires)) if graph.wires else graph
        case 6:
            return graph.remove([one, two]) if len(ids) > 12 else graph
        case 7:
            return graph.remove_keeping_chain([one]) if len(ids) > 12 else graph
        case 8:
            return graph.paste(graph.subgraph(dice.sample(ids, min(3, len(ids)))), (10, 10))[0]
        case _:
            free = graph.free_name("other")
            return graph.rename(one, free).move({two: (1, 2)}).set(two, bypassed=True)


@pytest.mark.parametrize("seed", range(12))
def test_after_any_edits(seed: int) -> None:
    dice, graph, most = random.Random(seed), empty(), 0
    for _ in range(80):
        before = (dict(graph.nodes), graph.wires)
        edited = _edited(graph, dice)
        assert (dict(graph.nodes), graph.wires) == before
        _agrees(edited)
        _agrees(graph)
        graph, most = edited, max(most, len(edited.wires))
    assert most > 3


def test_a_wire_that_sat_there_already_is_no_change() -> None:
    graph = empty().add("ReLU")
    new = Wire("n1", "out", "n3", "in")
    graph = graph.connect(new)
    assert graph.freed(new) == graph
    _agrees(graph.disconnect(new).connect(new))
