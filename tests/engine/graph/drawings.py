"""Small drawings for tests, by hand and at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from engine.graph.graph import Graph, wire
from engine.graph.layers import kinds
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import TARGETS, Categories, Quantities, TargetKind, YesNo
from tests.engine.graph.strategies import SHAPES, settings_for

PICTURES = Signature(Shape.picture(1, 28, 28), Categories(10, tuple("0123456789")))
COLOURED = Signature(Shape.picture(3, 8, 8), Categories(4, ("a", "b", "c", "d")))
TABLE = Signature(Shape.features(4), Categories(3, ("a", "b", "c")))
YES_NO = Signature(Shape.features(4), YesNo(1, ("no", "yes")))
PRICE = Signature(Shape.features(4), Quantities(1, ("price",)))
TEXT = Signature(Shape.tokens(12, 100), YesNo(1, ("bad", "good")))
SERIES = Signature(Shape.sequence(10, 6), Quantities(2, ("x", "y")))
SIGNAL = Signature(Shape.signal(3, 40), Categories(3, ("a", "b", "c")))
SIGNATURES = (PICTURES, COLOURED, TABLE, YES_NO, PRICE, TEXT, SERIES, SIGNAL)

Layer = str | tuple[str, Mapping[str, Any]]


def row(*layers: Layer) -> Graph:
    """Data, the layers one after another, goal: all wired. Ids: data n1, goal n2, layers n3, n4, …"""
    graph = Graph().add("Input").add("Output", position=(200.0 * (len(layers) + 1), 0))
    before = "n1"
    for number, entry in enumerate(layers, 1):
        kind, params = (entry, {}) if isinstance(entry, str) else entry
        graph = graph.add(kind, position=(200.0 * number, 0), **params)
        graph = graph.connect(wire(before, graph.last, graph.open_input(graph.last) or "in"))
        before = graph.last
    return graph.connect(wire(before, "n2"))


def answer() -> Layer:
    """The usual last layer."""
    return "Linear", {"out_features": "answer"}


def branches(kind: str, first: Layer, second: Layer) -> Graph:
    """data → first → merge (n4) → Flatten → answer, and data → second (n7) → merge."""
    graph = row(first, "Identity", "Flatten", answer())
    join = replace(graph.add(kind, position=(400, 0)).nodes["n7"], id="n4")
    name, params = (second, {}) if isinstance(second, str) else second
    graph = Graph({**graph.nodes, "n4": join}, tuple(w for w in graph.wires if w.target != "n4"), graph.next_id)
    graph = graph.connect(wire("n3", "n4", "in1")).add(name, position=(200, 120), **params)
    return graph.connect(wire("n1", "n7")).connect(wire("n7", "n4", "in2"))


_COMMON = (
    "Linear",
    "Conv2d",
    "ReLU",
    "MaxPool2d",
    "Flatten",
    "BatchNorm2d",
    "Dropout",
    "Softmax",
    "Add",
    "Concatenate",
)


@st.composite
def drawings(draw: st.DrawFn, most: int = 9) -> Graph:
    """A drawing in any state of unfinishedness: random layers, settings, wires, and ends that may be missing."""
    graph = Graph()
    names = [*draw(st.sampled_from([("Input", "Output")] * 6 + [("Input",), ("Output",), ()]))]
    kind_names = st.one_of(st.sampled_from(_COMMON), st.sampled_from(sorted(kinds())))
    names += draw(st.lists(kind_names, max_size=most))
    for number, name in enumerate(names):
        bounds = {p.name: 8 for p in kinds()[name].parameters}
        params = draw(settings_for(kinds()[name], bounds)) if draw(st.booleans()) else {}
        place = (200.0 * draw(st.integers(0, 6)), 120.0 * draw(st.integers(0, 3)))
        graph = graph.add(name, position=place if number else (0, 0), **params)
        if draw(st.integers(0, 9)) == 0:
            graph = graph.set(graph.last, bypassed=True)
        if draw(st.integers(0, 9)) == 0:
            graph = graph.set(graph.last, frozen=True)
    ids = list(graph.nodes)
    graph = _chained(draw, graph, ids)
    for _ in range(draw(st.integers(0, most)) if ids else 0):
        source, target = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
        port = graph.open_input(target)
        if port is not None and graph.can_connect(wire(source, target, port)) is None:
            graph = graph.connect(wire(source, target, port))
    return graph


def _chained(draw: st.DrawFn, graph: Graph, ids: Sequence[str]) -> Graph:
    """Often most of a drawing is one row already: without that, hardly a shape would ever be worked out."""
    if draw(st.integers(0, 3)) == 0:
        return graph
    goals = [id for id in ids if graph.nodes[id].kind == "Output"]
    middle = [id for id in ids if id not in goals]
    line = [*middle, *goals[:1]]
    for before, after in pairwise(line):
        port = graph.open_input(after)
        if port is not None and draw(st.integers(0, 11)) and graph.can_connect(wire(before, after, port)) is None:
            graph = graph.connect(wire(before, after, port))
    return graph


@st.composite
def signatures(draw: st.DrawFn) -> Signature:
    """What some dataset could ask."""
    if draw(st.booleans()):
        return draw(st.sampled_from(SIGNATURES))
    shape = draw(st.one_of(*(SHAPES[name] for name in SHAPES)))
    kind = draw(st.sampled_from(["classes", "yes-no", "values"]))
    size = 1 if kind == "yes-no" else draw(st.integers(1, 5))
    loss = draw(st.sampled_from(["", "cross_entropy" if kind == "classes" else ""]))
    return Signature(shape, TARGETS[TargetKind(kind)](size, tuple(f"c{k}" for k in range(size))), loss)
