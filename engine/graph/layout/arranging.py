"""Building a drawing from layers, set out tidily: what the templates and the examples start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.graph.graph import Graph, wire
from engine.graph.layers.kind import INPUT, OUTPUT
from engine.graph.layout.placement import GAP, HEIGHT, WIDTH, size
from engine.graph.layout.tidy import tidy_compactly

ROW_PITCH = HEIGHT + 120.0
"""From the top of one row to the top of the next: room for the wire that turns back, and for a taller node."""

Layer = tuple[str, Mapping[str, Any]]


def layer(kind: str, **params: Any) -> Layer:
    """A layer of the list: its kind and those of its settings that are not the usual ones."""
    return kind, params


def chain(*parts: Sequence[Layer]) -> Graph:
    """Data block, the layers of all parts one after another, goal block; all of it wired and set out compactly."""
    graph = with_ends(1, 1)
    data, goal = graph.inputs[0].id, graph.outputs[0].id
    before = data
    for kind, params in (layer for part in parts for layer in part):
        graph = graph.add(kind, **params)
        graph = graph.connect(wire(before, graph.last, graph.open_input(graph.last) or "in"))
        before = graph.last
    return tidy_compactly(graph.connect(wire(before, goal))) if before != data else graph


def with_ends(rows: int, across: float) -> Graph:
    """A data block at the left of the first row, and a goal block at the right end of the last one."""
    above = (HEIGHT - size(INPUT)[1]) / 2
    below = (rows - 1) * ROW_PITCH + (HEIGHT - size(OUTPUT)[1]) / 2
    return Graph().add(INPUT, position=(0.0, above)).add(OUTPUT, position=(place(max(across, 1), 0)[0], below))


def place(column: float, row: float) -> tuple[float, float]:
    """Where the node in that column and row goes, both counted from 0."""
    left = size(INPUT)[0] + GAP
    return left + column * (WIDTH + GAP), row * ROW_PITCH
