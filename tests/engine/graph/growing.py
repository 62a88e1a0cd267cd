"""Drawings of any size, and how much work something takes: counted, since clocks differ from day to day."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from engine.graph.graph import Graph
from engine.graph.reading import graph_from_json


class Id(str):
    """An id that is compared in Python, so that searching through a list or tuple of them is counted too."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other)

    __hash__ = str.__hash__


class Sketch:
    """Writes a drawing as JSON, layer by layer: ``Graph.add`` would take a step through all layers for each."""

    def __init__(self) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.wires: list[list[str]] = []
        self.data, self.goal = self.add("Input"), self.add("Output")

    def add(self, kind: str, *sources: str, frozen: bool = False, bypassed: bool = False, **params: Any) -> str:
        """A layer with a wire from each source; returns its id."""
        id = Id(f"n{len(self.nodes) + 1}")
        node = {"id": id, "kind": kind, "name": f"layer{len(self.nodes)}", "params": params}
        self.nodes.append({**node, "frozen": frozen, "bypassed": bypassed})
        several = kind in ("Add", "Concatenate")
        for number, source in enumerate(sources, 1):
            self.wires.append([source, "out", id, f"in{number}" if several else "in"])
        return id

    def row(self, source: str, count: int, kind: str, **params: Any) -> str:
        """``count`` layers one behind the other; returns the last."""
        for _ in range(count):
            source = self.add(kind, source, **params)
        return source

    def joined(self, ids: list[str]) -> str:
        """Add layers of at most 64 inputs until one output is left."""
        while len(ids) > 1:
            parts = [ids[start : start + 64] for start in range(0, len(ids), 64)]
            ids = [self.add("Add", *part) if len(part) > 1 else part[0] for part in parts]
        return ids[0]

    def to_json(self) -> dict[str, Any]:
        return {"next_id": len(self.nodes) + 1, "nodes": self.nodes, "wires": self.wires}

    def drawn(self, last: str) -> Graph:
        """The drawing, with ``last`` wired to the goal."""
        self.wires.append([last, "out", self.goal, "in"])
        return graph_from_json(self.to_json())


def chain(count: int) -> Graph:
    """A long row."""
    sketch = Sketch()
    return sketch.drawn(sketch.add("Linear", sketch.row(sketch.data, count, "ReLU"), out_features="answer"))


def dense_chain(count: int) -> Graph:
    """A long row of layers with weights, each of which could be folded into the one before."""
    sketch = Sketch()
    return sketch.drawn(sketch.row(sketch.data, count, "Linear", out_features=2))


def wide(count: int) -> Graph:
    """Very many branches from one layer, joined again."""
    sketch = Sketch()
    joined = sketch.joined([sketch.add("ReLU", sketch.data) for _ in range(count)])
    return sketch.drawn(sketch.add("Linear", joined, out_features="answer"))


def wide_behind_idle(count: int) -> Graph:
    """A long row of layers that do nothing, and many dense layers that all follow it."""
    sketch = Sketch()
    last = sketch.row(sketch.add("Linear", sketch.data, out_features=2), count // 2, "Identity")
    return sketch.drawn(sketch.joined([sketch.add("Linear", last, out_features=2) for _ in range(count // 2)]))


def strays(count: int) -> Graph:
    """Single layers that lead nowhere."""
    sketch = Sketch()
    for _ in range(count):
        sketch.add("ReLU")
    return sketch.drawn(sketch.add("Linear", sketch.data, out_features="answer"))


def wired_strays(count: int) -> Graph:
    """Layers that take the data and lead nowhere."""
    sketch = Sketch()
    for _ in range(count):
        sketch.add("ReLU", sketch.data)
    return sketch.drawn(sketch.add("Linear", sketch.data, out_features="answer"))


def frozen(count: int) -> Graph:
    """Nothing but frozen layers."""
    sketch = Sketch()
    return sketch.drawn(sketch.row(sketch.data, count, "Linear", out_features=2, frozen=True))


def bypassed(count: int) -> Graph:
    """Nothing but bypassed layers, and one that is not."""
    sketch = Sketch()
    last = sketch.row(sketch.data, count, "Linear", out_features=2, bypassed=True)
    return sketch.drawn(sketch.add("Linear", last, out_features=2))


def ends(count: int) -> Graph:
    """Far too many goals."""
    sketch = Sketch()
    for _ in range(count):
        sketch.add("Output")
    return sketch.drawn(sketch.add("Linear", sketch.data, out_features="answer"))


SHAPES: dict[str, Callable[[int], Graph]] = {
    make.__name__: make
    for make in (
        chain, dense_chain, wide, wide_behind_idle, strays, wired_strays, frozen, bypassed, ends,
    )
}  # fmt: skip


def lines_run(work: Callable[[], object], most: int) -> int:
    """How many lines of Python ``work`` runs through; it is broken off after ``most``, which then comes back."""
    count = 0

    class Enough(BaseException):
        pass

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        if event == "line":
            count += 1
            if count >= most:
                raise Enough
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except Enough:
        pass
    finally:
        sys.settrace(before)
    return count
