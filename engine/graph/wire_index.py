"""The wires of a drawing by the nodes they touch, and the order in which data runs along them.

``Graph.wires`` is what a drawing says; this is the same made quick to ask. An edit hands its index on to the next
drawing, changed where it has to be: a large drawing is so made step by step without going through all of it each time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.graph.node import Node, Wire

WiresByNode = Mapping[str, tuple[Wire, ...]]


@dataclass(frozen=True, eq=False)
class WireIndex:
    """The wires that end (``incoming``) and that start (``outgoing``) at every node, by the node's id.

    Incoming wires stand in the order of the node's inputs, outgoing ones in the order they were made. Every node has an
    entry in both.
    """

    incoming: WiresByNode
    outgoing: WiresByNode

    @classmethod
    def of(cls, nodes: Mapping[str, Node], wires: Iterable[Wire]) -> WireIndex:
        """The index of a drawing that came out of no other."""
        incoming: dict[str, list[Wire]] = {id: [] for id in nodes}
        outgoing: dict[str, list[Wire]] = {id: [] for id in nodes}
        for w in wires:
            incoming[w.target].append(w)
            outgoing[w.source].append(w)
        return cls(
            {id: _by_input(nodes[id], ending) for id, ending in incoming.items()},
            {id: tuple(starting) for id, starting in outgoing.items()},
        )

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The node ids, every node after those that feed it; none of a circle of wires, and none that it feeds."""
        waiting = {id: len(wires) for id, wires in self.incoming.items()}
        ready = [id for id, count in waiting.items() if count == 0]
        order: list[str] = []
        for id in ready:  # grows while it is walked
            order.append(id)
            for w in self.outgoing[id]:
                waiting[w.target] -= 1
                if waiting[w.target] == 0:
                    ready.append(w.target)
        return tuple(order)

    @cached_property
    def circle(self) -> tuple[str, ...]:
        """The node ids of one circle of wires, in the order data would run; empty where there is none."""
        stuck = set(self.incoming).difference(self.order)
        if not stuck:
            return ()
        # Every stuck node is fed by a stuck node: walking backwards must come round.
        last = next(id for id in self.incoming if id in stuck)
        trail = {last: 0}
        while True:
            last = next(w.source for w in self.incoming[last] if w.source in stuck)
            if last in trail:
                return tuple(reversed(list(trail)[trail[last] :]))
            trail[last] = len(trail)

    def upstream(self, id: str) -> set[str]:
        """The ids of all nodes that feed the node, directly or not."""
        return _reached(id, self.incoming, lambda w: w.source)

    def downstream(self, id: str) -> set[str]:
        """The ids of all nodes that depend on the node, directly or not."""
        return _reached(id, self.outgoing, lambda w: w.target)

    def with_node(self, id: str) -> WireIndex:
        """The index with one more node, which has no wires yet."""
        return WireIndex({**self.incoming, id: ()}, {**self.outgoing, id: ()})

    def without_nodes(self, gone: Collection[str]) -> WireIndex:
        """The index without some nodes, whose wires are gone already."""
        return WireIndex(
            {id: wires for id, wires in self.incoming.items() if id not in gone},
            {id: wires for id, wires in self.outgoing.items() if id not in gone},
        )

    def toggled(self, nodes: Mapping[str, Node], changed: Iterable[Wire]) -> WireIndex:
        """The index in which the ``changed`` wires are gone where they were there, and there where they were not."""
        incoming, outgoing = dict(self.incoming), dict(self.outgoing)
        for w in changed:
            if w in incoming[w.target]:
                incoming[w.target] = tuple(other for other in incoming[w.target] if other != w)
                outgoing[w.source] = tuple(other for other in outgoing[w.source] if other != w)
            else:
                incoming[w.target] = _by_input(nodes[w.target], (*incoming[w.target], w))
                outgoing[w.source] = (*outgoing[w.source], w)
        return WireIndex(incoming, outgoing)


def _by_input(node: Node, wires: Iterable[Wire]) -> tuple[Wire, ...]:
    """Wires that end at a node, in the order of its inputs."""
    declaration = node.declaration
    return tuple(sorted(wires, key=lambda w: declaration.input_rank(w.input)))


def _reached(start: str, wires: WiresByNode, end: Callable[[Wire], str]) -> set[str]:
    seen, stack = {start}, [start]
    while stack:
        for w in wires[stack.pop()]:
            if end(w) not in seen:
                seen.add(end(w))
                stack.append(end(w))
    return seen - {start}


def depth_first(last: str, feeding: Callable[[str], Iterable[str]]) -> list[str]:
    """``last`` and all that feeds it, every node after those that feed it; ``feeding`` gives those that feed a node.

    For walks that follow only some of the wires; the whole drawing has its ``WireIndex.order``.
    """
    order: list[str] = []
    seen: set[str] = set()
    waiting = [(last, False)]
    while waiting:
        id, is_fed = waiting.pop()
        if is_fed:
            order.append(id)
        elif id not in seen:
            seen.add(id)
            waiting.append((id, True))
            waiting += [(source, False) for source in feeding(id)]
    return order
