"""How good a drawing looks, in numbers: wires that cross, how long they are, nodes that lie on one another.

After H. Purchase, "Which aesthetic has the greatest effect on human understanding?", Graph Drawing 1997: crossings
matter most.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import combinations

from engine.graph.boxes import folded
from engine.graph.graph import Graph
from engine.graph.layout.placement import estimated

SizeOf = Callable[[str], tuple[float, float]]
Line = tuple[float, float, float, float]


def lines(graph: Graph, size_of: SizeOf | None = None, *, turning: bool = True) -> list[Line]:
    """Every wire as a straight line, x1, y1, x2, y2: from the middle of a right edge to the middle of a left edge.

    ``turning``: also those that run to the left, which are not drawn straight. Those within a box are not drawn.
    """
    size_of = size_of or partial(estimated, graph)
    graph = folded(graph)
    sizes = {id: size_of(id) for id in graph.nodes}
    found = []
    for w in graph.wires:
        (x, y), (wide, high) = graph.nodes[w.source].position, sizes[w.source]
        (x2, y2), (_wide, high2) = graph.nodes[w.target].position, sizes[w.target]
        if turning or x2 >= x + wide:
            found.append((x + wide, y + high / 2, x2, y2 + high2 / 2))
    return found


def wire_crossings(graph: Graph, size_of: SizeOf | None = None, *, turning: bool = True) -> int:
    """How many pairs of wires cross, drawn as straight lines; wires that share an end are not counted."""
    return sum(_cross(a, b) for a, b in combinations(lines(graph, size_of, turning=turning), 2))


def wire_length(graph: Graph, size_of: SizeOf | None = None) -> float:
    """The length of all wires together, in canvas units."""
    return sum(math.hypot(x2 - x, y2 - y) for x, y, x2, y2 in lines(graph, size_of))


def overlaps(graph: Graph, size_of: SizeOf | None = None) -> list[tuple[str, str]]:
    """The pairs of nodes that lie on one another, though neither is snapped onto the other."""
    size_of = size_of or partial(estimated, graph)
    boxes = []
    for id, node in folded(graph).nodes.items():
        wide, high = size_of(id)
        boxes.append((node.position[0], node.position[1], wide, high, id))
    boxes.sort()
    found = []
    for k, (x, y, wide, high, id) in enumerate(boxes):
        for x2, y2, _wide, high2, other in boxes[k + 1 :]:
            if x2 >= x + wide:
                break
            if y < y2 + high2 and y2 < y + high:
                found.append((id, other))
    return found


def _side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> float:
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax)


def _cross(one: Line, other: Line) -> bool:
    if one[:2] == other[:2] or one[2:] == other[2:]:
        return False
    a, b = _side(*one, *other[:2]), _side(*one, *other[2:])
    c, d = _side(*other, *one[:2]), _side(*other, *one[2:])
    return (a > 0) != (b > 0) and (c > 0) != (d > 0) and a != 0 and b != 0 and c != 0 and d != 0
