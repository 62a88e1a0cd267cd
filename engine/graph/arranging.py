"""Building a drawing from rows of layers, set out tidily: what the templates and the examples start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.graph.graph import Graph, wire
from engine.graph.layout import GAP, HEIGHT, WIDTH, size

ROW_PITCH = HEIGHT + 120.0
"""From the top of one row to the top of the next: room for the wire that turns back, and for a taller node."""

Layer = tuple[str, Mapping[str, Any]]


def layer(kind: str, **params: Any) -> Layer:
    """A layer of the list: its kind and those of its settings that are not the usual ones."""
    return kind, params


def chain(*rows: Sequence[Layer]) -> Graph:
    """Data block, the layers one after another in these rows, goal block; all of it wired."""
    graph = with_ends(max(1, len(rows)), max((len(row) for row in rows), default=0))
    data, goal = graph.of_kind("Input")[0].id, graph.of_kind("Output")[0].id
    before = data
    for number, row in enumerate(rows):
        for column, (kind, params) in enumerate(row):
            graph = graph.add(kind, position=place(column, number), **params)
            graph = graph.connect(wire(before, graph.last, graph.open_input(graph.last) or "in"))
            before = graph.last
    return graph.connect(wire(before, goal)) if before != data else graph


def with_ends(rows: int, across: float) -> Graph:
    """A data block at the left of the first row, and a goal block at the right end of the last one."""
    above = (HEIGHT - size("Input")[1]) / 2
    below = (rows - 1) * ROW_PITCH + (HEIGHT - size("Output")[1]) / 2
    return Graph().add("Input", position=(0.0, above)).add("Output", position=(place(max(across, 1), 0)[0], below))


def place(column: float, row: float) -> tuple[float, float]:
    """Where the node in that column and row goes, both counted from 0."""
    left = size("Input")[0] + GAP
    return left + column * (WIDTH + GAP), row * ROW_PITCH
