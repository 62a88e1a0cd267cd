"""The ready blocks: each builds and trains with every choice of settings, gives the shape it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.graph.advice.analysis import analyse
from engine.graph.blocks import ReadyBlock, ready
from engine.graph.blocks.remaking import remade
from engine.graph.blocks.shelf import SECTIONS, add, declaration, put, shelf
from engine.graph.errors import BadSetting, NoSuchKind
from engine.graph.graph import Graph, empty, wire
from engine.graph.layers import kinds
from engine.graph.nesting import with_block
from engine.graph.parameters import Choice, Flag, Integer
from engine.graph.reading import graph_from_json
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from engine.network.build import build
from tests.engine.network.test_build_and_source import check

TITLES = list(ready())
TWO = Categories(2, ("a", "b"))


def drawn(made: ReadyBlock, arriving: Shape, **params: object) -> tuple[Graph, Signature, str]:
    """A network around one block: the block, then whatever makes two numbers of what it gives."""
    graph = empty().add_block(made.make(**params))
    block = graph.last
    graph = graph.connect(wire("n1", block, graph.open_input(block) or ""))
    last = block
    for kind, more in (("Flatten", {}), ("Linear", {"out_features": "answer"})):
        graph = add(graph, kind, **more)
        graph = graph.connect(wire(last, graph.last))
        last = graph.last
    return graph.connect(wire(last, "n2")), Signature(arriving, TWO), block


def test_the_catalogue() -> None:
    assert len(TITLES) == 8
    assert not set(TITLES) & set(kinds())


@pytest.mark.parametrize("title", TITLES)
def test_builds_trains_a_step_and_exports(title: str) -> None:
    made = ready()[title]
    graph, signature, _block = drawn(made, made.sample)
    assert analyse(graph, signature).problems == ()
    network = check(graph, signature).train()
    optimizer = torch.optim.SGD(network.parameters(), 0.01)
    before = {name: value.clone() for name, value in network.named_parameters()}
    loss = torch.nn.functional.cross_entropy(network(torch.randn(4, *made.sample.sizes)), torch.tensor([0, 1, 0, 1]))
    loss.backward()
    optimizer.step()
    still = [name for name, value in network.named_parameters() if torch.equal(value, before[name])]
    # A bias before a softmax over keys cannot matter: its gradient is 0.
    assert all("in_proj" in name or "bias" in name for name in still), still


@pytest.mark.parametrize("title", TITLES)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.data())
def test_every_choice_of_settings(title: str, data: st.DataObject) -> None:
    made = ready()[title]
    given_: dict[str, object] = {}
    for parameter in made.parameters:
        match parameter:
            case Choice():
                given_[parameter.name] = data.draw(st.sampled_from(parameter.options))
            case Flag():
                given_[parameter.name] = data.draw(st.booleans())
            case Integer() if parameter.name in ("stride", "reduction", "expansion"):
                given_[parameter.name] = data.draw(st.integers(1, 3))
    if given_.get("shortcut") == "identity":
        given_["stride"] = 1
    block = made.make(**given_)
    fitted = remade(block, **made.fit(block.made.params, made.sample))
    graph, signature, id = drawn(made, made.sample)
    graph = with_block(graph, id, fitted)
    assert analyse(graph, signature).ready, [p.message for p in analyse(graph, signature).problems]
    build(graph, signature)


def gives(title: str, arriving: Shape, **params: object) -> Shape | None:
    graph, signature, block = drawn(ready()[title], arriving, **params)
    return analyse(graph, signature).shapes.get(block)


def test_shapes() -> None:
    picture = Shape.picture(16, 8, 12)
    assert gives("Conv-norm-activation", picture, out_channels=5) == Shape.picture(5, 8, 12)
    assert gives("Conv-norm-activation", picture, out_channels=5, stride=2, kernel_size=5) == Shape.picture(5, 4, 6)
    assert gives("Residual", picture, out_channels=16, shortcut="identity") == picture
    assert gives("Residual", picture, out_channels=24, stride=2) == Shape.picture(24, 4, 6)
    assert gives("Bottleneck", picture, out_channels=64) == Shape.picture(64, 8, 12)
    assert gives("Inverted residual", picture, out_channels=16, shortcut="identity") == picture
    assert gives("Inverted residual", picture, out_channels=24, stride=2) == Shape.picture(24, 4, 6)
    assert gives("Inception", picture, out_channels=8) == Shape.picture(32, 8, 12)
    assert gives("Squeeze-excite", picture, channels=16) == picture
    assert gives("MLP", Shape.features(9), hidden_channels=(7, 5)) == Shape.features(5)
    sequence = Shape.sequence(9, 12)
    assert gives("Transformer encoder", sequence, d_model=12, nhead=3) == sequence


def test_counts_of_weights() -> None:
    def weights(title: str, arriving: Shape, **params: object) -> int:
        graph, signature, block = drawn(ready()[title], arriving, **params)
        return analyse(graph, signature).nodes[block].parameters

    # ResNet's basic block with 64 channels: two 3×3 convolutions and two normalisations.
    picture = Shape.picture(64, 8, 8)
    assert weights("Residual", picture, out_channels=64, shortcut="identity") == 2 * 64 * 64 * 9 + 2 * 128
    # Bottleneck of ResNet-50's first stage: 256 → 64 → 64 → 256.
    wide = Shape.picture(256, 8, 8)
    narrowed = weights("Bottleneck", wide, out_channels=256, shortcut="identity")
    assert narrowed == 256 * 64 * 2 + 64 * 64 * 9 + 128 * 2 + 512
    # torch's own encoder layer has as many.
    layer = torch.nn.TransformerEncoderLayer(64, 4, 256, norm_first=True)
    wanted = sum(p.numel() for p in layer.parameters())
    assert weights("Transformer encoder", Shape.sequence(5, 64)) == wanted


def test_a_block_that_does_not_fit_offers_to_be_made_to_fit() -> None:
    for title, arriving in (
        ("Squeeze-excite", Shape.picture(12, 8, 8)),
        ("Transformer encoder", Shape.sequence(6, 10)),
    ):
        graph, signature, block = drawn(ready()[title], arriving)
        analysis = analyse(graph, signature)
        problem = next(p for p in analysis.problems if p.node == block)
        assert problem.code == "inside"
        offered = [repair for repair in problem.repairs if repair.label.startswith("Make it with")]
        assert offered
        assert analyse(offered[0].edit(graph), signature).ready


def test_settings_are_kept_until_the_drawing_is_changed() -> None:
    block = ready()["Residual"].make(out_channels=8)
    graph = Graph().add_block(block)
    read = graph_from_json(graph.to_json())
    assert read == graph
    assert read.nodes["n1"].block.made.params.out_channels == 8
    more = remade(block, out_channels=16)
    assert more.graph.find("conv1").params.out_channels == 16
    assert more.drawn(more.graph.move({more.graph.last: (1.0, 1.0)})).made is None
    with pytest.raises(BadSetting, match="Filters"):
        ready()["Residual"].make(out_channels=0)
    with pytest.raises(BadSetting, match="no setting"):
        ready()["Residual"].make(colour=1)


def test_a_file_with_settings_nobody_knows_still_opens() -> None:
    data = add(Graph(), "Residual").to_json()
    for made in ({"name": "Unheard of", "params": {}}, {"name": "Residual", "params": {"out_channels": -1}}, 7):
        data["nodes"][0]["block"]["made"] = made
        assert graph_from_json(data).nodes["n1"].block.made is None


def test_the_shelf_adds_by_name() -> None:
    graph = add(Graph(), "Residual").add("Linear")
    assert graph.nodes["n1"].kind == "Block"
    assert graph.nodes["n1"].name == "residual1"
    assert {kind.family for kind in shelf()} <= set(SECTIONS)
    with pytest.raises(NoSuchKind):
        add(Graph(), "Residuum")
    mine = replace(ready()["MLP"].make(), title="Mine", made=None)
    try:
        put([mine, replace(mine, title="Linear")])  # a layer's name is not given away
        assert add(Graph(), "Mine").nodes["n1"].block == mine
        assert declaration("Mine").family == "mine"
        assert declaration("Linear") is kinds()["Linear"]
        assert [kind.name for kind in shelf()][-1] == "Mine"
    finally:
        put([])
    assert declaration("Mine") is None
