"""Strands: what must lie on one level. A chain of layers, and a long wire on its way past other layers.

A wire that passes layers leaves its source level and stays there until the gap before its target, so a source has one
trunk for all its long wires, and the trunk lies on the level of the source. Where the trunk ends in a join of two, the
join lies on that level too: a shortcut is a straight line, and what it goes around stands beside it. Blocks of aligned
nodes come from U. Brandes, B. Köpf, "Fast and simple horizontal coordinate assignment", Graph Drawing 2001; holding a
long wire together as one thing to be ordered, from C. Bachmaier and others, "A global k-level crossing reduction
algorithm", WALCOM 2010.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.graph.layout.tidying.layering import Link, neighbours

Segment = tuple[int, int, int]
"""Between two neighbouring columns: strand at the left, strand at the right, number of the input."""


@dataclass(frozen=True)
class Strands:
    """``of``: node -> strand. ``cells``: column -> (strand, node or -1 for a passing wire), in no order.

    ``gaps``: gap between a column and the next -> segments. ``spans``: strand -> first and last column.
    """

    of: list[int]
    cells: list[list[tuple[int, int]]]
    gaps: list[list[Segment]]
    spans: list[tuple[int, int]]


def strands(count: int, links: Sequence[Link], layer: Sequence[int]) -> Strands:
    """Gather the nodes into strands."""
    sources, targets = neighbours(count, links)
    far = [max((layer[w] for w in targets[v]), default=layer[v]) for v in range(count)]
    right = _aligned(sources, targets, layer, far)
    of = [-1] * count
    followers = {w for w in right if w is not None}
    number = 0
    for v in sorted(range(count), key=lambda v: (layer[v], v)):
        if v in followers:
            continue
        at: int | None = v
        while at is not None:
            of[at] = number
            at = right[at]
        number += 1
    width = max(layer, default=-1) + 1
    cells: list[list[tuple[int, int]]] = [[] for _ in range(width)]
    gaps: list[list[Segment]] = [[] for _ in range(max(0, width - 1))]
    spans = [(width, -1)] * number
    for v in range(count):
        cells[layer[v]].append((of[v], v))
        last = max(layer[v], far[v] - 1)
        for column in range(layer[v] + 1, far[v]):
            cells[column].append((of[v], -1))
            gaps[column - 1].append((of[v], of[v], 0))
        first, end = spans[of[v]]
        spans[of[v]] = (min(first, layer[v]), max(end, last))
    for source, target, port in links:
        gaps[layer[target] - 1].append((of[source], of[target], port))
    return Strands(of, cells, gaps, spans)


def _aligned(
    sources: list[list[int]], targets: list[list[int]], layer: Sequence[int], far: Sequence[int]
) -> list[int | None]:
    """Node -> the node that goes on with its strand."""
    count = len(sources)
    right: list[int | None] = [None] * count
    taken = [False] * count

    def align(source: int, target: int) -> None:
        if right[source] is None and not taken[target]:
            right[source], taken[target] = target, True

    long = [far[v] > layer[v] + 1 for v in range(count)]
    for v in range(count):
        if 1 <= len(sources[v]) <= 2:
            ends = [u for u in sources[v] if long[u] and far[u] == layer[v] and right[u] is None]
            if ends:
                align(min(ends, key=lambda u: (layer[u], sources[v].index(u))), v)
    for v in range(count):
        if not long[v] and len(targets[v]) == 1 and len(sources[targets[v][0]]) == 1:
            align(v, targets[v][0])
    for v in range(count):
        # A fork into a detour and a short way: the level goes on along the short way, or along the longer chain
        # where the other one comes to an end.
        if not long[v] and len(targets[v]) == 2 and right[v] is None:
            ways = [w for w in targets[v] if not taken[w] and len(sources[w]) == 1]
            chosen = _short_way(ways, right, long) if len(ways) == 2 else None
            if chosen is not None:
                align(v, chosen)
    return right


def _short_way(ways: list[int], right: list[int | None], long: list[bool]) -> int | None:
    passing, lengths = [], []
    for way in ways:
        at: int | None = way
        length, passes = 0, False
        while at is not None:
            length, passes, at = length + 1, passes or long[at], right[at]
        passing.append(passes)
        lengths.append(length)
    if passing[0] != passing[1]:
        return ways[0] if passing[0] else ways[1]
    if lengths[0] != lengths[1]:
        return ways[0] if lengths[0] > lengths[1] else ways[1]
    return None
