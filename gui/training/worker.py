"""The thread that trains. torch is imported here, so that the window never waits for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QThread

from engine.data.dataset import DataError
from engine.data.tables.record import TableRecord
from engine.graph.graph import Graph
from engine.network.memory import NOT_ENOUGH, is_out_of_memory
from engine.running import torch_preload
from engine.training.control import Control
from engine.training.data_loading import load_rows
from engine.training.fold_figures import FoldFigures
from engine.training.recipe import Recipe
from engine.training.state import TrainingState
from engine.training.telemetry import Telemetry
from gui.threads import STACK_BYTES


@dataclass(frozen=True, eq=False)
class RunSpecification:
    """What is to be trained, and from where: from new weights, with neither ``resume`` nor ``weights``."""

    graph: Graph
    recipe: Recipe
    resume: TrainingState | None = None
    """Go on from there as if the run had never been interrupted."""
    weights: Mapping[str, np.ndarray] | None = None
    """Begin with these weights, by the name of each."""
    table: TableRecord | None = None
    """What the table of the user's was like that the run to go on with was on; None of other data."""
    folds: FoldFigures | None = None
    """What cross-validation has found in the run to go on with."""


class Worker(QThread):
    """One run. Read ``outcome`` and ``problem`` after ``finished``; everything else crosses through telemetry.

    ``before`` is called in the thread, when torch is there and before the data are loaded.
    """

    def __init__(
        self, wanted: RunSpecification, control: Control, telemetry: Telemetry, before: Callable[[], None]
    ) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self._wanted = wanted
        self._control = control
        self._telemetry = telemetry
        self._before = before
        self.active: Any = None
        """The ``engine.running.run.Run`` once it exists."""
        self.outcome: Any = None
        self.problem = ""
        """A sentence for the user when the run could not even begin."""

    def run(self) -> None:
        """Load the data, train, keep the outcome. Runs in the thread."""
        try:
            self._train()
        except (DataError, ValueError) as error:
            self.problem = str(error)
        except Exception as error:  # the last door: whatever happens in the thread must reach the window
            if is_out_of_memory(error):
                self.problem = NOT_ENOUGH
                return
            sys.excepthook(type(error), error, error.__traceback__)
            self.problem = f"Training ended unexpectedly: {type(error).__name__}: {error}"

    def _train(self) -> None:
        torch_preload.load()
        from engine.running.folded_run import run_of

        self._before()
        wanted = self._wanted
        dataset = load_rows(wanted.recipe)
        if self._control.stopped:
            return
        table = wanted.table if wanted.resume is not None else None
        if table is not None and (changed := table.changed(dataset.schema)):
            self.problem = f"{changed} The run cannot continue with other samples: start again to learn from these."
            return
        self.active = run_of(
            wanted.graph,
            wanted.recipe,
            dataset,
            weights=wanted.weights,
            resume=wanted.resume,
            before=wanted.folds,
            control=self._control,
            telemetry=self._telemetry,
        )
        self.outcome = self.active.run()
