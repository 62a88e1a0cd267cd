"""Samples of a trained generator, in the units of the data: from a network of its own, never the one in training."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.dataset import DataError, Schema
from engine.data.kinds import DataKind
from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.network.build import build
from engine.tasks.gan.losses import LOSSES
from engine.tasks.gan.network import evaluating, parts_of, sampled
from engine.tasks.gan.noise import SAMPLES, noise
from engine.tasks.nearest import TrainingSamples
from engine.tasks.queries import Generate, Generated, Interpolate, Interpolated
from engine.training.data_loading import load_rows
from engine.training.random import RNG_LOCK
from engine.training.recipe import Recipe
from engine.training.weights import check_preparation, load_weights, network_for

Noise = tuple[torch.Tensor, ...]
_COMPARED = 256
"""Training samples that a score is compared with."""


class Sampler:
    """A generator with weights, ready to make samples. Any thread may use it; calls wait for one another.

    Without ``weights`` it has those that its drawing begins with. Raises BuildError when the drawing is not ready, and
    WeightsError when weights or preparation are not its own. ``recipe`` is the one it was trained by.
    """

    def __init__(
        self,
        graph: Graph,
        schema: Schema,
        weights: Mapping[str, NDArray[Any]] | None,
        preparation: Preparation | None,
        recipe: Recipe | None = None,
    ) -> None:
        signature = schema.signature().at_work()
        check_preparation(preparation, signature)
        self._lock = threading.Lock()
        self._preparation = preparation
        self._schema, self._recipe = schema, recipe
        self._known: TrainingSamples | None = None
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
        if self._is_of_pictures:
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
        return self._made(self._way(seed, other, torch.linspace(0, 1, count)))

    def interpolate(self, query: Interpolate) -> Interpolated:
        """The sample at a place of that way, with what the critic says of it and the nearest training sample."""
        given = self._way(query.seed, query.other, torch.tensor([query.at, 0.0, 1.0]))
        with self._lock:
            prepared = sampled(self._module, self._parts, given)
            score = float(self._scores(prepared[:1])[0])
        sample, *ends = self._restored(prepared.numpy())
        known, nearest, above, distance, usual = self._training_samples(), None, None, None, None
        if known is not None:
            nearest, apart = known.nearest(sample)
            unit = self._unit_of_distance
            distance, usual = apart / unit, None if known.usual is None else known.usual / unit
            with self._lock, evaluating(self._module):
                some = self._parts.real(torch.from_numpy(self._prepared(known.first(_COMPARED))).float())
                above = float((self._scores(some) < score).float().mean())
        real = 1 / (1 + math.exp(-max(-60.0, min(60.0, score)))) if self._score_is_log_odds else None
        return Interpolated(sample, np.stack(ends), score, real, above, nearest, distance, usual)

    def _scores(self, samples: torch.Tensor) -> torch.Tensor:
        """What the critic says of prepared samples, N."""
        with evaluating(self._module):
            return self._parts.critic(samples).float().reshape(-1)

    def _training_samples(self) -> TrainingSamples | None:
        """What the network learned from; None where that is not here any more."""
        if self._known is None and self._recipe is not None:
            with suppress(DataError):
                rows = load_rows(self._recipe).train.inputs
                if rows.shape[1:] == self._schema.input.sizes and len(rows):
                    self._known = TrainingSamples(rows, None if self._is_of_pictures else self._preparation)
        return self._known

    def _way(self, seed: int, other: int, steps: torch.Tensor) -> Noise:
        """Noise at ``steps``, N from 0 to 1, of the way between the first of two seeds."""
        ends = (noise(self._parts.sizes, 1, one, SAMPLES) for one in (seed, other))
        return tuple(_arc(start, end, steps.reshape(-1, 1)) for start, end in zip(*ends, strict=True))

    @property
    def _score_is_log_odds(self) -> bool:
        return self._recipe is not None and LOSSES[self._recipe.task.loss].gives_log_odds

    @property
    def _unit_of_distance(self) -> float:
        """Pictures are as far apart as their pixels are on average (root mean square) of the whole range."""
        low, high = self._schema.value_range
        return math.sqrt(math.prod(self._schema.input.sizes)) * (high - low) if self._is_of_pictures else 1.0

    @property
    def _is_of_pictures(self) -> bool:
        return self._schema.kind is DataKind.PICTURES

    def _prepared(self, rows: NDArray[Any]) -> NDArray[Any]:
        return self._preparation.inputs(rows) if self._preparation else rows

    def _made(self, given: Noise) -> NDArray[Any]:
        with self._lock:
            prepared = sampled(self._module, self._parts, given).numpy()
        return self._restored(prepared)

    def _restored(self, prepared: NDArray[Any]) -> NDArray[Any]:
        restored = self._preparation.restore_inputs(prepared) if self._preparation else prepared
        if not self._is_of_pictures:
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
