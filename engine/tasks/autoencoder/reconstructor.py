"""What an autoencoder gives back: of samples that are tried, of those held back, and on the way between two of them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.dataset import DataError, Dataset
from engine.graph.inference import infer
from engine.graph.parts import code_node
from engine.tasks.autoencoder.kind import NO_LABEL
from engine.tasks.autoencoder.rows import HELD_OUT, Corruption
from engine.tasks.predictor import InputError, Predictor
from engine.tasks.queries import (
    Generate,
    Generated,
    Interpolate,
    Interpolated,
    LearnedNetwork,
    Reconstruct,
    Reconstructed,
)
from engine.tasks.setup import TaskError
from engine.training import random
from engine.training.data_loading import load_rows

USUAL_ROWS = 1_000
"""Held-out samples whose errors say what is usual."""


@dataclass(frozen=True, eq=False)
class _HeldOut:
    """Samples that were not learned from, raw, and the numbers of their classes; None where they have none."""

    inputs: NDArray[Any]
    labels: NDArray[np.int64] | None


class Reconstructor:
    """A network with weights that gives back samples. Any thread may use it; calls wait for one another.

    Raises BuildError when the drawing is not ready, WeightsError when weights or preparation are not its own.
    """

    def __init__(self, network: LearnedNetwork) -> None:
        self._network = network
        self._lock = threading.RLock()
        self._predictor = Predictor.of(network)
        facts = infer(network.graph, network.schema.signature().at_work())
        code = code_node(facts)
        self.code = "" if code is None else network.graph.nodes[code].name
        """The layer that gives the code; "" where the network does not narrow and widen again."""
        self._shape = () if code is None else facts.shapes[code].sizes
        self._held: _HeldOut | None = None
        self._usual: NDArray[np.float64] | None = None

    def load(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take other weights of the same drawing, for example a newer snapshot. Raises WeightsError."""
        with self._lock:
            self._predictor.load(weights)
            self._usual = None

    def reconstruct(self, query: Reconstruct) -> Reconstructed:
        """What comes back of the samples asked for. Raises InputError, and DataError where held-out ones are not here.

        An error is the mean squared difference of a sample's numbers as the network is given them.
        """
        with self._lock:
            if query.inputs is None:
                held = self._held_out()
                inputs = held.inputs[: query.most]
                labels = None if held.labels is None else held.labels[: query.most]
            else:
                inputs, labels = np.asarray(query.inputs), None
            given = self._corrupted(inputs) if query.corrupted else None
            outputs = self._predictor.predict(inputs if given is None else given)
            errors = self._errors(outputs, inputs)
            codes = self._codes(inputs if given is None else given)
            above = self._above(errors) if query.inputs is not None else None
            return Reconstructed(inputs, outputs, errors, codes, self.code, self._shape, labels, given, above)

    def interpolate(self, query: Interpolate) -> Interpolated:
        """What comes of the code on the straight way between those of two held-out samples, by their numbers.

        Raises TaskError for a network without a code, and DataError where held-out samples are not here.
        """
        if not self.code:
            raise TaskError("The network does not narrow and widen again, so it has no code to go a way in.")
        with self._lock:
            rows = self._held_out().inputs
            ends = rows[[query.seed % len(rows), query.other % len(rows)]]
            first, second = self._codes_as_they_are(ends)
            values = (1 - query.at) * first + query.at * second
            sample = self._predictor.decode(values[None], self.code)[0]
            return Interpolated(sample, np.asarray(ends), None, None, None, None)

    def generate(self, query: Generate) -> Generated:
        """Raises TaskError: it gives back, and makes nothing of noise."""
        raise TaskError(
            "An autoencoder gives back what it is given and makes nothing of noise: use predict, or encode and decode."
        )

    def _corrupted(self, inputs: NDArray[Any]) -> NDArray[Any] | None:
        """Samples with the noise of the recipe, in the units of the data, the same each time; None without noise."""
        task, preparation = self._network.recipe.task, self._network.preparation
        corruption = Corruption(task.noise, task.masking)
        if not corruption.changes or not len(inputs):
            return None
        prepared = torch.from_numpy(self._prepared(inputs))
        noisy = corruption.of(prepared, random.generator(self._network.recipe.seed, HELD_OUT, 0)).numpy()
        return preparation.restore_inputs(noisy) if preparation else noisy

    def _prepared(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        preparation = self._network.preparation
        prepared = preparation.inputs(inputs) if preparation else inputs
        return np.ascontiguousarray(prepared, dtype=np.float32)

    def _errors(self, outputs: NDArray[np.float32], inputs: NDArray[Any]) -> NDArray[np.float64]:
        """The mean squared difference of each sample, N."""
        off = self._prepared(outputs).astype(np.float64) - self._prepared(inputs)
        return np.square(off).reshape(len(off), -1).mean(axis=1) if len(off) else np.zeros(0)

    def _codes(self, inputs: NDArray[Any]) -> NDArray[np.float32] | None:
        """The code of each sample as a flat list of numbers, N×K; None without a code."""
        if not self.code:
            return None
        return self._codes_as_they_are(inputs).reshape(len(inputs), -1)

    def _codes_as_they_are(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = self._predictor.encode(inputs, (self.code,))[self.code]
        return found

    def _above(self, errors: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """The share of held-out samples with a smaller error than each; None where they are not here."""
        if self._usual is None:
            with suppress(DataError, InputError):
                rows = self._held_out().inputs[:USUAL_ROWS]
                self._usual = np.sort(self._errors(self._predictor.predict(rows), rows))
        if self._usual is None or not len(self._usual):
            return None
        return np.searchsorted(self._usual, errors) / len(self._usual)

    def _held_out(self) -> _HeldOut:
        """Validation samples; test samples where there are none, and training samples without these. Raises DataError.

        Rows of another shape than the network takes are those of other data by now.
        """
        if self._held is None:
            data: Dataset = load_rows(self._network.recipe)
            split = next(one for one in (data.validation, data.test, data.train) if len(one))
            if split.inputs.shape[1:] != self._network.schema.input.sizes:
                raise DataError(f"{data.schema.title} is not what the network was trained on any more.")
            labels = split.targets.astype(np.int64)
            self._held = _HeldOut(split.inputs, None if not len(labels) or labels.min() <= NO_LABEL else labels)
        return self._held
