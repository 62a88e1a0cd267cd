"""Running a network over all rows of a split, without learning from them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from engine.tasks.task import Task
from engine.training.feed import Feed

ROWS = 256
"""Rows at a time: enough to keep the machine busy, few enough that activations stay in the processor's caches."""


def outputs(module: nn.Module, feed: Feed, between: Callable[[], None] = lambda: None) -> tuple[Tensor, Tensor]:
    """All outputs (float32) and answers, in evaluation mode; the module's mode is as before afterwards.

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
        return torch.cat(parts), feed.answers
    finally:
        module.train(training)


def loss_and_metric(
    module: nn.Module, feed: Feed, task: Task, between: Callable[[], None] = lambda: None
) -> tuple[float, float]:
    """The loss over all rows at once, and the mean metric."""
    out, answers = outputs(module, feed, between)
    with torch.no_grad():
        return float(task.loss(out, answers)), float(task.measure(out, answers)) / feed.rows
