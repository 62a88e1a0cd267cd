"""Layers that stand on the layer they follow: a convolution with its normalisation and its activation, as one box.

A layer is snapped onto the one before it when it lies exactly where that one lies and follows it in a plain chain. So
nothing has to be stored: positions tell it, and undo, copies, files and older versions of the program know positions
already. Whoever moves a layer takes with it what is snapped onto it (``Graph.move``); whoever moves a snapped layer
elsewhere takes it off. Edits of whole boxes are in ``engine.graph.boxes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.graph.protocols import Wired

SNAPPING = frozenset({"activation", "normalisation", "regularisation"})
"""Families of layers that belong to the layer before them."""

Point = tuple[float, float]


def leader(graph: Wired, id: str) -> str | None:
    """The layer that a layer may be snapped onto: the one before it in a plain chain; None when there is none."""
    declaration = graph.nodes[id].declaration
    if declaration.family not in SNAPPING or declaration.variadic or len(declaration.inputs) != 1:
        return None
    coming = graph.incoming(id)
    if len(coming) != 1:
        return None
    before = coming[0].source
    if graph.nodes[before].is_end or len(graph.outgoing(before)) != 1:
        return None
    return before


def snapped_onto(graph: Wired, id: str) -> str | None:
    """The layer right before it that a layer is snapped onto; None for one that stands by itself."""
    if graph.nodes[id].declaration.family not in SNAPPING:  # most are not, and this is asked of all
        return None
    before = leader(graph, id)
    return before if before is not None and graph.nodes[before].position == graph.nodes[id].position else None


def root(graph: Wired, id: str) -> str:
    """The layer at the beginning of the box that a layer belongs to; itself when it is snapped onto none."""
    before = snapped_onto(graph, id)
    while before is not None:
        id, before = before, snapped_onto(graph, before)
    return id


def riders(graph: Wired, id: str) -> tuple[str, ...]:
    """What is snapped onto a layer, directly or not, in the order data run."""
    found: list[str] = []
    while True:
        going = graph.outgoing(id)
        if len(going) != 1 or snapped_onto(graph, going[0].target) is None:
            return tuple(found)
        id = going[0].target
        found.append(id)


def tail(graph: Wired, id: str) -> str:
    """The last layer of the box that a layer belongs to."""
    return (id, *riders(graph, id))[-1]


def carried(graph: Wired, positions: Mapping[str, Point]) -> dict[str, Point]:
    """The positions with those of the layers that are snapped onto the ones moved, and go with them."""
    found = dict(positions)
    for id, place in positions.items():
        for rider in riders(graph, id):
            if rider in positions:
                break
            found[rider] = place
    return found
