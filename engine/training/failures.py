"""When a run fails: which layer it was, what happened in plain words, and what to try."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.network.memory import is_out_of_memory
from engine.training.optimizer_settings import OptimizerSettings
from engine.training.recorder import NotFinite
from engine.training.result import Failure
from engine.training.setting_change import SettingChange, lower_rate


@dataclass(frozen=True)
class _Culprit:
    node: str
    name: str
    what: str  # "weights", "output" or "error"


def explain(
    error: BaseException,
    module: nn.Module,
    inputs: Tensor | None,
    learning_rate: float,
    optimizer: str = OptimizerSettings.DEFAULT,
    *,
    doing: str = "Training",
) -> Failure:
    """What ``error`` means for the person who drew ``module``; ``inputs`` is the batch in question.

    ``learning_rate`` is the one that was set, of an optimizer of the kind ``optimizer``; ``doing`` is what was under
    way, as a sentence begins with it.

    Runs the batch through the layers once more to find the one where it went wrong.
    """
    if isinstance(error, NotFinite):
        return _not_finite(error, module, inputs, lower_rate(learning_rate, optimizer), learning_rate)
    if is_out_of_memory(error):
        where = _raising(error, module)
        place = f" in {where.name}" if where else ""
        message = (
            f"There was not enough memory{place}. Try a smaller batch size, smaller images or fewer channels, or "
            "close other programs."
        )
        return Failure(where.node if where else None, message)
    where = _raising(error, module) or _rerun(module, inputs)
    if _SINGLE in str(error):
        return _single_row(where)
    cause = _first_sentence(error)
    if where is None:
        return Failure(None, f"{doing} stopped because of an error: {cause}")
    return Failure(where.node, f"{where.name} could not work on what it was given: {cause}")


_SINGLE = "Expected more than 1 value per channel when training"
"""What torch says where batch normalisation meets a batch of one row, or group normalisation a group of one number."""


def _single_row(where: _Culprit | None) -> Failure:
    name = where.name if where else "Batch normalisation"
    return Failure(
        where.node if where else None,
        f"{name} compares several numbers with one another, but in a batch of one sample there is only one. Set the "
        "batch size to 2 or more; where there is only one sample to train on, use LayerNorm instead.",
    )


def _not_finite(
    error: NotFinite, module: nn.Module, inputs: Tensor | None, change: SettingChange | None, learning_rate: float
) -> Failure:
    what = "NaN" if error.loss != error.loss else "infinite"
    start = f"The loss became {what} at step {error.step:,}"
    if error.validated is not None:
        start = f"The validation loss became {what} after step {error.step:,}"
    if inputs is not None and inputs.is_floating_point() and not bool(torch.isfinite(inputs).all()):
        return Failure(
            None,
            f"{start}: some inputs of that batch are missing or not numbers. Look for empty or damaged values in "
            "the data.",
        )
    advice = f"Usually the learning rate ({learning_rate:.3g}) is too large: "
    advice += f"try {change.words}, or turn" if change is not None else "turn"
    advice += " on gradient clipping (1 is usual)."
    culprit = _rerun(module, inputs)
    if error.validated and (culprit is None or culprit.what != "weights"):
        return Failure(None, f"{start}. {error.validated}")
    if error.step == 1 and error.validated is None:
        return _before_learning(f"{start}, before anything was learned", culprit)
    if culprit is None:
        words = f"{start}, although no layer gives such numbers: the outputs have grown huge. {advice}"
        return Failure(None, words, change)
    if culprit.what == "weights":
        words = f"{start}: the weights of {culprit.name} have grown without limit. {advice}"
        return Failure(culprit.node, words, change)
    return Failure(culprit.node, f"{start}: the first layer to give such numbers is {culprit.name}. {advice}", change)


def _before_learning(start: str, culprit: _Culprit | None) -> Failure:
    """No step was made: the learning rate has no part in it."""
    if culprit is None:
        return Failure(
            None, f"{start}: the outputs or the targets are too large for the loss. Standardise inputs and targets."
        )
    if culprit.what == "weights":
        return Failure(culprit.node, f"{start}: the weights of {culprit.name} are not finite. Train from scratch.")
    return Failure(
        culprit.node,
        f"{start}: the first layer to give such numbers is {culprit.name}. Standardise the inputs, or put a "
        "normalisation before it.",
    )


def _first_sentence(error: BaseException) -> str:
    """The first line of torch's message; the rest are addresses and source lines."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else type(error).__name__
    return text if text.endswith(".") else f"{text}."


def _ids(module: nn.Module) -> dict[str, str]:
    """Name of a layer -> id of its node; a module that was not drawn has its names for ids."""
    layers: Callable[[], Any] | None = getattr(module, "layers", None)
    drawn = {name: id for id, name in layers()} if callable(layers) else {}
    return drawn or {name: name for name, _ in module.named_children()}


def _raising(error: BaseException, module: nn.Module) -> _Culprit | None:
    """The layer whose code the error came out of, read from the error's own traceback: nothing is run again."""
    names = {id(child): name for name, child in module.named_children()}
    trace, found = error.__traceback__, None
    while trace is not None and found is None:
        found = names.get(id(trace.tb_frame.f_locals.get("self")))
        trace = trace.tb_next
    return None if found is None else _Culprit(_ids(module).get(found, found), found, "error")


def _rerun(module: nn.Module, inputs: Tensor | None) -> _Culprit | None:
    """The first layer with broken weights or output, or that fails, on this batch."""
    if inputs is None:
        return None
    ids = _ids(module)
    names = {id: name for name, id in ids.items()}
    children = dict(module.named_children())
    order = list(names)
    place = {id: number for number, id in enumerate(order, start=1)}
    done = 0
    try:
        with torch.no_grad():
            for id, output in _walk(module, inputs, ids):
                done = place[id]
                child = children.get(names[id])
                if child is not None and not _finite(child):
                    return _Culprit(id, names[id], "weights")
                if isinstance(output, Tensor) and not bool(torch.isfinite(output).all()):
                    return _Culprit(id, names[id], "output")
    except Exception:
        # Layers run in the order listed: the one after the last that gave an output is the one that failed.
        if done < len(order):
            return _Culprit(order[done], names[order[done]], "error")
    return None


def _finite(child: nn.Module) -> bool:
    return all(bool(torch.isfinite(p).all()) for p in child.parameters() if p.is_floating_point())


def _walk(module: nn.Module, inputs: Tensor, ids: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """(node id, output) of each layer in turn."""
    run_layers: Callable[[Tensor], Any] | None = getattr(module, "run_layers", None)
    if callable(run_layers):
        yield from run_layers(inputs)
        return
    seen: list[tuple[str, Any]] = []
    hooks = [
        child.register_forward_hook(lambda _m, _i, out, name=name: seen.append((name, out)))
        for name, child in module.named_children()
    ]
    try:
        module(inputs)
    finally:
        for hook in hooks:
            hook.remove()
    yield from ((ids[name], output) for name, output in seen)
