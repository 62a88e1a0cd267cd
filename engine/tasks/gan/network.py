"""Generator and critic of a network as functions, how long the noise is, and what the generator makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.graph.graph import Graph
from engine.graph.parts import CRITIC, GENERATOR, part
from engine.network.build import BuildError, Network
from engine.network.route import NetworkRoute


@dataclass(frozen=True, eq=False)
class GanParts:
    """The parts of a network that makes new samples.

    ``generator`` takes a tensor N×size for each of ``sizes`` and gives samples; ``critic`` takes samples and gives
    N×1; ``real`` makes of the data what the critic takes for real, most often nothing at all.
    """

    generator: NetworkRoute
    critic: NetworkRoute
    real: NetworkRoute
    sizes: tuple[int, ...]


def parts_of(module: nn.Module) -> GanParts:
    """The parts of a network. Raises BuildError where its drawing has none."""
    if not isinstance(module, Network):
        raise BuildError("Only a diagram has a generator and a critic.")
    graph = module.graph
    try:
        generator, critic = part(graph, GENERATOR), part(graph, CRITIC)
    except KeyError:
        raise BuildError("The diagram has no generator: put Noise and RealOrFake into it.") from None
    (switch,) = critic.given
    real = graph.sources(switch)[0]
    return GanParts(
        NetworkRoute.of(module, generator),
        NetworkRoute.of(module, critic),
        NetworkRoute.from_data(module, real or graph.inputs[0].id),
        tuple(size_of_noise(graph, id) for id in generator.given),
    )


def size_of_noise(graph: Graph, id: str) -> int:
    """How many numbers a Noise gives for each sample."""
    size: int = graph.nodes[id].params["size"]
    return size


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Within it the module is in evaluation mode and nothing is recorded for gradients."""
    training = module.training
    module.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        module.train(training)


def sampled(module: nn.Module, parts: GanParts, given: Sequence[Tensor], rows: int = 250) -> Tensor:
    """What the generator makes of noise, N×… prepared, on the processor; the module's mode is as before afterwards."""
    device = next((p.device for p in module.parameters()), torch.device("cpu"))
    with evaluating(module):
        split = zip(*(part.to(device).split(rows) for part in given), strict=True)
        return torch.cat([parts.generator(*one).float().cpu() for one in split])
