"""Exported code runs the named parts of a drawing as the program does, bit for bit."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.graph import templates
from engine.graph.graph import Graph, Wire
from engine.graph.inference import infer
from engine.graph.layout.arranging import chain, layer
from engine.graph.parts import named_parts
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Quantities, RealOrFakeScore, SameAsInput
from engine.network.build import build
from engine.network.route import NetworkRoute
from engine.network.source import Scaling, source
from engine.tasks.gan.network import parts_of
from engine.training.data_loading import signature_of
from engine.training.recipe import Recipe

POINTS, DIGITS = Shape.features(2), Shape.picture(1, 28, 28)


def renamed(graph: Graph, before: str, after: str) -> Graph:
    found = graph.find(before)
    assert found is not None
    return graph.rename(found.id, after)


@pytest.mark.parametrize(
    ("graph", "entering", "generator", "critic"),
    [
        (templates.build("gan-points"), POINTS, "generator", "critic"),
        (templates.build("gan-digits"), DIGITS, "generator", "critic"),
        (renamed(templates.build("gan-points"), "linear1", "generator"), POINTS, "run_generator", "critic"),
        (renamed(templates.build("gan-points"), "linear7", "critic"), POINTS, "generator", "run_critic"),
    ],
    ids=["points", "digits", "a layer called generator", "a layer called critic"],
)
def test_the_parts_of_the_exported_class_give_what_the_program_gives(
    graph: Graph, entering: Shape, generator: str, critic: str
) -> None:
    signature = Signature(entering, RealOrFakeScore())
    network = build(graph, signature, seed=3).eval()
    shift, scale = (0.5,) * entering.sizes[0], (2.0,) * entering.sizes[0]
    made: dict[str, Any] = {"__name__": "exported"}
    text = source(graph, signature, title="Maker", weights_file=None, scaling=Scaling(shift, scale))
    exec(compile(text, "exported.py", "exec"), made)
    exported = made["Maker"]()
    exported.load_state_dict(network.state_dict())
    exported.eval()
    parts = parts_of(network)
    z, x = torch.randn(5, *parts.sizes), torch.randn(5, *entering.sizes)
    with torch.no_grad():
        assert torch.equal(getattr(exported, generator)(z), parts.generator(z))
        assert torch.equal(getattr(exported, critic)(x), parts.critic(x))
        assert torch.equal(exported(x), network(x))
    samples = made["new_samples"](exported, 4, seed=1)
    assert samples.shape == (4, *entering.sizes)
    assert torch.equal(samples, made["new_samples"](exported, 4, seed=1))
    assert not torch.equal(samples, made["new_samples"](exported, 4, seed=2))
    with torch.no_grad():
        raw = parts.generator(torch.randn(4, *parts.sizes, generator=torch.Generator().manual_seed(1)))
    torch.testing.assert_close(samples, raw * 2 + 0.5)


def hourglass(*widths: int) -> Graph:
    layers = [part for width in widths for part in (layer("Linear", out_features=width), layer("Tanh"))]
    return chain([*layers, layer("Linear", out_features="answer")])


TEMPLATE = templates.build("autoencoder")
BACK = Signature(DIGITS, SameAsInput(784, (), DIGITS))


@pytest.mark.parametrize(
    ("graph", "signature", "code", "encoder", "decoder"),
    [
        (TEMPLATE, BACK, "norm1", "encoder", "decoder"),
        (hourglass(4, 2, 2, 4, 9), Signature(Shape.features(8), Quantities(8)), "tanh3", "encoder", "decoder"),
        (renamed(TEMPLATE, "norm1", "encoder"), BACK, "encoder", "run_encoder", "decoder"),
    ],
    ids=["the template", "a chain", "a layer called encoder"],
)
def test_encoder_and_decoder_of_the_exported_class(
    graph: Graph, signature: Signature, code: str, encoder: str, decoder: str
) -> None:
    network = build(graph, signature, seed=3).eval()
    made: dict[str, Any] = {"__name__": "exported"}
    exec(compile(source(graph, signature, title="Halves", weights_file=None), "exported.py", "exec"), made)
    exported = made["Halves"]()
    exported.load_state_dict(network.state_dict())
    exported.eval()
    first, second = named_parts(infer(graph, signature))
    assert graph.nodes[first.result].name == code
    x = torch.randn(5, *signature.input.sizes)
    with torch.no_grad():
        found = NetworkRoute.of(network, first)(x)
        assert torch.equal(getattr(exported, encoder)(x), found)
        assert torch.equal(getattr(exported, decoder)(found), NetworkRoute.of(network, second)(found))
        assert torch.equal(exported(x), network(x))


@pytest.mark.parametrize("name", [name for name in templates.names() if "autoencoder" not in name])
def test_other_networks_have_no_encoder(name: str) -> None:
    described = templates.describe(name)
    signature = signature_of(Recipe().with_settings(described.recipe))
    assert "encoder" not in [part.name for part in named_parts(infer(templates.build(name), signature))]


def test_what_goes_around_the_narrowest_layer_leaves_no_code() -> None:
    signature = Signature(Shape.features(8), Quantities(8))
    graph = hourglass(4, 2, 4, 9)
    names = graph.names
    around = graph.add("Concatenate")
    joined = around.connect(Wire(names["tanh1"], "out", around.last, "in1"))
    joined = joined.between(around.last, joined.outgoing(names["tanh3"])[0])
    found = named_parts(infer(joined, signature))
    assert [joined.nodes[part.result].name for part in found] == ["tanh1", "linear5"], "where all runs through"
    few = Signature(Shape.features(8), Quantities(3))
    assert named_parts(infer(hourglass(4, 2, 4), few)) == (), "it never widens to what came in"
    assert [graph.nodes[part.result].name for part in named_parts(infer(hourglass(4, 2, 4), signature))] == [
        "tanh2",
        "linear4",
    ]
