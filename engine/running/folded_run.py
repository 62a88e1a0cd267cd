"""A run with cross-validation: a network is trained and judged for each fold, then the one that is kept is trained.

The network that is kept learns from the training rows as without folds: same rows, same seed, same weights. Folds are
runs of their own, from new weights each, with everything that is fitted to rows fitted anew; nothing of them is kept
but their figures. The loop knows nothing of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.data.dataset import DataError, Dataset
from engine.data.folding import Folds
from engine.data.novelty import Novelty
from engine.graph.graph import Graph
from engine.running.run import Run
from engine.training.data_loading import fold_rows, load_folds
from engine.training.fold_figures import FoldFigures
from engine.training.recipe import Recipe
from engine.training.result import Outcome
from engine.training.run_record import RunRecord
from engine.training.run_status import ENDED, RunStatus
from engine.training.state import TrainingState
from engine.training.telemetry import Telemetry


class FoldedRun(Run):
    """Goes through ``folds`` as the recipe says, and then does what ``Run`` does.

    ``before`` are folds of the same rows that are finished already; ``folds`` are None where none is missing. A stop
    ends the fold under way: those before it are kept, and the network has not begun to learn. ``fold`` is that under
    way, from 0; None before and after.
    """

    def __init__(self, *arguments: Any, folds: Folds | None, before: FoldFigures | None = None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.folds = folds
        count = self.recipe.folds if before is None else before.folds
        self.figures = FoldFigures(count) if before is None or count != self.recipe.folds else before
        self.fold: int | None = None

    def run(self) -> Outcome:
        """Train and judge each fold, then train the network; see ``Run.run``."""
        self.telemetry.publish_folds(self.figures)
        folds = self.folds
        while folds is not None and not self.figures.complete and not self.control.stopped:
            self.fold = self.figures.done
            outcome = self._one_fold(folds, self.fold)
            if outcome.failure is not None:
                message = f"Fold {self.fold + 1} of {folds.count}: {outcome.message}"
                self.telemetry.publish_state(RunStatus.FAILED, message)
                failure = replace(outcome.failure, message=message)
                return Outcome(message, failure, end=replace(outcome.end, message=message), folds=self.figures)
            if outcome.state == RunStatus.FINISHED:
                self.figures = self.figures.with_fold(outcome.test or {})
                self.telemetry.publish_folds(self.figures)
        self.fold = None
        self.telemetry.publish_stage("", 0.0)
        outcome = replace(super().run(), folds=self.figures)
        if outcome.state == RunStatus.STOPPED and not self.figures.complete:
            done = f"Stopped after {self.figures.done} of {self.figures.folds} folds, which are kept."
            outcome = replace(outcome, message=done)
        return outcome

    def record_of(self, state: TrainingState) -> RunRecord:
        return replace(super().record_of(state), folds=self.figures)

    def _one_fold(self, folds: Folds, number: int) -> Outcome:
        try:
            rows = fold_rows(self.recipe, folds, number)
        except DataError as error:
            return self._refused(str(error))
        telemetry = _Relayed(self.telemetry, number, folds.count)
        return _FoldRun(self.graph, self.recipe, rows, control=self.control, telemetry=telemetry).run()


def run_of(graph: Graph, recipe: Recipe, dataset: Dataset, *, before: FoldFigures | None = None, **more: Any) -> Run:
    """The run of a recipe on its ``dataset``: with folds where it asks for them. ``more`` is what ``Run`` takes.

    ``before`` is what cross-validation has found already in a run that is to go on; what is missing is made up for.
    Raises DataError where the data cannot be divided into folds.
    """
    if not recipe.folds or (more.get("resume") is not None and before is None):
        return Run(graph, recipe, dataset, **more)
    complete = before is not None and before.folds == recipe.folds and before.complete
    folds = None if complete else load_folds(recipe)
    return FoldedRun(graph, recipe, dataset, folds=folds, before=before, **more)


class _FoldRun(Run):
    def _novelty(self, outcome: Outcome) -> Novelty | None:
        return None  # nobody asks a fold's network anything


class _Relayed(Telemetry):
    """That of a fold, which tells the run as a whole how far it is."""

    def __init__(self, whole: Telemetry, number: int, count: int) -> None:
        super().__init__()
        self._whole, self._number, self._count = whole, number, count

    def publish_steps(self, last: int, series: Sequence[Sequence[float]], rows: int, learning_rate: float) -> None:
        super().publish_steps(last, series, rows, learning_rate)
        self._tell()

    def publish_state(self, state: RunStatus, message: str = "") -> None:
        super().publish_state(state, message)
        if state not in ENDED and state != RunStatus.PREPARING:
            self._whole.publish_state(state)
        self._tell()

    def _tell(self) -> None:
        done = min(1.0, self._step / self._total_steps) if self._total_steps else 0.0
        words = f"fold {self._number + 1} of {self._count}"
        # The network that is kept is one more.
        self._whole.publish_stage(words, (self._number + done) / (self._count + 1))
