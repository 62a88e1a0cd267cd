"""What a template is, and the few words the templates are written with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from engine.graph.boxes import compact
from engine.graph.graph import Graph, empty, wire
from engine.graph.layout.arranging import Layer
from engine.graph.layout.placement import depth, estimated
from engine.graph.layout.tidy import VIEW, tidy_compactly
from engine.graph.layout.tidying.rows import gap

GROUPS = ("First steps", "Known networks", "Sequences")
"""The headings under which templates are shown, in this order."""

BETWEEN = 40.0
"""Free space between rows that are set by hand: just enough for the wire that turns back."""


@dataclass(frozen=True)
class Template:
    """A starter network. ``recipe`` holds settings by the names ``Recipe.with_setting`` takes, in order.

    ``group`` is one of GROUPS; ``keywords`` are further words that a search finds it by.
    """

    name: str
    title: str
    summary: str
    dataset: str
    recipe: Mapping[str, Any]
    draw: Callable[[], Graph]
    group: str = GROUPS[0]
    keywords: tuple[str, ...] = ()


def recipe(
    dataset: str, optimizer: str, learning_rate: float, schedule: str, batch_size: int, epochs: int
) -> Mapping[str, Any]:
    """The settings that a template sets; the others keep their usual values."""
    return MappingProxyType(
        {
            "dataset": dataset,
            "optimizer.kind": optimizer,
            "optimizer.learning_rate": learning_rate,
            "schedule.kind": schedule,
            "batch_size": batch_size,
            "epochs": epochs,
        }
    )


def begin() -> Graph:
    """A drawing to wire layers onto, for networks that branch; what is added first starts at the data block."""
    graph = empty()
    return graph.move({graph.last: (4_000.0, 0.0)})


def data_of(graph: Graph) -> str:
    """The id of the data block."""
    return graph.of_kind("Input")[0].id


def behind(graph: Graph, before: str, *layers: Layer) -> Graph:
    """Add layers one after another behind the node ``before``; the id of the last one is ``last`` of the result."""
    for kind, params in layers:
        graph = graph.add(kind, **params)
        graph = graph.connect(wire(before, graph.last))
        before = graph.last
    return graph


def joined(graph: Graph, kind: str, *sources: str) -> Graph:
    """Add a layer that takes several values, in this order."""
    graph = graph.add(kind)
    for number, source in enumerate(sources, 1):
        graph = graph.connect(wire(source, graph.last, f"in{number}"))
    return graph


def in_rows(graph: Graph, *rows: Sequence[str]) -> Graph:
    """The drawing, compact, with the layers of these names in rows below one another, each from left to right.

    For networks that read best in rows of their own; a layer that is snapped onto another needs no name.
    """
    graph = compact(graph)
    ids = [[node.id for name in row if (node := graph.find(name)) is not None] for row in rows]
    sizes = {id: estimated(graph, id) for row in ids for id in row}
    slots = [max(sizes[id][0] for id in column if id) for column in zip_longest(*ids, fillvalue="")]
    space = gap(slots, VIEW[0])
    places: dict[str, tuple[float, float]] = {}
    level = 0.0
    for number, row in enumerate(ids):
        if number:
            level += max(map(partial(depth, graph), ids[number - 1])) + BETWEEN + max(sizes[id][1] / 2 for id in row)
        for slot, id in enumerate(row):
            places[id] = (sum(slots[:slot]) + space * slot, level - sizes[id][1] / 2)
    return graph.move(places)


def finished(graph: Graph) -> Graph:
    """The drawing with its last layer wired to the goal block, set out tidily and compactly."""
    return tidy_compactly(graph.connect(wire(graph.last, graph.of_kind("Output")[0].id)))
