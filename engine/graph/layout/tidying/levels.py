"""How far down each strand lies: wires level or nearly so, and nothing closer together than it may be.

The squares of what the wires climb are made small, again and again, and each time the strands are pushed apart by the
satisfying step of T. Dwyer, K. Marriott, P. Stuckey, "Fast node overlap removal", Graph Drawing 2005: strands that
touch move together from then on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from engine.graph.layout.tidying.strands import Strands

GRID = 8.0
NODE_GAP, WIRE_GAP, TRUNK_GAP = 56.0, 32.0, 24.0
"""Free space between two nodes, with room for what is snapped onto the upper one, between a node and a passing wire,
and between two passing wires."""

ROUNDS = 40
MANY = 250
"""With more strands than this they are pushed apart in a simpler way, whose time grows with their number only."""


def levels(strands: Strands, rank: Sequence[int], height: Callable[[int], float]) -> list[float]:
    """The level of every strand, in steps of the grid, y down. ``height`` of a node, by its number."""
    above = _apart(strands, rank, height)
    order = _downward(above)
    pulls: list[list[int]] = [[] for _ in above]
    for gap in strands.gaps:
        for a, b, _port in gap:
            if a != b:
                pulls[a].append(b)
                pulls[b].append(a)
    weights = [max(1.0, float(len(pull))) for pull in pulls]
    y = [0.0] * len(above)
    for strand in order:
        y[strand] = max((y[other] + apart for other, apart in above[strand]), default=0.0)
    many = len(y) > MANY
    for _round in range(ROUNDS):
        wanted = [sum(y[o] for o in pull) / len(pull) if pull else y[s] for s, pull in enumerate(pulls)]
        between = [(w + v) / 2 for w, v in zip(wanted, y, strict=True)]
        moved = _pushed(between, above, order) if many else _satisfy(between, weights, above, order)
        change = max((abs(a - b) for a, b in zip(moved, y, strict=True)), default=0.0)
        y = moved
        if change < 0.05:
            break
    # Whole steps apart and rounded alike, they stay as far apart as they were.
    return [math.floor(value / GRID + 0.5 + 1e-6) * GRID for value in y]


def _apart(strands: Strands, rank: Sequence[int], height: Callable[[int], float]) -> list[list[tuple[int, float]]]:
    """Strand -> those right above it in some column, and how far above at least."""
    above: list[dict[int, float]] = [{} for _ in rank]
    for cells in strands.cells:
        row = sorted((rank[strand], strand, node) for strand, node in cells)
        for (_r, upper, over), (_s, lower, under) in pairwise(row):
            passing = (over < 0) + (under < 0)
            free = (NODE_GAP, WIRE_GAP, TRUNK_GAP)[passing]
            wanted = free + sum(height(node) / 2 for node in (over, under) if node >= 0)
            steps = math.ceil(wanted / GRID) * GRID
            above[lower][upper] = max(steps, above[lower].get(upper, 0.0))
    return [sorted(row.items()) for row in above]


def _downward(above: list[list[tuple[int, float]]]) -> list[int]:
    below: list[list[int]] = [[] for _ in above]
    waiting = [len(row) for row in above]
    for strand, row in enumerate(above):
        for other, _apart in row:
            below[other].append(strand)
    order = [strand for strand, number in enumerate(waiting) if number == 0]
    for strand in order:  # grows while it is walked
        for other in below[strand]:
            waiting[other] -= 1
            if waiting[other] == 0:
                order.append(other)
    return order


def _satisfy(
    wanted: Sequence[float], weights: Sequence[float], above: list[list[tuple[int, float]]], order: Sequence[int]
) -> list[float]:
    """Near ``wanted``, with every strand as far below those above it as it must be."""
    group = list(range(len(wanted)))
    members = [[s] for s in group]
    offset = [0.0] * len(wanted)
    place, weight = list(wanted), list(weights)
    for strand in order:
        own = group[strand]
        while True:
            worst, found = 1e-9, None
            for s in members[own]:
                base = place[own] + offset[s]
                for other, apart in above[s]:
                    theirs = group[other]
                    if theirs != own:
                        missing = place[theirs] + offset[other] + apart - base
                        if missing > worst:
                            worst, found = missing, (s, other, apart)
            if found is None:
                break
            s, other, apart = found
            theirs = group[other]
            shift = offset[other] + apart - offset[s]
            keep, lose, by = theirs, own, shift
            if len(members[theirs]) < len(members[own]):
                keep, lose, by = own, theirs, -shift
            both = place[keep] * weight[keep] + (place[lose] - by) * weight[lose]
            place[keep] = both / (weight[keep] + weight[lose])
            weight[keep] += weight[lose]
            for m in members[lose]:
                group[m] = keep
                offset[m] += by
            members[keep] += members[lose]
            members[lose] = []
            own = keep
    return [place[group[s]] + offset[s] for s in range(len(wanted))]


def _pushed(wanted: Sequence[float], above: list[list[tuple[int, float]]], order: Sequence[int]) -> list[float]:
    """Near ``wanted`` and apart: half way between pushing everything down and pushing everything up."""
    down, up = list(wanted), list(wanted)
    for strand in order:
        for other, apart in above[strand]:
            down[strand] = max(down[strand], down[other] + apart)
    for strand in reversed(order):
        for other, apart in above[strand]:
            up[other] = min(up[other], up[strand] - apart)
    return [(a + b) / 2 for a, b in zip(down, up, strict=True)]
