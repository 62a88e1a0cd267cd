"""A drawing without its blocks: every layer by its place in the network, as its weights are named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from engine.graph.block import MOST_LAYERS, layers_in_blocks
from engine.graph.errors import CycleError
from engine.graph.graph import Graph, Node

Place = tuple[str, ...]
"""Where a layer is: the ids and repetitions of the blocks around it, from the outside, and its own id."""

Ends = tuple[Place, str]
"""An output: the place of its layer and the name of the output."""


@dataclass
class Unfolded:
    """``layers`` by place, with their names in the weights ("block1.0.conv1"); ``wires`` end at (place, input)."""

    layers: dict[Place, tuple[str, Node]] = field(default_factory=dict)
    wires: set[tuple[Ends, tuple[Place, str]]] = field(default_factory=set)
    frozen: set[Place] = field(default_factory=set)

    def keys(self) -> dict[Place, str]:
        """A name for each place that folding and unfolding do not change: the layer's id, where it is the only one."""
        count = Counter(place[-1] for place in self.layers)
        return {place: place[-1] if count[place[-1]] == 1 else "/".join(place) for place in self.layers}

    def feeding(self) -> set[Place]:
        """The goals, and all that feeds them."""
        back: dict[Place, list[Place]] = {}
        for (source, _output), (target, _input) in self.wires:
            back.setdefault(target, []).append(source)
        stack = [place for place, (_name, node) in self.layers.items() if node.is_output]
        seen = set(stack)
        while stack:
            for source in back.get(stack.pop(), ()):
                if source not in seen:
                    seen.add(source)
                    stack.append(source)
        return seen


def unfolded(graph: Graph) -> Unfolded:
    """The drawing without its blocks.

    In a drawing with a circle, or whose blocks come to more layers than any network may have, they stay as they are.
    """
    found = Unfolded()
    if _is_circular(graph) or layers_in_blocks(graph) > MOST_LAYERS:
        for id, node in graph.nodes.items():
            found.layers[(id,)] = (node.name, node)
        found.wires = {(((w.source,), w.output), ((w.target,), w.input)) for w in graph.wires}
        return found
    _unfold(graph, (), "", {}, False, found)
    return found


def _is_circular(graph: Graph) -> bool:
    try:
        graph.topological()
    except CycleError:
        return True
    return False


def _unfold(
    graph: Graph, around: Place, prefix: str, coming: dict[str, Ends | None], frozen: bool, found: Unfolded
) -> Ends | None:
    """Add the layers of a drawing; returns the output that reaches its goal."""
    gives: dict[str, Ends | None] = {}
    result: Ends | None = None
    for id in graph.topological():
        node, place = graph.nodes[id], (*around, id)
        wired = {w.input: gives[w.source] for w in graph.incoming(id)}
        if around and node.is_input:
            gives[id] = coming.get(id)
        elif around and node.is_output:
            result = wired.get("in")
        elif node.block is not None and not node.bypassed:
            gives[id] = _repeated(node, place, prefix + node.name, wired, frozen or node.frozen, found)
        else:
            found.layers[place] = (prefix + node.name, node)
            if frozen or node.frozen:
                found.frozen.add(place)
            found.wires |= {(source, (place, port)) for port, source in wired.items() if source is not None}
            gives[id] = (place, "out")
    return result


def _repeated(
    node: Node, place: Place, name: str, wired: dict[str, Ends | None], frozen: bool, found: Unfolded
) -> Ends | None:
    assert node.block is not None
    block, repeat = node.block, int(node.params.repeat)
    coming = {entry.id: wired.get(entry.id) for entry in block.entries}
    result: Ends | None = None
    for number in range(repeat):
        around = place if repeat == 1 else (*place, str(number))
        prefix = f"{name}." if repeat == 1 else f"{name}.{number}."
        result = _unfold(block.graph, around, prefix, coming, frozen, found)
        coming = {**coming, block.entries[0].id: result}
    return result
