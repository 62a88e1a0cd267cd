"""Random drawings that can be built: grown layer by layer from the data, with branches, merges and dead ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from hypothesis import assume
from hypothesis import strategies as st
from torch import nn

from engine.graph.graph import Graph, wire
from engine.graph.layers import kind, kinds
from engine.graph.shapes import Shape, ShapeError
from engine.graph.signature import Signature
from engine.graph.targets import Categories, YesNo
from tests.engine.graph.layer_cases import CASES
from tests.engine.graph.strategies import reshaped, settings_for

INPUTS = {
    "picture": Shape.picture(4, 6, 6),
    "features": Shape.features(12),
    "signal": Shape.signal(4, 9),
    "sequence": Shape.sequence(5, 8),
    "tokens": Shape.tokens(5, 7),
}
AWKWARD = (
    *(
        "layers",
        "graph",
        "signature",
        "run_layers",
        "inputs",
        "weights",
        "load",
        "prepare",
        "restore",
        "Path",
        "WEIGHTS",
    ),
    *("load_file", "Network", "shift", "list", "tuple", "GaussianNoise", "modules_", "n1", "weight", "names"),
    "a_long_name_that_strains_the_lines_1234",
)
"""Names that stand for something else nearby, or strain the width of a line."""

_FAMILIES = {shape.names: name for name, shape in INPUTS.items() if shape.dtype == "float"}


def family(shape: Shape) -> str:
    """The kind of data, as the test data of the layers calls it."""
    return "tokens" if shape.dtype == "int" else _FAMILIES.get(shape.names, "other")


def suiting(shape: Shape) -> list[str]:
    """The layers meant for such data."""
    return [name for name, case in CASES.items() if family(shape) in case.takes and not kind(name).is_switch]


@dataclass
class _Growth:
    graph: Graph
    shapes: dict[str, Shape] = field(default_factory=dict)

    def add(self, name: str, sources: list[str], **params: Any) -> bool:
        """Add a layer behind ``sources`` if it can take what they bring."""
        declaration = kind(name)
        graph = self.graph.add(name, **params)
        for source in sources:
            port = graph.open_input(graph.last)
            graph = graph.connect(wire(source, graph.last, port or "in"))
        given = graph.sources(graph.last)
        try:
            shape = declaration.shape(graph.nodes[graph.last].params, [self.shapes[s] for s in given if s])
        except ShapeError:
            return False
        if shape.count > 2_000 or 0 in shape.sizes:
            return False
        self.graph = graph
        self.shapes[graph.last] = shape
        return True


@st.composite
def networks(draw: st.DrawFn, include: str = "", most: int = 7) -> tuple[Graph, Signature]:
    """A drawing without errors and what it answers; ``include`` is a kind that should be in it."""
    takes = [name for name in (CASES[include].takes if include else INPUTS) if name in INPUTS]
    shape = INPUTS[draw(st.sampled_from(takes))]
    grown = _Growth(Graph().add("Input").add("Output"), {"n1": shape})
    first = [include] if include else []
    for name in first + [""] * draw(st.integers(0, most)):
        values = list(grown.shapes)
        last = values[-1] if name or draw(st.integers(0, 2)) else draw(st.sampled_from(values))
        _layer(draw, grown, last, name)
    ends = [list(grown.shapes)[-1]]
    if len(grown.shapes) > 2 and draw(st.booleans()):
        ends.append(draw(st.sampled_from(list(grown.shapes))))
    answer = draw(st.sampled_from([Categories(3, ("a", "b", "c")), YesNo(1, ("no", "yes"))]))
    signature = Signature(shape, answer)
    _finish(grown, ends, signature)
    return _changed(draw, grown.graph), signature


def _layer(draw: st.DrawFn, grown: _Growth, source: str, name: str) -> None:
    shape = grown.shapes[source]
    options = suiting(shape)
    name = name or draw(st.one_of(st.sampled_from(options), st.sampled_from(["Add", "Concatenate", "Identity"])))
    declaration = kind(name)
    params = draw(reshaped(draw(settings_for(declaration, CASES[name].most)), shape))
    sources = [source]
    alike = [id for id, other in grown.shapes.items() if other.names == shape.names and other.dtype == shape.dtype]
    if declaration.variadic:
        sources += draw(st.lists(st.sampled_from(alike), min_size=1, max_size=3))
    elif len(declaration.inputs) > 1:
        sources += draw(st.lists(st.sampled_from(alike), max_size=2))
    if not grown.add(name, sources, **params) and not grown.add(name, [source] * max(len(sources), 1)):
        grown.add(name, sources)


def _finish(grown: _Growth, ends: list[str], signature: Signature) -> None:
    """Lead the ends to the goal: flattened, joined, and weighed once an answer."""
    flat = []
    for end in ends:
        if grown.shapes[end].dtype == "int":
            assume(grown.add("Embedding", [end], embedding_dim=3))
            end = grown.graph.last
        assert grown.add("Flatten", [end])
        flat.append(grown.graph.last)
    if len(flat) > 1:
        assume(grown.add("Concatenate", flat))  # both together may be larger than a test may be
    graph = grown.graph
    before = graph.last
    graph = graph.add("Linear", out_features="answer")
    grown.graph = graph.connect(wire(before, graph.last)).connect(wire(graph.last, "n2"))


def _changed(draw: st.DrawFn, graph: Graph) -> Graph:
    """Some layers skipped where that keeps the shapes, some not trained, some renamed."""
    names = list(AWKWARD)
    for id, node in graph.nodes.items():
        if draw(st.integers(0, 4)) == 0:
            graph = graph.set(id, frozen=True)
        if draw(st.integers(0, 3)) == 0:
            graph = graph.rename(id, names.pop(draw(st.integers(0, len(names) - 1))))
        if node.kind in SKIPPABLE and draw(st.integers(0, 3)) == 0:
            graph = graph.set(id, bypassed=True)
    return graph


SKIPPABLE = {
    name for name in kinds() if kinds()[name].family in ("activation", "normalisation", "regularisation", "merge")
} - {"Concatenate", "Add", "Multiply"} | {"Input", "Output"}
"""Skipping these leaves all shapes alone (the two ends are never skipped, whatever they say)."""


def batch(shape: Shape, rows: int = 3) -> torch.Tensor:
    """Random rows of that shape."""
    if shape.dtype == "int":
        return torch.randint(0, shape.vocabulary, (rows, *shape.sizes))
    return torch.randn(rows, *shape.sizes)


def executed(text: str) -> dict[str, Any]:
    """The names that an exported file defines, run as a module is imported."""
    namespace: dict[str, Any] = {"__name__": "exported", "__file__": "/nowhere/exported.py"}
    exec(compile(text, "exported.py", "exec"), namespace)
    return namespace


def same(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Equal bit for bit, except that every NaN equals every NaN."""
    return a.shape == b.shape and a.dtype == b.dtype and bool(((a == b) | (a.isnan() & b.isnan())).all())


def same_weights(a: nn.Module, b: nn.Module) -> bool:
    one, other = a.state_dict(), b.state_dict()
    return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
