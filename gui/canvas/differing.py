"""By what two drawings differ, as far as one sees it on the canvas."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from engine.graph.graph import Graph, Node
from engine.graph.layers.kind import ENDS


def differences(one: Graph, other: Graph) -> Iterator[object]:
    """Something for each node and wire by which two drawings differ, or may: all that is not the very same value."""
    for id, node in one.nodes.items():
        if other.nodes.get(id) is not node:
            yield id
    for id in other.nodes:
        if id not in one.nodes:
            yield id
    if one.wires is not other.wires:
        # By what they are and not by what they say: that is asked at every edit, and takes a tenth of the time.
        yield from set(map(builtins.id, one.wires)) ^ set(map(builtins.id, other.wires))


def only_moved(before: Node | None, node: Node) -> bool:
    """Whether a layer shows the same as before, elsewhere. The two ends show more than they are: never those."""
    return before is not None and node.kind not in ENDS and before.essence == node.essence
