"""Measured costs as values: shares, layers that stand out, what they belong to, how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.graph.compare import same_network
from engine.graph.graph import Graph, empty, wire
from engine.graph.grouping import group
from engine.graph.nesting import with_block
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories, YesNo
from engine.inspection.costs import Costs, LayerCost, bytes_words, cost_words, time_words

SIGNATURE = Signature(Shape.features(4), Categories(3, ("a", "b", "c")))


def chain(count: int) -> Graph:
    graph, before = empty(), "n1"
    for _ in range(count):
        graph = graph.add("ReLU")
        graph = graph.connect(wire(before, graph.last))
        before = graph.last
    return graph.connect(wire(before, "n2"))


def costs(times: Sequence[float], graph: Graph | None = None) -> Costs:
    graph = graph or chain(len(times))
    layers = {f"n{k + 3}": LayerCost(t / 4, 3 * t / 4, 1000, 0, 0, 0) for k, t in enumerate(times)}
    return Costs(graph, SIGNATURE, 32, "cpu", "float32", 1, 5, layers)


def test_totals_and_shares() -> None:
    measured = costs([1.0, 3.0, 4.0])
    assert measured.total_ms == 8.0
    assert measured.memory == 3000
    assert measured.heaviest_ms == 4.0
    assert [measured.share(id) for id in measured.layers] == [0.125, 0.375, 0.5]
    assert costs([0.0, 0.0]).share("n3") == 0.0


@pytest.mark.parametrize(
    ("times", "heavy"),
    [
        ([1, 1, 1, 1], {}),
        ([1, 8, 1, 1], {"n4": 8.0}),
        ([1, 8, 8, 1], {}),  # as heavy as its neighbour
        ([8, 1, 1, 1], {"n3": 8.0}),
        ([0.001, 0.004, 0.001, 9, 9], {}),  # heavier than its neighbours, but nothing beside the rest
        ([9, 1], {}),  # of two layers one always takes longer
        ([0, 0, 0], {}),
    ],
)
def test_layers_heavier_than_those_beside_them_stand_out(times: list[float], heavy: dict[str, float]) -> None:
    assert costs(times).heavy == pytest.approx(heavy)


def test_what_they_belong_to() -> None:
    graph = chain(3)
    measured = costs([1, 2, 3], graph)
    assert measured.belong_to(graph, SIGNATURE, 32)
    assert measured.belong_to(graph.move({"n3": (9, 9)}).rename("n4", "squash"), SIGNATURE, 32)
    assert not measured.belong_to(graph, SIGNATURE, 64)
    assert not measured.belong_to(graph, None, 32)
    assert not measured.belong_to(graph, replace(SIGNATURE, input=Shape.features(5)), 32)
    assert not measured.belong_to(graph, replace(SIGNATURE, target=YesNo(1, ("a", "b"))), 32)
    assert not measured.belong_to(graph.remove(["n3"]), SIGNATURE, 32)
    assert not measured.belong_to(graph.set("n3", bypassed=True), SIGNATURE, 32)
    # What is frozen is not learned: its backward pass is another one.
    assert not measured.belong_to(graph.set("n3", frozen=True), SIGNATURE, 32)
    # Where layers lie inside a block is no matter; what they are is.
    folded = group(graph, ["n3", "n4"])
    block = folded.last
    held = replace(measured, graph=folded, layers={block: measured.layers["n3"], "n5": measured.layers["n5"]})
    within = folded.nodes[block].block
    moved = with_block(folded, block, within.drawn(within.graph.move({"n3": (5, 5)}).rename("n4", "squash")))
    assert held.belong_to(moved, SIGNATURE, 32)
    frozen = with_block(folded, block, within.drawn(within.graph.set("n3", frozen=True)))
    assert not held.belong_to(frozen, SIGNATURE, 32)
    # Folded into a block it is the same network, but no longer the same rows.
    assert same_network(graph, group(graph, ["n3", "n4"]))
    assert not measured.belong_to(group(graph, ["n3", "n4"]), SIGNATURE, 32)


def test_what_one_layer_costs_in_sentences() -> None:
    measured = costs([1, 16, 1, 1])
    assert cost_words(measured, "n4") == (
        "Forward 4.0 ms, backward 12 ms on a batch of 32: 84 % of the time of all layers.",
        "Keeps 1.0 kB in memory for the backward pass.",
        "It stands out: it takes 16 times as long as the layers beside it.",
    )
    assert len(cost_words(measured, "n3")) == 2, "it does not stand out"
    still = replace(measured, layers={**measured.layers, "n3": LayerCost(2.0, 0.0, 0, 0, 0, 0)})
    assert cost_words(still, "n3") == (
        "Forward 2.0 ms, no backward pass on a batch of 32: 10 % of the time of all layers.",
    )
    inside = replace(measured, path=("n9",), repeats=3)
    assert cost_words(inside, "n3")[0].endswith("of the time of all layers in this block.")
    assert cost_words(inside, "n3")[1] == "That is for all 3 repetitions together."
    assert cost_words(measured, "n99") == ()


def test_a_network_without_layers_costs_nothing() -> None:
    nothing = costs([], chain(0))
    assert (nothing.total_ms, nothing.heaviest_ms, nothing.memory, nothing.heavy) == (0.0, 0.0, 0, {})


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (25_088, "25 kB"),
        (999_499, "999 kB"),
        (999_600, "1.0 MB"),
        (1_605_632, "1.6 MB"),
        (12_000_000_000_000, "12,000 GB"),
    ],
)
def test_amounts_of_memory_in_words(count: int, words: str) -> None:
    assert bytes_words(count) == words


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0 ms"),
        (0.0001, "< 1 µs"),
        (0.02, "20 µs"),
        (0.1, "0.1 ms"),
        (0.94, "0.94 ms"),
        (0.996, "1.0 ms"),
        (3.14159, "3.1 ms"),
        (9.96, "10 ms"),
        (420.2, "420 ms"),
        (1400, "1.4 s"),
    ],
)
def test_times_in_words(milliseconds: float, words: str) -> None:
    assert time_words(milliseconds) == words
