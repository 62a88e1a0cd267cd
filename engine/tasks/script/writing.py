"""What a kind of learning is given to write its training as Python, and what its module has to offer."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Protocol, cast

from torch import nn

from engine.data.dataset import Array, Dataset, Schema
from engine.graph.graph import Graph
from engine.graph.output_activation import OutputActivation
from engine.graph.signature import Signature
from engine.network.source import Scaling, Training
from engine.tasks.kind import TaskKind
from engine.training.recipe import Recipe


@dataclass(frozen=True, eq=False)
class ScriptSetup:
    """What a training is written of.

    ``schema`` is the data as its kind sees it, ``signature`` what it asks of the drawing. ``scaling`` is how rows are
    prepared, None where nothing is changed. ``read_as`` is what the outputs of the network are. ``called`` is the class
    of the network in the file, ``module`` the network itself, not trained. ``data_file`` lies beside the file and holds
    what ``arrays`` gave; None where there is none. ``rows`` are the training rows, None where they are not known.
    """

    graph: Graph
    recipe: Recipe
    schema: Schema
    signature: Signature
    scaling: Scaling | None
    read_as: OutputActivation
    called: str
    data_file: str | None
    module: nn.Module
    rows: int | None = None


class TrainingWriter(Protocol):
    """What the module that a kind names as its ``script`` has to define."""

    def training(self, setup: ScriptSetup) -> Training:
        """The part of a file that trains the network. Raises TaskError and BuildError."""

    def arrays(self, data: Dataset) -> dict[str, Array]:
        """What the file beside it holds, by name: the rows to learn from and to judge by, raw."""


def writer(kind: TaskKind) -> TrainingWriter | None:
    """The module that writes the training of a kind; None where there is none."""
    return cast(TrainingWriter, importlib.import_module(kind.script)) if kind.script else None
