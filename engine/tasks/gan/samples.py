"""Samples of a trained generator, in the units of the data: from a network of its own, never the one in training."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.dataset import Schema
from engine.data.kinds import DataKind
from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.network.build import build
from engine.tasks.gan.network import parts_of, sampled
from engine.tasks.gan.noise import SAMPLES, noise
from engine.tasks.queries import Generate, Generated
from engine.training.random import RNG_LOCK
from engine.training.weights import check_preparation, load_weights, network_for

Noise = tuple[torch.Tensor, ...]


class Sampler:
    """A generator with weights, ready to make samples. Any thread may use it; calls wait for one another.

    Without ``weights`` it has those that its drawing begins with. Raises BuildError when the drawing is not ready, and
    WeightsError when weights or preparation are not its own.
    """

    def __init__(
        self,
        graph: Graph,
        schema: Schema,
        weights: Mapping[str, NDArray[Any]] | None,
        preparation: Preparation | None,
    ) -> None:
        signature = schema.signature().at_work()
        check_preparation(preparation, signature)
        self._lock = threading.Lock()
        self._preparation = preparation
        self._schema = schema
        with RNG_LOCK:
            self._module = build(graph, signature) if weights is None else network_for(graph, signature, weights)
        self._module.requires_grad_(False)
        self._parts = parts_of(self._module)
        if weights is not None:
            self.load(weights)

    def load(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take other weights of the same drawing, for example a newer snapshot. Raises WeightsError."""
        with self._lock:
            load_weights(self._module, weights)

    def generate(self, query: Generate) -> Generated:
        """``count`` new samples from the noise of ``seed``, in the units of the data."""
        made = self.samples(query.count, query.seed)
        if self._schema.kind is DataKind.PICTURES:
            return Generated(pictures=made)
        return Generated(rows=made.reshape(len(made), -1))

    def samples(self, count: int, seed: int) -> NDArray[Any]:
        """``count`` samples from the noise of ``seed``: uint8 pictures N×channels×height×width, else float32 N×….

        The first ones do not depend on how many there are.
        """
        return self._made(noise(self._parts.sizes, count, seed, SAMPLES))

    def between(self, count: int, seed: int, other: int) -> NDArray[Any]:
        """``count`` samples on the way from the first of ``seed`` to the first of ``other``, both ends included.

        The way is a great circle: noise in the middle of a straight line would be shorter than any the generator has
        seen. T. White, "Sampling Generative Networks", 2016.
        """
        ends = (noise(self._parts.sizes, 1, one, SAMPLES) for one in (seed, other))
        steps = torch.linspace(0, 1, count).reshape(-1, 1)
        return self._made(tuple(_arc(start, end, steps) for start, end in zip(*ends, strict=True)))

    def _made(self, given: Noise) -> NDArray[Any]:
        with self._lock:
            prepared = sampled(self._module, self._parts, given).numpy()
        restored = self._preparation.restore_inputs(prepared) if self._preparation else prepared
        if self._schema.kind is not DataKind.PICTURES:
            return restored
        low, high = self._schema.value_range
        pictures: NDArray[np.uint8] = np.rint(np.clip(restored, low, high)).astype(np.uint8)
        return pictures


def _arc(start: torch.Tensor, end: torch.Tensor, steps: torch.Tensor) -> torch.Tensor:
    """Points on the great circle through ``start`` and ``end``, 1×size each, at ``steps`` N×1 from 0 to 1."""
    cosine = torch.nn.functional.cosine_similarity(start, end).clamp(-1, 1)
    angle = torch.arccos(cosine)
    if float(torch.sin(angle)) < 1e-3:
        return start + steps * (end - start)
    return (torch.sin((1 - steps) * angle) * start + torch.sin(steps * angle) * end) / torch.sin(angle)
