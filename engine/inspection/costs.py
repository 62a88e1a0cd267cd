"""What the layers of one network were measured to cost: plain values, which the window and files may hold.

Without torch, so that whoever shows them need not load it; ``engine.inspection.timing`` does the measuring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.graph.compare import same_network
from engine.graph.graph import Graph
from engine.graph.nesting import Path
from engine.graph.signature import Signature
from engine.network.memory import FLOAT_BYTES as FLOAT_BYTES
from engine.network.memory import bytes_words as bytes_words

HEAVIER = 2.0
"""A layer stands out when it takes this many times as long as those beside it, and as the average layer."""

TOKEN_BYTES = 8
"""Bytes of one token (a whole number of 64 bits)."""


@dataclass(frozen=True)
class LayerCost:
    """One layer in one step of training, on a whole batch.

    ``forward_ms`` and ``backward_ms`` are medians in milliseconds; a layer through which nothing is learned has no
    backward pass (0). ``memory`` is how many bytes it leaves in memory until its backward pass has come, each tensor
    counted once, at the layer that made it; the batch itself and the weights are not counted. ``parameters`` is how
    many numbers it holds as weights, ``trainable`` how many of those learn, ``parameter_bytes`` what they take.
    """

    forward_ms: float
    backward_ms: float
    memory: int
    parameters: int
    trainable: int
    parameter_bytes: int

    @property
    def total_ms(self) -> float:
        """Forward and backward together."""
        return self.forward_ms + self.backward_ms


@dataclass(frozen=True, eq=False)
class Costs:
    """What a network's layers were measured to cost, by node id; and where and on what that was.

    ``device`` is "cpu", "cuda" or "mps"; ``rounds`` how many steps the medians are of. ``inside`` is the same for the
    layers in blocks, by the path of the block. In a block that is repeated each layer stands for one copy of itself
    per repetition: its figures are the sums over all of them. ``path`` and ``repeats`` are not those of the network
    in what ``at`` gives: which block's layers these are, and how many copies of each there are.
    """

    graph: Graph
    signature: Signature
    batch_size: int
    device: str
    precision: str
    threads: int
    rounds: int
    layers: Mapping[str, LayerCost]
    inside: Mapping[Path, Mapping[str, LayerCost]] = field(default_factory=dict)
    path: Path = ()
    repeats: int = 1

    def at(self, path: Path) -> Costs | None:
        """The costs of the layers inside a block; None for one that was not measured."""
        if not path:
            return self
        layers = self.inside.get(path)
        if layers is None:
            return None
        repeats, graph = 1, self.graph
        for id in path:
            node = graph.nodes[id]
            assert node.block is not None
            repeats, graph = repeats * int(node.params.repeat), node.block.graph
        return replace(self, graph=graph, layers=layers, inside={}, path=path, repeats=repeats)

    def belong_to(self, graph: Graph, signature: Signature | None, batch_size: int) -> bool:
        """Whether they hold for this drawing too: the same network, learning the same weights, on as many rows."""
        if signature is None or batch_size != self.batch_size or signature.input != self.signature.input:
            return False
        if signature.target.outputs != self.signature.target.outputs:
            return False
        if graph is self.graph:
            return True
        # Folded into a block or out of one it is the same network, but what was measured stood for other nodes.
        nodes = [[_measured(one, id) for id in self.layers] for one in (graph, self.graph)]
        return nodes[0] == nodes[1] and same_network(graph, self.graph)

    @cached_property
    def total_ms(self) -> float:
        """All layers, forward and backward. A step also fetches its rows, works out the loss and moves the weights."""
        return sum(cost.total_ms for cost in self.layers.values())

    @cached_property
    def memory(self) -> int:
        """Bytes that all layers together keep for the backward pass."""
        return sum(cost.memory for cost in self.layers.values())

    def share(self, id: str) -> float:
        """The part of the time of all layers that one of them takes, 0 to 1."""
        return self.layers[id].total_ms / self.total_ms if self.total_ms > 0 else 0.0

    @cached_property
    def heaviest_ms(self) -> float:
        """The time of the layer that takes longest."""
        return max((cost.total_ms for cost in self.layers.values()), default=0.0)

    @cached_property
    def heavy(self) -> Mapping[str, float]:
        """The layers that stand out, with how many times as long they take as those beside them.

        Beside a layer are those that its wires lead to. One stands out when it takes ``HEAVIER`` times as long as
        they do on average, and as the network's layers do on average.
        """
        found: dict[str, float] = {}
        if not self.layers:
            return found
        average = self.total_ms / len(self.layers)
        for id, cost in self.layers.items():
            wires = (*self.graph.incoming(id), *self.graph.outgoing(id))
            beside = {w.source for w in wires} | {w.target for w in wires}
            times = [self.layers[other].total_ms for other in beside if other != id and other in self.layers]
            if times and cost.total_ms >= HEAVIER * max(average, sum(times) / len(times)) > 0:
                found[id] = cost.total_ms / max(sum(times) / len(times), 1e-6)
        return found


def _measured(graph: Graph, id: str) -> object:
    """What the cost of one node depends on; of a block, what the costs inside it do. Where nodes lie is no matter."""
    node = graph.nodes.get(id)
    if node is None:
        return None
    block = node.block
    inner = None if block is None else {inside: _measured(block.graph, inside) for inside in block.graph.nodes}
    return node.kind, node.params, node.bypassed, node.frozen, inner


def cost_words(costs: Costs, id: str) -> tuple[str, ...]:
    """What one layer costs, in sentences; none for a layer that was not measured."""
    cost = costs.layers.get(id)
    if cost is None:
        return ()
    times = f"Forward {time_words(cost.forward_ms)}, backward {time_words(cost.backward_ms)}"
    if cost.backward_ms == 0:
        times = f"Forward {time_words(cost.forward_ms)}, no backward pass"
    among = "all layers in this block" if costs.path else "all layers"
    said = [f"{times} on a batch of {costs.batch_size:,}: {100 * costs.share(id):.0f} % of the time of {among}."]
    if costs.repeats > 1:
        said.append(f"That is for all {costs.repeats:,} repetitions together.")
    if cost.memory:
        said.append(f"Keeps {bytes_words(cost.memory)} in memory for the backward pass.")
    if id in costs.heavy:
        said.append(f"It stands out: it takes {_times(costs.heavy[id])} as long as the layers beside it.")
    return tuple(said)


def _times(ratio: float) -> str:
    if ratio >= 100:
        return "over 100 times"
    return f"{ratio:.1f} times" if ratio < 9.95 else f"{ratio:.0f} times"


def time_words(milliseconds: float) -> str:
    """A time as one reads it: 0.9 ms, 12 ms, 1.4 s; below a hundredth of a millisecond in microseconds."""
    if milliseconds <= 0:
        return "0 ms"
    if milliseconds < 0.0995:
        return f"{1000 * milliseconds:.0f} µs" if milliseconds >= 0.0005 else "< 1 µs"
    if milliseconds < 9.95:
        return f"{milliseconds:.1f} ms" if milliseconds >= 0.995 else f"{milliseconds:.2g} ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 999.5 else f"{milliseconds / 1000:.1f} s"
