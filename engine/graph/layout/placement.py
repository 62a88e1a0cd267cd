"""Where a new layer goes, so that a drawing stays tidy when a repair, a template or a quick add places one.

Positions are the top left corners of nodes, in canvas units, y pointing down. The canvas may draw a node a little
larger or smaller; these sizes only keep nodes apart.
"""

from __future__ import annotations

import math

from engine.graph.boxes import lost
from engine.graph.graph import Graph
from engine.graph.layers.kind import INPUT, OUTPUT
from engine.graph.snapping import riders, root

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

WIDTH, HEIGHT = 152.0, 64.0
GAP = 72.0
"""The space kept free between two nodes in a row, for the wire and the shape written on it."""
SIZES = {INPUT: (128.0, 104.0), OUTPUT: (128.0, 96.0)}
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

    It may be higher than twice that level: what is snapped onto it and further lines of words stand below.
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
    return width, max(HEIGHT, PORT_STEP * (ports - 1) + PORT_ROOM)


def depth(graph: Graph, id: str) -> float:
    """About how far below the level of its wires a node reaches, with what is snapped onto it."""
    height = estimated(graph, id)[1]
    return max(height, BOX_HEIGHT if riders(graph, id) else 0.0) - height / 2


def box(graph: Graph, id: str) -> Box:
    """Left, top, right and bottom of a node."""
    x, y = graph.node(id).position
    width, height = estimated(graph, id)
    return x, y, x + width, y + height


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes lie on one another."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def beside(graph: Graph, id: str, new: str) -> float:
    """The y that puts the node ``new`` level with the node ``id``."""
    _, top, _, bottom = box(graph, id)
    return (top + bottom - estimated(graph, new)[1]) / 2


def place_between(graph: Graph, new: str, source: str, target: str) -> Graph:
    """Move the node ``new`` between two others; what stands in its way moves to the right."""
    if graph.node(source).position == graph.node(target).position:  # a box: it is taken apart there
        graph = set_apart(graph, target)
    width = estimated(graph, new)[0]
    right, left = box(graph, root(graph, source))[2], box(graph, target)[0]
    above, below = beside(graph, root(graph, source), new), beside(graph, target, new)
    if left < right:  # the wire turns back to the beginning of another row: go there
        return make_room(graph.move({new: (left, below)}), new)
    if left - right >= width + 2 * _SNUG:
        position = ((left + right - width) / 2, (above + below) / 2)
    else:
        position = (right + GAP, above)
        graph = _shift(graph, target, right + width + 2 * GAP - left, {new})
    return make_room(graph.move({new: position}), new)


def set_apart(graph: Graph, id: str) -> Graph:
    """Take a layer off the one that it lies on: it, and what is snapped onto it, stands right behind that one."""
    _left, _top, right, _bottom = box(graph, root(graph, id))
    alone = graph.move({id: (right + GAP, 0.0)})
    return make_room(alone.move({id: (right + GAP, beside(alone, root(graph, id), id))}), id)


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
    others = [id for id in graph.nodes if id != new]
    if not others:
        return graph.move({new: (0.0, 0.0)})
    boxes = {id: box(graph, id) for id in others}
    outermost = min(others, key=lambda id: boxes[id][0]) if left else max(others, key=lambda id: boxes[id][2])
    x = boxes[outermost][0] - GAP - estimated(graph, new)[0] if left else boxes[outermost][2] + GAP
    return graph.move({new: (x, beside(graph, outermost, new))})


def make_room(graph: Graph, new: str) -> Graph:
    """Move what ``new`` lies on, and what follows it in the row, to the right by as much as is needed."""
    own = {new, *riders(graph, new)}
    place = box(graph, new)
    left, _, right, _ = place
    while True:  # what is hit may stand in several rows; each round moves one of them out of the way
        boxes = {id: box(graph, id) for id in graph.nodes if id not in own}
        hit = [id for id, at in boxes.items() if _level(place, at) and at[2] > left and at[0] < right + _SNUG]
        if not hit:
            return graph
        first = min(hit, key=lambda id: boxes[id][0])
        graph = _shift(graph, first, right + GAP - boxes[first][0], own)


def _shift(graph: Graph, first: str, by: float, kept: set[str]) -> Graph:
    """Move a node and what follows it in its row to the right, and whatever these would come to lie on."""
    if by <= 0:
        return graph
    boxes = {id: box(graph, id) for id in graph.nodes if id not in kept}
    start = boxes[first]
    moving = [id for id, at in boxes.items() if _level(start, at) and at[0] >= start[0]]
    chosen = set(moving)
    resting = [id for id in boxes if id not in chosen]
    for id in moving:  # grows while it is walked
        at = boxes[id]
        moved = (at[0] + by, at[1], at[2] + by, at[3])
        struck = [other for other in resting if overlap(moved, boxes[other]) and not overlap(at, boxes[other])]
        if struck:
            moving += struck
            resting = [other for other in resting if other not in struck]
    return graph.move({id: (boxes[id][0] + by, boxes[id][1]) for id in moving})


def _level(one: Box, other: Box) -> bool:
    """Whether two nodes stand in one row: side by side they would touch."""
    return other[1] < one[3] + 1 and other[3] > one[1] - 1
