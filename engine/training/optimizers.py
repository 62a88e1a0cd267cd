"""The optimizers: torch's own, made from the recipe, behind one small face with a state that can be saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

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
        # L-BFGS evaluates the loss several times a step.
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
            "There is nothing to train: no layer of the drawing has parameters that may change. Add a layer with "
            "parameters, such as Linear, or unfreeze one."
        )
    if settings.kind == "Muon":
        return _muon(settings, module)
    if settings.kind == "LBFGS":
        search = settings.line_search_fn
        lbfgs = torch.optim.LBFGS(
            parameters,
            lr=settings.learning_rate,
            max_iter=settings.max_iter,
            history_size=settings.history_size,
            line_search_fn=None if search == "none" else search,
        )
        return Optimizer([lbfgs], needs_closure=True)
    return Optimizer([_single(settings, parameters)])


def _single(settings: OptimizerSettings, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    common: dict[str, Any] = {"lr": settings.learning_rate, "weight_decay": settings.weight_decay}
    # One fused pass over all weights instead of a dozen small ones; the same formulas.
    fused = all(p.is_floating_point() and p.device.type in ("cpu", "cuda") for p in parameters)
    match settings.kind:
        case "SGD":
            return torch.optim.SGD(
                parameters, momentum=settings.momentum, nesterov=settings.nesterov, fused=fused, **common
            )
        case "Adam" | "AdamW":
            kind = torch.optim.Adam if settings.kind == "Adam" else torch.optim.AdamW
            return kind(parameters, fused=fused, amsgrad=settings.amsgrad, **common, **_adam(settings))
        case "NAdam":
            decay = settings.momentum_decay
            return torch.optim.NAdam(parameters, momentum_decay=decay, **common, **_adam(settings))
        case "RAdam":
            return torch.optim.RAdam(parameters, **common, **_adam(settings))
        case "RMSprop":
            return torch.optim.RMSprop(
                parameters,
                alpha=settings.alpha,
                eps=settings.eps,
                momentum=settings.momentum,
                centered=settings.centered,
                **common,
            )
        case "Adagrad":
            decay = settings.learning_rate_decay
            return torch.optim.Adagrad(parameters, lr_decay=decay, eps=settings.eps, **common)
        case "Adadelta":
            return torch.optim.Adadelta(parameters, rho=settings.rho, eps=settings.eps, **common)
    raise OptimizerError(f"There is no optimizer called {settings.kind!r}.")


def _adam(settings: OptimizerSettings) -> dict[str, Any]:
    return {"betas": (settings.beta1, settings.beta2), "eps": settings.eps}


def _muon(settings: OptimizerSettings, module: nn.Module) -> Optimizer:
    """Muon for weight matrices, AdamW for everything else (embeddings too), with one learning rate for both.

    Jordan et al., "Muon" (2024); the scaling that lets it share AdamW's rate: Liu et al., "Muon is Scalable for LLM
    Training" (2025).
    """
    if not hasattr(torch.optim, "Muon"):
        raise OptimizerError(f"Muon needs torch 2.9 or newer; this is {torch.__version__}. Choose AdamW instead.")
    chosen = {id(p) for p in multiplied(module, embeddings=False) if p.ndim == 2}
    parameters = [p for p in module.parameters() if p.requires_grad]
    matrices = [p for p in parameters if id(p) in chosen]
    others = [p for p in parameters if id(p) not in chosen]
    common: dict[str, Any] = {"lr": settings.learning_rate, "weight_decay": settings.weight_decay}
    parts: list[torch.optim.Optimizer] = []
    if matrices:
        parts.append(
            torch.optim.Muon(
                matrices,
                momentum=settings.momentum,
                nesterov=settings.nesterov,
                ns_steps=settings.ns_steps,
                adjust_lr_fn="match_rms_adamw",
                **common,
            )
        )
    if others:
        parts.append(torch.optim.AdamW(others, **common))
    return Optimizer(parts)
