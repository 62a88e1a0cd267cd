"""Edits of whole boxes: layers that are snapped onto the one they follow (``engine.graph.snapping``) as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from engine.graph.graph import Graph, Wire
from engine.graph.snapping import Point, leader, root, snapped_onto

MOST_SNAPPED = 4
"""How many layers ``compact`` snaps onto one at most: more would make the box larger than what it saves."""


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
