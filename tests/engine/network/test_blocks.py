"""Drawings with blocks: the module, the file and the flat drawing are one network."""

from __future__ import annotations

import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.graph.advice.analysis import analyse
from engine.graph.compare import renamed
from engine.graph.graph import Graph, wire
from engine.graph.grouping import flat, group
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from engine.graph.templates import build as template
from engine.network.build import build
from engine.network.source import source
from tests.engine.graph.blocks import folded
from tests.engine.network.networks import batch, executed, networks, same
from tests.engine.network.test_build_and_source import check

QUICK = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


@settings(max_examples=40, **QUICK)
@given(st.data())
def test_folded_equals_flat(data: st.DataObject) -> None:
    graph, signature = data.draw(networks())
    analysis = analyse(graph, signature)
    assume(analysis.ready and not any(problem.code == "stray" for problem in analysis.problems))
    done = data.draw(folded(graph))
    plain, network = build(graph, signature), build(done, signature)
    network.load_state_dict(renamed(plain.state_dict(), graph, done), strict=True)
    inputs = batch(signature.input)
    with torch.no_grad():
        assert same(network.eval()(inputs), plain.eval()(inputs))


@settings(max_examples=30, **QUICK)
@given(st.data())
def test_the_file_is_the_network(data: st.DataObject) -> None:
    graph, signature = data.draw(networks())
    assume(analyse(graph, signature).ready)
    done = data.draw(folded(graph, repeats=3))
    assume(analyse(done, signature).ready)
    check(done, signature)


def residual(repeat: int = 1) -> tuple[Graph, Signature]:
    graph = template("small-resnet")
    names = ["conv2", "norm2", "relu2", "conv3", "norm3", "add1", "relu3"]
    graph = group(graph, [graph.find(name).id for name in names], "Residual block")
    signature = Signature(Shape.picture(1, 12, 12), Categories(10, tuple("0123456789")))
    return graph.set_params(graph.last, repeat=repeat), signature


def test_names_of_weights() -> None:
    one, three = (set(build(*residual(n)).state_dict()) for n in (1, 3))
    assert "residual_block1.conv2.weight" in one
    assert {f"residual_block1.{k}.conv2.weight" for k in range(3)} <= three


def test_repeats_have_weights_of_their_own() -> None:
    graph, signature = residual(3)
    state = check(graph, signature).state_dict()
    first, second = (state[f"residual_block1.{k}.conv2.weight"] for k in (0, 1))
    assert not torch.equal(first, second)
    text = source(graph, signature)
    assert text.count("class ResidualBlock(nn.Module):") == 1
    assert "nn.Sequential(*[ResidualBlock() for _ in range(3)])" in text
    long = flat(graph)
    assert sum(p.numel() for p in build(long, signature).parameters()) == analyse(graph, signature).total_parameters


def test_a_class_is_shared_by_copies_and_split_where_sizes_differ() -> None:
    signature = Signature(Shape.features(4), Categories(2, ("a", "b")))
    graph = Graph().add("Input").add("Output").add("Linear", out_features=8).add("ReLU")
    graph = graph.connect(wire("n1", "n3")).connect(wire("n3", "n4"))
    graph = group(graph, ["n3", "n4"], "Dense layer")
    first = graph.last
    for _copy in range(2):
        graph, new = graph.paste(graph.subgraph([first]))
        before = [n.id for n in graph.of_kind("Block")][-2]
        graph = graph.connect(wire(before, new[first], graph.open_input(new[first])))
    graph = graph.add("Linear", out_features="answer")
    head = graph.last
    graph = graph.connect(wire([n.id for n in graph.of_kind("Block")][-1], head)).connect(wire(head, "n2"))
    check(graph, signature)
    text = source(graph, signature)
    assert text.count("class DenseLayer") == 2  # 4 → 8 and 8 → 8
    assert text.count("DenseLayer2()") == 2


def test_several_inputs_repeated() -> None:
    signature = Signature(Shape.features(4), Categories(4, ("a", "b", "c", "d")))
    graph = Graph().add("Input").add("Output").add("Linear", out_features=4).add("Linear", out_features=4).add("Add")
    graph = graph.connect(wire("n1", "n3")).connect(wire("n3", "n4")).connect(wire("n4", "n5", "in1"))
    graph = graph.connect(wire("n1", "n5", "in2")).connect(wire("n5", "n2"))
    graph = group(graph, ["n4", "n5"], "Mix")
    assert len(graph.incoming(graph.last)) == 2
    graph = graph.set_params(graph.last, repeat=2)
    check(graph, signature)
    assert "Repeat(*[Mix() for _ in range(2)])" in source(graph, signature)


def test_frozen_layers_inside_stay() -> None:
    graph, signature = residual(2)
    frozen = build(graph.set(graph.last, frozen=True), signature).train()
    block = frozen.get_submodule("residual_block1")
    assert not any(p.requires_grad for p in block.parameters())
    assert not any(part.training for part in block.modules())
    assert frozen.get_submodule("norm1").training


def test_titles_make_names_that_work() -> None:
    for title in ("Network", "1×1", "日本", "torch", "Exception", "a 'quoted' \\ title", "F"):
        graph, signature = residual()
        block = graph.nodes[graph.last].block
        graph = group(graph, [graph.last], title)
        assert block
        text = source(graph, signature)
        made = executed(text)["Network"]()
        made.load_state_dict(build(graph, signature).state_dict(), strict=True)
