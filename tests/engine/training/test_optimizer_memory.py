"""What is said beforehand about the memory of an optimizer is what it takes, or a little less."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from engine.training.optimizer_memory import remembered
from engine.training.optimizer_settings import OptimizerSettings
from engine.training.optimizers import make

CASES: list[tuple[str, dict[str, Any]]] = [
    *((kind, {}) for kind in OptimizerSettings.KINDS),
    ("SGD", {"momentum": 0.0, "nesterov": False}),
    ("Adam", {"amsgrad": True}),
    ("AdamW", {"amsgrad": True}),
    ("RMSprop", {"momentum": 0.5, "centered": True}),
]


@pytest.mark.parametrize(("kind", "values"), CASES)
def test_an_optimizer_remembers_what_was_said(kind: str, values: dict[str, Any]) -> None:
    settings, module = OptimizerSettings(kind, **values), nn.Linear(50, 40, bias=False)
    optimizer = make(settings, module)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = (module(torch.ones(3, 50)) - 1).square().mean()
        value.backward()
        return value

    for _ in range(2):
        if not optimizer.needs_closure:
            loss()
        optimizer.step(loss if optimizer.needs_closure else None)
    found = sum(
        value.numel()
        for part in optimizer.parts
        for memory in part.state.values()
        for value in memory.values()
        if isinstance(value, torch.Tensor) and value.numel() > 1
    )
    assert found // 2000 == remembered(settings)
