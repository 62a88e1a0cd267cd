"""Where a new layer goes, so that a drawing stays tidy when a repair, a template or a quick add places one.

Positions are the top left corners of nodes, in canvas units, y pointing down. The canvas may draw a node a little
larger or smaller; these sizes only keep nodes apart.
"""

from __future__ import annotations

from engine.graph.graph import Graph, Node

WIDTH, HEIGHT = 140.0, 64.0
GAP = 60.0
"""The space kept free between two nodes in a row, for the wire and the shape written on it."""
SIZES = {"Input": (130.0, 150.0), "Output": (130.0, 150.0)}
"""The sizes of the two blocks at the ends; every other node is WIDTH × HEIGHT."""

_SNUG = 24.0
"""The least space that an inserted node leaves on either side before others move away."""


def size(kind: str) -> tuple[float, float]:
    """The width and height that a node of that kind takes, about."""
    return SIZES.get(kind, (WIDTH, HEIGHT))


def box(node: Node) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a node."""
    x, y = node.position
    width, height = size(node.kind)
    return x, y, x + width, y + height


def overlap(one: Node, other: Node) -> bool:
    """Whether two nodes lie on one another."""
    left, top, right, bottom = box(one)
    left2, top2, right2, bottom2 = box(other)
    return left < right2 and left2 < right and top < bottom2 and top2 < bottom


def beside(node: Node, kind: str) -> float:
    """The y that puts a node of that kind level with ``node``."""
    _, top, _, bottom = box(node)
    return (top + bottom - size(kind)[1]) / 2


def place_between(graph: Graph, new: str, source: str, target: str) -> Graph:
    """Move the node ``new`` between two others; what stands in its way moves to the right."""
    node, before, after = graph.node(new), graph.node(source), graph.node(target)
    width, height = size(node.kind)
    right = box(before)[2]
    left, top, _, bottom = box(after)
    level = abs(beside(before, node.kind) - beside(after, node.kind)) < HEIGHT
    if left < right or not level:  # the wire turns back to the beginning of another row: go there
        position = (left, (top + bottom - height) / 2)
    elif left - right >= width + 2 * _SNUG:
        middle = (beside(before, node.kind) + beside(after, node.kind)) / 2
        return make_room(graph.move({new: ((left + right - width) / 2, middle)}), new)
    else:
        position = (right + GAP, beside(after, node.kind))
    return make_room(graph.move({new: position}), new)


def place_after(graph: Graph, new: str, source: str) -> Graph:
    """Move the node ``new`` to the right of another; what stands in its way moves to the right."""
    before = graph.node(source)
    kind = graph.node(new).kind
    return make_room(graph.move({new: (box(before)[2] + GAP, beside(before, kind))}), new)


def place_before(graph: Graph, new: str, target: str) -> Graph:
    """Move the node ``new`` to the left of another; that one and what follows it move when there is no room."""
    after = graph.node(target)
    kind = graph.node(new).kind
    x = after.position[0] - GAP - size(kind)[0]
    return make_room(graph.move({new: (x, beside(after, kind))}), new)


def place_at_start(graph: Graph, new: str) -> Graph:
    """Move the node ``new`` to the left of the whole drawing."""
    return _place_at_end(graph, new, left=True)


def place_at_end(graph: Graph, new: str) -> Graph:
    """Move the node ``new`` to the right of the whole drawing."""
    return _place_at_end(graph, new, left=False)


def _place_at_end(graph: Graph, new: str, left: bool) -> Graph:
    kind = graph.node(new).kind
    others = [node for node in graph.nodes.values() if node.id != new]
    if not others:
        return graph.move({new: (0.0, 0.0)})
    outermost = min(others, key=lambda n: n.position[0]) if left else max(others, key=lambda n: box(n)[2])
    x = outermost.position[0] - GAP - size(kind)[0] if left else box(outermost)[2] + GAP
    return graph.move({new: (x, beside(outermost, kind))})


def make_room(graph: Graph, new: str) -> Graph:
    """Move what ``new`` lies on, and what follows it in the row, to the right by as much as is needed."""
    node = graph.node(new)
    left, top, right, bottom = box(node)
    moves: dict[str, tuple[float, float]] = {}
    row = []
    for other in graph.nodes.values():
        _, other_top, other_right, other_bottom = box(other)
        in_row = other_top < bottom + 1 and other_bottom > top - 1
        if other.id != new and in_row and other_right > left:
            row.append(other)
    hit = [other for other in row if overlap(node, other) or box(other)[0] < right + _SNUG]
    hit = [other for other in hit if other.position[0] + size(other.kind)[0] / 2 > left]
    if not hit:
        return graph
    first = min(other.position[0] for other in hit)
    shift = right + GAP - first
    for other in row:
        if other.position[0] >= first:
            moves[other.id] = (other.position[0] + shift, other.position[1])
    return graph.move(moves)
