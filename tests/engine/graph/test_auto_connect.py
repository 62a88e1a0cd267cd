"""Repairing everything ends with fewer errors, or with what it was given."""

from __future__ import annotations

from hypothesis import given, settings

from engine.graph.advice.analysis import analyse
from engine.graph.advice.auto_connect import auto_connect, can_mend
from engine.graph.graph import Graph, empty
from engine.graph.signature import Signature
from tests.engine.graph.drawings import PICTURES, answer, drawings, row, signatures


def errors(graph: Graph, signature: Signature) -> int:
    return sum(problem.severity == "error" for problem in analyse(graph, signature).problems)


def test_the_empty_drawing_becomes_a_network() -> None:
    mended = auto_connect(empty(), PICTURES)
    assert mended.left == 0
    assert analyse(mended.graph, PICTURES).ready
    assert mended.sentence.endswith(": no error is left.")


def test_several_errors_are_mended_in_order() -> None:
    graph = row("Conv2d", "Linear", "ReLU", ("Linear", {"out_features": 3}))
    mended = auto_connect(graph, PICTURES)
    assert len(mended.steps) == 2
    assert mended.left == 0


def test_nothing_to_mend() -> None:
    graph = row("Flatten", answer())
    assert not can_mend(analyse(graph, PICTURES))
    assert auto_connect(graph, PICTURES).graph is graph
    assert auto_connect(graph, PICTURES).steps == ()


@settings(max_examples=60, deadline=None)
@given(drawings(), signatures())
def test_mending_leaves_fewer_errors_or_says_nothing_was_done(graph: Graph, signature: Signature) -> None:
    mended = auto_connect(graph, signature)
    assert mended.left == errors(mended.graph, signature) <= errors(graph, signature)
    assert (mended.graph is graph) == (not mended.steps)
