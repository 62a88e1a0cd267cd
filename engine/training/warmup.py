"""The first step, taken before the run starts and then undone: torch prepares itself, and the work is measured.

Torch's first forward and backward pass take a fifth of a second for things done once; without this the first
batch would look like a slow machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from engine.training.optimizer_settings import OptimizerSettings
from engine.training.optimizers import make


def warm_up(
    module: nn.Module, inputs: Tensor, loss: Callable[[Tensor], Tensor], settings: OptimizerSettings
) -> int | None:
    """One step on ``inputs`` that leaves no trace; returns the multiplications of its forward pass.

    None when it failed; explaining that is left to the first real step.
    """
    before = {name: value.clone() for name, value in module.state_dict().items()}
    work = [0]
    hooks = [child.register_forward_hook(_counter(work)) for child in module.modules()]
    module.train()
    try:
        loss(module(inputs).float()).backward()
        _warm_optimizer(settings)
    except Exception:
        return None
    finally:
        for hook in hooks:
            hook.remove()
        module.zero_grad(set_to_none=True)
        with torch.no_grad():
            for name, value in module.state_dict().items():
                value.copy_(before[name])
    return work[0]


def _warm_optimizer(settings: OptimizerSettings) -> None:
    """Torch loads parts of itself at the first step of the first optimizer."""
    trial = nn.Linear(2, 2)
    optimizer = make(settings, trial)

    def closure() -> Tensor:
        result = trial(torch.ones(1, 2)).square().sum()
        result.backward()
        return result

    closure()
    optimizer.step(closure if optimizer.needs_closure else None)


def _counter(work: list[int]) -> Callable[[nn.Module, Any, Any], None]:
    """A hook that adds up outputs × weights an output, which is right for dense and convolution layers and near
    enough for others."""

    def count(module: nn.Module, _inputs: Any, output: Any) -> None:
        own = list(module.parameters(recurse=False))
        if not own:
            return
        first = output[0] if isinstance(output, tuple) else output
        weights = sum(p.numel() for p in own if p.ndim > 1)
        channels = max(p.shape[0] for p in own)
        work[0] += first.numel() * weights // max(1, channels)

    return count
