"""What a proposal is: a value that those who propose and those who ask share."""

from __future__ import annotations

from dataclasses import dataclass

from engine.graph.graph import Graph
from engine.training.recipe import Recipe


@dataclass(frozen=True)
class Proposal:
    """A drawing with the recipe to train it; ``summary`` says in a sentence what is proposed."""

    graph: Graph
    recipe: Recipe
    title: str
    summary: str
