"""Running a network from any of its nodes to any other: values for some come in, the value of another comes out.

A whole network is the route from the data to the goal. A generator is the one from the noise to where its samples
meet real ones, a critic the one from there to the goal (``engine.graph.parts``).
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from engine.graph.parts import Part
from engine.network.build import BuildError, Network
from engine.network.evaluate import Operation, compile_step
from engine.network.plan import between


class Route:
    """The layers of ``network`` that lie between the nodes ``given`` and the node ``result``, ids of its drawing.

    Called with a tensor for each of ``given``, N × the shape of that node, it gives that of ``result``. Layers, weights
    and mode are those of the network. Raises BuildError for a node that is not there, and where ``result`` needs a
    value that is neither given nor made on the way.
    """

    def __init__(self, network: Network, given: Sequence[str], result: str) -> None:
        planned = network.planned
        self.given = tuple(given)
        for id in (*given, result):
            if id not in planned.values:
                raise BuildError("Only what leads from the data to the goal can be run.", id)
        self._result = planned.values[result] if result not in self.given else result
        layers = between(planned.layers, set(self.given), self._result)
        made = {*self.given, *(layer.node.id for layer in layers)}
        for needed in (self._result, *(source for layer in layers for source in layer.sources)):
            if needed not in made:
                name = planned.graph.nodes[needed].name
                raise BuildError(f"{planned.graph.nodes[result].name} needs the value of {name}, which is not given.")
        self._steps: list[tuple[str, nn.Module | None, Operation, tuple[str, ...]]] = []
        for layer in layers:
            module = network.module_of(layer.node.name)
            self._steps.append((layer.node.id, module, compile_step(layer.forward), layer.sources))

    @classmethod
    def of(cls, network: Network, part: Part) -> Route:
        """The route of a named part of a drawing. Raises BuildError."""
        return cls(network, part.given, part.result)

    def __call__(self, *inputs: Tensor) -> Tensor:
        values = dict(zip(self.given, inputs, strict=True))
        for id, module, step, sources in self._steps:
            values[id] = step(module, [values[source] for source in sources])
        return values[self._result]

    @property
    def modules(self) -> nn.ModuleList:
        """The modules that are run, in their order: what has weights on the way."""
        return nn.ModuleList(module for _, module, _, _ in self._steps if module is not None)
