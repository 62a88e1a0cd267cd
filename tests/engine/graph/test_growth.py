"""Twice the layers are twice the work, not four times: a file of 20,000 layers must open like any other."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import pytest

from engine.graph.advice.analysis import analyse
from engine.graph.block import Block
from engine.graph.compare import same_network
from engine.graph.graph import Graph, Wire, wire
from engine.graph.layout.tidy import tidy
from engine.graph.layout.tidying.measure import overlaps
from engine.graph.reading import graph_from_json
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from tests.engine.graph.growing import SHAPES, Sketch, chain, lines_run

SIGNATURE = Signature(Shape.features(2), Categories(2, ("a", "b")))
FEW, MOST = 150, 10_000_000


def repairs(graph: Graph) -> object:
    return analyse(graph, SIGNATURE).problems[:1][0].repairs if analyse(graph, SIGNATURE).problems else None


WORK: dict[str, Callable[[Graph], object]] = {
    "read": lambda graph: graph_from_json(graph.to_json()),
    "analyse": lambda graph: analyse(graph, SIGNATURE),
    "repairs": repairs,
    "compare": lambda graph: same_network(graph, graph_from_json(graph.to_json())),
}


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_the_layers_and_no_faster(shape: str, work: str) -> None:
    few, many = SHAPES[shape](FEW), SHAPES[shape](4 * FEW)
    before = lines_run(lambda: WORK[work](few), MOST)
    assert lines_run(lambda: WORK[work](many), 6 * before) < 6 * before


def test_a_long_circle_is_found_in_one_round() -> None:
    def closed(count: int) -> Graph:
        """A row of layers whose end feeds its beginning: no edit makes one, but the walk must bear it."""
        graph = chain(count)
        row = [node.id for node in graph.of_kind("ReLU")]
        back = Wire(row[-1], "out", row[0], "in")
        kept = tuple(wire for wire in graph.wires if wire.target != row[0])
        return Graph(MappingProxyType(dict(graph.nodes)), (*kept, back))

    few, many = closed(FEW), closed(4 * FEW)
    before = lines_run(lambda: analyse(few, SIGNATURE), MOST)
    assert lines_run(lambda: analyse(many, SIGNATURE), 6 * before) < 6 * before
    assert len(analyse(many, SIGNATURE).circle) == 4 * FEW


def nested(depth: int, repeat: int, kind: str = "") -> Graph:
    """Repeated blocks in repeated blocks, ``kind`` in the innermost: a small file, and a network without end."""
    ends = Graph().add("Input").add("Output")
    inner = ends.connect(wire("n1", "n2"))
    if kind:
        inner = ends.add(kind).connect(wire("n1", "n3")).connect(wire("n3", "n2"))
    for _ in range(depth):
        block = Block("part", inner)
        outer = Graph().add("Input").add("Output").add_block(block, repeat=repeat)
        (entry,) = (port.name for port in block.declaration.inputs)
        inner = outer.connect(wire("n1", outer.last, entry)).connect(wire(outer.last, "n2"))
    return inner


@pytest.mark.parametrize("kind", ["", "ReLU"])
def test_repetitions_of_repetitions_are_counted_and_not_unfolded(kind: str) -> None:
    graph, copy = nested(10, 100, kind), nested(10, 100, kind)
    most = 100_000
    assert lines_run(lambda: same_network(graph, copy), most) < most
    assert lines_run(lambda: analyse(graph, SIGNATURE), most) < most
    (problem,) = (one for one in analyse(graph, SIGNATURE).problems if one.severity == "error")
    assert "come to more than 20,000 layers" in problem.message
    assert lines_run(lambda: problem.repairs, most) < most


def test_a_bypassed_block_may_be_as_large_as_it_likes() -> None:
    graph = nested(10, 100, "ReLU")
    (block,) = graph.of_kind("Block")
    assert not analyse(graph.set(block.id, bypassed=True), SIGNATURE).refusals


@pytest.mark.parametrize("kind", ["Upsample", "ConvTranspose2d", "ZeroPad2d"])
def test_layers_that_enlarge_without_end_are_refused_in_a_sentence(kind: str) -> None:
    largest = {
        "Upsample": {"scale_factor": [64, 64]},
        "ConvTranspose2d": {"stride": [16, 16]},
        "ZeroPad2d": dict.fromkeys(("left", "right", "top", "bottom"), 1024),
    }[kind]
    sketch = Sketch()
    last = sketch.row(sketch.data, 500, kind, **largest)
    graph = sketch.drawn(sketch.add("Linear", sketch.add("Flatten", last), out_features="answer"))
    judged = analyse(graph, Signature(Shape.picture(1, 28, 28), SIGNATURE.target))
    (problem,) = (one for one in judged.problems if one.severity == "error")
    assert "at most 2,147,483,647 are possible" in problem.message
    assert len(problem.message) < 300
    assert max(shape.count for shape in judged.shapes.values()) < 2**31


def test_a_row_of_very_many_layers_can_be_tidied_again() -> None:
    narrow = (300.0, 20_000.0)
    row = chain(400)
    once = tidy(row.move({id: (200.0 * k, 0.0) for k, id in enumerate(row.topological())}), view=narrow)
    assert len({node.position[1] for node in once.nodes.values()}) > 70
    again = tidy(once.move({once.last: (1.0, 1.0)}), view=narrow)
    assert again.nodes.keys() == once.nodes.keys()
    assert overlaps(again) == []
