"""A table that comes in by several data blocks: the same as torch by hand, whole, in parts and exported."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from engine.graph import templates
from engine.graph.advice.analysis import analyse
from engine.graph.columns import Column
from engine.graph.graph import Graph, empty, wire
from engine.graph.grouping import group
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Quantities
from engine.network.build import build
from engine.network.modules import CategoryTokens
from engine.network.route import NetworkRoute
from engine.network.source import source
from tests.engine.network.networks import executed

COLUMNS = (Column("age"), Column("colour", 4, 3), Column("size"), Column("sold", 1, 1), Column("weight"))
TABLE = Signature(Shape.features(8), Quantities(2), columns=COLUMNS)
PLACES = {"age": [0], "colour": [1, 2, 3, 4], "size": [5], "sold": [6], "weight": [7]}


def branched(chosen: Sequence[Sequence[str]]) -> Graph:
    """A data block for each choice of columns, a layer behind each, all joined: () is all columns."""
    graph = Graph().add("Output")
    goal = graph.last
    ends = []
    for names in chosen:
        graph = graph.add("Input", columns=names)
        data = graph.last
        graph = graph.add("Linear", out_features=3)
        graph = graph.connect(wire(data, graph.last))
        ends.append(graph.last)
    graph = graph.add("Concatenate") if len(ends) > 1 else graph.add("ReLU")
    joined = graph.last
    for number, end in enumerate(ends, 1):
        graph = graph.connect(wire(end, joined, f"in{number}" if len(ends) > 1 else "in"))
    graph = graph.add("Linear", out_features="answer")
    return graph.connect(wire(joined, graph.last)).connect(wire(graph.last, goal))


class ByHand(nn.Module):
    """The same in torch alone, with the weights of the network that was drawn."""

    def __init__(self, places: Sequence[Sequence[int]], layers: Sequence[nn.Linear], last: nn.Linear) -> None:
        super().__init__()
        self.places, self.layers, self.last = places, layers, last

    def forward(self, x: Tensor) -> Tensor:
        parts = [layer(x[:, list(places)]) for places, layer in zip(self.places, self.layers, strict=True)]
        return self.last(torch.cat(parts, dim=1) if len(parts) > 1 else parts[0].relu())


choices = st.lists(st.lists(st.sampled_from(sorted(PLACES)), unique=True, max_size=5), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(choices)
def test_branches_are_those_of_torch_by_hand(chosen: list[list[str]]) -> None:
    graph = branched(chosen)
    found = analyse(graph, TABLE)
    assert found.ready
    network = build(graph, TABLE, seed=3)
    every = range(8)
    places = [sorted(at for name in names for at in PLACES[name]) or list(every) for names in chosen]
    linear = [module for module in network.children() if isinstance(module, nn.Linear)]
    by_hand = ByHand(places, linear[:-1], linear[-1])
    x = torch.randn(5, 8)
    expected = by_hand(x)
    assert torch.equal(network(x), expected)
    expected.sum().backward()
    gradients = [p.grad.clone() for p in network.parameters() if p.grad is not None]
    network.zero_grad()
    network(x).sum().backward()
    again = [p.grad for p in network.parameters() if p.grad is not None]
    for one, other in zip(again, gradients, strict=True):
        torch.testing.assert_close(one, other)  # threads may add them up in another order
    file = executed(source(graph, TABLE, weights_file=None))
    exported = file["Network"]()
    exported.load_state_dict(network.state_dict())
    assert torch.equal(exported(x), network(x))
    data = [node.id for node in graph.inputs]
    given = NetworkRoute.from_data(network, *data).values(x)
    assert all(torch.equal(value, x[:, at]) for value, at in zip(given, places, strict=True))


def test_a_single_data_block_costs_nothing() -> None:
    graph = templates.build("houses")
    network = build(graph, Signature(Shape.features(8), Quantities(1), columns=COLUMNS))
    data = graph.inputs[0].id
    assert network.planned.inputs == (data,)
    assert all(called.path != (data,) for called in network.calls())


def test_categories_come_in_as_tokens() -> None:
    tokens = CategoryTokens((3, 1))
    x = torch.tensor([[1.0, 0, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])
    assert tokens(x).tolist() == [[1, 0], [3, 4], [0, 4]]
    assert not tokens.state_dict()
    random = tokens(torch.randn(500, 4) * 3)  # as layers are measured with
    assert random.min() >= 0
    assert random.max() <= 4
    assert tokens(torch.full((1, 4), torch.nan)).tolist() == [[0, 0]]


def test_an_embedding_of_categories() -> None:
    graph = empty()
    data, goal = graph.inputs[0].id, graph.outputs[0].id
    graph = graph.set_params(data, columns=("sold", "colour"), tokens=True)
    for layer, params in (("Embedding", {"embedding_dim": 3}), ("Flatten", {}), ("Linear", {"out_features": "answer"})):
        before = graph.last if layer != "Embedding" else data
        graph = graph.add(layer, **params)
        graph = graph.connect(wire(before, graph.last))
    graph = graph.connect(wire(graph.last, goal))
    found = analyse(graph, TABLE)
    assert found.ready, found.problems
    assert found.shapes[data] == Shape.tokens(2, 5)
    network = build(graph, TABLE)
    table = network.module_of("embedding1")
    assert isinstance(table, nn.Embedding)
    assert table.num_embeddings == 5
    x = torch.zeros(3, 8)
    x[0, 2] = x[1, 6] = x[2, 3] = 1.0  # the second colour; sold; the third colour
    expected = network.module_of("linear1")(table(torch.tensor([[2, 0], [0, 4], [3, 0]])).flatten(1))
    assert torch.equal(network(x), expected)
    file = executed(source(graph, TABLE, weights_file=None))
    exported = file["Network"]()
    exported.load_state_dict(network.state_dict())
    assert torch.equal(exported(x), expected)
    assert network(x.repeat(2, 1)).shape == (6, 2)


def test_under_lower_precision_tokens_stay_exact() -> None:
    tokens = CategoryTokens((1000,))
    x = torch.eye(1000)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert tokens(x)[:, 0].tolist() == list(range(1, 1001))


def test_inside_a_block_its_inputs_are_its_own() -> None:
    graph = branched([["age"], ["size", "weight"]])
    inner = [id for id, node in graph.nodes.items() if node.name in ("linear1", "linear2", "concatenate1")]
    grouped = group(graph, inner)
    x = torch.randn(4, 8)
    one, other = build(graph, TABLE, seed=1), build(grouped, TABLE, seed=1)
    values = list(one.state_dict().values())
    other.load_state_dict(dict(zip(other.state_dict(), values, strict=True)))
    assert torch.equal(one(x), other(x))
