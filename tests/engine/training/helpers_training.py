"""Small networks, rows and trainers for the tests of training."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from engine.data.dataset import Dataset, Schema, Split
from engine.graph.shapes import Shape
from engine.graph.targets import Categories, MultiLabel, Quantities, Target, YesNo
from engine.tasks.supervised_targets import task_for
from engine.training.batches import Batch, BatchLoader
from engine.training.gradient_learner import GradientLearner
from engine.training.recipe import Recipe
from engine.training.runner import Runner

CPU = torch.device("cpu")
CLASSES = Categories(3, ("a", "b", "c"))
YES_NO = YesNo(1, ("no", "yes"))
LABELS = MultiLabel(3, ("a", "b", "c"))
VALUES = Quantities(1, ("y",))


def rows(target: Target, count: int = 50, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Inputs N×4 and answers that follow from them."""
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(count, 4)).astype(np.float32)
    score = inputs @ np.array([1.0, -1.0, 0.5, 0.0], dtype=np.float32)
    if target.kind == "classes":
        return inputs, np.digitize(score, [-0.7, 0.7]).astype(np.int64)
    if target.kind == "yes-no":
        return inputs, (score > 0).astype(np.float32)
    if target.kind == "labels":
        return inputs, (score[:, None] > np.array([-0.7, 0.0, 0.7])).astype(np.float32)
    return inputs, (score[:, None] * 3 + 1).astype(np.float32)


def network(outputs: int = 3, seed: int = 1, **parts: nn.Module) -> nn.Module:
    """A small network with dropout and batch normalisation, its weights drawn from ``seed``."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = nn.Sequential()
        module.add_module("hidden", nn.Linear(4, 8))
        module.add_module("norm", nn.BatchNorm1d(8))
        for name, part in parts.items():
            module.add_module(name, part)
        module.add_module("act", nn.Tanh())
        module.add_module("drop", nn.Dropout(0.3))
        module.add_module("last", nn.Linear(8, outputs))
    return module


def recipe(**changes: Any) -> Recipe:
    """A short recipe; ``changes`` are settings by path with ``__`` for dots."""
    base = Recipe(batch_size=16, epochs=3, device="cpu")
    return base.with_settings({name.replace("__", "."): value for name, value in changes.items()})


def noise(batch: Batch, generator: torch.Generator) -> Batch:
    """An augmentation for rows of numbers."""
    inputs, targets = batch
    return inputs + 0.05 * torch.randn(inputs.shape, generator=generator), targets


def trainer(
    settings: Recipe, target: Target = CLASSES, module: nn.Module | None = None, augment: bool = True, **more: Any
) -> Runner:
    """A trainer on small rows: 50 to learn from (the last batch is short), 20 to validate, 20 to test."""
    counts = np.bincount(rows(target)[1].astype(int).reshape(-1) + 10) if target.kind != "values" else ()
    task = task_for(target, settings, counts=[int(c) for c in counts[10:]])
    feeds = []
    for count, seed in ((50, 0), (20, 1), (20, 2)):
        inputs, answers = rows(target, count, seed)
        feeds.append(
            BatchLoader(inputs, task.target_tensor(answers), CPU, augment=noise if augment and not feeds else None)
        )
    learner = GradientLearner(module or network(target.outputs), task, settings, *feeds)
    chosen = {"seed": settings.seed, "patience": settings.patience, "precision": settings.precision}
    return Runner(learner, settings.epochs, **chosen, **more)


def dataset(target: Target = CLASSES) -> Dataset:
    """The same rows as a dataset."""
    schema = Schema(
        name="rows",
        title="Rows",
        summary="Rows of numbers.",
        kind="table",
        input=Shape.features(4),
        target=target,
        columns=("p", "q", "r", "s"),
        value_range=(-4.0, 4.0),
        licence="",
        origin="",
        answer_preparation="standardise" if target.kind == "values" else "none",
    )
    return Dataset(schema, *(Split(*rows(target, count, seed)) for count, seed in ((50, 0), (20, 1), (20, 2))))
