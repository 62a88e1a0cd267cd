"""The optimizers: torch's own, made from the recipe, behind one small face with a state that can be saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from engine.graph.expressions import Call
from engine.graph.parameters import Params
from engine.network.evaluate import function
from engine.training.memory_check import checked_memory
from engine.training.optimizer_settings import OptimizerSettings
from engine.training.weights import multiplied

Closure = Callable[[], Tensor]


class OptimizerError(ValueError):
    """The optimizer cannot be used here; the message says why and what to choose instead."""


class Optimizer:
    """One or two of torch's optimizers that together train all parameters."""

    def __init__(self, parts: Iterable[torch.optim.Optimizer], *, needs_closure: bool = False) -> None:
        self.parts = tuple(parts)
        # Whether it evaluates the loss several times a step.
        self.needs_closure = needs_closure

    def set_learning_rate(self, learning_rate: float) -> None:
        for part in self.parts:
            # Asked for each time: loading a state makes new groups.
            for group in part.param_groups:
                group["lr"] = learning_rate

    def zero_grad(self) -> None:
        for part in self.parts:
            part.zero_grad(set_to_none=True)

    def step(self, closure: Closure | None = None) -> None:
        for part in self.parts:
            part.step(closure)  # type: ignore[arg-type]

    def state(self) -> list[Any]:
        """What the optimizer remembers, without its settings: those are the recipe's."""
        return [part.state_dict()["state"] for part in self.parts]

    def load(self, state: Any) -> None:
        """Go back to an earlier ``state``, which may come from a file.

        Raises ValueError and changes nothing when it is not what this optimizer keeps for these parameters.
        """
        if not isinstance(state, list) or len(state) != len(self.parts):
            raise ValueError(f"it must be a list of the memory of {len(self.parts)} optimizers")
        memories = [checked_memory(part, memory) for part, memory in zip(self.parts, state, strict=True)]
        for part, memory in zip(self.parts, memories, strict=True):
            groups = part.state_dict()["param_groups"]
            part.load_state_dict({"state": memory, "param_groups": groups})
            _lay_out(part)


def _lay_out(part: torch.optim.Optimizer) -> None:
    """Lay loaded memory out like its parameters: the fused kernels walk through both side by side."""
    for parameter, memory in part.state.items():
        for name, value in memory.items():
            if isinstance(value, Tensor) and value.shape == parameter.shape:
                memory[name] = torch.empty_like(parameter, requires_grad=False).copy_(value)


def make(settings: OptimizerSettings, module: nn.Module) -> Optimizer:
    """The optimizer for all parameters of ``module`` that are not frozen.

    Raises OptimizerError when there is nothing to train, or this torch does not have the optimizer.
    """
    parameters = [p for p in module.parameters() if p.requires_grad]
    if not parameters:
        raise OptimizerError(
            "There is nothing to train: no layer of the diagram has parameters that may change. Add a layer with "
            "parameters, such as Linear, or unfreeze one."
        )
    kind = settings.declaration
    if kind.since and not hasattr(torch.optim, kind.name):
        raise OptimizerError(
            f"{kind.label} needs torch {kind.since} or newer; this is {torch.__version__}. Choose "
            f"{OptimizerSettings.DEFAULT} instead."
        )
    if kind.others is None:
        return Optimizer([_made(kind.made, settings, parameters)], needs_closure=kind.needs_closure)
    chosen = {id(p) for p in multiplied(module, embeddings=False) if p.ndim == 2}
    matrices = [p for p in parameters if id(p) in chosen]
    others = [p for p in parameters if id(p) not in chosen]
    trained = ((kind.made, matrices), (kind.others, others))
    parts = [_made(rule, settings, those) for rule, those in trained if those]
    return Optimizer(parts, needs_closure=kind.needs_closure)


def _made(
    rule: Callable[[Params], Call], settings: OptimizerSettings, parameters: list[nn.Parameter]
) -> torch.optim.Optimizer:
    expression = rule(settings.values)
    if settings.declaration.fused:
        # One fused pass over all weights instead of a dozen small ones; the same formulas.
        fused = all(p.is_floating_point() and p.device.type in ("cpu", "cuda") for p in parameters)
        expression = replace(expression, keywords={**expression.keywords, "fused": fused})
    made: torch.optim.Optimizer = function(expression)(parameters, settings.learning_rate)
    return made
