"""A drawing as a list one can read from top to bottom, for those who do not see it or do not want to look for it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.graph.errors import CycleError
from engine.graph.graph import Graph


@dataclass(frozen=True)
class Line:
    """One node of the drawing.

    ``depth`` is 0 on the main way from the data to the goal and for what is not connected, 1 on a branch beside it.
    ``sources`` are the ids of the nodes that feed it, in the order of its inputs, each named once; ``follows`` tells
    that it is fed by the line above it and nothing else; ``connected`` whether it has any wire.
    """

    id: str
    depth: int
    sources: tuple[str, ...]
    follows: bool
    connected: bool


def outline(graph: Graph) -> tuple[Line, ...]:
    """Every node once: first the data, then what is wired, each after all that feed it and branch by branch, with the
    longest way first where ways part; then what has no wire.

    Nodes in a circle, which only a file can hold, come after the others that are wired. Takes time in proportion to
    nodes and wires.
    """
    wired = {id for id in graph.nodes if graph.incoming(id) or graph.outgoing(id)}
    ahead = _ways_ahead(graph)
    main = _main_way(graph, ahead)
    order = _branch_by_branch(graph, ahead)
    reached = set(order)
    order += [id for id in graph.nodes if id in wired and id not in reached]
    data = [id for id in graph.nodes if graph.nodes[id].is_input]
    goal = [id for id in graph.nodes if graph.nodes[id].is_output]
    ends = {*data, *goal}
    first = [id for id in data if id not in wired]
    rest = [id for id in goal if id not in wired]
    rest += [id for id in graph.nodes if id not in wired and id not in ends]
    lines: list[Line] = []
    above = ""
    for id in (*first, *(id for id in order if id in wired), *rest):
        sources = tuple(dict.fromkeys(w.source for w in graph.incoming(id)))
        depth = 0 if id in main or id not in wired or id in ends else 1
        lines.append(Line(id, depth, sources, sources == (above,), id in wired))
        above = id
    return tuple(lines)


def _ways_ahead(graph: Graph) -> dict[str, tuple[bool, int]]:
    """For each node whether the goal lies ahead, and over how many wires at most (or to an end without it)."""
    ahead: dict[str, tuple[bool, int]] = {}
    try:
        order = graph.topological()
    except CycleError:
        return ahead
    for id in reversed(order):
        goal = graph.nodes[id].is_output
        ways = [ahead[w.target] for w in graph.outgoing(id) if w.target in ahead]
        best = max(ways, default=(False, -1))
        ahead[id] = (goal or best[0], best[1] + 1)
    return ahead


def _main_way(graph: Graph, ahead: dict[str, tuple[bool, int]]) -> set[str]:
    """The longest way from the data to the goal, or to where the drawing ends so far."""
    data = [node.id for node in graph.inputs]
    way: set[str] = set()
    here = data[0] if data else None
    while here is not None:
        way.add(here)
        further = [w.target for w in graph.outgoing(here) if w.target in ahead]
        here = max(further, key=lambda id: ahead[id], default=None)
    return way


def _branch_by_branch(graph: Graph, ahead: dict[str, tuple[bool, int]]) -> list[str]:
    waiting = {id: len(graph.incoming(id)) for id in graph.nodes}
    ready = [id for id in reversed(list(graph.nodes)) if waiting[id] == 0]
    # What the data feeds comes before what nothing feeds.
    ready.sort(key=lambda id: graph.nodes[id].is_input)
    order: list[str] = []
    while ready:
        id = ready.pop()
        order.append(id)
        freed = []
        for w in graph.outgoing(id):
            waiting[w.target] -= 1
            if waiting[w.target] == 0:
                freed.append(w.target)
        # The last is taken first: the longest way goes on, the others wait.
        ready += sorted(freed, key=lambda target: ahead.get(target, (False, -1)))
    return order
