"""Repairs: each one mends the problem it is offered for, does no other harm, and leaves a tidy drawing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.advice.problems import Problem, Repair
from engine.graph.errors import GraphError
from engine.graph.graph import Graph, empty, wire
from engine.graph.layout.placement import box
from engine.graph.layout.tidying.measure import overlaps
from engine.graph.reading import graph_from_json
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import YesNo
from tests.engine.graph.drawings import (
    PICTURES,
    PRICE,
    SERIES,
    SIGNAL,
    TABLE,
    TEXT,
    Layer,
    answer,
    branches,
    drawings,
    row,
    signatures,
)


def problem_of(graph: Graph, signature: Signature) -> Problem:
    problems = analyse(graph, signature).problems
    assert problems
    return problems[0]


def labels(graph: Graph, signature: Signature) -> tuple[str, ...]:
    return tuple(repair.label for repair in problem_of(graph, signature).repairs)


def repaired(graph: Graph, signature: Signature, words: str) -> tuple[Graph, Analysis]:
    """The drawing after the one repair of its first problem whose label contains ``words``."""
    found = [repair for repair in problem_of(graph, signature).repairs if words in repair.label]
    assert found, labels(graph, signature)
    after = found[0].edit(graph)
    return after, analyse(after, signature)


def kinds_in_order(analysis: Analysis) -> list[str]:
    return [analysis.graph.nodes[id].kind for id in analysis.order]


def test_a_linear_after_a_picture_offers_three_ways() -> None:
    graph = row(("Conv2d", {"out_channels": 8}), "Linear", "ReLU", answer())
    assert labels(graph, PICTURES)[:3] == (
        "Put a Flatten before it",
        "Put a GlobalAvgPool before it",
        "Apply it along the last axis",
    )
    _, flat = repaired(graph, PICTURES, "Flatten")
    assert kinds_in_order(flat) == ["Input", "Conv2d", "Flatten", "Linear", "ReLU", "Linear", "Output"]
    assert flat.nodes["n4"].inputs == (Shape.features(8 * 28 * 28),)
    assert flat.ready
    _, averaged = repaired(graph, PICTURES, "GlobalAvgPool")
    assert averaged.nodes["n4"].inputs == (Shape.features(8),)
    _, along = repaired(graph, PICTURES, "last axis")
    assert along.shapes["n4"].sizes == (8, 28, 128)


@pytest.mark.parametrize("signature", [SIGNAL, SERIES])
def test_a_linear_after_a_signal_or_a_sequence(signature: Signature) -> None:
    found = " ".join(labels(row("Linear", "ReLU", answer()), signature))
    assert "Flatten" in found
    assert "GlobalAvgPool" in found
    assert "last axis" in found


def test_a_repair_shows_its_shapes_before_it_is_made() -> None:
    graph = row("Linear", "ReLU", answer())
    repair = problem_of(graph, PICTURES).repairs[0]
    shapes = repair.preview(graph, PICTURES)
    assert shapes["n2"] == Shape.features(10)
    assert len(shapes) == 6


@pytest.mark.parametrize("kind", ["Add", "Multiply"])
def test_shapes_that_cannot_be_added(kind: str) -> None:
    graph = branches(kind, ("Conv2d", {"out_channels": 8}), ("Conv2d", {"out_channels": 12}))
    _, convolved = repaired(graph, PICTURES, "1×1 Conv2d")
    assert convolved.ready
    assert convolved.shapes["n4"] == Shape.picture(8, 28, 28)
    _, joined = repaired(graph, PICTURES, "Concatenate")
    assert joined.ready
    assert "Concatenate" in kinds_in_order(joined)
    assert "n4" not in joined.graph.nodes


def test_a_smaller_picture_is_padded_or_the_larger_one_shrunk() -> None:
    graph = branches("Add", ("Conv2d", {"out_channels": 1}), "MaxPool2d")
    _, padded = repaired(graph, PICTURES, "zeros")
    assert padded.shapes["n4"] == Shape.picture(1, 28, 28)
    _, strided = repaired(graph, PICTURES, "1×1 Conv2d")
    assert strided.shapes["n4"] == Shape.picture(1, 14, 14)


def test_features_that_cannot_be_added_get_a_linear() -> None:
    graph = branches("Add", ("Linear", {"out_features": 5}), ("Linear", {"out_features": 7}))
    _, analysis = repaired(graph, TABLE, "a Linear after")
    assert analysis.shapes["n4"] == Shape.features(5)
    assert analysis.ready


def test_a_picture_and_features_come_together() -> None:
    graph = branches("Add", ("Conv2d", {"out_channels": 8}), "Flatten")
    _, analysis = repaired(graph, PICTURES, "average")
    assert analysis.ready


def test_pictures_of_unequal_size_are_joined() -> None:
    graph = branches("Concatenate", ("Conv2d", {"out_channels": 8}), "MaxPool2d")
    _, padded = repaired(graph, PICTURES, "ZeroPad2d")
    assert padded.shapes["n4"] == Shape.picture(9, 28, 28)
    _, pooled = repaired(graph, PICTURES, "average")
    assert pooled.shapes["n4"] == Shape.picture(9, 14, 14)


def test_the_last_layer_gets_the_right_size() -> None:
    graph = row("Flatten", ("Linear", {"out_features": 128}), "Identity")
    after, analysis = repaired(graph, PICTURES, "Give linear1 the size of the target (10)")
    assert after.nodes["n4"].params["out_features"] == "answer"
    assert analysis.ready
    _, added = repaired(graph, PICTURES, "Add a Linear")
    assert added.ready


def test_a_picture_at_the_goal_gets_a_head() -> None:
    graph = row("Conv2d", "ReLU")
    _, flat = repaired(graph, PICTURES, "Flatten and Linear")
    assert flat.ready
    _, averaged = repaired(graph, PICTURES, "GlobalAvgPool and Linear")
    assert averaged.total_parameters == 320 + 330
    assert averaged.ready


def test_tokens_at_the_goal_get_an_embedding() -> None:
    _, analysis = repaired(row(), TEXT, "Embedding")
    assert analysis.ready


@pytest.mark.parametrize("last", ["Softmax", "LogSoftmax", "Sigmoid", "ReLU", "Dropout"])
def test_what_does_not_belong_before_the_goal_is_taken_out(last: str) -> None:
    _, analysis = repaired(row(answer(), last), TABLE, "Remove")
    assert kinds_in_order(analysis) == ["Input", "Linear", "Output"]
    assert analysis.problems == ()


def test_an_activation_between_two_dense_layers() -> None:
    _, analysis = repaired(row("Linear", answer()), TABLE, "ReLU")
    assert kinds_in_order(analysis) == ["Input", "Linear", "ReLU", "Linear", "Output"]
    assert analysis.problems == ()


def test_something_to_learn_is_added_or_thawed() -> None:
    _, added = repaired(row("LeakyReLU"), Signature(Shape.features(3), TABLE.target), "Add a Linear")
    assert added.ready
    _, thawed = repaired(row(answer()).set("n3", frozen=True), TABLE, "Unfreeze linear1")
    assert thawed.ready


def test_missing_ends_are_added_and_wired() -> None:
    headless = row("ReLU", answer()).remove(["n1"])
    _, analysis = repaired(headless, TABLE, "data block")
    assert analysis.ready
    endless = row("ReLU", answer()).remove(["n2"])
    _, analysis = repaired(endless, TABLE, "goal block")
    assert analysis.ready


def test_an_end_too_many_goes() -> None:
    graph = row(answer()).add("Input")
    after, analysis = repaired(graph, TABLE, "Remove")
    assert len(after.of_kind("Input")) == 1
    assert analysis.ready


def test_an_open_input_takes_the_nearest_layer_that_fits() -> None:
    graph = row("Flatten", ("Linear", {"out_features": 64}), "ReLU", answer()).disconnect(wire("n5", "n6"))
    assert labels(graph, PICTURES)[0] == "Connect relu1 to linear2"
    _, analysis = repaired(graph, PICTURES, "Connect relu1")
    assert analysis.ready
    unfit = row("Conv2d", ("Linear", {"last_axis": False})).disconnect(wire("n3", "n4"))
    assert labels(unfit, PICTURES)


def test_a_merge_with_one_wire_gets_another_or_goes() -> None:
    graph = row("Linear", "ReLU", answer()).add("Add", position=(600, 0))
    graph = graph.between(graph.last, wire("n4", "n5"))
    _, joined = repaired(graph, TABLE, "Connect linear1 to add1")
    assert joined.ready
    _, removed = repaired(graph, TABLE, "Remove add1")
    assert removed.ready


def test_a_stray_layer_is_used_or_removed() -> None:
    graph = row("Flatten", answer()).add("LeakyReLU")
    _, used = repaired(graph, PICTURES, "Put leakyrelu1 between linear1 and the goal")
    assert kinds_in_order(used) == ["Input", "Flatten", "Linear", "LeakyReLU", "Output"]
    after, _ = repaired(graph, PICTURES, "Remove")
    assert after == row("Flatten", answer())


def test_a_circle_is_opened() -> None:
    graph = row("ReLU", "Tanh", answer())
    looped = Graph(graph.nodes, (*graph.wires[1:], wire("n4", "n3")), graph.next_id)
    after, analysis = repaired(looped, TABLE, "from tanh1 to relu1")
    assert wire("n4", "n3") not in after.wires
    assert not analysis.circle


def test_a_kernel_that_is_too_large() -> None:
    graph = row(("Conv2d", {"kernel_size": 31, "padding": 0}), "Flatten", answer())
    found = labels(graph, PICTURES)
    assert "Set the kernel size to 28" in found
    assert "Set the padding to same" in found
    assert all(repair.edit(graph) != graph for repair in problem_of(graph, PICTURES).repairs)


def test_a_pool_too_many_is_removed() -> None:
    graph = row(*["MaxPool2d"] * 5, "Flatten", answer())
    after, analysis = repaired(graph, PICTURES, "Remove pool5")
    assert len(after.of_kind("MaxPool2d")) == 4
    assert analysis.ready


def test_an_axis_that_is_not_there() -> None:
    graph = branches("Concatenate", "ReLU", "Tanh").set_params("n4", axis="channels")
    _, analysis = repaired(graph, TABLE, "Set the axis to auto")
    assert analysis.ready


def test_heads_that_divide_are_offered() -> None:
    graph = row(("MultiheadAttention", {"num_heads": 4}), "Flatten", answer())
    found = labels(graph, SERIES)
    assert "Set the heads to 3" in found
    assert "Set the heads to 6" in found


def test_groups_that_divide_are_offered() -> None:
    graph = row(("Conv2d", {"out_channels": 8}), ("Conv2d", {"out_channels": 12, "groups": 3}), "Flatten", answer())
    found = labels(graph, PICTURES)
    assert "Set the groups to 2" in found
    assert "Set the groups to 4" in found


@pytest.mark.parametrize(
    ("signature", "layer", "words", "kind"),
    [
        (TABLE, "BatchNorm2d", "Make it a BatchNorm1d", "BatchNorm1d"),
        (PICTURES, "BatchNorm1d", "Make it a BatchNorm2d", "BatchNorm2d"),
        (SIGNAL, ("Conv2d", {"out_channels": 5, "kernel_size": (5, 3)}), "Make it a Conv1d", "Conv1d"),
        (PICTURES, "Conv1d", "Make it a Conv2d", "Conv2d"),
        (TABLE, ("Conv2d", {"out_channels": 5}), "Make it a Linear with 5 units", "Linear"),
        (TEXT, "Linear", "Embedding and Flatten", "Embedding"),
        (SERIES, "Conv1d", "Permute", "Permute"),
        (SIGNAL, "LSTM", "Permute", "Permute"),
    ],
)
def test_a_layer_for_another_kind_of_data(signature: Signature, layer: Layer, words: str, kind: str) -> None:
    _, analysis = repaired(row(layer, "Flatten", answer()), signature, words)
    assert kind in kinds_in_order(analysis)
    assert not [p for p in analysis.problems if p.code == "shape"]


def test_another_kind_keeps_the_settings_both_have() -> None:
    graph = row(("Conv2d", {"out_channels": 5, "kernel_size": (5, 3), "bias": False}), "Flatten", answer())
    after, _ = repaired(graph, SIGNAL, "Make it a Conv1d")
    params = after.of_kind("Conv1d")[0].params
    assert (params["out_channels"], params["kernel_size"], params["bias"]) == (5, (5,), False)


@pytest.mark.parametrize("layer", ["MaxPool2d", "Embedding"])
def test_a_layer_without_a_use_is_removed(layer: str) -> None:
    _, analysis = repaired(row(layer, answer()), TABLE, "Remove")
    assert kinds_in_order(analysis) == ["Input", "Linear", "Output"]


def test_a_new_layer_stands_between_its_neighbours() -> None:
    graph = row("Conv2d", "Linear", answer())
    after, _ = repaired(graph, PICTURES, "Flatten")
    left, new, right = (after.nodes[id] for id in ("n3", after.last, "n4"))
    assert box(after, left.id)[2] < box(after, new.id)[0]
    assert box(after, new.id)[2] < box(after, right.id)[0]
    assert new.position[1] == left.position[1] == right.position[1]
    assert after.nodes["n2"].position[0] > graph.nodes["n2"].position[0]
    roomy = graph.move({"n4": (900, 0), "n5": (1100, 0), "n2": (1300, 0)})
    after, _ = repaired(roomy, PICTURES, "Flatten")
    assert after.nodes["n4"].position == (900, 0)
    assert 340 < after.nodes[after.last].position[0] < 760


def test_a_repair_for_a_drawing_that_changed_is_refused_in_words() -> None:
    graph = row(answer(), "Softmax")
    repair = problem_of(graph, TABLE).repairs[0]
    with pytest.raises(GraphError):
        repair.edit(graph.remove(["n4"]))


@given(drawings(), signatures())
@settings(max_examples=150, deadline=None)
def test_every_repair_makes_its_problem_vanish(graph: Graph, signature: Signature) -> None:
    for problem in analyse(graph, signature).problems:
        seen = [repair.label for repair in problem.repairs]
        assert len(seen) == len(set(seen))
        for repair in problem.repairs:
            check_repair(graph, signature, problem, repair)


def check_repair(graph: Graph, signature: Signature, problem: Problem, repair: Repair) -> None:
    after = repair.edit(graph)
    assert after != graph
    assert graph_from_json(after.to_json()) == after
    analysis = analyse(after, signature)
    assert repair.preview(graph, signature) == analysis.shapes
    assert (problem.node, problem.code) not in {(p.node, p.code) for p in analysis.problems}
    new = set(after.nodes) - set(graph.nodes)
    fresh = [p for p in analysis.problems if p.node in new and p.severity == "error"]
    assert not fresh or problem.code == "no goal", "only a goal that was missing may show what else is missing"
    if problem.code in ("shape", "target") and problem.node in after.nodes:
        assert problem.node in analysis.shapes
    if not overlaps(graph):
        touching = overlaps(after)
        assert not touching, repair.label


def test_an_empty_drawing_can_be_repaired_into_a_network() -> None:
    graph = Graph()
    for _ in range(4):
        problems = analyse(graph, PRICE).problems
        if not problems:
            break
        graph = problems[0].repairs[0].edit(graph)
    assert analyse(graph, PRICE).ready
    assert graph != empty()


@pytest.mark.parametrize(
    ("signature", "kinds", "first"),
    [
        (TABLE, ("Linear",), "Connect linear1 to the goal, with the size of the target (3)"),
        (TABLE, ("Linear", "ReLU"), "Connect relu1 to the goal through a Linear (→ 3)"),
        (PICTURES, ("Conv2d",), "Connect conv1 to the goal through Flatten and Linear (→ 10)"),
        (PICTURES, ("Conv2d", "Flatten"), "Connect flatten1 to the goal through a Linear (→ 10)"),
    ],
)
def test_what_leads_to_the_goal_is_the_last_layer_with_what_is_missing(signature, kinds, first) -> None:
    graph = empty()
    for kind in kinds:
        graph = graph.add(kind)
        graph = graph.connect(wire("n1" if kind is kinds[0] else f"n{len(graph.nodes) - 1}", graph.last))
    (problem,) = analyse(graph, signature).problems
    found = [repair.label for repair in problem.repairs]
    assert found[0] == first
    assert not any("data" in label for label in found), "a goal that is fed by the data alone learns nothing"
    assert analyse(problem.repairs[0].edit(graph), signature).ready


def test_to_remove_the_only_layer_is_the_last_thing_one_wants() -> None:
    graph = empty().add("Linear").connect(wire("n1", "n3"))
    problem = analyse(graph, PICTURES).problems[0]
    assert problem.code == "shape", "what is wrong before the goal comes before the goal"
    found = labels(graph, PICTURES)
    assert found[0] == "Put a Flatten before it"
    assert found[-1] == "Remove linear1"


def test_a_new_layer_lies_on_nothing_though_what_is_in_its_way_stands_in_two_rows() -> None:
    graph = empty().move({"n2": (400.0, 120.0)}).add("Linear", position=(1000, 240)).add("Linear", position=(800, 240))
    graph = graph.connect(wire("n1", "n3"))
    signature = Signature(Shape.tokens(4, 9), YesNo(1, ("no", "yes")))
    repairs = [repair for problem in analyse(graph, signature).problems for repair in problem.repairs]
    assert any("Embedding" in repair.label for repair in repairs)
    assert [repair.label for repair in repairs if overlaps(repair.edit(graph))] == []
