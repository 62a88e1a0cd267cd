"""The training samples that are nearest to a row of a table, for whoever asks what a prediction may rest on.

Distances are those of the prepared inputs: what the network is given, so that a column counts as much as its own
standard deviation makes it. Only training samples are looked at, never those that are held back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import DataError
from engine.tasks.nearest import TrainingSamples
from engine.tasks.queries import LearnedNetwork, NearestSamples, Neighbours
from engine.training.data_loading import load_rows

MOST_NUMBERS = 50_000_000
"""Numbers of the training samples that are compared at most; of more samples every second, third … one is."""


class NeighbourFinder:
    """Those of the data that a network has learned from. Raises DataError where it is not at hand, or has changed."""

    def __init__(self, network: LearnedNetwork) -> None:
        data = load_rows(network.recipe)
        rows, schema = data.train, network.schema
        if network.preparation is not None and (words := network.preparation.changed(data.schema)):
            raise DataError(f"{words} The samples it has learned from are not known any more.")
        if rows.inputs.shape[1:] != schema.input.sizes or not len(rows):
            raise DataError(f"The samples that the network has learned from are not known any more: {schema.title}.")
        step = -(-len(rows) * schema.input.count // MOST_NUMBERS)
        self._all = len(rows)
        self._rows = rows if step <= 1 else rows.take(np.arange(0, len(rows), step))
        self._samples = TrainingSamples(self._rows.inputs, network.preparation)

    def load(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Other weights have the same training samples."""

    def find(self, query: Neighbours) -> NearestSamples:
        """The nearest of them. Raises DataError for a sample of another shape."""
        if query.inputs.shape != (1, *self._rows.inputs.shape[1:]):
            raise DataError("The sample does not have the columns of the data that the network has learned from.")
        numbers, squares = self._samples.several(query.inputs[0], query.count)
        found = self._rows.take(numbers)
        return NearestSamples(found.inputs, found.targets, squares, len(self._rows), self._all)
