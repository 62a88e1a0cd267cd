"""Shapes, counts and order of a drawing, by formula."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given

from engine.graph.advice.analysis import analyse
from engine.graph.advice.problems import ProblemCode, Severity
from engine.graph.graph import Graph, empty, wire
from engine.graph.parameters import Params
from engine.graph.shapes import Shape, ShapeError
from engine.graph.signature import Signature
from tests.engine.graph.drawings import COLOURED, PICTURES, PRICE, SIGNATURES, TABLE, answer, drawings, row, signatures


def test_shapes_counts_and_order_of_a_small_network() -> None:
    graph = row(("Conv2d", {"out_channels": 8}), "ReLU", "MaxPool2d", "Flatten", answer())
    analysis = analyse(graph, PICTURES)
    assert analysis.order == ("n1", "n3", "n4", "n5", "n6", "n7", "n2")
    assert [analysis.shapes[id].label() for id in analysis.order] == [
        "1×28×28",
        "8×28×28",
        "8×28×28",
        "8×14×14",
        "1568",
        "10",
        "10",
    ]
    assert analysis.nodes["n7"].inputs == (Shape.features(1568),)
    assert analysis.nodes["n3"].parameters == 8 * 9 + 8
    assert analysis.nodes["n7"].parameters == 1568 * 10 + 10
    assert analysis.total_parameters == 80 + 15_690
    assert analysis.ready
    assert analysis.problems == ()


def test_the_word_answer_becomes_the_number_of_answers() -> None:
    graph = row(answer())
    assert analyse(graph, TABLE).nodes["n3"].params["out_features"] == 3
    assert analyse(graph, PRICE).nodes["n3"].params["out_features"] == 1
    assert graph.nodes["n3"].params["out_features"] == "answer"


def test_a_bypassed_layer_passes_its_input_on_and_learns_nothing() -> None:
    graph = row(("Linear", {"out_features": 7}), answer()).set("n3", bypassed=True)
    analysis = analyse(graph, TABLE)
    assert analysis.shapes["n3"] == Shape.features(4)
    assert analysis.total_parameters == 4 * 3 + 3
    assert analysis.ready


def test_a_bypassed_merge_passes_its_first_input_on() -> None:
    graph = row(("Linear", {"out_features": 7}), answer()).add("Concatenate")
    join = graph.last
    graph = graph.disconnect(wire("n3", "n4")).connect(wire("n1", join, "in2")).connect(wire("n3", join, "in1"))
    graph = graph.connect(wire(join, "n4"))
    assert analyse(graph, TABLE).shapes[join] == Shape.features(11)
    assert analyse(graph.set(join, bypassed=True), TABLE).shapes[join] == Shape.features(7)


def test_frozen_layers_still_count() -> None:
    graph = row(("Linear", {"out_features": 7}), "ReLU", answer()).set("n3", frozen=True)
    assert analyse(graph, TABLE).total_parameters == 35 + 24


def test_layers_off_the_way_have_shapes_but_do_not_count() -> None:
    graph = row(answer()).add("Linear", out_features=50)
    graph = graph.connect(wire("n1", graph.last))
    analysis = analyse(graph, TABLE)
    assert analysis.shapes[graph.last] == Shape.features(50)
    assert graph.last not in analysis.order
    assert analysis.total_parameters == 15


def test_an_optional_input_may_stay_open() -> None:
    graph = row(("Reshape", {"sizes": (28, 28)}), "Flatten", answer()).add("MultiheadAttention", num_heads=4)
    graph = graph.between(graph.last, wire("n3", "n4"))
    assert analyse(graph, PICTURES).ready
    cross = graph.connect(wire("n3", graph.last, "value"))
    assert analyse(cross, PICTURES).nodes[graph.last].inputs == (Shape.sequence(28, 28),) * 3


def test_without_data_only_the_wiring_is_judged() -> None:
    analysis = analyse(row("Flatten", answer()), None)
    assert analysis.shapes == {}
    assert analysis.problems == ()
    assert not analysis.ready
    assert analyse(empty(), None).problems[0].code == ProblemCode.NOT_BEGUN


def test_an_upstream_failure_is_told_once() -> None:
    graph = row("Linear", "ReLU", "Linear", "Dropout", answer())
    analysis = analyse(graph, PICTURES)
    assert [(p.node, p.severity) for p in analysis.problems] == [("n3", "error")]
    assert "n4" not in analysis.shapes


def test_problems_by_node_and_errors_first() -> None:
    graph = row(answer(), "Softmax")
    analysis = analyse(graph.add("ReLU"), TABLE)
    assert [p.severity for p in analysis.problems] == ["warning", "hint"]
    assert [p.code for p in analysis.of("n4")] == ["squashed"]
    assert analysis.of("n1") == ()
    assert analysis.ready


@pytest.mark.parametrize("signature", SIGNATURES)
def test_the_empty_drawing_has_one_problem_and_a_repair_for_each_kind_of_data(signature: Signature) -> None:
    problems = analyse(empty(), signature).problems
    assert [(p.node, p.code) for p in problems] == [("n2", ProblemCode.NOT_BEGUN)]
    assert problems[0].severity == "hint", "a drawing that is not begun is no error"
    assert not analyse(empty(), signature).ready
    for repair in problems[0].repairs:
        assert analyse(repair.edit(empty()), signature).ready
    assert problems[0].repairs


@given(drawings(), signatures())
def test_analysis_never_raises_and_keeps_its_promises(graph: Graph, signature: Signature) -> None:
    analysis = analyse(graph, signature)
    positions = {id: k for k, id in enumerate(analysis.order)}
    for w in graph.wires:
        if w.target in positions:
            assert positions[w.source] < positions[w.target]
    ranks = [list(Severity).index(p.severity) for p in analysis.problems]
    assert ranks == sorted(ranks)
    for problem in analysis.problems:
        assert problem.message.endswith(".")
        assert problem.node is None or problem.node in graph.nodes
    assert analysis.nodes.keys() == graph.nodes.keys()
    for id, found in analysis.nodes.items():
        assert type(found.params) is Params
        if found.inputs:
            assert len(found.inputs) >= len(graph.incoming(id))
            assert found.runs or (found.shape is None) != (found.refusal is None)
        else:
            assert found.refusal is None or graph.nodes[id].is_input
            assert found.shape is None or graph.nodes[id].is_input or graph.nodes[id].declaration.is_source
    if analysis.ready:
        assert analysis.order[-1] == analysis.goal
        assert all(id in analysis.shapes for id in analysis.order)
        assert analysis.shapes[analysis.order[-1]].sizes == (signature.target.outputs,)
        assert analysis.total_parameters > 0
    analyse(graph, None)


def test_a_thousand_layers_are_one_pass() -> None:
    calls = 0
    graph = row(*["ReLU"] * 1000, answer())
    rule = graph.nodes["n3"].declaration.shape

    def counted(*args: object) -> Shape:
        nonlocal calls
        calls += 1
        return rule(*args)  # type: ignore[arg-type]

    declaration = graph.nodes["n3"].declaration
    object.__setattr__(declaration, "shape", counted)
    try:
        assert analyse(graph, TABLE).ready
    finally:
        object.__setattr__(declaration, "shape", rule)
    assert calls == 1000


def test_colour_pictures_reach_the_goal() -> None:
    assert analyse(row("Conv2d", "GlobalAvgPool", answer()), COLOURED).ready


def test_analysis_needs_neither_torch_nor_numpy() -> None:
    code = "import sys, engine.graph.advice.analysis, engine.graph.templates, engine.graph.advice.suggestions; "
    code += "print([m for m in ('torch', 'numpy', 'PySide6') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"


def test_a_refusal_keeps_nothing_but_its_words() -> None:
    """A traceback kept with it would keep the variables of every caller, widgets that are gone among them."""
    graph = empty().add("Linear")
    graph = graph.connect(wire("n1", "n3")).connect(wire("n3", "n2"))
    refusals = analyse(graph, PICTURES).refusals
    assert [type(error) for error in refusals.values()] == [ShapeError]
    assert all(error.__traceback__ is None and error.__context__ is None for error in refusals.values())
