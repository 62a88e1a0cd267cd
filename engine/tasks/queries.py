"""What one can ask of a trained network beside a prediction: values that window and command line share. No torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Generate:
    """Make something new: ``count`` of it, all random numbers from ``seed``.

    For text, ``prompt`` is its beginning, ``length`` how many tokens to add, and ``temperature`` (0 … 2) divides the
    logits: 0 takes the likeliest token every time.
    """

    count: int = 1
    prompt: str = ""
    length: int = 200
    temperature: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (("count", 1, 100_000), ("length", 1, 1_000_000), ("temperature", 0.0, 2.0)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name.capitalize()} must be from {low:,} to {high:,}, not {value:,}.")
