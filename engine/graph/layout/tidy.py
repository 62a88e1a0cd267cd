"""Tidying a drawing: a layout in columns from left to right, with short wires of which few cross.

The steps are those of K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system
structures", IEEE SMC 11, 1981: columns, passing wires, order, levels; each in a file of
``engine.graph.layout.tidying`` that names its own sources. Added to them: long drawings turn back to begin another
row, shortcuts run level, and where things lie now decides wherever it makes the drawing no worse, so that a small edit
moves little.

Positions are top left corners, in canvas units, y pointing down.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

from engine.graph.boxes import compact, folded
from engine.graph.graph import Graph
from engine.graph.layers.kind import INPUT, OUTPUT
from engine.graph.layout.placement import estimated
from engine.graph.layout.tidying.arrange import Component, arrange
from engine.graph.layout.tidying.framing import follow
from engine.graph.layout.tidying.layering import Link, layers
from engine.graph.layout.tidying.levels import GRID
from engine.graph.layout.tidying.rows import COLUMN_GAP, ROW_GAP

Point = tuple[float, float]
SizeOf = Callable[[str], tuple[float, float]]
VIEW = (744.0, 480.0)
"""The room that a drawing is laid out for when none is given: the canvas of a window of 1280 × 800, at the least zoom
at which all words on it are easily read."""

_FOLLOWERS = frozenset({"activation", "normalisation", "regularisation", "pooling"})
"""Families of layers that finish what the layer before them began: better not first in a row."""
_ROUNDS = 3
"""How often the order is improved, each time from where the last improvement left it."""
_MOST_SETTLING = 10
_CLEAR = 24.0


def tidy(
    graph: Graph,
    ids: Iterable[str] | None = None,
    *,
    size_of: SizeOf | None = None,
    view: tuple[float, float] = VIEW,
) -> Graph:
    """The drawing with its nodes (those of ``ids``; all when None) laid out tidily; nothing else changes.

    ``size_of``: node id -> width and height as shown. ``view``: the width and height to fit, which only decides how
    long rows become. The data block stays where it is; a selection keeps the top left corner of the box around it,
    or moves just as far as it must to lie on nothing else. Notes and frames go with their layers.

    Layers that are snapped onto another lie where that one does. Tidying twice is the same as tidying once.
    """
    whole, graph = graph, folded(graph)
    sizes = {id: estimated(whole, id) if size_of is None else size_of(id) for id in whole.nodes}
    wanted = None if ids is None else set(ids)
    chosen = [id for id in graph.nodes if wanted is None or id in wanted]
    if not chosen:
        return whole
    places = {id: graph.nodes[id].position for id in chosen}

    def step(places: dict[str, Point], reorder: bool) -> dict[str, Point]:
        return _anchored(graph, chosen, sizes, _once(graph, chosen, sizes, places, view, reorder), places)

    kept = step(places, reorder=False)
    if kept == places:
        return whole  # laid out like this already
    for _round in range(_ROUNDS):
        before, places = places, step(places, reorder=True)
        if places == before:
            break
    moved = whole.move(_settled(places, lambda places: step(places, reorder=False)))
    return follow(whole, moved, sizes)


def tidy_compactly(graph: Graph, view: tuple[float, float] = VIEW) -> Graph:
    """The drawing laid out after every layer that may be snapped onto the one before it has been."""
    return tidy(compact(graph), view=view)


def _settled(places: dict[str, Point], step: Callable[[dict[str, Point]], dict[str, Point]]) -> dict[str, Point]:
    """The layout that stays as it is when it is laid out again in its own order.

    Where layouts lead to one another in a circle, one of them is chosen, always the same.
    """
    met = [places]
    for _round in range(_MOST_SETTLING):
        places = step(places)
        if places in met:
            return min(met[met.index(places) :], key=lambda found: sorted(found.items()))
        met.append(places)
    return places


def _once(
    graph: Graph,
    chosen: list[str],
    sizes: Mapping[str, tuple[float, float]],
    places: Mapping[str, Point],
    view: tuple[float, float],
    reorder: bool,
) -> dict[str, Point]:
    """Pieces that are wired, below one another; what stands alone in rows below them."""
    parts, missing = _parts(graph, chosen)
    wired = [part for part in parts if len(part) > 1]
    alone = [part[0] for part in parts if len(part) == 1]
    wired.sort(key=lambda part: (_lead(graph, part) is None, min((places[id][1], places[id][0]) for id in part)))
    found: dict[str, Point] = {}
    bottom, width = 0.0, 0.0
    for part in wired:
        number = {id: k for k, id in enumerate(part)}
        links: list[Link] = []
        for w in graph.wires:
            if w.source in number and w.target in number:
                rank = graph.nodes[w.target].declaration.input_rank(w.input)
                links.append((number[w.source], number[w.target], rank))
        link = None
        if missing is not None and missing[0] in number:
            link = (number[missing[0]], number[missing[1]], 0)
            links.append(link)
        lead = _lead(graph, part)
        piece = Component(
            [sizes[id] for id in part],
            links,
            [places[id] for id in part],
            [graph.nodes[id].declaration.family in _FOLLOWERS for id in part],
            None if lead is None else number[lead],
            link,
        )
        set_out = arrange(piece, view, reorder=reorder)
        # Levels stay in whole steps of the grid.
        top = min(y for _x, y in set_out)
        down = math.ceil((bottom + ROW_GAP - top) / GRID) * GRID if found else 0.0
        for id, (x, y) in zip(part, set_out, strict=True):
            found[id] = (x, y + down)
        bottom = max(found[id][1] + sizes[id][1] for id in part)
        width = max(width, max(found[id][0] + sizes[id][0] for id in part))
    found.update(_flow(alone, sizes, places, bottom + ROW_GAP if found else 0.0, max(width, view[0])))
    return found


def _flow(
    alone: list[str], sizes: Mapping[str, tuple[float, float]], places: Mapping[str, Point], top: float, width: float
) -> dict[str, Point]:
    """What has no wires, in rows, in the order in which one reads it now."""
    found: dict[str, Point] = {}
    x, row_top = 0.0, math.ceil(top / GRID) * GRID
    deepest = 0.0
    for id in _reading_order(alone, sizes, places):
        wide, high = sizes[id]
        if x and x + wide > width:
            x, row_top = 0.0, math.ceil((row_top + deepest + COLUMN_GAP) / GRID) * GRID
            deepest = 0.0
        found[id] = (x, row_top)
        x = math.ceil((x + wide + COLUMN_GAP) / GRID) * GRID
        deepest = max(deepest, high)
    return found


def _reading_order(ids: list[str], sizes: Mapping[str, tuple[float, float]], places: Mapping[str, Point]) -> list[str]:
    """From the top row to the last, each from left to right. A row is what lies beside its topmost node."""
    waiting = sorted(ids, key=lambda id: (places[id][1], places[id][0], id))
    order: list[str] = []
    while waiting:
        below = places[waiting[0]][1] + sizes[waiting[0]][1] / 2
        row = [id for id in waiting if places[id][1] < below]
        order += sorted(row, key=lambda id: (places[id][0], id))
        waiting = waiting[len(row) :]
    return order


def _parts(graph: Graph, chosen: list[str]) -> tuple[list[list[str]], tuple[str, str] | None]:
    """The connected pieces, nodes in the order of the drawing; and the wire that is missing between data and goal."""
    group = {id: id for id in chosen}

    def root(id: str) -> str:
        while group[id] != id:
            group[id] = group[group[id]]
            id = group[id]
        return id

    for w in graph.wires:
        if w.source in group and w.target in group:
            group[root(w.source)] = root(w.target)
    ends = {graph.nodes[id].kind: id for id in reversed(chosen) if graph.nodes[id].is_end}
    missing = None
    if len(ends) == 2 and root(ends[INPUT]) != root(ends[OUTPUT]):
        before = [id for id in chosen if root(id) == root(ends[INPUT])]
        after = [id for id in chosen if root(id) == root(ends[OUTPUT])]
        missing = (_outermost(graph, before, last=True), _outermost(graph, after, last=False))
        group[root(missing[0])] = root(missing[1])
    parts: dict[str, list[str]] = {}
    for id in chosen:
        parts.setdefault(root(id), []).append(id)
    return list(parts.values()), missing


def _outermost(graph: Graph, ids: list[str], last: bool) -> str:
    number = {id: k for k, id in enumerate(ids)}
    links = [(number[w.source], number[w.target], 0) for w in graph.wires if w.source in number and w.target in number]
    layer = layers(len(ids), links)
    return max(ids, key=lambda id: layer[number[id]]) if last else min(ids, key=lambda id: layer[number[id]])


def _lead(graph: Graph, ids: Iterable[str]) -> str | None:
    return next((id for id in ids if graph.nodes[id].is_input), None)


def _anchored(
    graph: Graph,
    chosen: list[str],
    sizes: Mapping[str, tuple[float, float]],
    found: dict[str, Point],
    places: Mapping[str, Point],
) -> dict[str, Point]:
    """The layout, brought to the place of what it replaces."""
    lead = _lead(graph, chosen) if len(chosen) == len(graph.nodes) else None
    if lead is not None:
        here, there = places[lead], found[lead]
    else:
        here = (min(x for x, _y in places.values()), min(y for _x, y in places.values()))
        there = (min(x for x, _y in found.values()), min(y for _x, y in found.values()))
    dx, dy = _step(here[0] - there[0]), _step(here[1] - there[1])
    moved = {id: (x + dx, y + dy) for id, (x, y) in found.items()}
    inside = set(chosen)
    others = [(*node.position, *sizes[id]) for id, node in graph.nodes.items() if id not in inside]
    return _freed(moved, sizes, others) if others else moved


def _step(value: float) -> float:
    return math.floor(value / GRID + 0.5) * GRID


def _freed(
    places: dict[str, Point], sizes: Mapping[str, tuple[float, float]], others: list[tuple[float, float, float, float]]
) -> dict[str, Point]:
    """Moved aside, as little as possible, so that it lies on nothing else."""
    boxes = [(*places[id], *sizes[id]) for id in places]

    def clash(dx: float, dy: float, own: list[tuple[float, float, float, float]], near: float) -> bool:
        return any(
            x + dx < x2 + w2 + near and x2 < x + dx + w + near and y + dy < y2 + h2 + near and y2 < y + dy + h + near
            for x, y, w, h in own
            for x2, y2, w2, h2 in others
        )

    if not clash(0.0, 0.0, boxes, 0.0):
        return places
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    whole = [(left, top, right - left, bottom - top)]
    steps: list[Point] = []
    for x, y, w, h in others:
        steps.append((math.ceil((x + w + _CLEAR - left) / GRID) * GRID, 0.0))
        steps.append((math.floor((x - _CLEAR - right) / GRID) * GRID, 0.0))
        steps.append((0.0, math.ceil((y + h + _CLEAR - top) / GRID) * GRID))
        steps.append((0.0, math.floor((y - _CLEAR - bottom) / GRID) * GRID))
    for dx, dy in sorted(steps, key=lambda step: (abs(step[0]) + abs(step[1]), step)):
        if not clash(dx, dy, whole, _CLEAR - GRID):
            return {id: (x + dx, y + dy) for id, (x, y) in places.items()}
    return places
