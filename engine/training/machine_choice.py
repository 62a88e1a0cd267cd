"""What the user has chosen for all runs of this process on this machine. Imports no torch.

``machine`` asks here before it decides by itself. The window sets it from the user's settings.
"""

from __future__ import annotations

_threads: int | None = None
_device = ""


def use_threads(count: int | None) -> None:
    """Train with ``count`` CPU threads (1 or more); None lets ``machine.choose_threads`` decide."""
    global _threads
    if count is not None and count < 1:
        raise ValueError(f"Expected at least one thread, found {count}.")
    _threads = count


def threads() -> int | None:
    """How many CPU threads were asked for; None for no wish."""
    return _threads


def use_device(name: str) -> None:
    """Train on "cuda", "mps" or "cpu" where a recipe says "auto"; "" for the fastest that is found."""
    global _device
    _device = name


def device() -> str:
    """The device that was asked for; "" for no wish."""
    return _device
