"""Whether layers look ahead as they declare, held against torch, and what is said of those that may not."""

from __future__ import annotations

import pytest
import torch

from engine.graph.advice.analysis import analyse
from engine.graph.graph import Graph
from engine.graph.grouping import group
from engine.graph.layers import kinds
from engine.graph.layers.later_steps import TIME
from engine.graph.layout.arranging import chain, layer
from engine.graph.parameter_sets import resolve
from engine.graph.parameters import Choice, Flag
from engine.graph.shapes import Shape, ShapeError
from engine.graph.signature import Signature
from engine.graph.targets import Categories, NextToken
from engine.network.build import build
from tests.engine.graph.layer_cases import CASES

STEPS, TOKENS = 6, 7
TEXT = Signature(Shape.tokens(STEPS, TOKENS), NextToken(TOKENS, steps=STEPS))
ANSWER = layer("Linear", out_features="answer", last_axis=True)


def _changes_before(graph: Graph, signature: Signature, small: int = 3) -> bool:
    """Whether another token from step ``small`` on changes anything that is given before it."""
    module = build(graph, signature, 0).eval()
    tokens = torch.randint(TOKENS, (2, signature.input.sizes[0]), generator=torch.Generator().manual_seed(1))
    other = tokens.clone()
    other[:, small:] = (other[:, small:] + 1) % TOKENS
    with torch.no_grad():
        return not torch.allclose(module(tokens)[:, :small], module(other)[:, :small], atol=1e-6)


def _cases():
    """Every layer that takes a sequence and gives one as long, with each of its switches and choices."""
    x = Shape.sequence(STEPS, 8)
    for name in CASES:
        kind = kinds()[name]
        if kind.variadic:
            continue
        usual = resolve(kind.parameters, {}, name)
        tried = [{}]
        for one in kind.parameters:
            if isinstance(one, Flag):
                tried.append({one.name: not usual[one.name]})
            if isinstance(one, Choice) and one.name != "initialisation":
                tried += [{one.name: option} for option in one.options]
        for settings in tried:
            p = resolve(kind.parameters, settings, name)
            try:
                given = kind.shape(p.replace(out_features=8) if "out_features" in p else p, [x])
            except (ShapeError, TypeError):
                continue
            if given.names == x.names and given.sizes[0] == STEPS and not kind.is_switch:
                yield pytest.param(name, settings, id=f"{name}-{settings}")


@pytest.mark.parametrize(("name", "settings"), tuple(_cases()))
def test_a_layer_that_declares_not_to_look_ahead_does_not(name: str, settings: dict) -> None:
    kind = kinds()[name]
    declared = kind.looks_ahead(resolve(kind.parameters, settings, name), [Shape.sequence(STEPS, 8)])
    given = {"out_features": 8} if name == "Linear" else {}
    if name == "Linear" and not settings.get("last_axis"):
        settings = {**settings, "last_axis": True}
    graph = chain([layer("Embedding", embedding_dim=8), layer(name, **settings, **given), ANSWER])
    if TIME not in declared:
        assert not _changes_before(graph, TEXT)
    problems = [p for p in analyse(graph, TEXT).problems if p.code == "sees answer"]
    assert bool(problems) == (TIME in declared)


@pytest.mark.parametrize(
    ("made", "repair"),
    [
        (layer("LSTM", output="sequence", bidirectional=True), "Switch bidirectional off"),
        (layer("TransformerEncoderLayer"), "Switch causal on"),
        (layer("MultiheadAttention"), "Switch causal on"),
    ],
)
def test_what_sees_the_answer_is_said_and_repaired(made, repair: str) -> None:
    graph = chain([layer("Embedding", embedding_dim=8), made, ANSWER])
    assert _changes_before_unchecked(graph)
    obstacle = analyse(graph, TEXT).obstacle
    assert obstacle is not None
    assert "can see the answer" in obstacle.message
    first = obstacle.repairs[0]
    assert first.label.startswith(repair)
    mended = first.edit(graph)
    assert analyse(mended, TEXT).ready
    assert not _changes_before(mended, TEXT)


def _changes_before_unchecked(graph: Graph) -> bool:
    """The same for a drawing that would be refused: as one for numbers at every step, which may look anywhere."""

    class _Free(NextToken):
        from_earlier_only = False

    return _changes_before(graph, Signature(TEXT.input, _Free(TOKENS, steps=STEPS)))


def test_the_same_inside_a_block() -> None:
    graph = chain([layer("Embedding", embedding_dim=8), layer("TransformerEncoderLayer"), layer("LayerNorm"), ANSWER])
    inside = [graph.find("encoder1").id, graph.find("norm1").id]
    graph = group(graph, inside)
    obstacle = analyse(graph, TEXT).obstacle
    assert obstacle is not None
    assert obstacle.message.startswith("Inside ")
    assert "encoder1" in obstacle.message
    assert analyse(obstacle.repairs[0].edit(graph), TEXT).ready


@pytest.mark.parametrize(
    "layers",
    [
        [layer("LSTM"), layer("Linear", out_features="answer")],
        [layer("GRU", output="sequence")],
        [],
        [layer("LSTM"), layer("Linear", out_features=5), layer("ReLU"), layer("Linear", out_features="answer")],
    ],
)
def test_what_does_not_answer_at_every_step_can_be_repaired(layers: list) -> None:
    graph = chain([layer("Embedding", embedding_dim=8), *layers])
    obstacle = analyse(graph, TEXT).obstacle
    assert obstacle is not None
    assert "at each of the 6 steps" in obstacle.message
    assert any(analyse(repair.edit(graph), TEXT).ready for repair in obstacle.repairs)


def test_other_targets_may_look_anywhere() -> None:
    ends = [layer("Flatten"), layer("Linear", out_features="answer")]
    graph = chain([layer("Embedding"), layer("TransformerEncoderLayer"), *ends])
    assert analyse(graph, Signature(TEXT.input, Categories(3))).ready
