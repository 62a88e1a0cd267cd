"""The machine a run works on: which device, how many threads, and settings of torch for the time of the run."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch
from torch import nn

from engine.training import machine_choice
from engine.training.optimizer_kinds import OPTIMIZERS
from engine.training.random import RNG_LOCK

SMALL_WORK = 30_000_000
"""Multiplications in a step's forward pass below which a second thread costs more than it brings: threads wait for
each other at every operation, and small operations end before the others have woken up."""

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4


class DeviceError(RuntimeError):
    """The device that was asked for is not here."""


def available() -> tuple[str, ...]:
    """The devices found, the fastest first: of "cuda", "mps" and "cpu"."""
    found = []
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return (*found, "cpu")


def choose_device(name: str) -> torch.device:
    """The device for a recipe's "auto", "cpu", "cuda" or "mps". Raises DeviceError when it is not there.

    "auto" is what the user has chosen for this machine, where that is there, else the fastest.
    """
    found = available()
    if name == "auto":
        name = machine_choice.device() if machine_choice.device() in found else found[0]
    if name not in found:
        titles = {"cuda": "an NVIDIA GPU that torch can use", "mps": "an Apple GPU that torch can use"}
        raise DeviceError(
            f"The device is set to {titles.get(name, name)}, but there is none here; found: {', '.join(found)}. Set "
            "the device to auto."
        )
    return torch.device(name, 0) if name == "cuda" else torch.device(name)


def choose_threads(work: int, most: int | None = None) -> int:
    """How many threads to train with, for ``work`` multiplications in a step's forward pass.

    Depends on the machine and the drawing only, never on a measurement: another number of threads adds up sums in
    another order, and the same seed must give the same curves. One core is left to everything else, and on fewer than
    four there is no sharing: threads wait for each other at every operation, so when anything else ran on one of two
    cores, two threads took five to nine times as long as one; on idle cores they would save less than half.
    What the user has chosen for this machine goes before all that.
    """
    wished = machine_choice.threads()
    if wished is not None:
        return wished
    most = most or torch.get_num_threads()
    return 1 if work < SMALL_WORK or most < 4 else most - 1


def choose_layout(module: nn.Module, device: torch.device, optimizer: str) -> torch.memory_format:
    """How pictures and filters lie in memory: channels last makes convolutions on the CPU 1.3 to 1.8 times as
    fast. An optimizer that lays all parameters end to end needs the usual order."""
    convolutions = any(p.ndim == 4 for p in module.parameters())
    if device.type == "cpu" and convolutions and not OPTIMIZERS[optimizer].is_flat:
        return torch.channels_last
    return torch.contiguous_format


def lay_out(module: nn.Module, layout: torch.memory_format) -> None:
    """Lay the filters of two-dimensional convolutions out in memory; others stay as they are."""
    # Not Tensor.contiguous, which leaves filters of one channel alone: the first layer sets the layout of all others.
    module.to(memory_format=layout)  # type: ignore[call-overload]


@cache
def keep_memory() -> bool:
    """Have the C library keep freed memory for the next step instead of giving it back to the system.

    glibc returns blocks above a size at once and asks for them again, page by page, at every step: for large
    activations that took almost half of the time. Only glibc has this; True where it was done.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018 - there in glibc only
        return bool(library.mallopt(_M_MMAP_MAX, 0) and library.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1))
    except (OSError, AttributeError):
        return False


@contextmanager
def tuned(device: torch.device, threads: int) -> Iterator[None]:
    """Torch as a run wants it, in this thread, and as it was before afterwards.

    ``threads`` for the CPU; numbers below the normal range are taken as zero (saturated layers make many, and
    each is a hundred times slower); on a graphics card those convolutions that give the same result every time.
    """
    before = torch.get_num_threads()
    deterministic, benchmark = torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark
    with RNG_LOCK:
        random = torch.get_rng_state()
    if device.type == "cpu":
        keep_memory()
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False
    try:
        yield
    finally:
        torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = deterministic, benchmark
        torch.set_flush_denormal(False)
        torch.set_num_threads(before)
        with RNG_LOCK:
            torch.set_rng_state(random)
