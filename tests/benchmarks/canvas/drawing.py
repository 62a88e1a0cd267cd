"""The drawing every editor is measured on: a long residual chain in rows, three wires for every two nodes."""

from __future__ import annotations

import math
from dataclasses import dataclass

ACROSS, DOWN = 220.0, 140.0


@dataclass(frozen=True)
class Part:
    """A node: its kind, how many inputs it has, where it lies."""

    kind: str
    inputs: int
    position: tuple[float, float]


@dataclass(frozen=True)
class Drawing:
    """``wires`` are (number of the source, number of the target, number of its input)."""

    parts: tuple[Part, ...]
    wires: tuple[tuple[int, int, int], ...]


def residual(count: int) -> Drawing:
    """Convolution, sum, activation, sum, …: every sum takes what comes before it and what came before that."""
    parts, wires = [], []
    row = max(8, round(math.sqrt(count)))
    for k in range(count):
        kind = ("Conv2d", "Add", "ReLU", "Add")[k % 4]
        parts.append(Part(kind, 2 if kind == "Add" else 1, (ACROSS * (k % row), DOWN * (k // row))))
        if k:
            wires.append((k - 1, k, 0))
        if kind == "Add" and k >= 3:
            wires.append((k - 3, k, 1))
    return Drawing(tuple(parts), tuple(wires))
