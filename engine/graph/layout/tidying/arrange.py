"""One connected piece of a drawing, laid out from left to right in one row or several."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from engine.graph.layout.tidying.layering import Link, layers, neighbours
from engine.graph.layout.tidying.levels import GRID, levels
from engine.graph.layout.tidying.ordering import as_they_lie, order
from engine.graph.layout.tidying.rows import ROW_GAP, Columns, gap, rows
from engine.graph.layout.tidying.strands import Strands, strands

Point = tuple[float, float]
TRUNK_HALF = 12.0
"""How much room a passing wire takes above and below its level, when rows are set below one another."""
MISSING = 176.0
"""Further space where a wire is missing between the two ends of a drawing."""


@dataclass(frozen=True)
class Component:
    """Nodes by number. ``positions``: where they lie now (top left). ``follows``: belongs to the node before it.

    ``lead``: the data block, which may be taller than its row. ``missing``: a link that is no wire yet.
    """

    sizes: Sequence[tuple[float, float]]
    links: Sequence[Link]
    positions: Sequence[Point]
    follows: Sequence[bool]
    lead: int | None = None
    missing: Link | None = None


def arrange(piece: Component, view: tuple[float, float], *, reorder: bool = True) -> list[Point]:
    """The positions of the nodes, top left, the topmost row's levels in whole steps of the grid.

    Without ``reorder`` what lies above what stays as it is, however many wires cross.
    """
    layer = layers(len(piece.sizes), piece.links)
    bound = strands(len(piece.sizes), piece.links, layer)
    cuts, reach = _cuts(piece, layer)
    present = _present(piece, layer, cuts)
    wished = _wished(piece, layer, bound, present)
    rank = order(bound, wished) if reorder else as_they_lie(wished)
    level = levels(bound, rank, lambda node: piece.sizes[node][1])
    columns = _columns(piece, bound, level, cuts, reach)
    breaks = rows(columns, view, present)
    return _set(piece, layer, bound, level, columns, breaks, view[0])


def _cuts(piece: Component, layer: Sequence[int]) -> tuple[dict[int, float], dict[int, int]]:
    """Where a row may begin: only one node sends wires over the cut, from the column right before it."""
    over: dict[int, set[int]] = {}
    into: dict[int, set[int]] = {}
    for source, target, _port in piece.links:
        for column in range(layer[source] + 1, layer[target] + 1):
            over.setdefault(column, set()).add(source)
            into.setdefault(column, set()).add(target)
    forks = [len(set(row)) for row in neighbours(len(piece.sizes), piece.links)[1]]
    cuts, reach = {}, {}
    for column, sources in over.items():
        if len(sources) > 1 or layer[min(sources)] != column - 1:
            continue
        targets = into[column]
        first = [t for t in targets if layer[t] == column]
        cost = 0.08 * min(3, len(first) - 1) + (1.0 if len(first) < len(targets) else 0.0)
        # A layer that follows another belongs to it, unless a fork begins with it.
        if all(piece.follows[t] and forks[t] < 2 for t in first):
            cost += 0.5
        cuts[column] = cost
        reach[column] = max(layer[t] for t in targets)
    return cuts, reach


def _present(piece: Component, layer: Sequence[int], cuts: dict[int, float]) -> frozenset[int]:
    """Where the drawing begins a new row as it lies now: all before lies above all after."""
    count = max(layer, default=0) + 1
    bottoms, tops = [-math.inf] * (count + 1), [math.inf] * (count + 1)
    right, left = [-math.inf] * count, [math.inf] * count
    for node, (x, y) in enumerate(piece.positions):
        column, (width, height) = layer[node], piece.sizes[node]
        # The data block is taller than its row, so its middle counts.
        low, high = (y + height / 2, y + height / 2) if node == piece.lead else (y, y + height)
        bottoms[column + 1] = max(bottoms[column + 1], high)
        tops[column] = min(tops[column], low)
        right[column], left[column] = max(right[column], x + width), min(left[column], x)
    for column in range(count):
        bottoms[column + 1] = max(bottoms[column], bottoms[column + 1])
        tops[count - 1 - column] = min(tops[count - 1 - column], tops[count - column])
    return frozenset(cut for cut in cuts if bottoms[cut] <= tops[cut] and left[cut] < right[cut - 1])


def _wished(piece: Component, layer: Sequence[int], bound: Strands, present: frozenset[int]) -> list[float]:
    """How far down each strand lies now, as if the rows stood side by side."""
    middle = [y + size[1] / 2 for (_x, y), size in zip(piece.positions, piece.sizes, strict=True)]
    rows_now = sorted(present)
    row_of = [bisect_right(rows_now, layer[node]) for node in range(len(middle))]
    row: dict[int, list[int]] = {}
    for node, number in enumerate(row_of):
        row.setdefault(number, []).append(node)
    # The strand that goes on over the cut, if one does, else whatever begins the row.
    over: dict[int, int] = {}
    for u, v, _port in piece.links:
        if layer[v] > layer[u]:
            over.setdefault(layer[u] + 1, u)
    base: dict[int, float] = {0: 0.0}
    for number, cut in enumerate(rows_now, start=1):
        source, inside = over[cut], row[number]
        same = [v for v in inside if bound.of[v] == bound.of[source]] or [v for v in inside if layer[v] == cut]
        base[number] = middle[same[0]] - (middle[source] - base.get(number - 1, 0.0))
    sums, counts = [0.0] * len(bound.spans), [0] * len(bound.spans)
    for node, y in enumerate(middle):
        sums[bound.of[node]] += y - base.get(row_of[node], 0.0)
        counts[bound.of[node]] += 1
    return [total / number for total, number in zip(sums, counts, strict=True)]


def _columns(
    piece: Component, bound: Strands, level: Sequence[float], cuts: dict[int, float], reach: dict[int, int]
) -> Columns:
    widths, tops, bottoms = [], [], []
    for cells in bound.cells:
        nodes = [node for _strand, node in cells if node >= 0]
        halves = [(level[s], piece.sizes[v][1] / 2 if v >= 0 else TRUNK_HALF) for s, v in cells]
        widths.append(max((math.ceil(piece.sizes[v][0] / GRID) * GRID for v in nodes), default=0.0))
        tops.append(min(y - half for y, half in halves))
        bottoms.append(max(y + half for y, half in halves))
    return Columns(widths, tops, bottoms, cuts, reach)


def _set(
    piece: Component,
    layer: Sequence[int],
    bound: Strands,
    level: Sequence[float],
    columns: Columns,
    breaks: tuple[int, ...],
    room: float,
) -> list[Point]:
    starts, ends = (0, *breaks), (*breaks, len(columns.widths))
    slot = [0] * len(columns.widths)
    row = [0] * len(columns.widths)
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for column in range(start, end):
            slot[column], row[column] = column - start, number
    wide = [0.0] * (max(slot, default=0) + 1)
    for column, width in enumerate(columns.widths):
        wide[slot[column]] = max(wide[slot[column]], width)
    between = gap(wide, room)
    free = [between] * len(wide)
    for column in range(len(columns.widths)):
        if column + 1 < len(columns.widths) and row[column] == row[column + 1]:
            bends = len({(a, b) for a, b, _port in bound.gaps[column] if a != b and level[a] != level[b]})
            more = min(64.0, GRID * max(0, bends - 2))
            if piece.missing is not None and layer[piece.missing[0]] == column:
                more = MISSING
            free[slot[column]] = max(free[slot[column]], between + more)
    left = [0.0]
    for width, space in zip(wide, free, strict=True):
        left.append(left[-1] + width + space)
    down = [0.0] * len(starts)
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if number:
            bottom = max(columns.bottoms[starts[number - 1] : start])
            top = min(columns.tops[start:end])
            down[number] = math.ceil((down[number - 1] + bottom + ROW_GAP - top) / GRID) * GRID
    places = []
    for node, (_width, height) in enumerate(piece.sizes):
        column = layer[node]
        places.append((left[slot[column]], down[row[column]] + level[bound.of[node]] - height / 2))
    return places
