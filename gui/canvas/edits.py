"""Edits that need to know how large nodes are: placing a layer, putting one on a wire, making room for it.

Pure functions from drawing to drawing; the canvas hands in the sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.graph.blocks import shelf
from engine.graph.graph import Graph, Wire
from engine.graph.layers.kind import ENDS
from engine.graph.layout.placement import set_apart
from engine.graph.rewiring import follow
from engine.graph.snapping import leader, tail
from gui.canvas.grid import GAP, snap, snapped
from gui.canvas.node_layout import LAYER_HEIGHT, LEAST_WIDTH

SizeOf = Callable[[str], tuple[float, float]]
"""Node id -> (width, height); a node that is not shown yet gets the size of a small layer."""


def usual_size(_id: str) -> tuple[float, float]:
    """The size of a small layer, for nodes that are not shown yet."""
    return (LEAST_WIDTH, LAYER_HEIGHT)


def place(graph: Graph, kind: str, position: tuple[float, float]) -> Graph:
    """Add a layer on the grid. Raises GraphError."""
    return shelf.add(graph, kind, position=snapped(*position))


def turns(graph: Graph, wire: Wire, size_of: SizeOf) -> bool:
    """Whether a wire turns back, as to the beginning of another row."""
    return graph.node(wire.target).position[0] < graph.node(wire.source).position[0] + size_of(wire.source)[0]


def make_room(graph: Graph, wire: Wire, width: float, size_of: SizeOf) -> Graph:
    """Move what lies behind a wire to the right until a layer of that width has a place in the gap."""
    if turns(graph, wire, size_of):
        return graph
    source, target = graph.node(wire.source), graph.node(wire.target)
    right = source.position[0] + size_of(source.id)[0]
    left = target.position[0]
    missing = width + 2 * GAP - (left - right)
    if missing <= 0:
        return graph
    shift = snap(missing + 3.9)
    behind = {target.id, *graph.downstream(target.id)}
    moved = {
        id: (graph.nodes[id].position[0] + shift, graph.nodes[id].position[1])
        for id in behind
        if graph.nodes[id].position[0] >= left
    }
    return graph.move(moved)


def middle_of(graph: Graph, wire: Wire, size: tuple[float, float], size_of: SizeOf) -> tuple[float, float]:
    """Where a layer stands that is put on a wire: behind the source, level with its port."""
    source, target = graph.node(wire.source), graph.node(wire.target)
    wide, high = size_of(source.id)
    right = source.position[0] + wide
    level = source.position[1] + high / 2
    if turns(graph, wire, size_of):
        x = right + GAP
    else:
        x = right + max(GAP, (target.position[0] - right - size[0]) / 2)
    return snapped(x, level - size[1] / 2)


def at_turn(
    graph: Graph, wire: Wire, size: tuple[float, float], size_of: SizeOf, at: tuple[float, float]
) -> tuple[float, float]:
    """Where a layer stands that is put at ``at`` on a wire that turns back: at the end of one row, or before the next.

    Where it was dropped, between the rows, the wire would have to run through them in loops.
    """
    target, high = graph.node(wire.target), size_of(wire.target)[1]
    before = (target.position[0] - GAP - size[0], target.position[1] + (high - size[1]) / 2)
    ends = [middle_of(graph, wire, size, size_of), snapped(*before)]
    # Along the run between the rows every place is about as far from both: which side it is on tells what is meant.
    ends.sort(key=lambda end: abs(end[0] - at[0]))
    free = (end for end in ends if free_place(graph, end, size, size_of) == end)
    return next(free, free_place(graph, ends[0], size, size_of))


def insert(
    graph: Graph,
    kind: str,
    wire: Wire,
    size: tuple[float, float],
    size_of: SizeOf,
    at: tuple[float, float] | None,
) -> Graph:
    """Add a layer on a wire, making room. ``at`` is its corner, or None for the middle of the gap.

    A layer without inputs or outputs cannot stand on a wire: raises GraphError. On a wire within a box it is snapped
    there as well if it may be; else what follows it there is set apart.
    """
    if graph.node(wire.source).position == graph.node(wire.target).position:
        added = shelf.add(graph, kind, position=graph.node(wire.source).position)
        boxed = added.between(added.last, wire)
        if leader(boxed, boxed.last) is not None:
            return boxed
        graph = set_apart(graph, wire.target)
    roomy = make_room(graph, wire, size[0], size_of)
    if at is None or roomy is not graph:
        position = middle_of(roomy, wire, size, size_of)
    elif turns(graph, wire, size_of):
        position = at_turn(graph, wire, size, size_of, at)
    else:
        position = snapped(*at)
    added = shelf.add(roomy, kind, position=position)
    return added.between(added.last, wire)


def after(graph: Graph, kind: str, id: str, size: tuple[float, float], size_of: SizeOf) -> Graph:
    """Add a layer behind a node and wire it: on the node's wire when it has exactly one, else beside that.

    An activation or the like is snapped onto the node; any other layer goes behind all that is.
    """
    if graph.node(id).declaration.has_output and len(graph.outgoing(id)) < 2:
        added = shelf.add(graph, kind, position=graph.node(id).position)
        if added.open_input(added.last) is not None and added.node(added.last).declaration.has_output:
            boxed = follow(added, added.last, id)
            if leader(boxed, boxed.last) is not None:
                return boxed
    id = tail(graph, id)
    going = graph.outgoing(id)
    if len(going) == 1:
        return insert(graph, kind, going[0], size, size_of, None)
    node = graph.node(id)
    wide, high = size_of(id)
    position = snapped(node.position[0] + wide + GAP, node.position[1] + (high - size[1]) / 2)
    added = shelf.add(graph, kind, position=free_place(graph, position, size, size_of))
    port = added.open_input(added.last)
    if node.declaration.has_output and port is not None:
        added = added.connect(Wire(id, "out", added.last, port))
    return added


def behind(graph: Graph, kind: str, id: str, size: tuple[float, float], size_of: SizeOf) -> Graph:
    """Add a layer right behind a node, so that all the node fed is fed by the new layer. Raises GraphError."""
    added = shelf.add(graph, kind, position=graph.node(id).position)
    new = added.last
    return put_behind(added, new, id, lambda other: size if other == new else size_of(other))


def put_behind(graph: Graph, new: str, id: str, size_of: SizeOf) -> Graph:
    """Put a node without wires right behind another one: snapped onto it if it may be. Raises GraphError."""
    boxed = follow(graph.move({new: graph.node(id).position}), new, id)
    if leader(boxed, new) is not None:
        return boxed
    going, node, (wide, high), size = graph.outgoing(id), graph.node(id), size_of(id), size_of(new)
    right = node.position[0] + wide
    position = snapped(right + GAP, node.position[1] + (high - size[1]) / 2)
    if len(going) == 1:
        graph = make_room(graph, going[0], size[0], size_of)
        position = middle_of(graph, going[0], size, size_of)
    elif going:
        nearest = min(going, key=lambda w: _distance_behind(graph, w, right))
        graph = make_room(graph, nearest, size[0], size_of)
    else:
        alone = graph.remove([new])
        position = free_place(alone, position, size, size_of)
    return follow(graph.move({new: position}), new, id)


def _distance_behind(graph: Graph, wire: Wire, right: float) -> float:
    left = graph.node(wire.target).position[0]
    return left - right if left >= right else float("inf")


def free_place(
    graph: Graph, position: tuple[float, float], size: tuple[float, float], size_of: SizeOf
) -> tuple[float, float]:
    """The nearest place below ``position`` where nothing stands yet."""
    x, y = position
    boxes = [(*node.position, *size_of(id)) for id, node in graph.nodes.items()]
    for _attempt in range(len(boxes) + 1):
        below = [
            top + high
            for left, top, wide, high in boxes
            if left < x + size[0] + 8 and x < left + wide + 8 and top < y + size[1] + 8 and y < top + high + 8
        ]
        if not below:
            break
        y = snap(max(below) + 24.0)
    return (x, y)


def drop_on_wire(graph: Graph, id: str, wire: Wire, size_of: SizeOf) -> Graph:
    """Put a node that stands alone already on a wire, making room."""
    size, at = size_of(id), graph.node(id).position
    roomy = make_room(graph, wire, size[0], size_of)
    if roomy is not graph:
        roomy = roomy.move({id: middle_of(roomy, wire, size, size_of)})
    elif turns(graph, wire, size_of):
        roomy = graph.move({id: at_turn(graph.remove([id]), wire, size, size_of, at)})
    return roomy.between(id, wire)


def is_loose(graph: Graph, id: str) -> bool:
    """Whether a node has no wire and could stand on one."""
    node = graph.node(id)
    alone = not graph.incoming(id) and not graph.outgoing(id)
    return alone and node.declaration.has_output and graph.open_input(id) is not None


def without_ends(graph: Graph, ids: Iterable[str]) -> list[str]:
    """Those of the nodes that are layers, in the order of the drawing."""
    wanted = set(ids)
    return [id for id, node in graph.nodes.items() if id in wanted and not node.is_end]


def deletable(graph: Graph, ids: Iterable[str]) -> list[str]:
    """Those of the nodes that may be deleted, in the order of the drawing: a data block and a goal block stay."""
    wanted = set(ids)
    kept = set()
    for kind in ENDS:
        ends = [node.id for node in graph.of_kind(kind)]
        if ends and wanted.issuperset(ends):
            kept.add(ends[0])
    return [id for id in graph.nodes if id in wanted and id not in kept]
