"""Fitting the record of what pictures like those learned from look like to a network (see ``engine.data.novelty``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Dataset
from engine.data.kinds import DataKind
from engine.data.novelty import MOST_CLASSES, MOST_PROTOTYPES, Novelty, Seen, View
from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.graph.targets import CLASSIFIED
from engine.tasks.predictor import Predictor
from engine.tasks.registry import AUTOMATIC

PROTOTYPES = 15
"""Of each class, where there are ten or fewer; of more classes so many fewer that all together stay as many."""
ROWS, JUDGED = 2_000, 1_500
"""Rows that are looked at to learn from, and to judge by, so that a large dataset takes no longer."""
FEWEST = 200
"""Of fewer rows a hundredth cannot be told; nothing is claimed then."""
COMMON = 0.985
"""The share of the dataset's own pictures that are not to be called unlike it."""
_EXTREME = 0.99
_ROUNDS = 6
_SEED = 0


def fit_novelty(
    graph: Graph,
    dataset: Dataset,
    weights: Mapping[str, NDArray[Any]],
    preparation: Preparation | None,
    task: str = AUTOMATIC,
) -> Novelty | None:
    """The record for a trained network, from its weights and the rows of its dataset; equal ones give an equal record.

    ``task`` is its kind of learning by name. Prototypes are those of training rows, percentiles those of validation
    rows and, where these are few, of other training rows. None where nothing is claimed: no pictures, no classes, too
    few rows, or a network without a layer of weights to look into. Raises what Predictor raises.
    """
    schema = dataset.schema
    if schema.kind is not DataKind.PICTURES or schema.target.kind not in CLASSIFIED or schema.input.rank != 3:
        return None
    predictor = Predictor(graph, schema.signature(), weights, preparation, task=task)
    train, held = dataset.train, dataset.validation
    chosen, spare = _divided(len(train), enough_held=len(held) >= FEWEST)
    judged = train.inputs[spare]
    if len(held):
        some = np.sort(np.random.default_rng(_SEED).permutation(len(held))[:JUDGED])
        judged = np.concatenate([held.inputs[some], judged])
    if len(chosen) < FEWEST or len(judged) < FEWEST:
        return None
    seen, other = predictor.look(train.inputs[chosen]), predictor.look(judged)
    if seen is None or other is None or not (_finite(seen.seen) and _finite(other.seen)):
        return None
    classes = train.targets[chosen].astype(np.int64).reshape(-1)
    present = np.unique(classes)[:MOST_PROTOTYPES]
    if present.min() < 0 or present.max() >= MOST_CLASSES:
        return None
    each = max(1, min(PROTOTYPES, 10 * PROTOTYPES // len(present)))
    counts = [min(each, int((classes == one).sum())) for one in present]
    measured = len(seen.seen.views) + 2
    record = Novelty(
        views=tuple(
            _view(points, numbers, classes, present, counts)
            for points, numbers in zip(seen.seen.views, seen.seen.numbers, strict=True)
        ),
        owners=np.repeat(present, counts).astype(np.uint16),
        centre=(0.0,) * measured,
        spread=(1.0,) * measured,
        threshold=1.0,
    )
    return _calibrated(record, record.measures(other.seen, other.answered, other.ink))


def _finite(seen: Seen) -> bool:
    return all(np.isfinite(part).all() for part in (*seen.views, seen.energy))


def _divided(rows: int, *, enough_held: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Training rows to learn from, and others to judge by: none where enough rows were held back."""
    order = np.random.default_rng(_SEED).permutation(rows)
    if enough_held:
        return np.sort(order[:ROWS]), order[:0]
    half = min(ROWS, rows // 2)
    return np.sort(order[:half]), np.sort(order[half : half + JUDGED])


def _calibrated(record: Novelty, measures: NDArray[np.float32]) -> Novelty:
    centre = np.median(measures, axis=0)
    spread = np.maximum(np.quantile(measures, _EXTREME, axis=0) - centre, 1e-6)
    record = replace(record, centre=tuple(map(float, centre)), spread=tuple(map(float, spread)))
    return replace(record, threshold=max(float(np.quantile(record.score(measures), COMMON)), 1e-3))


def _view(
    points: NDArray[np.float32], numbers: int, classes: NDArray[np.int64], present: NDArray[np.int64], counts: list[int]
) -> View:
    """The middles of groups of each class (k-means, Lloyd 1982), in 255 steps for each number."""
    middles = [_middles(points[classes == one], count) for one, count in zip(present, counts, strict=True)]
    found = np.concatenate(middles)
    scale = np.maximum(np.abs(found).max(axis=0), 1e-9).astype(np.float32) / np.float32(127)
    return View(numbers, scale, np.rint(found / scale).astype(np.int8))


def _middles(points: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    order = np.random.default_rng(_SEED).permutation(len(points))
    middles = points[order[:count]].copy()
    for _ in range(_ROUNDS):
        group = ((middles**2).sum(axis=1) - 2 * points @ middles.T).argmin(axis=1)
        for number in range(len(middles)):
            if (group == number).any():
                middles[number] = points[group == number].mean(axis=0)
    return middles
