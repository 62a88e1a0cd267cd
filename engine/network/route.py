"""Running a network from any of its nodes to any others: values for some come in, the values of others come out.

A whole network is the route from the data to the goal. An encoder is the one from the data to a layer, a decoder the
one from there to the goal; a generator the one from the noise to where its samples meet real ones, a critic the one
from there to the goal (``engine.graph.parts``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from engine.graph.graph import Graph
from engine.graph.nesting import Path
from engine.graph.parts import Part
from engine.network.build import BuildError, Called, Network
from engine.network.plan import SAMPLES

Place = str | Path
"""A node of a drawing by its id, or one inside blocks by its path: the ids of the blocks around it and its own."""


@dataclass(frozen=True, eq=False)
class _Step:
    """One layer on the way, and the values that no later one needs: they are not all kept."""

    called: Called
    done_with: tuple[str, ...]


class NetworkRoute:
    """The layers that lead from some values to others, both by the names that ``calls`` give them.

    Called with a tensor for each of ``given``, N × its shape, it gives the first of ``results``; ``values`` gives them
    all. ``missing`` are the values that are neither given nor made on the way: it can be run only where there are none.
    Layers, weights and mode are those of the network that the calls are of.
    """

    def __init__(self, calls: Sequence[Called], given: Sequence[str], results: Sequence[str]) -> None:
        self._given, self._results = tuple(given), tuple(results)
        steps: list[_Step] = []
        needed, last = set(results) - set(given), set(results)
        for call in reversed(calls):
            if call.key in needed:
                needed.remove(call.key)
                needed |= set(call.sources) - set(given)
                done = tuple(dict.fromkeys(source for source in call.sources if source not in last))
                last.update(done)
                steps.append(_Step(call, done))
        self._steps = tuple(reversed(steps))
        self.missing = frozenset(needed)

    @classmethod
    def between(cls, network: Network, given: Sequence[Place], *results: Place) -> NetworkRoute:
        """The route from the nodes ``given`` to the nodes ``results``; in a repeated block, in its last repetition.

        Raises BuildError for a node that is not there, and where a result needs a value that is not given.
        """
        calls, places = network.every_call()
        route = cls(calls, *([_key(network.graph, places, one) for one in ends] for ends in (given, results)))
        if route.missing:
            path = min((path for path, key in places.items() if key in route.missing), key=len)
            wanted = ", ".join(_name(network.graph, place) for place in results)
            raise BuildError(f"{wanted} needs the value of {_name(network.graph, path)}, which is not given.", path[0])
        return route

    @classmethod
    def of(cls, network: Network, part: Part) -> NetworkRoute:
        """The route of a named part of a drawing. Raises BuildError."""
        return cls.between(network, part.given, part.result)

    @classmethod
    def from_data(cls, network: Network, *results: Place) -> NetworkRoute:
        """The route from prepared samples, N × the shape of the data, to the nodes ``results``. Raises BuildError."""
        return cls.between(network, network.planned.inputs, *results)

    def __call__(self, *inputs: Tensor) -> Tensor:
        return self.values(*inputs)[0]

    def values(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """The values of all results, in their order."""
        values = dict(zip(self._given, inputs, strict=True))
        for step in self._steps:
            called = step.called
            values[called.key] = called.call([values[source] for source in called.sources])
            for name in step.done_with:
                del values[name]
        return tuple(values[name] for name in self._results)

    @property
    def modules(self) -> nn.ModuleList:
        """The modules that are run, in their order: what has weights on the way."""
        modules = (step.called.module for step in self._steps)
        return nn.ModuleList({id(module): module for module in modules if module is not None}.values())


def _key(graph: Graph, places: dict[Path, str], place: Place) -> str:
    """The name of the value at a place."""
    path = (place,) if isinstance(place, str) else place
    if path not in places:
        raise BuildError(f"{_name(graph, path)} is not on the way to the goal, so it has no value.", path[0])
    return places[path]


def _name(graph: Graph, place: Place) -> str:
    """What people call the node at a place: "block1.conv1" for one inside a block."""
    path, names = (place,) if isinstance(place, str) else place, list[str]()
    if path == (SAMPLES,):
        return "the data"
    for id in path:
        node = graph.nodes.get(id)
        names.append(id if node is None else node.name)
        if node is not None and node.block is not None:
            graph = node.block.graph
    return ".".join(names)
