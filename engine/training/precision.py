"""In how many bits a run computes: as its recipe says, or what is the faster here, measured before the first step.

Half of the bits are up to twice as fast on a processor or graphics card made for them, and many times slower on others.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import torch

from engine.training.precision_names import AUTO_PRECISION, FULL_PRECISION, HALF_PRECISION

ROUNDS = 5
SECONDS = 1.0
"""No further round is begun after these."""
WORTH_IT = 0.85
"""Half precision is a little coarser, so it has to be clearly faster: at most this part of the time of a step."""


def cast(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """Within it layers compute in ``precision``, "float32" or "bfloat16"; weights stay in 32 bit."""
    if precision != HALF_PRECISION:
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)


def chosen(setting: str, step: Callable[[str], object], device: torch.device) -> str:
    """The precision to train with, for a recipe's ``setting``: what it says, or for "auto" the faster one.

    ``step`` does a step that leaves no trace in the precision it is given, and gives None where that failed. On one
    thread of a processor its own time is taken, which other work on the machine hardly changes.
    """
    if setting != AUTO_PRECISION:
        return setting
    taken: dict[str, list[float]] = {FULL_PRECISION: [], HALF_PRECISION: []}
    for precision in taken:  # torch does some things once
        if step(precision) is None:
            return FULL_PRECISION
    alone = device.type == "cpu" and torch.get_num_threads() == 1
    clock = time.thread_time if alone else time.perf_counter
    started = time.perf_counter()
    for _ in range(ROUNDS):
        for precision, times in taken.items():
            _wait(device)
            begun = clock()
            step(precision)
            _wait(device)
            times.append(clock() - begun)
        if time.perf_counter() - started > SECONDS:
            break
    faster = min(taken[HALF_PRECISION]) <= WORTH_IT * min(taken[FULL_PRECISION])
    return HALF_PRECISION if faster else FULL_PRECISION


def _wait(device: torch.device) -> None:
    """Until the device has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
