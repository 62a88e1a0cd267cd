"""The check that a saved memory of an optimizer is just what the optimizer would have saved for its parameters.

The fused kernels of torch walk through a parameter and its memory side by side without comparing their sizes, so
memory of another size, as a file can hold it, would be read and written out of bounds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from engine.text import brief
from engine.training.optimizer_memory import SQUARES, STEP, kept


class MemoryMismatch(ValueError):
    """A saved memory is not what the optimizer keeps for these parameters; the message says where."""


def checked_memory(part: torch.optim.Optimizer, memory: Any) -> dict[int, Any]:
    """The part of ``memory`` that ``part`` uses, once it is what ``part`` would have saved for its own parameters.

    ``memory`` is the "state" of a torch state dict: for the number of each parameter, counted through all groups, its
    memory by name. Parameters that have not been changed yet have none; what was kept under other settings (momentum
    that is off now) is left out. Raises MemoryMismatch.
    """
    parameters = [parameter for group in part.param_groups for parameter in group["params"]]
    if not isinstance(memory, Mapping):
        raise MemoryMismatch(f"it must be an object by number of parameter, not {type(memory).__name__}")
    for number in memory:
        if type(number) is not int or not 0 <= number < len(parameters):
            raise MemoryMismatch(
                f"it remembers a parameter {brief(number)}; they are numbered from 0 to {len(parameters) - 1}"
            )
    if isinstance(part, torch.optim.LBFGS):
        _check_lbfgs(part, memory, parameters)
        return dict(memory)
    wanted = kept(type(part).__name__, part.param_groups[0])
    checked: dict[int, Any] = {}
    for number, found in memory.items():
        if not isinstance(found, Mapping) or not set(found) >= set(wanted):
            has = brief(sorted(map(str, found))) if isinstance(found, Mapping) else brief(found)
            raise MemoryMismatch(f"for parameter {number} it must hold {_listed(wanted)}, not {has}")
        for name, form in wanted.items():
            what = f"{name!r} of parameter {number}"
            if form == STEP:
                _check_step(found[name], what)
            else:
                _check_tensor(found[name], parameters[number].shape, parameters[number].dtype, what)
                if form == SQUARES and bool((found[name] < 0).any()):
                    raise MemoryMismatch(f"{what} must hold numbers from 0, but some are negative")
        checked[number] = {name: found[name] for name in wanted}
    return checked


def _check_step(value: Any, what: str) -> None:
    _check_tensor(value, torch.Size(), torch.float32, what)
    if not 0 <= value.item() < math.inf:
        raise MemoryMismatch(f"{what} must be a number from 0, not {value.item():g}")


def _check_tensor(value: Any, shape: torch.Size, dtype: torch.dtype, what: str) -> None:
    if not isinstance(value, Tensor):
        raise MemoryMismatch(f"{what} must be a tensor, not {brief(value)}")
    if value.shape != shape or value.dtype != dtype:
        raise MemoryMismatch(f"{what} must be {_described(shape, dtype)}, not {_described(value.shape, value.dtype)}")
    if bool(value.isnan().any()):
        raise MemoryMismatch(f"{what} holds values that are not numbers")


def _check_lbfgs(part: torch.optim.LBFGS, memory: Mapping[int, Any], parameters: list[nn.Parameter]) -> None:
    """One memory, filed under the first parameter: vectors as long as all parameters together, and numbers."""
    if not memory:
        return
    found = memory.get(0)
    if set(memory) != {0} or not isinstance(found, Mapping):
        raise MemoryMismatch("L-BFGS keeps one memory, for parameter 0")
    counts = ("func_evals", "n_iter")
    begun = ("d", "t", "old_dirs", "old_stps", "ro", "H_diag", "prev_flat_grad", "prev_loss")
    for name in counts:
        if type(found.get(name)) is not int or found[name] < 0:
            raise MemoryMismatch(f"{name!r} must be a whole number from 0, not {brief(found.get(name))}")
    wanted = {*counts, *(begun if found["n_iter"] else ())}
    if set(found) - {"al"} != wanted:
        raise MemoryMismatch(f"it must hold {_listed(sorted(wanted))}, not {brief(sorted(map(str, found)))}")
    if not found["n_iter"]:
        return
    first, length = parameters[0], sum(parameter.numel() for parameter in parameters)
    vector, number = torch.Size([length]), torch.Size()
    for name in ("d", "prev_flat_grad"):
        _check_tensor(found[name], vector, first.dtype, repr(name))
    for name in ("t", "H_diag", "prev_loss"):
        if type(found[name]) not in (int, float):
            _check_tensor(found[name], number, first.dtype, repr(name))
    most = part.param_groups[0]["history_size"]
    lengths = set()
    for name, shape in (("old_dirs", vector), ("old_stps", vector), ("ro", number)):
        if not isinstance(found[name], list) or len(found[name]) > most:
            raise MemoryMismatch(f"{name!r} must be a list of at most {most:,} tensors, the history size")
        lengths.add(len(found[name]))
        for place, value in enumerate(found[name]):
            _check_tensor(value, shape, first.dtype, f"{name!r}, number {place},")
    if len(lengths) > 1:
        raise MemoryMismatch("'old_dirs', 'old_stps' and 'ro' must be equally long")
    if "al" in found:  # room for the history, filled anew in every step
        if not isinstance(found["al"], list) or len(found["al"]) != most:
            raise MemoryMismatch(f"'al' must be a list of {most:,} entries, the history size")
        for place, value in enumerate(found["al"]):
            if value is not None:
                _check_tensor(value, number, first.dtype, f"'al', number {place},")


def _described(shape: torch.Size, dtype: torch.dtype) -> str:
    return f"{'×'.join(map(str, shape)) or 'a single number'} of {str(dtype).removeprefix('torch.')}"


def _listed(names: Any) -> str:
    return ", ".join(names) or "nothing"
