"""Layers that stand on the layer they follow: a convolution with its normalisation and its activation, as one box.

A layer is snapped onto the one before it when it lies exactly where that one lies and follows it in a plain chain. So
nothing has to be stored: positions tell it, and undo, copies, files and older versions of the program know positions
already. Whoever moves a layer takes with it what is snapped onto it (``Graph.move``); whoever moves a snapped layer
elsewhere takes it off, and whoever makes the chain another one is followed by ``separated``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.graph.graph import Graph, Wire

SNAPPING = frozenset({"activation", "normalisation", "regularisation"})
"""Families of layers that belong to the layer before them."""
MOST_SNAPPED = 4
"""How many layers ``compact`` snaps onto one at most: more would make the box larger than what it saves."""
_ENDS = frozenset({"Input", "Output"})

Point = tuple[float, float]


def leader(graph: Graph, id: str) -> str | None:
    """The layer that a layer may be snapped onto: the one before it in a plain chain; None when there is none."""
    declaration = graph.nodes[id].declaration
    if declaration.family not in SNAPPING or declaration.variadic or len(declaration.inputs) != 1:
        return None
    coming = graph.incoming(id)
    if len(coming) != 1:
        return None
    before = coming[0].source
    if graph.nodes[before].kind in _ENDS or len(graph.outgoing(before)) != 1:
        return None
    return before


def snapped_onto(graph: Graph, id: str) -> str | None:
    """The layer right before it that a layer is snapped onto; None for one that stands by itself."""
    if graph.nodes[id].declaration.family not in SNAPPING:  # most are not, and this is asked of all
        return None
    before = leader(graph, id)
    return before if before is not None and graph.nodes[before].position == graph.nodes[id].position else None


def root(graph: Graph, id: str) -> str:
    """The layer at the beginning of the box that a layer belongs to; itself when it is snapped onto none."""
    before = snapped_onto(graph, id)
    while before is not None:
        id, before = before, snapped_onto(graph, before)
    return id


def riders(graph: Graph, id: str) -> tuple[str, ...]:
    """What is snapped onto a layer, directly or not, in the order data run."""
    found: list[str] = []
    while True:
        going = graph.outgoing(id)
        if len(going) != 1 or snapped_onto(graph, going[0].target) is None:
            return tuple(found)
        id = going[0].target
        found.append(id)


def tail(graph: Graph, id: str) -> str:
    """The last layer of the box that a layer belongs to."""
    return (id, *riders(graph, id))[-1]


def carried(graph: Graph, positions: Mapping[str, Point]) -> dict[str, Point]:
    """The positions with those of the layers that are snapped onto the ones moved, and go with them."""
    found = dict(positions)
    for id, place in positions.items():
        for rider in riders(graph, id):
            if rider in positions:
                break
            found[rider] = place
    return found


def compact(graph: Graph, ids: Iterable[str] | None = None) -> Graph:
    """The drawing with every layer of ``ids`` (all when None) snapped that may be, onto one of them."""
    chosen = set(graph.nodes) if ids is None else set(ids)
    places: dict[str, Point] = {}
    depth: dict[str, int] = {}
    for id in graph.topological():
        before = leader(graph, id) if id in chosen else None
        if before is not None and before in chosen and depth.get(before, 0) < MOST_SNAPPED:
            depth[id] = depth.get(before, 0) + 1
            places[id] = places.get(before, graph.nodes[before].position)
    return graph.move(places)


def folded(graph: Graph) -> Graph:
    """The drawing with a node for each box: its first layer, wired as the whole box is."""
    inside = {id for id in graph.nodes if snapped_onto(graph, id) is not None}
    if not inside:
        return graph
    roots = {id: root(graph, id) for id in inside}
    nodes = MappingProxyType({id: node for id, node in graph.nodes.items() if id not in inside})
    wires: list[Wire] = []
    for w in graph.wires:
        if w.target not in inside:
            wires.append(replace(w, source=roots[w.source]) if w.source in roots else w)
    return replace(graph, nodes=nodes, wires=tuple(wires))


def lost(before: Graph, after: Graph) -> list[str]:
    """The layers that an edit left lying on one they were snapped onto, though they cannot be any more."""
    if before.shares_wiring(after):
        return []  # whoever only moved layers knows where to
    if len({node.position for node in before.nodes.values()}) == len(before.nodes):
        return []  # quick to see: where nothing shares a place nothing is snapped
    found = []
    for id, node in after.nodes.items():
        old = before.nodes.get(id)
        if old is None or old.position != node.position:
            continue
        host = snapped_onto(before, id)
        if host is not None and snapped_onto(after, id) is None and _covered(after, id, host):
            found.append(id)
    return found


def _covered(graph: Graph, id: str, host: str) -> bool:
    return host in graph.nodes and graph.nodes[host].position == graph.nodes[id].position
