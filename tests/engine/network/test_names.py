"""A layer may be called anything that neither Python nor torch uses; nothing inside is hidden by its name."""

from __future__ import annotations

import keyword

import pytest
import torch
from torch import nn

from engine.graph.errors import BadName
from engine.graph.graph import Graph
from engine.network.build import Network, build
from engine.network.source import source
from tests.engine.graph.drawings import TABLE, answer, row
from tests.engine.network.networks import executed

OF_TORCH = sorted(name for name in dir(nn.Module()) if not name.startswith("_"))
OF_OURS = sorted({name for name in dir(build(row(answer()), TABLE)) if not name.startswith("_")} - set(OF_TORCH))


def named(name: str) -> Graph:
    """Two layers of one name or the other, with weights, the second of them frozen."""
    graph = row(("Linear", {"out_features": 5}), "Tanh", answer())
    return graph.rename("n3", name).set("n3", frozen=True)


@pytest.mark.parametrize("name", [*OF_TORCH, "self", "x", "torch", "nn", "F", *keyword.kwlist, *keyword.softkwlist])
def test_names_that_are_taken_are_refused(name: str) -> None:
    with pytest.raises(BadName):
        named(name)


@pytest.mark.parametrize("name", [*OF_OURS, "inputs", "load", "Network", "T", "data1", "list", "print"])
def test_all_other_names_do_no_harm(name: str) -> None:
    graph = named(name)
    network, plain = build(graph, TABLE), build(named("plain"), TABLE)
    inputs = torch.randn(4, 4)
    assert torch.equal(network(inputs), plain(inputs))
    assert f"{name}.weight" in network.state_dict()
    assert [id for id, _ in network.layers()] == ["n3", "n4", "n5"]
    assert len(list(network.run_layers(inputs))) == 3
    assert isinstance(network.graph, Graph)
    assert not network.state_dict()[f"{name}.weight"].requires_grad
    network.train()
    assert next(m for n, m in network.named_modules() if n == name).training is False
    made = executed(source(graph, TABLE))["Network"]()
    made.load_state_dict(network.state_dict())
    assert torch.equal(made(inputs), network(inputs))


def test_there_are_names_of_our_own_to_try() -> None:
    assert {"layers", "graph", "signature", "run_layers"} <= set(OF_OURS)
    assert issubclass(Network, nn.Module)
