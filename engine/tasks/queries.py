"""What one can ask of a trained network beside a prediction: values that window and command line share. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from engine.data.dataset import Schema
from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.training.recipe import Recipe


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
                raise ValueError(f"{name.capitalize()} must be from {low:,g} to {high:,g}, not {value:,g}.")


@dataclass(frozen=True, eq=False)
class LearnedNetwork:
    """A drawing with its weights by name, and how it was trained; ``schema`` is of the data as its kind sees it."""

    graph: Graph
    recipe: Recipe
    schema: Schema
    weights: Mapping[str, NDArray[Any]]
    preparation: Preparation | None


@dataclass(frozen=True, eq=False)
class Generated:
    """What was made: ``texts``, or ``pictures`` (uint8 N×channels×height×width, 0 to 255), or ``rows`` (float32
    N×columns, in the units of the data). ``remarks`` are sentences about it."""

    texts: tuple[str, ...] = ()
    pictures: NDArray[Any] | None = None
    rows: NDArray[Any] | None = None
    remarks: tuple[str, ...] = ()
