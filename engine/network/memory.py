"""Memory: how much of it there is, which errors mean that it ran out, and refusing what can never fit. No torch.

Systems hand out more memory than they have and end the process that then uses it, so a network that cannot fit is
refused before anything is allocated; what only the attempt shows comes as an error, and torch, numpy and Python have
many ways to say it.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from engine.counting import counted
from engine.graph.facts import GraphFacts

FLOAT_BYTES = 4
"""Bytes of one number in float32."""

_SAID = (
    "can't allocate memory",  # "DefaultCPUAllocator: can't allocate memory: you tried to allocate … bytes"
    "cannot allocate memory",
    "not enough memory",  # the same on Windows
    "out of memory",  # CUDA and MPS
    "bad_alloc",
    "alloc_failed",  # cuBLAS and cuDNN
    "storage size calculation overflowed",  # too large even to be asked for
    "invalid buffer size",  # MPS
    "can't start new thread",
    "failed to map segment",  # of a library, torch's for example
)

NOT_ENOUGH = "There was not enough memory for the data and the network. Close other programs."


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of Python, numpy or torch means that there was not enough memory."""
    if isinstance(error, MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError | ImportError) and any(said in text for said in _SAID)


def largest_possible() -> int | None:
    """The bytes that this process can have at the very most: the machine's memory, or less where it is limited.

    None where the system does not say.
    """
    limits = [limit for limit in (_machine(), _group(), _process()) if limit is not None and limit > 0]
    return min(limits, default=None)


def bytes_words(count: float) -> str:
    """An amount of memory with three digits or fewer: 25 kB, 1.6 MB (a kB is 1,000 bytes)."""
    if count < 1000:
        return f"{count:.0f} B"
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 999.5 or unit == "GB":
            break
    return f"{count:.1f} {unit}" if count < 9.95 else f"{count:,.0f} {unit}"


def too_large(
    facts: GraphFacts, *, copies: int = 1, trained_copies: int = 0, rows: int = 1, number: int = FLOAT_BYTES
) -> str | None:
    """Why the network of ``facts`` can never fit into this machine's memory, in a sentence; None where it may.

    ``copies`` is how many numbers are held for each weight, and ``trained_copies`` how many more for each that is
    trained: its gradient, what the optimizer remembers. ``rows`` go through the network at once; what its widest
    layer makes of them, ``number`` bytes each, is counted, which is the least that is needed.
    """
    most = largest_possible()
    if most is None:
        return None
    weights = facts.total_parameters
    needed = (weights * copies + _trained(facts) * trained_copies) * FLOAT_BYTES
    if needed > most:
        beside = " with what training keeps beside them" if trained_copies else ""
        return (
            f"The network has {counted(weights, 'parameter')}, which{beside} take {bytes_words(needed)} of memory; "
            f"this machine has {bytes_words(most)}. Give its layers fewer units or filters."
        )
    name, count = max(_outputs(facts), key=lambda output: output[1], default=("", 0))
    needed = count * rows * number
    if needed > most:
        return (
            f"{name} outputs {count:,} numbers for every sample, which for {counted(rows, 'sample')} at "
            f"once take {bytes_words(needed)} of memory; this machine has {bytes_words(most)}. Choose a smaller batch "
            "size, or shrink the data before it."
        )
    return None


def _trained(facts: GraphFacts) -> int:
    """How many weights are trained."""
    found = 0
    for id in facts.order:
        known = facts.nodes[id]
        if not facts.graph.nodes[id].frozen:
            found += sum(map(_trained, known.runs)) if known.runs else known.parameters or 0
    return found


def _outputs(facts: GraphFacts) -> Iterator[tuple[str, int]]:
    """(name, how many numbers it makes of a sample) of every layer that feeds the goal, those in blocks too."""
    for id in facts.order:
        node = facts.graph.nodes[id]
        if id in facts.shapes and not node.is_end and not node.bypassed:
            yield node.name, facts.shapes[id].count
        before: GraphFacts | None = None
        for run in facts.nodes[id].runs:
            if run is not before:  # repetitions with the same shapes are one value
                yield from _outputs(run)
            before = run


def _machine() -> int | None:
    if sys.platform == "win32":
        return _windows()
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None


def _windows() -> int | None:
    class Status(ctypes.Structure):
        """MEMORYSTATUSEX."""

        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "free", "pages", "free_pages", "space", "free_space")),
            ("extended", ctypes.c_ulonglong),
        ]

    status = Status()
    status.length = ctypes.sizeof(Status)
    kernel: object = getattr(ctypes, "windll", None)
    found = kernel is not None and kernel.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined]
    return int(status.total) if found else None


def _group() -> int | None:
    """The limit of the container that the process runs in (Linux)."""
    for place in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            return int(Path(place).read_text(encoding="ascii"))
        except (OSError, ValueError):  # not there, or "max"
            continue
    return None


def _process() -> int | None:
    """The limit set for the process, as by ``ulimit -v``."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if limit == resource.RLIM_INFINITY else limit
