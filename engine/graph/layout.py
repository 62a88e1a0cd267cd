"""Where a new layer goes, so that a drawing stays tidy when a repair, a template or a quick add places one.

Positions are the top left corners of nodes, in canvas units, y pointing down. The canvas may draw a node a little
larger or smaller; these sizes only keep nodes apart.
"""

from __future__ import annotations

import math
from dataclasses import replace

from engine.graph.graph import Graph, Node
from engine.graph.snapping import lost, riders

WIDTH, HEIGHT = 152.0, 64.0
GAP = 72.0
"""The space kept free between two nodes in a row, for the wire and the shape written on it."""
SIZES = {"Input": (128.0, 104.0), "Output": (128.0, 96.0)}
"""The sizes of the two blocks at the ends; every other node is WIDTH × HEIGHT."""
BOX_HEIGHT = 80.0
"""The height of a node onto which others are snapped."""
PORT_STEP, PORT_ROOM = 20.0, 40.0
"""How far apart the inputs of a node are, and the height that a node with one has for it at least."""
_LETTER = 0.54
"""How wide a letter is on average, as a part of the type's height, in the wider of the usual faces."""
_TITLE, _SMALL = 13 * _LETTER * 1.04, 12 * _LETTER

_SNUG = 24.0
"""The least space that an inserted node leaves on either side before others move away."""


def size(kind: str) -> tuple[float, float]:
    """The width and height that a node of that kind takes, about."""
    return SIZES.get(kind, (WIDTH, HEIGHT))


def estimated(graph: Graph, id: str) -> tuple[float, float]:
    """About how wide a node is shown, judged by how long its words are, and how high where its wires are level.

    It may be higher than twice that level: further lines of words stand below.
    """
    node = graph.node(id)
    if node.kind in SIZES:
        return SIZES[node.kind]
    title = node.declaration.name if node.block is None else node.block.title
    detail = node.declaration.detail(node.params) if node.declaration.detail else node.name
    snapped = riders(graph, id)
    chips = [12.0 + _SMALL * len(graph.nodes[rider].declaration.title) for rider in snapped]
    wanted = max(50.0 + _TITLE * min(len(title), 13), 24.0 + _SMALL * len(detail))
    width = min(176.0, max(104.0, wanted, sum(chips) + 4.0 * len(chips) + 16.0))
    width = math.ceil(width / 8.0) * 8.0
    declaration = node.declaration
    ports = len(graph.incoming(id)) + 1 if declaration.variadic else len(declaration.inputs)
    return width, max(BOX_HEIGHT if chips else HEIGHT, PORT_STEP * (ports - 1) + PORT_ROOM)


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
    if graph.node(source).position == graph.node(target).position:  # a box: it is taken apart there
        graph = set_apart(graph, target)
    node, before, after = graph.node(new), graph.node(source), graph.node(target)
    width = size(node.kind)[0]
    right, left = box(before)[2], box(after)[0]
    above, below = beside(before, node.kind), beside(after, node.kind)
    if left < right:  # the wire turns back to the beginning of another row: go there
        return make_room(graph.move({new: (left, below)}), new)
    if left - right >= width + 2 * _SNUG:
        position = ((left + right - width) / 2, (above + below) / 2)
    else:
        position = (right + GAP, above)
        graph = _shift(graph, after, right + width + 2 * GAP - left, {new})
    return make_room(graph.move({new: position}), new)


def set_apart(graph: Graph, id: str) -> Graph:
    """Take a layer off the one that it lies on: it, and what is snapped onto it, stands right behind that one."""
    x, y = graph.node(id).position
    return make_room(graph.move({id: (x + WIDTH + GAP, y)}), id)


def separated(before: Graph, after: Graph) -> Graph:
    """``after``, with the layers that can no longer stay snapped where they were before set apart."""
    for id in lost(before, after):
        after = set_apart(after, id)
    return after


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
    left, _, right, _ = box(node)
    own = {new, *riders(graph, new)}
    hit = [
        other
        for other in graph.nodes.values()
        if other.id not in own and _level(node, other) and box(other)[2] > left and box(other)[0] < right + _SNUG
    ]
    if not hit:
        return graph
    first = min(hit, key=lambda other: other.position[0])
    return _shift(graph, first, right + GAP - first.position[0], own)


def _shift(graph: Graph, first: Node, by: float, kept: set[str]) -> Graph:
    """Move a node and what follows it in its row to the right, and whatever these would come to lie on."""
    if by <= 0:
        return graph
    others = [node for node in graph.nodes.values() if node.id not in kept]
    moving = [node for node in others if _level(first, node) and node.position[0] >= first.position[0]]
    chosen = {node.id for node in moving}
    resting = [node for node in others if node.id not in chosen]
    for node in moving:  # grows while it is walked
        moved = replace(node, position=(node.position[0] + by, node.position[1]))
        struck = [other for other in resting if overlap(moved, other) and not overlap(node, other)]
        if struck:
            moving += struck
            resting = [other for other in resting if other not in struck]
    return graph.move({node.id: (node.position[0] + by, node.position[1]) for node in moving})


def _level(one: Node, other: Node) -> bool:
    """Whether two nodes stand in one row: side by side they would touch."""
    _, top, _, bottom = box(one)
    _, top2, _, bottom2 = box(other)
    return top2 < bottom + 1 and bottom2 > top - 1
