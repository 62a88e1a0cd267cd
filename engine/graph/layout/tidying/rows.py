"""Where a long drawing turns back to begin another row, like a text.

Cutting a layered drawing where few wires pass and setting the pieces below one another: U. Rüegg, R. von Hanxleden,
"Wrapping layered graphs", Diagrams 2018. The places are chosen for the whole drawing at once, as lines of a paragraph
are (D. Knuth, M. Plass, "Breaking paragraphs into lines", Software: Practice and Experience 11, 1981).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from engine.graph.layout.tidying.levels import GRID

COLUMN_GAP, LEAST_GAP = 72.0, 40.0
"""Free space between two columns, where the view has room for it, and where it has not."""
ROW_GAP = 64.0
"""Free space between two rows: room for what is snapped onto the nodes above, and for the wire that turns back."""
SEEING = 4.0
"""What it is worth that the whole drawing is seen from near: more than that rows end where one would end them."""
KEEPING = 0.3
"""What it is worth that a drawing keeps its rows."""


@dataclass(frozen=True)
class Columns:
    """What is known of the columns before rows are made. Sizes in canvas units.

    ``cuts``: the columns that may begin a row -> how bad that would be (0: not at all).
    ``reach``: those columns -> the last column a wire over the cut goes to.
    """

    widths: Sequence[float]
    tops: Sequence[float]
    bottoms: Sequence[float]
    cuts: Mapping[int, float]
    reach: Mapping[int, int]


def rows(columns: Columns, view: tuple[float, float], present: frozenset[int]) -> tuple[int, ...]:
    """The columns that begin a new row; () for one row. ``present``: where the drawing has its rows now."""
    width = _across(columns, 0, len(columns.widths))
    if width <= view[0] or not columns.cuts:
        return ()
    deep = max(columns.bottoms) - min(columns.tops) + ROW_GAP
    ideal = math.sqrt(width * view[1] / (view[0] * deep))
    found: dict[tuple[int, ...], float] = {}
    for number in sorted({max(1, round(ideal) + more) for more in range(-2, 3)}):
        for wanted in (max(view[0], width / number), 0.9 * min(view[0], width / number)):
            breaks = _break(columns, wanted, present)
            found.setdefault(breaks, _cost(columns, breaks, view, present))
    if present and present <= columns.cuts.keys():
        breaks = tuple(sorted(present))
        found.setdefault(breaks, _cost(columns, breaks, view, present))
    found.setdefault((), _cost(columns, (), view, present))
    return min(found, key=lambda breaks: (round(found[breaks], 6), breaks))


def gap(widths: Sequence[float], room: float) -> float:
    """The free space between columns of these widths that side by side are to fit into ``room``."""
    if len(widths) < 2:
        return COLUMN_GAP
    even = math.floor((room - sum(widths)) / (len(widths) - 1) / GRID) * GRID
    return min(COLUMN_GAP, max(LEAST_GAP, even))


def _across(columns: Columns, first: int, end: int) -> float:
    return sum(columns.widths[first:end]) + LEAST_GAP * (end - first - 1)


def _break(columns: Columns, width: float, present: frozenset[int]) -> tuple[int, ...]:
    """The best rows of about that width."""
    count = len(columns.widths)
    edges = [0.0]
    for column in columns.widths:
        edges.append(edges[-1] + column + LEAST_GAP)
    # This is where a long drawing spends its time: lists by number, and what does not change taken out of the loop.
    places = [0, *sorted(columns.cuts), count]
    left = [edges[place] for place in places]
    reach = [columns.reach.get(place, 0) for place in places]
    costs, before = [0.0] * len(places), [0] * len(places)
    for number, end in enumerate(places[1:], start=1):
        right, last = edges[end] - LEAST_GAP, end == count
        if_short = 0.25 if last else 1.0
        beginning = 0.0 if last else columns.cuts[end] - (KEEPING if end in present else 0.0)
        least = math.inf
        for start in range(number - 1, -1, -1):
            across = right - left[start]
            if across > 1.4 * width and least < math.inf:
                break
            short = (width - across) / width
            cost = costs[start] + short * short * (4.0 if short < 0 else if_short) + beginning
            if reach[start] >= end:
                cost += 2.0
            if cost < least - 1e-9:
                least, before[number] = cost, start
        costs[number] = least
    found: list[int] = []
    at = before[-1]
    while at > 0:
        found.append(places[at])
        at = before[at]
    return tuple(reversed(found))


def _cost(columns: Columns, breaks: tuple[int, ...], view: tuple[float, float], present: frozenset[int]) -> float:
    """How far one must zoom out to see it all, and what is ugly about the rows."""
    starts, ends = (0, *breaks), (*breaks, len(columns.widths))
    widths = [_across(columns, a, b) for a, b in zip(starts, ends, strict=True)]
    deep = sum(max(columns.bottoms[a:b]) - min(columns.tops[a:b]) for a, b in zip(starts, ends, strict=True))
    # Columns of all rows stand below one another, each as wide as its widest node.
    parts = (columns.widths[a:b] for a, b in zip(starts, ends, strict=True))
    slots = [max(found) for found in zip_longest(*parts, fillvalue=0.0)]
    across = sum(slots) + LEAST_GAP * (len(slots) - 1)
    scale = min(1.0, view[0] / across, view[1] / (deep + ROW_GAP * len(breaks)))
    cost = -SEEING * math.log(scale)
    if breaks:
        ragged = sum(((max(widths) - w) / max(widths)) ** 2 for w in widths[:-1]) / len(breaks)
        cut = sum(columns.cuts[b] for b in breaks) / len(breaks)
        jumps = sum(columns.reach[a] >= b for a, b in zip(starts[1:], ends[1:], strict=True))
        cost += 0.15 + ragged + 0.8 * cut + jumps
        cost -= KEEPING * len(present.intersection(breaks)) / max(len(present), len(breaks))
    return cost
