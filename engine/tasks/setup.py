"""What a kind of learning is given to make its learner of, and what its module has to offer."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast, runtime_checkable

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.data.dataset import Dataset
from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.graph.output_activation import Endings
from engine.graph.targets import Target
from engine.tasks.kind import TaskKind
from engine.tasks.queries import (
    Generate,
    Generated,
    Interpolate,
    Interpolated,
    LearnedNetwork,
    LikelyTokens,
    NextTokens,
    Reconstruct,
    Reconstructed,
)
from engine.training.learner import Learner
from engine.training.recipe import Recipe

Reader = Callable[[Tensor], Tensor]
"""From the outputs of a network, float32 with N rows, to predictions: probabilities N×classes (N×2, no and yes, for yes
or no), or values N×K as prepared."""


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

    def reader(self, target: Target, endings: Endings, preparation: Preparation | None) -> Reader:
        """How the outputs of a network for ``target`` are read; ``endings`` is what they are for each goal."""

    def final_figures(self, setup: Setup) -> dict[str, Any]:
        """The verdict on the test rows of what the module has learned, as at the end of a run; empty without rows."""


class Generator(Protocol):
    """A trained network that makes something new."""

    def generate(self, query: Generate) -> Generated:
        """What was asked for."""

    def load(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take other weights of the same drawing. Raises WeightsError."""


@runtime_checkable
class TextContinuing(Generator, Protocol):
    """One that makes text, token by token."""

    def next_tokens(self, query: NextTokens) -> LikelyTokens:
        """The likeliest tokens after a text."""

    def stream(self, query: Generate, number: int = 0) -> Iterator[str]:
        """The beginning, then what follows, token by token."""


@runtime_checkable
class Interpolating(Generator, Protocol):
    """One that makes samples of noise, between two of which there are others."""

    def interpolate(self, query: Interpolate) -> Interpolated:
        """The sample that was asked for."""


@runtime_checkable
class Reconstructing(Generator, Protocol):
    """One that gives back what it is given."""

    def reconstruct(self, query: Reconstruct) -> Reconstructed:
        """What comes back of the samples that were asked for."""


class Generating(Protocol):
    """What the ``learner`` module of a kind defines as well where it can make something new."""

    def generator(self, network: LearnedNetwork) -> Generator:
        """The network, ready to be asked. Raises WeightsError and BuildError."""


def learner_module(kind: TaskKind) -> LearnerModule:
    """The module of a kind, loaded when it is needed: it imports torch."""
    return cast(LearnerModule, importlib.import_module(kind.learner))


def generating(kind: TaskKind) -> Generating | None:
    """The module of a kind that can make something new; None where it cannot."""
    module = learner_module(kind)
    return cast(Generating, module) if hasattr(module, "generator") else None
