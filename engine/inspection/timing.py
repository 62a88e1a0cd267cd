"""Measuring what every layer of a drawing costs in a step of training: time forward and backward, and memory.

Nothing is estimated from counts of operations. A batch goes through the network layer by layer, in the order and the
layout of memory of a real run, and each layer is timed by itself; then the gradients go back the same way. Every
figure is the median of several such rounds, after some that do not count.

Inside blocks the layers are run one by one too. A block costs what its layers cost together; where it is repeated, a
layer inside stands for its copies in all repetitions, and what is told of it is their sum.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.graph.graph import Graph
from engine.graph.nesting import Path
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.inspection.costs import Costs, LayerCost
from engine.network.build import BuildError, Call, Network, build, checked
from engine.network.memory import too_large
from engine.training import random
from engine.training.failures import explain
from engine.training.machine import DeviceError, choose_device, choose_layout, choose_threads, lay_out, tuned
from engine.training.precision import cast, chosen
from engine.training.recipe import Recipe
from engine.training.warmup import warm_up

WARM_ROUNDS = 2
SLOW = 1.0
"""Seconds that a round may take and still be gone through twice before it counts."""
FEWEST_ROUNDS, MOST_ROUNDS = 3, 60

_Times = dict[str, tuple[float, float]]


class MeasureError(RuntimeError):
    """The network could not be measured; the message says why, ``node`` is the layer in question or None."""

    def __init__(self, message: str, node: str | None = None) -> None:
        super().__init__(message)
        self.node = node


class MeasureCancelled(Exception):
    """Whoever asked does not want to know any more."""


def measure(
    graph: Graph,
    signature: Signature,
    recipe: Recipe,
    *,
    seconds: float = 1.0,
    cancelled: Callable[[], bool] = lambda: False,
) -> Costs:
    """Measure all layers that the answer depends on, on a batch of the recipe's size, its device and precision.

    Layers inside blocks are measured as well, and summed up over the repetitions of their block; the block itself
    costs as much as all that is inside.

    The batch is of random numbers. Takes about ``seconds``, longer where three rounds need longer; ``cancelled`` is
    asked between two layers. Not to be called while a run is going: both would be slowed down. Raises MeasureError
    in a sentence, or MeasureCancelled.
    """
    try:
        device = choose_device(recipe.device)
        analysis = checked(graph, signature)
        reason = too_large(analysis, copies=2, rows=recipe.batch_size)
        if reason is not None:
            raise BuildError(reason)
        with random.RNG_LOCK:
            network = build(graph, signature, recipe.seed, analysis)
    except (BuildError, DeviceError) as error:
        raise MeasureError(str(error), getattr(error, "node", None)) from error
    inputs: Tensor | None = None
    try:
        network = network.to(device)
        lay_out(network, choose_layout(network, device, recipe.optimizer.kind))
        inputs = random_batch(signature.input, recipe.batch_size, device)
        with tuned(device, 1), random.RNG_LOCK:
            work = warm_up(network, inputs, _sum, recipe.optimizer)
        threads = choose_threads(work or 0)

        def step_in(precision: str) -> int | None:
            with cast(device, precision):
                return warm_up(network, inputs, _sum, recipe.optimizer)

        with tuned(device, threads):
            with random.RNG_LOCK:
                precision = chosen(recipe.precision, step_in, device)
            network.train()
            bench = LayerBench(network, inputs, precision, cancelled)
            memory = bench.memory()
            rounds = bench.rounds(seconds)
    except (RuntimeError, ValueError, MemoryError) as error:
        failure = explain(error, network, inputs, 0.0, doing="Measuring")
        raise MeasureError(failure.message, failure.node) from error
    levels: dict[Path, dict[str, LayerCost]] = {(): {}}
    for path, stages in _by_path(bench.stages).items():
        if (node := graph.nodes.get(path[0])) is None or node.is_end:
            continue  # columns taken out of samples, and outputs put side by side, are no layers
        levels.setdefault(path[:-1], {})[path[-1]] = _cost(stages, rounds, memory)
    return Costs(
        graph, signature, recipe.batch_size, device.type, precision, threads, len(rounds), levels.pop(()), levels
    )


def _by_path(stages: Sequence[_Stage]) -> dict[Path, list[_Stage]]:
    """What is run for every layer, and for every block, which are the layers inside it."""
    found: dict[Path, list[_Stage]] = {}
    for stage in stages:
        for length in range(1, len(stage.path) + 1):
            found.setdefault(stage.path[:length], []).append(stage)
    return found


def _cost(stages: Sequence[_Stage], rounds: Sequence[_Times], memory: Mapping[str, int]) -> LayerCost:
    """What is run for one layer or block, summed up; of times the median of the rounds' sums."""
    weights = [parameter for stage in stages for parameter in stage.weights]
    forward, backward = (
        statistics.median(sum(times[stage.key][way] for stage in stages) for times in rounds) for way in (0, 1)
    )
    return LayerCost(
        forward_ms=forward,
        backward_ms=backward,
        memory=sum(memory.get(stage.key, 0) for stage in stages),
        parameters=sum(p.numel() for p in weights),
        trainable=sum(p.numel() for p in weights if p.requires_grad),
        parameter_bytes=sum(p.numel() * p.element_size() for p in weights),
    )


def random_batch(shape: Shape, rows: int, device: torch.device) -> Tensor:
    """A batch of ``rows`` × the shape: normal numbers, or tokens drawn from the vocabulary; always the same ones."""
    generator = torch.Generator().manual_seed(0)
    size = (rows, *shape.sizes)
    if shape.is_tokens:
        return torch.randint(max(1, shape.vocabulary), size, generator=generator).to(device)
    return torch.randn(size, generator=generator).to(device)


def _sum(outputs: Tensor) -> Tensor:
    return outputs.sum()


@dataclass(frozen=True, eq=False)
class _Stage:
    path: Path
    key: str
    sources: tuple[str, ...]
    call: Call
    weights: tuple[nn.Parameter, ...]
    buffers: tuple[Tensor, ...]


@dataclass(frozen=True, eq=False)
class _Ran:
    """A layer after its forward pass: what it gave, and what its gradients are wanted for."""

    key: str
    output: Tensor
    leaves: tuple[Tensor, ...]


class LayerBench:
    """Runs the layers of a network one at a time, each detached from the autograd graph of the others."""

    def __init__(self, network: Network, inputs: Tensor, precision: str, cancelled: Callable[[], bool]) -> None:
        self.inputs = inputs
        self.stages = [
            _Stage(
                called.path,
                called.key,
                called.sources,
                called.call,
                tuple(called.module.parameters()) if called.module is not None else (),
                tuple(called.module.buffers()) if called.module is not None else (),
            )
            for called in network.calls()
        ]
        self._precision = precision
        self._cancelled = cancelled
        self._wait: Callable[[], None] = {"cuda": torch.cuda.synchronize, "mps": torch.mps.synchronize}.get(
            inputs.device.type, _nothing
        )

    def rounds(self, seconds: float) -> list[_Times]:
        """(forward, backward) milliseconds of every layer that is run, by its key, for every round that counts."""
        for _ in range(WARM_ROUNDS):
            start = time.perf_counter()
            self._round()
            if time.perf_counter() - start > max(seconds, SLOW):
                break  # what took so long once is warm
        taken: list[_Times] = []
        end = time.perf_counter() + seconds
        while len(taken) < FEWEST_ROUNDS or (len(taken) < MOST_ROUNDS and time.perf_counter() < end):
            taken.append(self._round())
        return taken

    def _round(self) -> _Times:
        forward: dict[str, float] = {}
        backward: dict[str, float] = {}
        ran = []
        values: dict[str, Tensor] = {}
        for stage in self.stages:
            arriving, leaves = self._arriving(stage, values)
            with random.RNG_LOCK:  # layers such as Dropout draw from torch's own generator
                output, forward[stage.key] = self._timed(lambda s=stage, a=arriving: self._run(s, a))  # type: ignore[misc]
            values[stage.key] = output
            ran.append(_Ran(stage.key, output, leaves))
        while ran:
            last = ran.pop()
            backward[last.key] = self._back(last)
        return {key: (1e3 * forward[key], 1e3 * backward[key]) for key in forward}

    def _arriving(self, stage: _Stage, values: dict[str, Tensor]) -> tuple[list[Tensor], tuple[Tensor, ...]]:
        """What goes into a layer, cut off from where it came from; and what it has to find gradients for."""
        cut: dict[str, Tensor] = {}
        for key in stage.sources:
            if key not in cut:
                value = values.get(key, self.inputs)
                cut[key] = value.detach().requires_grad_(value.requires_grad)
        wanted = (*cut.values(), *stage.weights)
        return [cut[key] for key in stage.sources], tuple(leaf for leaf in wanted if leaf.requires_grad)

    def _run(self, stage: _Stage, arriving: list[Tensor]) -> Tensor:
        if self._cancelled():
            raise MeasureCancelled
        with cast(self.inputs.device, self._precision):
            output: Tensor = stage.call(arriving)
        return output

    def _back(self, ran: _Ran) -> float:
        if not ran.leaves or not ran.output.requires_grad:
            return 0.0
        if self._cancelled():
            raise MeasureCancelled
        coming = torch.ones_like(ran.output)
        _gradients, seconds = self._timed(
            lambda: torch.autograd.grad(ran.output, ran.leaves, coming, allow_unused=True)
        )
        return seconds

    def _timed(self, run: Callable[[], Any]) -> tuple[Any, float]:
        """What ``run`` gives, and how many seconds it took until it was really done."""
        self._wait()
        start = time.perf_counter()
        result = run()
        self._wait()
        return result, time.perf_counter() - start

    def memory(self) -> dict[str, int]:
        """Bytes that each layer leaves in memory for the backward pass, by key, seen as autograd puts them away."""
        made_by = {_storage(self.inputs): ""}
        for stage in self.stages:
            made_by.update({_storage(held): "" for held in (*stage.weights, *stage.buffers)})
        kept: dict[str, int] = {}
        counted: set[int] = set()
        alive: list[Any] = []  # so that no address is used twice
        now = ""

        def put_away(tensor: Tensor) -> Tensor:
            where = _storage(tensor)
            maker = made_by.get(where, now)
            if maker and where not in counted:
                counted.add(where)
                kept[maker] = kept.get(maker, 0) + tensor.untyped_storage().nbytes()
                alive.append(tensor)
            return tensor

        values: dict[str, Tensor] = {}
        for stage in self.stages:
            now = stage.key
            arriving, _leaves = self._arriving(stage, values)
            with random.RNG_LOCK, torch.autograd.graph.saved_tensors_hooks(put_away, lambda tensor: tensor):
                output = self._run(stage, arriving)
            values[stage.key] = output
            made_by.setdefault(_storage(output), stage.key)
        return kept


def _storage(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _nothing() -> None:
    """Do nothing: the CPU has finished when a call returns."""
