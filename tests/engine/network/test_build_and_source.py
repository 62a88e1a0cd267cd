"""The module that is trained and the file that is taken away are one network, whatever was drawn."""

from __future__ import annotations

import ast
import subprocess
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from engine.graph.advice.analysis import analyse
from engine.graph.graph import Graph, wire
from engine.graph.layers import kinds
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from engine.network.build import BuildError, Network, build
from engine.network.source import source
from tests.engine.graph.drawings import TABLE, answer, branches, row
from tests.engine.graph.layer_cases import CASES
from tests.engine.network.networks import batch, executed, networks, same, same_weights

QUICK = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


def check(graph: Graph, signature: Signature, seed: int = 0) -> Network:
    """Everything that holds between a drawing, its module and its source."""
    analysis = analyse(graph, signature)
    network = build(graph, signature, seed)
    names = {node.name for node in graph.nodes.values()}
    assert {key.partition(".")[0] for key in network.state_dict()} <= names
    assert sum(p.numel() for p in network.parameters()) == analysis.total_parameters

    text = source(graph, signature)
    ast.parse(text)
    assert max(map(len, text.splitlines())) < 100
    made = executed(text)["Network"]()
    made.load_state_dict(network.state_dict(), strict=True)

    inputs = batch(signature.input)
    with torch.no_grad():
        wanted = network.eval()(inputs)
        assert wanted.shape == (3, *analysis.shapes[graph.of_kind("Output")[0].id].sizes)
        assert same(made.eval()(inputs), wanted)
        outputs = list(network.run_layers(inputs))
    assert [id for id, _ in outputs] == [id for id, _ in network.layers()]
    assert all(tuple(value.shape[1:]) == analysis.shapes[id].sizes for id, value in outputs)
    if outputs:
        assert any(same(value, wanted) for _, value in outputs)

    torch.manual_seed(seed)
    assert same_weights(executed(text)["Network"](), network), "the file starts from other weights"
    return network


@settings(max_examples=50, **QUICK)
@given(networks(), st.integers(0, 99))
def test_random_drawings(drawn: tuple[Graph, Signature], seed: int) -> None:
    graph, signature = drawn
    assume(analyse(graph, signature).ready)
    event(f"{len(graph.nodes)} nodes")
    check(graph, signature, seed)


@pytest.mark.parametrize("name", [name for name in CASES if not (kinds()[name].is_switch or kinds()[name].fitted)])
def test_every_layer(name: str) -> None:
    met = []

    @settings(max_examples=4, derandomize=True, **QUICK)
    @given(networks(include=name, most=1))
    def tried(drawn: tuple[Graph, Signature]) -> None:
        graph, signature = drawn
        network = analyse(graph, signature)
        assume(network.ready)
        check(graph, signature)
        met.append(any(graph.nodes[id].kind == name for id in network.order))

    tried()
    assert any(met), f"no drawing with a {name} was made"


@pytest.fixture
def every_warning() -> Iterator[None]:
    """torch makes some warnings once a process: here each time, so that no other test can have had it before."""
    torch.set_warn_always(True)
    yield
    torch.set_warn_always(False)


@pytest.mark.parametrize("kind", ["Conv1d", "Conv2d"])
def test_an_even_kernel_that_keeps_the_size_is_no_trouble(kind: str, every_warning: None) -> None:
    sizes = {"Conv1d": Shape.signal(2, 9), "Conv2d": Shape.picture(2, 6, 5)}[kind]
    graph = row((kind, {"out_channels": 3, "kernel_size": 4, "padding": "same"}), "Flatten", answer())
    check(graph, Signature(sizes, Categories(3, ("a", "b", "c"))))


def test_nobody_is_bothered_with_torchs_notes_on_even_kernels(clean_environment: dict[str, str]) -> None:
    words = (
        "from engine.network.build import nn, torch; "
        "nn.Conv2d(1, 1, 4, padding='same')(torch.zeros(1, 1, 8, 8))"
    )
    done = subprocess.run(
        [sys.executable, "-c", words], env=clean_environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


def test_what_only_a_skipped_merge_takes_keeps_its_weights_and_is_not_run() -> None:
    graph = branches("Add", "ReLU", ("Linear", {"out_features": 4}))
    merge = graph.find("add1")
    second = graph.incoming("n4")[1].source
    assert merge is not None
    graph = graph.set(merge.id, bypassed=True)
    network = check(graph, TABLE)
    assert f"{graph.nodes[second].name}.weight" in network.state_dict()
    assert second not in dict(network.layers())
    text = source(graph, TABLE)
    assert text.count(f"self.{graph.nodes[second].name}") == 1
    assert "not run" in text


def test_long_drawings_are_no_trouble() -> None:
    graph = row(*["ReLU"] * 1_500, answer())
    network = build(graph, TABLE)
    assert network(torch.zeros(2, 4)).shape == (2, 3)
    assert source(graph, TABLE).count("nn.ReLU()") == 1_500


def test_values_are_kept_as_long_as_they_are_needed_and_no_longer() -> None:
    graph = row("Linear", "ReLU", "ReLU", ("Linear", {"out_features": 128}), answer())
    ids = [node.id for node in graph.nodes.values() if node.kind in ("Linear", "ReLU")]
    graph = graph.add("Add")
    merge = graph.last
    for w in graph.outgoing(ids[3]):
        graph = graph.disconnect(w).connect(wire(ids[3], merge, "in1")).connect(wire(merge, w.target))
    graph = graph.connect(wire(ids[0], merge, "in2")).connect(wire(ids[3], merge, "in3"))
    network = check(graph, TABLE)
    numbers = {graph.nodes[id].name: number for number, id in enumerate(ids)}
    made: dict[int, weakref.ref[torch.Tensor]] = {}
    alive: dict[int, set[int]] = {}
    for name, module in network.named_children():
        number = numbers[name]
        def begins(_module: object, _inputs: object, number: int = number) -> None:
            alive[number] = {other for other, value in made.items() if value() is not None}

        def ends(_module: object, _inputs: object, output: torch.Tensor, number: int = number) -> None:
            made[number] = weakref.ref(output)

        module.register_forward_pre_hook(begins)
        module.register_forward_hook(ends)
    with torch.no_grad():
        network(torch.zeros(1, 4))
    assert alive == {0: set(), 1: {0}, 2: {0, 1}, 3: {0, 2}, 4: set()}, "what is there as each layer begins"


def test_a_drawing_with_an_error_is_refused_with_its_words() -> None:
    graph = row("Conv2d", answer())
    for make in (build, source):
        with pytest.raises(BuildError) as caught:
            make(graph, TABLE)
        problem = analyse(graph, TABLE).problems[0]
        assert (str(caught.value), caught.value.node) == (problem.message, problem.node)


def test_frozen_layers_neither_learn_nor_count() -> None:
    graph = row(("Linear", {"out_features": 6}), "BatchNorm1d", answer())
    for id in ("n3", "n4"):
        graph = graph.set(id, frozen=True)
    network = build(graph, TABLE).train()
    assert {name for name, p in network.named_parameters() if p.requires_grad} == {"linear2.weight", "linear2.bias"}
    before = {name: value.clone() for name, value in network.state_dict().items()}
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=0.1)
    network(torch.randn(8, 4)).sum().backward()
    optimizer.step()
    changed = {name for name, value in network.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"linear2.weight", "linear2.bias"}
    assert not network.norm1.training
    assert network.linear2.training
    made: Any = executed(source(graph, TABLE))["Network"]()
    assert {n for n, p in made.named_parameters() if p.requires_grad} == {"linear2.weight", "linear2.bias"}


def test_the_same_seed_gives_the_same_weights_and_leaves_other_random_numbers_alone() -> None:
    graph = row(("Linear", {"out_features": 6}), answer())
    torch.manual_seed(12)
    wanted = torch.rand(3)
    torch.manual_seed(12)
    one, two, three = build(graph, TABLE, 1), build(graph, TABLE, 1), build(graph, TABLE, 2)
    assert torch.equal(torch.rand(3), wanted)
    assert same_weights(one, two)
    assert not same_weights(one, three)
