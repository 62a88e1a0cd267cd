"""Every case of a drawing that does not work, or does not work well, is told in words on the right node."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.graph.advice.analysis import analyse
from engine.graph.advice.problems import Problem
from engine.graph.graph import Graph, empty, wire
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from tests.engine.graph.drawings import (
    PICTURES,
    PRICE,
    SERIES,
    SIGNAL,
    TABLE,
    TEXT,
    YES_NO,
    Layer,
    answer,
    branches,
    row,
)


def only(graph: Graph, signature: Signature) -> Problem:
    """The one problem of a drawing that should have one."""
    problems = analyse(graph, signature).problems
    assert len(problems) == 1, problems
    return problems[0]


def check(graph: Graph, signature: Signature, node: str | None, severity: str, code: str, *words: str) -> Problem:
    problem = only(graph, signature)
    assert (problem.node, problem.severity, problem.code) == (node, severity, code)
    for word in words:
        assert word in problem.message
    return problem


def test_a_linear_after_a_picture() -> None:
    check(row(("Conv2d", {"out_channels": 8}), answer()), PICTURES, "n4", "error", "shape", "8 channels", "28 high")


def test_too_many_numbers_for_the_goal() -> None:
    check(row("Flatten", ("Linear", {"out_features": 128})), PICTURES, "n2", "error", "target", "10 numbers", "128")


def test_a_picture_at_the_goal() -> None:
    check(row(("Conv2d", {"out_channels": 10})), PICTURES, "n2", "error", "target", "10 channels × 28 high")


def test_tokens_at_the_goal() -> None:
    check(row(), TEXT, "n2", "error", "target", "tokens")


@pytest.mark.parametrize(
    ("signature", "words"),
    [(TABLE, "3 numbers, one for each class"), (YES_NO, "1 number"), (PRICE, "the price"), (SERIES, "2 numbers")],
)
def test_the_goal_says_what_it_needs(signature: Signature, words: str) -> None:
    graph = row("Flatten", ("Linear", {"out_features": 77}))
    assert words in only(graph, signature).message


def test_no_data_and_no_goal() -> None:
    codes = [(p.node, p.severity, p.code) for p in analyse(Graph(), TABLE).problems]
    assert codes == [(None, "error", "no data"), (None, "error", "no goal")]


def test_missing_data_is_told_once() -> None:
    graph = row("ReLU", answer()).remove(["n1"])
    check(graph, TABLE, None, "error", "no data", "data block")


def test_two_of_an_end() -> None:
    two = row(answer()).add("Output")
    two = two.connect(wire("n3", two.last))
    check(two, TABLE, two.last, "error", "several goals", "2 goal blocks")
    two = row(answer()).add("Input")
    check(two, TABLE, two.last, "error", "several data", "2 data blocks", "no columns")
    two = row("Flatten", answer()).add("Input")
    check(two, PICTURES, two.last, "error", "several data", "2 data blocks", "images have no columns")


def test_nothing_at_the_goal() -> None:
    check(empty().add("Dropout"), TABLE, "n2", "error", "open input", "Nothing arrives")


def test_a_drawing_that_is_not_begun_says_how_to_begin() -> None:
    check(empty(), TABLE, "n2", "hint", "not begun", "Nothing is drawn yet")


def test_unfinished_work_is_one_problem() -> None:
    graph = row("ReLU", answer()).disconnect(wire("n4", "n2"))
    check(graph, TABLE, "n2", "error", "open input")


def test_a_layer_on_the_way_without_its_input() -> None:
    check(row("ReLU", answer()).disconnect(wire("n1", "n3")), TABLE, "n3", "error", "open input", "relu1")


@pytest.mark.parametrize("kind", ["Add", "Multiply", "Concatenate"])
def test_a_merge_with_one_wire(kind: str) -> None:
    graph = row(("Linear", {"out_features": 5}), "ReLU", answer()).add(kind)
    graph = graph.between(graph.last, wire("n3", "n4"))
    check(graph, TABLE, graph.last, "error", "few inputs", "at least 2 inputs", "1 wire ends here")


def test_a_layer_that_leads_nowhere() -> None:
    graph = row(answer()).add("ReLU")
    check(graph, TABLE, graph.last, "hint", "stray", "relu1")


def test_a_piece_that_leads_nowhere_is_told_of_once() -> None:
    graph = row(answer())
    before = "n1"
    for _ in range(4):
        graph = graph.add("ReLU")
        graph = graph.connect(wire(before, graph.last))
        before = graph.last
    check(graph, TABLE, graph.last, "hint", "stray", "4 layers", "relu4")


def test_a_stray_layer_that_does_not_fit_stands_in_nobodys_way() -> None:
    graph = row("Flatten", answer()).add("Linear")
    graph = graph.connect(wire("n1", graph.last))
    check(graph, PICTURES, graph.last, "warning", "shape")
    assert analyse(graph, PICTURES).ready


def test_a_circle_made_by_hand() -> None:
    graph = row("ReLU", "Tanh", answer())
    looped = Graph(graph.nodes, (*graph.wires[1:], wire("n4", "n3")), graph.next_id)
    problems = analyse(looped, TABLE).problems
    assert [p.code for p in problems] == ["circle"]
    assert "relu1" in problems[0].message
    assert "tanh1" in problems[0].message


def test_a_kernel_larger_than_its_input() -> None:
    graph = row(("Conv2d", {"kernel_size": 31, "padding": 0}), "Flatten", answer())
    check(graph, PICTURES, "n3", "error", "shape", "31×31", "28")


def test_pooling_too_often() -> None:
    graph = row(*["MaxPool2d"] * 5, "Flatten", answer())
    check(graph, PICTURES, "n7", "error", "shape", "2×2", "1")


def test_heads_that_do_not_divide() -> None:
    graph = row(("MultiheadAttention", {"num_heads": 4}), "Flatten", answer())
    check(graph, SERIES, "n3", "error", "shape", "4 heads", "6 features")


@pytest.mark.parametrize(
    ("layer", "filters"), [(("Conv2d", {"out_channels": 9, "groups": 4}), 8), (("GroupNorm", {"num_groups": 3}), 8)]
)
def test_groups_that_do_not_divide(layer: Layer, filters: int) -> None:
    graph = row(("Conv2d", {"out_channels": filters}), layer, "Flatten", answer())
    check(graph, PICTURES, "n4", "error", "shape", "groups", "divide")


@pytest.mark.parametrize(
    ("signature", "layer"),
    [
        (TABLE, "BatchNorm2d"),
        (TABLE, "Conv2d"),
        (TABLE, "MaxPool2d"),
        (TABLE, "LSTM"),
        (PICTURES, "BatchNorm1d"),
        (PICTURES, "Conv1d"),
        (SIGNAL, "Conv2d"),
        (SIGNAL, "LSTM"),
        (SERIES, "Conv1d"),
        (TEXT, "Linear"),
        (TEXT, "ReLU"),
        (TABLE, "Embedding"),
        (PICTURES, "Embedding"),
    ],
)
def test_a_layer_for_another_kind_of_data(signature: Signature, layer: str) -> None:
    problem = only(row(layer, "Flatten", answer()), signature)
    assert (problem.node, problem.severity, problem.code) == ("n3", "error", "shape")


@pytest.mark.parametrize("kind", ["Add", "Multiply"])
def test_shapes_that_cannot_be_added(kind: str) -> None:
    graph = branches(kind, ("Conv2d", {"out_channels": 8}), ("Conv2d", {"out_channels": 12}))
    check(graph, PICTURES, "n4", "error", "shape", "8 channels", "12 channels")


def test_shapes_that_cannot_be_joined() -> None:
    graph = branches("Concatenate", ("Conv2d", {"out_channels": 8}), "MaxPool2d")
    check(graph, PICTURES, "n4", "error", "shape", "28 high", "14 high")


@pytest.mark.parametrize(
    ("signature", "last", "severity", "words"),
    [
        (TABLE, "Softmax", "warning", "twice"),
        (TABLE, "LogSoftmax", "hint", "not needed"),
        (TABLE, "Sigmoid", "warning", "between 0 and 1"),
        (TABLE, "ReLU", "warning", "less than 0"),
        (YES_NO, "Sigmoid", "warning", "twice"),
        (YES_NO, "Softmax", "warning", "always 1"),
        (YES_NO, "ReLU", "warning", "less than 0"),
        (PRICE, "ReLU", "warning", "less than 0"),
        (PRICE, "Sigmoid", "warning", "between 0 and 1"),
        (PRICE, "Softmax", "warning", "add up to 1"),
    ],
)
def test_an_activation_before_the_goal(signature: Signature, last: str, severity: str, words: str) -> None:
    check(row(answer(), last), signature, "n4", severity, "squashed", words)
    assert analyse(row(answer(), last), signature).ready
    assert analyse(row(answer(), last).set("n4", bypassed=True), signature).problems == ()


def test_the_loss_decides_whether_an_activation_fits() -> None:
    signature = Signature(Shape.features(4), Categories(3, ("a", "b", "c")), "mse")
    assert "add up to 1" in only(row(answer(), "Softmax"), signature).message
    assert analyse(row(answer(), "LeakyReLU"), TABLE).problems == ()


def test_a_softmax_behind_layers_that_change_nothing() -> None:
    check(row(answer(), "Softmax", "Identity"), TABLE, "n4", "warning", "squashed")


def test_an_activation_in_the_middle_is_fine() -> None:
    assert analyse(row("Linear", "Sigmoid", answer()), TABLE).problems == ()


def test_dropout_before_the_goal() -> None:
    check(row(answer(), "Dropout"), TABLE, "n4", "warning", "dropped", "dropout1")
    assert analyse(row("Linear", "ReLU", "Dropout", answer()), TABLE).problems == ()


def test_nothing_that_learns() -> None:
    signature = replace(TABLE, input=Shape.features(3))
    check(row("LeakyReLU", "Identity"), signature, "n2", "error", "nothing learns", "parameters")


def test_everything_frozen() -> None:
    graph = row("Linear", "ReLU", answer()).set("n3", frozen=True)
    assert analyse(graph, TABLE).ready
    check(graph.set("n5", frozen=True), TABLE, "n2", "error", "nothing learns", "frozen")


def test_two_dense_layers_in_a_row() -> None:
    check(row("Linear", answer()), TABLE, "n4", "hint", "one line", "linear1", "linear2")
    check(row("Linear", "Identity", answer()), TABLE, "n5", "hint", "one line")
    assert analyse(row("Linear", "ReLU", answer()), TABLE).problems == ()
