"""The learner of k-means: in each step the rows are given to the nearest centres, and these move to their means.

What stands before the KMeans layer is applied to all rows once, as it is. Several starts go on side by side; the one
whose rows lie closest to their centres is what the module holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.counting import counted
from engine.data.dataset import DataError, Split
from engine.data.preparation import Preparation
from engine.graph.output_activation import Endings
from engine.graph.targets import Target
from engine.network.build import Network
from engine.network.modules import KMeans
from engine.network.route import NetworkRoute
from engine.tasks.k_means.figures import final
from engine.tasks.k_means.kind import ALL, AUTO, DISTANCE, PLUS_PLUS
from engine.tasks.k_means.lloyd import Points, any_rows, first_centres, lloyd, mini_batch
from engine.tasks.setup import Reader, Setup, TaskError
from engine.training import random
from engine.training.batches import BatchLoader
from engine.training.channel import Channel
from engine.training.checkpoint import LearnerState, PackedMemory
from engine.training.evaluation import ROWS
from engine.training.failures import explain
from engine.training.learner import FinalFigures, Round, Step
from engine.training.result import Failure
from engine.training.state import Progress, StateError

MOST_AT_ONCE = 20_000_000
"""Numbers of all rows up to which a step looks at all of them, where nothing else is asked for."""
MINI_BATCH = 4_096
"""Rows of a step where there are more."""
STARTS = 20
"""What random numbers of a stream are for: where centres begin (``engine.training.random.mixed``)."""
_LAYER = "KMeans"


def make_learner(setup: Setup) -> KMeansLearner:
    """The learner for a drawing that ends in a KMeans layer. Raises TaskError and DataError."""
    layer = _layer(setup.module)
    train = _encoded(setup, setup.dataset.train)
    assert train is not None
    if len(layer.centres) > len(train):
        raise TaskError(
            f"There are {counted(len(train), 'training sample')}, too few for {len(layer.centres):,} groups. Choose at "
            f"most {len(train):,}."
        )
    return KMeansLearner(setup, layer, train, _encoded(setup, setup.dataset.validation))


def reader(_target: Target, _endings: Endings, _preparation: Preparation | None) -> Reader:
    """The distances to the centres as they come, in the units of the prepared samples: the least tells the group."""
    return lambda outputs: outputs


def final_figures(setup: Setup) -> dict[str, Any]:
    """The figures of the centres that the module holds; see ``engine.tasks.k_means.figures.final``."""
    layer = _layer(setup.module)
    train = _encoded(setup, setup.dataset.train)
    if train is None:
        return {}
    labels = torch.from_numpy(setup.dataset.train.targets.reshape(-1).copy()).long()
    test = _encoded(setup, setup.dataset.test)
    return final(train, labels, test, layer.centres, setup.recipe.seed)


@dataclass
class _Starts:
    """Several starts side by side, S of them: all that has to be remembered of a run.

    ``centres`` S×K×D; ``opened`` the same as they were when the round began; ``seen`` S×K rows that each centre was
    moved by, of mini-batches; ``scores`` S mean squared distances, the last known; ``sums`` S, of the running round;
    ``done`` S: converged.
    """

    centres: Tensor
    opened: Tensor
    seen: Tensor
    scores: Tensor
    sums: Tensor
    done: Tensor

    @property
    def best(self) -> int:
        """The start whose rows lie closest to their centres."""
        return int(self.scores.argmin())


class KMeansLearner:
    """Moves the centres of ``layer``. A step looks at all training rows, or at some of them in the order of an epoch.

    The figure of a step is the mean squared distance of its rows to the nearest centres, before these move.
    """

    judge = "the training split"

    def __init__(self, setup: Setup, layer: KMeans, train: Points, validation: Points | None) -> None:
        self.module, self.device = setup.module, setup.device
        self.channels: tuple[Channel, ...] = (DISTANCE,)
        self.progress = Progress()
        self._setup, self._layer, self._train, self._validation = setup, layer, train, validation
        self._seed, task = setup.recipe.seed, setup.recipe.task
        self._batch = batch_size(task.batch_size, *train.rows.shape)
        self._whole = self._batch >= len(train)
        self.steps = 1 if self._whole else -(-len(train) // self._batch)
        self._count = int(task.starts)
        self._tolerance = task.tolerance * train.variance
        self._starts: _Starts | None = None
        self._order: Tensor | None = None

    # Starting and going on

    def begin(self, progress: Progress) -> None:
        """Choose the first centres of every start."""
        self.progress = progress
        choose = first_centres if self._setup.recipe.task.initial == PLUS_PLUS else any_rows
        count = len(self._layer.centres)
        dice = [random.generator(self._seed, STARTS, number) for number in range(self._count)]
        found = [choose(self._train, count, generator) for generator in dice]
        centres = torch.stack([one for one, _ in found])
        self._starts = _Starts(
            centres=centres,
            opened=centres.clone(),
            seen=torch.zeros(centres.shape[:2], dtype=torch.int64, device=self.device),
            scores=torch.tensor([score for _, score in found], dtype=torch.float64),
            sums=torch.zeros(len(found), dtype=torch.float64),
            done=torch.zeros(len(found), dtype=torch.bool),
        )
        self._show()

    def load(self, progress: Progress, memory: PackedMemory) -> None:
        """Go on where ``save`` was called, bit for bit. Raises StateError for other rows or settings."""
        self.progress = progress
        for name, (title, now) in self._settings().items():
            before = progress.learner.get(name)
            if before != now:
                raise StateError(
                    f"The groups were found with {title} {before}; now it is {now}. Set it back to continue, or train "
                    "from scratch."
                )
        try:
            self._starts = self._checked(memory.unpack())
        except (ValueError, TypeError) as error:
            raise StateError(f"The saved centres cannot be used: {error}. Train from scratch.") from None

    def save(self) -> LearnerState:
        """The settings that decide over the steps, and all that is remembered of the starts."""
        memory = {name: getattr(self._starts, name) for name in _Starts.__annotations__}
        return LearnerState({name: now for name, (_, now) in self._settings().items()}, memory)

    def _settings(self) -> dict[str, tuple[str, int]]:
        return {
            "rows": ("training samples:", len(self._train)),
            "batch": ("samples a step:", min(self._batch, len(self._train))),
            "starts": ("starts:", self._count),
            "seed": ("seed", self._seed),
        }

    def _checked(self, memory: Any) -> _Starts:
        wanted = self._shapes()
        if not isinstance(memory, Mapping) or set(memory) != set(wanted):
            raise ValueError("something of them is missing")
        for name, (shape, dtype) in wanted.items():
            value = memory[name]
            if not isinstance(value, Tensor) or tuple(value.shape) != shape or value.dtype != dtype:
                raise ValueError(f'"{name}" is not {"×".join(map(str, shape))}')
            if dtype.is_floating_point and not bool(value.isfinite().all()):
                raise ValueError(f'"{name}" holds numbers that are not finite')
        on_device = {name: memory[name].to(self.device) for name in ("centres", "opened", "seen")}
        return _Starts(**{**memory, **on_device})

    def _shapes(self) -> dict[str, tuple[tuple[int, ...], torch.dtype]]:
        starts, (count, features) = self._count, tuple(self._layer.centres.shape)
        places = ((starts, count, features), torch.float32)
        each = ((starts,), torch.float64)
        seen = ((starts, count), torch.int64)
        done = ((starts,), torch.bool)
        return {"centres": places, "opened": places, "seen": seen, "scores": each, "sums": each, "done": done}

    def warm_up(self) -> int | None:
        """Nothing needs to be done once; returns the multiplications of a step."""
        return min(self._batch, len(self._train)) * self._layer.centres.numel() * self._count

    # Steps

    def open_round(self) -> None:
        """Put the rows of mini-batches in the order of the epoch."""
        if self._whole:
            return
        order = torch.randperm(len(self._train), generator=random.generator(self._seed, random.SHUFFLE, self._epoch))
        self._order = order.to(self.device)

    @property
    def _epoch(self) -> int:
        return self.progress.epoch

    def step(self, check: Callable[[Tensor], None]) -> Step:
        """Give the rows to the nearest centres, and move these; gives the best start's distance before that."""
        starts, points = self._running, self._points()
        nearest = {k: points.nearest(starts.centres[k]) for k in range(self._count) if not starts.done[k]}
        distances = {k: float(squared.mean()) for k, (_, squared) in nearest.items()}
        if self._whole:
            for k, distance in distances.items():
                starts.scores[k] = distance
        best = starts.best
        value = torch.tensor(distances.get(best, float(starts.scores[best])), dtype=torch.float64)
        check(value)
        for k, (groups, squared) in nearest.items():
            if self._whole:
                moved = lloyd(points, starts.centres[k], groups, squared)
                starts.done[k] = self._is_still(starts.centres[k], moved)
                starts.centres[k] = moved
            else:
                starts.centres[k], starts.seen[k] = mini_batch(
                    points, starts.centres[k], starts.seen[k], groups, squared, fill=self._epoch > 0
                )
                starts.sums[k] += distances[k] * len(points)
        self._show()
        return Step((value,), len(points))

    def _points(self) -> Points:
        if self._whole:
            return self._train
        assert self._order is not None
        at = self.progress.batch * self._batch
        return self._train.take(self._order[at : at + self._batch])

    def _is_still(self, before: Tensor, after: Tensor) -> bool:
        return float(((after.double() - before.double()) ** 2).sum()) <= self._tolerance

    @property
    def _running(self) -> _Starts:
        assert self._starts is not None
        return self._starts

    @torch.no_grad()
    def _show(self) -> None:
        """Let the module hold the best start's centres."""
        self._layer.centres.copy_(self._running.centres[self._running.best])

    def set(self, path: str, value: float) -> None:
        """Nothing can be changed while it goes on."""
        raise ValueError(f"{path} cannot be changed while training")

    # The end of a round, and of the run

    def close_round(self, between: Callable[[], None]) -> Round:
        """See which start is best and which have converged, and measure the validation rows."""
        starts, progress = self._running, self.progress
        if not self._whole:
            for k in range(self._count):
                if not starts.done[k]:
                    starts.scores[k] = starts.sums[k] / len(self._train)
                    starts.done[k] = self._is_still(starts.opened[k], starts.centres[k])
            starts.sums.zero_()
            starts.opened = starts.centres.clone()
            self._show()
        between()
        row: dict[str, float | None] = {
            f"train_{DISTANCE.name}": progress.sums[0] / max(1, progress.rows),
            f"validation_{DISTANCE.name}": None,
        }
        if self._validation is not None:
            squared = self._validation.nearest(self._layer.centres)[1]
            row[f"validation_{DISTANCE.name}"] = float(squared.mean())
        return Round(row)

    @property
    def finished(self) -> str:
        """That the centres of every start have come to rest."""
        if not bool(self._running.done.all()):
            return ""
        return f"Converged after {counted(self._epoch, 'round')}."

    def floor(self) -> Mapping[str, Any]:
        """What a single centre would get."""
        return {"floor_distance": self._train.variance * self._train.rows.shape[1]}

    def verdict(self) -> FinalFigures:
        """The figures of the groups; says so where the centres still move."""
        figures = final_figures(self._setup)
        if self.finished:
            return FinalFigures({**figures, "converged_after": self._epoch})
        return FinalFigures(figures, "The centres have not come to rest; more epochs would bring them further.")

    def explain(self, error: BaseException) -> Failure:
        """What happened, in words."""
        return explain(error, self.module, None, 0.0)


def _layer(module: nn.Module) -> KMeans:
    """The KMeans layer; that there is exactly one is checked of the drawing (``engine.graph.advice``)."""
    (layer,) = (one for one in module.modules() if isinstance(one, KMeans))
    return layer


def _encoder(module: nn.Module) -> NetworkRoute:
    """What leads from the data to the KMeans layer."""
    assert isinstance(module, Network)
    graph = module.graph
    (layer,) = (node for node in graph.of_kind(_LAYER) if not node.bypassed)
    arriving = graph.sources(layer.id)[0]
    assert arriving is not None
    return NetworkRoute.from_data(module, arriving)


def batch_size(asked: int | str, rows: int, features: int) -> int:
    """How many of ``rows`` samples a step looks at where ``asked`` is what the recipe says: all, or fewer."""
    if asked == AUTO:
        return rows if rows * features <= MOST_AT_ONCE else MINI_BATCH
    return rows if asked == ALL else min(rows, int(asked))


def _encoded(setup: Setup, split: Split) -> Points | None:
    """The rows of a split as they arrive at the KMeans layer, in evaluation mode; None without rows."""
    if not len(split):
        return None
    preparation, module = setup.preparation, setup.module
    loader = BatchLoader(
        split.inputs,
        torch.zeros(len(split)),
        setup.device,
        shift=preparation.input_shift,
        scale=preparation.input_scale,
    )
    encoder = _encoder(module)
    training = module.training
    module.eval()
    try:
        with torch.no_grad():
            arriving = [encoder(inputs).float() for inputs, _ in loader.in_order(ROWS)]
    finally:
        module.train(training)
    rows = torch.cat(arriving)
    if not bool(rows.isfinite().all()):
        bad = int((~rows.isfinite()).any(1).nonzero()[0])
        raise DataError(
            f"Sample {bad + 1:,}: what arrives at the KMeans layer is not finite. The sample lies too far from the "
            "others, or a layer before has weights that are not finite."
        )
    return Points(rows)
