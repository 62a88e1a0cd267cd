"""The thread that trains. torch is imported here, so that the window never waits for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QThread

from engine.data.dataset import DataError
from engine.graph.graph import Graph
from engine.network.memory import NOT_ENOUGH, is_out_of_memory
from engine.running import torch_preload
from engine.training.control import Control
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe
from engine.training.state import TrainingState
from engine.training.telemetry import Telemetry

STACK_BYTES = 16 * 2**20
"""Secondary threads have 512 KB on macOS, too little for numpy's linear algebra (numpy/numpy#11551)."""


class Worker(QThread):
    """One run. Read ``outcome`` and ``problem`` after ``finished``; everything else crosses through telemetry."""

    def __init__(
        self,
        graph: Graph,
        recipe: Recipe,
        control: Control,
        telemetry: Telemetry,
        resume: TrainingState | None,
        weights: Any,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self._arguments = (graph, recipe)
        self._control = control
        self._telemetry = telemetry
        self._resume = resume
        self._weights = weights
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
        from engine.running.run import Run

        self._before()
        graph, recipe = self._arguments
        dataset = load_rows(recipe)
        if self._control.stopped:
            return
        self.active = Run(
            graph,
            recipe,
            dataset,
            weights=self._weights,
            resume=self._resume,
            control=self._control,
            telemetry=self._telemetry,
        )
        self.outcome = self.active.run()
