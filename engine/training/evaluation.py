"""Running a network over all rows of a split, without learning from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from engine.training.batches import BatchLoader
from engine.training.objective import Objective

ROWS = 256
"""Rows at a time: enough to keep the machine busy, few enough that activations stay in the processor's caches."""


def outputs(module: nn.Module, feed: BatchLoader, between: Callable[[], None] = lambda: None) -> tuple[Tensor, Tensor]:
    """All outputs (float32) and targets, in evaluation mode; the module's mode is as before afterwards.

    ``between`` is called before each batch and may raise to end it.
    """
    training = module.training
    module.eval()
    try:
        parts = []
        with torch.no_grad():
            for inputs, _ in feed.in_order(ROWS if feed.device.type == "cpu" else 8 * ROWS):
                between()
                parts.append(module(inputs).float())
        return torch.cat(parts), feed.targets
    finally:
        module.train(training)


def loss_and_metrics(
    module: nn.Module, feed: BatchLoader, objective: Objective, between: Callable[[], None] = lambda: None
) -> tuple[float, ...]:
    """The loss over all rows at once, and the mean of each metric."""
    out, targets = outputs(module, feed, between)
    with torch.no_grad():
        measured = (float(sum_of_rows) / feed.rows for sum_of_rows in objective.measures(out, targets))
        return float(objective.loss(out, targets)), *measured


def final_figures(
    module: nn.Module,
    objective: Objective,
    test: BatchLoader,
    learned: Tensor,
    between: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """The verdict on the rows of ``test``, and what always giving the same answer would get there.

    Which answer that is, is measured on ``learned``, the prepared targets of the training rows. Plain numbers and
    lists by name, as ``Objective.test`` and ``Objective.floor`` give them; empty where there are no rows.
    """
    if not test.rows:
        return {}
    return {**objective.test(*outputs(module, test, between)), **objective.floor(learned, test.targets)}
