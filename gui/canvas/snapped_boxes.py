"""Which layers are shown as one box: a node and those that are snapped onto it, as they are on screen now."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.graph import Graph
from engine.graph.snapping import riders, root


class SnappedBoxes:
    """Keeps the boxes of several layers; a node that stands by itself is in none."""

    def __init__(self) -> None:
        self._chips: dict[str, tuple[str, ...]] = {}
        self._hosts: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._chips)

    def clear(self) -> None:
        """There are none any more."""
        self._chips.clear()
        self._hosts.clear()

    def chips(self, host: str) -> tuple[str, ...]:
        """What is snapped onto a node, in the order data run."""
        return self._chips.get(host, ())

    def box_of(self, id: str) -> tuple[str, ...]:
        """All nodes of the box that a node is shown in; none when it stands by itself."""
        host = self._hosts.get(id, id)
        return (host, *self._chips[host]) if host in self._chips else ()

    def settle(self, graph: Graph, ids: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Find the boxes of these nodes anew, all of those that they were in; yields each node with its chips."""
        for id in ids:
            self._chips.pop(self._hosts.pop(id, id), None)
        for host in dict.fromkeys(root(graph, id) for id in ids if id in graph.nodes):
            chips = riders(graph, host)
            if chips:
                self._chips[host] = chips
                self._hosts.update(dict.fromkeys(chips, host))
            yield host, chips
