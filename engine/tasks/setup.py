"""What a kind of learning is given to make its learner of, and what its module has to offer."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Protocol, cast

import torch
from torch import nn

from engine.data.dataset import Dataset
from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.tasks.kind import TaskKind
from engine.training.learner import Learner
from engine.training.recipe import Recipe


class TaskError(ValueError):
    """The recipe asks for a kind of learning or a loss that does not fit the data."""


@dataclass(frozen=True, eq=False)
class Setup:
    """A drawing with its ``module`` on ``device``, and what it is to learn: ``dataset`` as its kind sees it.

    ``preparation`` was fitted on the training split. The module may have been just been built, or hold weights already.
    """

    graph: Graph
    recipe: Recipe
    dataset: Dataset
    preparation: Preparation
    module: nn.Module
    device: torch.device


class LearnerModule(Protocol):
    """What the module that a kind names as its ``learner`` has to define."""

    def make_learner(self, setup: Setup) -> Learner:
        """The learner. Raises TaskError, DataError and OptimizerError."""

    def final_figures(self, setup: Setup) -> dict[str, Any]:
        """The verdict on the test rows of what the module has learned, as at the end of a run; empty without rows."""


def learner_module(kind: TaskKind) -> LearnerModule:
    """The module of a kind, loaded when it is needed: it imports torch."""
    return cast(LearnerModule, importlib.import_module(kind.learner))
