"""The drawing as a torch module: the one that is trained."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import torch
from torch import Tensor, nn

from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.graph import Graph
from engine.graph.nesting import Path
from engine.graph.signature import Signature
from engine.network import modules
from engine.network.evaluate import Operation, compile_step, construct
from engine.network.initialisation import initialise_module
from engine.network.memory import is_out_of_memory, too_large
from engine.network.plan import Plan, PlannedLayer, plan

Call = Callable[[Sequence[Tensor]], Any]

# A note on memory, about what is right and was asked for. torch makes it once a process.
warnings.filterwarnings("ignore", "Using padding='same' with even kernel lengths")


class BuildError(ValueError):
    """The drawing cannot be built yet; ``node`` is the id of the layer in question, or None."""

    def __init__(self, message: str, node: str | None = None) -> None:
        super().__init__(message)
        self.node = node


@dataclass(frozen=True, eq=False)
class Called:
    """One layer of the network at work, those inside blocks one by one; a repeated block runs its layers repeatedly.

    ``path`` is the ids of the blocks it is in, from the outside inwards, and then its own; ``key`` names its value,
    ``sources`` those it takes. The names are unique, and the one that no layer has is that of the data.
    """

    path: Path
    key: str
    sources: tuple[str, ...]
    module: nn.Module | None
    call: Call


@dataclass(frozen=True)
class _Layer:
    """One line of the forward pass: which values go in, what is done, which are not needed after."""

    id: str
    name: str
    step: Operation
    inputs: tuple[str, ...]
    done_with: tuple[str, ...]


class NetworkModule(nn.Module):
    """A drawing as a module: a whole network, or one repetition of a block in it.

    ``forward`` takes a tensor for each input and returns what reaches the goal. Frozen layers keep their weights,
    and stay in evaluation mode so that their running statistics do not move.
    """

    def __init__(self, planned: Plan) -> None:
        super().__init__()
        self._inputs, self._output, self._values = planned.inputs, planned.result, planned.values
        self._frozen: list[str] = []
        for layer in planned.layers:
            self._make(layer)
        self._layers = self._every = self._forward_pass(planned.running)
        if len(planned.layers) > len(planned.running):
            self._every = self._forward_pass(planned.layers)

    def _make(self, layer: PlannedLayer) -> None:
        expression, node = layer.module, layer.node
        if layer.inside:
            module = repeated([NetworkModule(inner) for inner in layer.inside])
        elif expression is not None:
            module = construct(expression)
            initialise_module(module, str(layer.params.get("initialisation", "default")))
        else:
            return
        # Not by add_module: a node may well be called "layers" or "graph", as attributes of this class are.
        self._modules[node.name] = module
        if node.frozen:
            module.requires_grad_(False)
            self._frozen.append(node.name)

    def _forward_pass(self, running: tuple[PlannedLayer, ...]) -> list[_Layer]:
        """The layers in order, each with the values that no later one needs: they are not all kept."""
        needed, layers = {self._output}, []
        for layer in reversed(running):
            id, name, sources = layer.node.id, layer.node.name, layer.sources
            done = tuple(dict.fromkeys(value for value in sources if value not in needed))
            needed.update(done)
            layers.append(_Layer(id, name, compile_step(layer.forward), sources, done))
        return layers[::-1]

    def forward(self, *inputs: Tensor) -> Tensor:
        values = dict(zip(self._inputs, inputs, strict=True))
        for layer in self._layers:
            values[layer.id] = layer.step(self._modules.get(layer.name), [values[id] for id in layer.inputs])
            for id in layer.done_with:
                del values[id]
        return values[self._output]

    def called(
        self,
        arriving: Sequence[str],
        path: Path = (),
        begins: str = "",
        places: dict[Path, str] | None = None,
    ) -> Generator[Called, None, str]:
        """Every layer in order, with those of blocks in their place; gives the name of the value that comes out.

        ``arriving`` names the values that come in, ``begins`` is what the names of the values start with. With
        ``places`` those layers are there too whose values the goal does not need, and it is filled with the name of
        the value at each place: of a repeated block, that of its last repetition.
        """
        names = dict(zip(self._inputs, arriving, strict=True))
        for layer in self._layers if places is None else self._every:
            module, here, key = self._modules.get(layer.name), (*path, layer.id), f"{begins}{layer.id}"
            sources = tuple(names.setdefault(id, f"{begins}{id}") for id in layer.inputs)  # a source of its own is new
            names[layer.id] = key
            repetitions = _parts_of(module)
            if not repetitions:
                yield Called(here, key, sources, module, partial(layer.step, module))
            for number, part in enumerate(repetitions):
                names[layer.id] = yield from part.called(sources, here, f"{key}.{number}.", places)
                sources = (names[layer.id], *sources[1:])
        if places is not None:
            for id, value in self._values.items():
                places[*path, id] = names.get(value, f"{begins}{value}")
        return names[self._output]

    def train(self, mode: bool = True) -> Self:
        """Switch training mode; frozen layers stay in evaluation mode."""
        super().train(mode)
        for name in self._frozen:
            module = self._modules[name]
            assert module is not None
            module.eval()
        return self


class Network(NetworkModule):
    """The network of a drawing. Its state dict's keys start with the names of the nodes; those of the layers in a
    block with the name of the block, followed by the number of the repetition where the block has several.

    ``forward`` takes prepared inputs, N × the shape of the data block, and returns what reaches the goal.
    """

    def __init__(self, graph: Graph, signature: Signature, analysis: Analysis) -> None:
        # Before the layers, which may well be called "graph" or "signature" too.
        self.graph = graph
        self.signature = signature
        self.planned = plan(graph, analysis)
        super().__init__(self.planned)

    def module_of(self, name: str) -> nn.Module | None:
        """The module of the node called ``name``; None for one that needs none."""
        return self._modules.get(name)

    def layers(self) -> Iterable[tuple[str, str]]:
        """(node id, node name) of every layer in the order of the forward pass."""
        return [(layer.id, layer.name) for layer in self._layers]

    def calls(self) -> Iterable[Called]:
        """Every layer in order, those inside blocks one by one: for running them one at a time, from outside."""
        return self.called(self._inputs)

    def every_call(self) -> tuple[list[Called], dict[Path, str]]:
        """The same with the layers that the goal does not need, as a generator's; and the name of the value at each
        place, by the path of its node (``engine.graph.nesting``)."""
        places: dict[Path, str] = {}
        return list(self.called(self._inputs, places=places)), places

    def run_layers(self, inputs: Tensor) -> Iterable[tuple[str, Tensor]]:
        """Run the forward pass layer by layer, yielding (node id, its output): to look inside or find a fault.

        A block counts as one layer.
        """
        values = {self._inputs[0]: inputs}
        for layer in self._layers:
            values[layer.id] = layer.step(self._modules.get(layer.name), [values[id] for id in layer.inputs])
            yield layer.id, values[layer.id]


def repeated(parts: list[NetworkModule]) -> nn.Module:
    """The repetitions of a block as one module, which is what exported code makes too."""
    if len(parts) == 1:
        return parts[0]
    return nn.Sequential(*parts) if len(parts[0]._inputs) == 1 else modules.Repeat(*parts)


def _parts_of(module: nn.Module | None) -> Sequence[NetworkModule]:
    """The repetitions of a block, in their order; none for any other layer."""
    if isinstance(module, NetworkModule):
        return (module,)
    inner = tuple(module) if isinstance(module, nn.Sequential) else ()
    return tuple(part for part in inner if isinstance(part, NetworkModule))


def checked(graph: Graph, signature: Signature) -> Analysis:
    """The analysis of a drawing that can be built. Raises BuildError with what first stands in the way of one."""
    analysis = analyse(graph, signature)
    if analysis.obstacle is not None:
        raise BuildError(analysis.obstacle.message, analysis.obstacle.node)
    return analysis


def build(graph: Graph, signature: Signature, seed: int = 0, analysis: Analysis | None = None) -> Network:
    """The network of a drawing, its weights drawn from ``seed``.

    The same drawing and seed give the same weights, and the caller's random numbers are left as they were.
    ``analysis`` is what ``checked`` gave, where it was asked before. Raises BuildError when the drawing is not ready,
    with its first error, or can never fit into memory: nothing was allocated then.
    """
    analysis = analysis or checked(graph, signature)
    reason = too_large(analysis)
    if reason is not None:
        raise BuildError(reason)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            return Network(graph, signature, analysis)
        except (MemoryError, RuntimeError, ValueError, TypeError, KeyError) as error:
            if is_out_of_memory(error):
                raise BuildError(
                    f"There is not enough memory for the {analysis.total_parameters:,} parameters of this network. "
                    "Close other programs, or give its layers fewer units or filters."
                ) from None
            raise BuildError(f"torch could not build the network: {error}") from error
