"""Which column a node stands in: wires go from a column to a later one, and are short.

Longest-path layering (the first step of K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of
hierarchical system structures", IEEE SMC 11, 1981), with the slack taken out by moves that shorten the wires, after
the idea of E. Gansner, E. Koutsofios, S. North, K.-P. Vo, "A technique for drawing directed graphs", IEEE TSE 19,
1993.
"""

from __future__ import annotations

from collections.abc import Sequence

Link = tuple[int, int, int]
"""Source, target, number of the input."""


def neighbours(count: int, links: Sequence[Link]) -> tuple[list[list[int]], list[list[int]]]:
    """The distinct sources and the distinct targets of every node, in the order of the wires."""
    sources: list[dict[int, None]] = [{} for _ in range(count)]
    targets: list[dict[int, None]] = [{} for _ in range(count)]
    for source, target, _port in links:
        targets[source][target] = None
        sources[target][source] = None
    return [list(s) for s in sources], [list(t) for t in targets]


def layers(count: int, links: Sequence[Link]) -> list[int]:
    """The column of every node, counted from 0. The wires must not run in a circle: raises ValueError."""
    sources, targets = neighbours(count, links)
    order = _topological(sources, targets)
    if len(order) < count:
        raise ValueError("Expected wires without a cycle.")
    layer = [0] * count
    for v in order:
        layer[v] = max((layer[u] + 1 for u in sources[v]), default=0)
    _pull_late(layer, order, sources, targets)
    for _round in range(8):
        moved = False
        for v in (*order, *reversed(order)):
            low = max((layer[u] + 1 for u in sources[v]), default=0)
            high = min((layer[w] - 1 for w in targets[v]), default=low)
            # More wires on one side: nearer to that side they are shorter together.
            wanted = high if len(targets[v]) > len(sources[v]) else low if len(targets[v]) < len(sources[v]) else None
            if wanted is not None and wanted != layer[v]:
                layer[v], moved = wanted, True
        if not moved:
            break
    first = min(layer, default=0)
    return [number - first for number in layer]


def _pull_late(layer: list[int], order: list[int], sources: list[list[int]], targets: list[list[int]]) -> None:
    """What does not hang on the main beginning stands right before what it feeds."""
    below: list[set[int]] = [set() for _ in layer]
    starts = [v for v in order if not sources[v]]
    if len(starts) < 2:
        return
    sizes: list[tuple[int, int]] = []
    for start in starts:
        seen, front = {start}, [start]
        while front:
            front = [w for v in front for w in targets[v] if w not in seen and not seen.add(w)]  # type: ignore[func-returns-value]
        below[start] = seen
        sizes.append((-len(seen), start))
    main = below[min(sizes)[1]]
    for v in reversed(order):
        if v not in main and targets[v]:
            layer[v] = min(layer[w] for w in targets[v]) - 1


def _topological(sources: list[list[int]], targets: list[list[int]]) -> list[int]:
    waiting = [len(s) for s in sources]
    order = [v for v, number in enumerate(waiting) if number == 0]
    for v in order:  # grows while it is walked
        for w in targets[v]:
            waiting[w] -= 1
            if waiting[w] == 0:
                order.append(w)
    return order
