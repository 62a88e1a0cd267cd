"""Augmentation changes a whole batch: what is drawn for a row moves its target along."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from engine.training.batches import Batch, BatchLoader
from engine.training.gradient_learner import GradientLearner
from engine.training.runner import Runner
from tests.engine.training.helpers_training import CPU, VALUES, recipe, task_for


def moved(batch: Batch, generator: torch.Generator) -> Batch:
    """Adds one random number a row to its input and to its target, as moving a picture moves its boxes."""
    inputs, targets = batch
    way = 10 * torch.rand((len(inputs), 1), generator=generator)
    return inputs + way, targets + way


def test_targets_move_along_with_their_inputs() -> None:
    inputs = np.linspace(-1, 1, 32, dtype=np.float32)[:, None]
    settings = recipe(epochs=200, optimizer__learning_rate=0.01, loss="mse")
    objective = task_for(VALUES, settings)
    rows = BatchLoader(inputs, objective.target_tensor(inputs), CPU, augment=moved)
    changed = rows.augmented(rows.take(torch.arange(32)), seed=1, step=5)
    assert torch.equal(changed[0], changed[1])
    assert not torch.equal(changed[0], rows.take(torch.arange(32))[0])
    again, other = (rows.augmented(rows.take(torch.arange(32)), seed=1, step=step) for step in (5, 6))
    assert torch.equal(again[1], changed[1])
    assert not torch.equal(other[1], changed[1])
    module = nn.Sequential()
    module.add_module("only", nn.Linear(1, 1))
    for parameter in module.parameters():
        nn.init.zeros_(parameter)
    Runner(GradientLearner(module, objective, settings, rows, None, None), settings.epochs, seed=1).run()
    learned = module(torch.tensor([[7.0]])).item()
    assert learned == pytest.approx(7, abs=0.2), "the target is the input, also where no row was"
