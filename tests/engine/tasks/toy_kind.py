"""A kind of learning for the tests: the goal gives back a column of the data, the one that a setting chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.data.dataset import Dataset, Schema, Split
from engine.data.preparation import Preparation
from engine.graph.output_activation import Endings
from engine.graph.parameters import Integer, Params
from engine.graph.targets import Quantities, Target
from engine.tasks.kind import TaskKind
from engine.tasks.setup import Reader, Setup
from engine.training.channel import Channel
from engine.training.checkpoint import LearnerState, PackedMemory
from engine.training.learner import FinalFigures, Round, Step
from engine.training.result import Failure
from engine.training.state import Progress, StateError

OFF = Channel("off", "Distance", "distance", higher_is_better=False)


def _unfit(data: Schema, settings: Params) -> str:
    count = len(data.columns)
    return "" if count >= settings.column else f"{data.title} has {count} columns, and none numbered {settings.column}."


def _column(data: Schema, settings: Params) -> Target:
    return Quantities(1, (data.columns[settings.column - 1],))


def _rows(data: Dataset, settings: Params) -> Dataset:
    def split(rows: Split) -> Split:
        return Split(rows.inputs, rows.inputs[:, settings.column - 1 : settings.column])

    schema = replace(data.schema, target=_column(data.schema, settings))
    return Dataset(schema, split(data.train), split(data.validation), split(data.test))


REMEMBER = TaskKind(
    name="remember",
    title="Remember",
    summary="Learns to give back a column of the data.",
    learner="tests.engine.tasks.toy_kind",
    targets=(),
    channels=lambda _target: (OFF,),
    unfit=_unfit,
    target=_column,
    rows=_rows,
    parameters=(
        Integer(name="halvings", title="Halvings", default=2, low=1, high=50, help="Repeats of a step."),
        Integer(name="column", title="Column", default=1, low=1, high=1000, help="The column, from 1."),
    ),
    shapes_rows=("column",),
    quick=("epochs", "task.halvings"),
    leaves_out=("loss", "optimizer", "schedule", "l1", "gradient_clipping", "precision", "batch_size"),
)


class RememberLearner:
    """Moves the weights of a single dense layer half of the way to those that give back the column."""

    def __init__(self, setup: Setup) -> None:
        self.module, self.device, self.progress = setup.module, setup.device, Progress()
        self.channels, self.steps, self.judge = (OFF,), 3, "the training split"
        self.halvings = int(setup.recipe.task.halvings)
        self.layer = next(child for child in setup.module.modules() if isinstance(child, nn.Linear))
        self.taken = 0
        preparation = setup.preparation
        raw = torch.from_numpy(np.asarray(preparation.inputs(setup.dataset.train.inputs), dtype=np.float32))
        self.inputs = raw
        goal = preparation.targets(setup.dataset.train.targets)
        self.targets = torch.from_numpy(np.asarray(goal, dtype=np.float32))
        with_one = torch.cat([raw, torch.ones(len(raw), 1)], 1)
        self.goal = torch.linalg.lstsq(with_one.double(), self.targets.double()).solution.float()

    def begin(self, progress: Progress) -> None:
        self.progress = progress

    def load(self, progress: Progress, memory: PackedMemory) -> None:
        self.progress = progress
        try:
            self.taken = int(memory.unpack()["taken"])
        except (ValueError, TypeError, KeyError):
            raise StateError("The saved training is damaged; train from scratch.") from None

    def save(self) -> LearnerState:
        return LearnerState({}, {"taken": torch.tensor(self.taken)})

    def warm_up(self) -> int | None:
        return None

    def open_round(self) -> None:
        return None

    @torch.no_grad()
    def step(self, check: Callable[[Tensor], None]) -> Step:
        off = (self.module(self.inputs) - self.targets).abs().mean()
        check(off)
        for _ in range(self.halvings):
            self.layer.weight.lerp_(self.goal[:-1].T, 0.5)
            self.layer.bias.lerp_(self.goal[-1], 0.5)
        self.taken += 1
        return Step((off,), len(self.inputs))

    def close_round(self, between: Callable[[], None]) -> Round:
        between()
        off = self.progress.sums[0] / self.progress.rows
        return Round({"train_off": off}, off)

    @property
    def finished(self) -> str:
        return "Remembered." if self.taken >= 30 else ""

    def set(self, path: str, value: float) -> None:
        raise ValueError(f"{path} cannot be changed while training")

    def floor(self) -> Mapping[str, Any]:
        return {}

    def verdict(self) -> FinalFigures:
        with torch.no_grad():
            return FinalFigures({"test_off": float((self.module(self.inputs) - self.targets).abs().mean())})

    def explain(self, error: BaseException) -> Failure:
        return Failure(None, f"Remembering stopped because of an error: {error}")


def make_learner(setup: Setup) -> RememberLearner:
    return RememberLearner(setup)


def reader(_target: Target, _endings: Endings, _preparation: Preparation | None) -> Reader:
    return lambda outputs: outputs


def final_figures(setup: Setup) -> dict[str, Any]:
    return dict(make_learner(setup).verdict().figures)
