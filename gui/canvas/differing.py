"""By what two drawings differ, as far as one sees it on the canvas."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.graph import Graph, Node


def differences(one: Graph, other: Graph) -> Iterator[object]:
    """The nodes and wires by which two drawings differ."""
    for id, node in one.nodes.items():
        if other.nodes.get(id) is not node:
            yield id
    for id in other.nodes:
        if id not in one.nodes:
            yield id
    if one.wires is not other.wires:
        yield from set(one.wires) ^ set(other.wires)


def only_moved(before: Node | None, node: Node) -> bool:
    """Whether a layer shows the same as before, elsewhere. The two ends show more than they are: never those."""
    return before is not None and node.kind not in ("Input", "Output") and before.essence == node.essence
