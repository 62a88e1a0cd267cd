"""Quick add offers what fits, the likeliest first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from engine.graph.advice.analysis import analyse
from engine.graph.advice.suggestions import fitting
from engine.graph.blocks.remaking import fitted
from engine.graph.blocks.shelf import add, known, shelf
from engine.graph.graph import Graph, empty, wire
from engine.graph.layers import kinds
from engine.graph.parameter_sets import resolve
from engine.graph.parameters import ANSWER, Integer
from engine.graph.shapes import Shape, ShapeError, ShapeForm
from engine.graph.signature import Signature
from tests.engine.graph.drawings import PICTURES, SERIES, SIGNAL, TABLE, TEXT, answer, drawings, row, signatures


def after(graph: Graph, id: str, signature: Signature | None) -> tuple[str, ...]:
    return fitting(graph, id, analyse(graph, signature), signature)


def test_what_is_too_large_for_a_ready_blocks_settings_is_not_offered() -> None:
    signature = Signature(Shape((16, 12_544), ("time", "features")), PICTURES.target)
    assert "Transformer encoder" not in after(empty(), "n1", signature)
    fits = Signature(Shape((16, 8_192), ("time", "features")), PICTURES.target)
    assert "Transformer encoder" in after(empty(), "n1", fits)


@pytest.mark.parametrize(
    ("signature", "first", "never"),
    [
        (PICTURES, "Conv2d", {"Linear", "Conv1d", "LSTM", "Embedding"}),
        (TABLE, "Linear", {"Conv2d", "Conv1d", "LSTM", "Embedding", "MaxPool2d"}),
        (TEXT, "Embedding", {"Linear", "ReLU", "Conv2d"}),
        (SERIES, "LSTM", {"Conv2d", "Embedding", "Linear"}),
        (SIGNAL, "Conv1d", {"Conv2d", "Embedding", "LSTM"}),
    ],
)
def test_what_follows_the_data(signature: Signature, first: str, never: set[str]) -> None:
    offered = after(empty(), "n1", signature)
    assert offered[0] == first
    assert not never & set(offered)


def test_what_follows_depends_on_the_layer() -> None:
    graph = row("Conv2d", "ReLU", "MaxPool2d", "Flatten", answer())
    assert after(graph, "n3", PICTURES)[0] == "ReLU"
    assert after(graph, "n4", PICTURES)[:2] == ("Conv2d", "MaxPool2d")
    assert after(graph, "n6", PICTURES)[0] == "Linear"
    assert after(graph, "n7", PICTURES)[0] == "ReLU"


def test_a_goal_is_offered_once_and_only_when_it_fits() -> None:
    graph = row("Flatten", answer()).remove(["n2"])
    assert after(graph, "n4", PICTURES)[:2] == ("ReLU", "Output")
    assert "Output" not in after(graph, "n3", PICTURES)
    assert "Output" not in after(row("Flatten", answer()), "n4", PICTURES)


def test_nothing_follows_the_goal_and_nothing_leads_to_the_data() -> None:
    assert after(empty(), "n2", TABLE) == ()
    assert "Input" not in after(empty(), "n1", TABLE)


def test_without_shapes_everything_is_offered() -> None:
    offered = after(empty(), "n1", None)
    taking = {kind.name for kind in kinds().values() if kind.inputs and not kind.is_switch}
    assert set(offered) == (taking | {kind.name for kind in shelf()}) - {"Input", "Output"}


@given(drawings(), signatures())
@settings(max_examples=40, deadline=None)
def test_what_is_offered_fits(graph: Graph, signature: Signature) -> None:
    analysis = analyse(graph, signature)
    for id in analysis.shapes:
        offered = fitting(graph, id, analysis, signature)
        assert len(offered) == len(set(offered))
        for name in offered:
            grown = add(graph, name)
            new = grown.last
            for port in ("in1", "in2") if known(name).variadic else (known(name).inputs[0].name,):
                grown = grown.connect(wire(id, new, port))
            grown = fitted(grown, [new], signature)  # as every edit of the window does with blocks it adds
            assert new in analyse(grown, signature).shapes


def test_what_a_layer_is_followed_by_is_declared_and_exists() -> None:
    assert {name for kind in kinds().values() for name in kind.followed_by} <= kinds().keys()
    lacking = [kind.name for kind in kinds().values() if kind.family == "activation" and not kind.followed_by]
    assert lacking == [], "an activation is followed by what any other is"


FORMS = {
    ShapeForm.FEATURES: Shape.features(12),
    ShapeForm.SEQUENCE: Shape.sequence(9, 8),
    ShapeForm.SIGNAL: Shape.signal(8, 40),
    ShapeForm.PICTURE: Shape.picture(8, 16, 16),
    ShapeForm.TOKENS: Shape.tokens(9, 30),
}


@pytest.mark.parametrize("form", ShapeForm)
def test_what_layers_declare_of_a_form_of_data_is_so(form: ShapeForm) -> None:
    """Each form has usual layers, no two as early, and these take it; so do those to use in place of others."""
    usual = {kind.name: kind.usual_for[form] for kind in kinds().values() if form in kind.usual_for}
    assert usual
    assert len(set(usual.values())) == len(usual)
    instead = {kind.same_for[form] for kind in kinds().values() if form in kind.same_for}
    for name in (*usual, *instead):
        kinds()[name].shape(resolve(kinds()[name].parameters, {}, name).replace(**_known(name)), (FORMS[form],))
    for kind in kinds().values():
        if form in kind.same_for:
            with pytest.raises(ShapeError):
                kind.shape(resolve(kind.parameters, {}, kind.name), (FORMS[form],))


def _known(name: str) -> dict[str, int]:
    """A number for the setting that may be the word "answer"."""
    return {p.name: 3 for p in kinds()[name].parameters if isinstance(p, Integer) and ANSWER in p.words}
