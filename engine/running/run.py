"""One training run of a drawing: makes the network, the task and the rows, and hands them to the loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.data import catalogue
from engine.data.checking import check
from engine.data.dataset import DataError, Dataset
from engine.data.novelty import Novelty
from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.graph.signature import Signature
from engine.network.build import BuildError, build, checked
from engine.network.memory import FLOAT_BYTES, NOT_ENOUGH, is_out_of_memory, too_large
from engine.tasks.novelty import fit_novelty
from engine.tasks.setup import Setup, TaskError, learner_module
from engine.training import random
from engine.training.answer_preparation import fit_preparation
from engine.training.control import Control
from engine.training.data_loading import asked, kind_at_work
from engine.training.machine import DeviceError, choose_device
from engine.training.optimizer_memory import remembered
from engine.training.optimizers import OptimizerError
from engine.training.precision_names import FULL_PRECISION, HALF_PRECISION
from engine.training.recipe import Recipe
from engine.training.result import Failure, Outcome
from engine.training.run_end import RunEnd
from engine.training.run_record import RunRecord, record_so_far
from engine.training.run_status import RunStatus
from engine.training.runner import Runner
from engine.training.snapshots import Snapshot, WeightSnapshots
from engine.training.state import StateError, TrainingState
from engine.training.telemetry import Telemetry
from engine.training.weights import WeightsError, load_weights, network_for

_EXPECTED = (BuildError, DataError, TaskError, DeviceError, OptimizerError, StateError, WeightsError)


class Run:
    """Trains ``graph`` on ``dataset`` as ``recipe`` says; ``run`` does it, in the thread that calls it.

    ``weights`` to start from (by default they are drawn from the seed), or ``resume`` to go on exactly where an
    earlier run was. Commands go through ``control``, numbers come through ``telemetry``; both, and ``snapshot`` and
    ``latest``, may be used from any thread at any time.
    """

    def __init__(
        self,
        graph: Graph,
        recipe: Recipe,
        dataset: Dataset,
        *,
        weights: Mapping[str, NDArray[Any]] | None = None,
        resume: TrainingState | None = None,
        control: Control | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        self.graph, self.recipe, self.dataset = graph, recipe, dataset
        self.control = control or Control()
        self.telemetry = telemetry or Telemetry()
        self.preparation: Preparation | None = None
        self._weights, self._resume = weights, resume
        self._snapshots = WeightSnapshots()
        self._runner: Runner | None = None

    @property
    def signature(self) -> Signature:
        """What the data asks of the drawing."""
        return asked(self.dataset.schema, self.recipe, min(self.recipe.batch_size, len(self.dataset.train)))

    def run(self) -> Outcome:
        """Train until the end, a stop or a failure, and say how it ended; never raises for what a person can cause.

        A drawing that is not ready, data that is missing or a state of another drawing is a failure like any other.
        """
        self.telemetry.publish_state(RunStatus.PREPARING, "Getting ready.")
        try:
            self._runner = runner = self._prepare()
        except _EXPECTED as error:
            return self._refused(str(error), getattr(error, "node", None))
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            return self._refused(NOT_ENOUGH)
        outcome = replace(runner.run(), preparation=self.preparation)
        return replace(outcome, novelty=self._novelty(outcome))

    def snapshot(self) -> Snapshot:
        """The weights as they were between two steps, and ask for a newer copy.

        Never waits: the copy is made by the run within a tenth of a second. Version 0 without weights: not yet.
        """
        return self._snapshots.latest()

    def latest(self) -> TrainingState | None:
        """The last good state: of the end of an epoch (at most two a second are kept), in long epochs at most ten
        seconds old, in a pause that of its beginning. It is what to save, in case the process is killed. None before
        the run is prepared."""
        return self._runner.good if self._runner else None

    def record_of(self, state: TrainingState) -> RunRecord:
        """The record to keep of the run at a ``state`` of its, as ``latest`` gives them."""
        return record_so_far(state, self.recipe.patience, self.preparation)

    def _novelty(self, outcome: Outcome) -> Novelty | None:
        """The record for the weights of a run that ended or was stopped; without it they are as good as with it."""
        if outcome.failure is not None or not outcome.weights or not self.control.kept:
            return None
        try:
            task = self.recipe.task.kind
            return fit_novelty(self.graph, self.dataset, outcome.weights, self.preparation, task)
        except (*_EXPECTED, MemoryError, RuntimeError, np.linalg.LinAlgError) as error:
            if isinstance(error, RuntimeError) and not is_out_of_memory(error):
                raise
            return None

    def _refused(self, message: str, node: str | None = None) -> Outcome:
        self.telemetry.publish_state(RunStatus.FAILED, message)
        # Nothing to keep: whoever has weights, or a run to go on with, has them as they were, with their verdict.
        return Outcome(message, Failure(node, message), end=RunEnd.of(RunStatus.FAILED, message))

    def _prepare(self) -> Runner:
        recipe, data = self.recipe, self.dataset
        if len(data.train) == 0:
            raise DataError(f"{data.schema.title} has no samples to train on.")
        check(data)
        device = choose_device(recipe.device)
        module = self._network(device).to(device)
        catalogue.learned_from(recipe.dataset, recipe.dataset_options)
        self.preparation = fit_preparation(data, recipe)
        setup = Setup(self.graph, recipe, self.preparation.filled(data), self.preparation, module, device)
        kind = kind_at_work(recipe, data.schema)
        learner = learner_module(kind).make_learner(setup)
        runner = Runner(
            learner,
            recipe.epochs,
            seed=recipe.seed,
            patience=recipe.patience,
            precision=recipe.precision if kind.uses("precision") else FULL_PRECISION,
            resume=self._resume,
            control=self.control,
            telemetry=self.telemetry,
            snapshots=self._snapshots,
        )
        self._snapshots.publish(module, runner.progress.step)
        return runner

    def _network(self, device: torch.device) -> nn.Module:
        analysis = checked(self.graph, self.signature)
        # The weights, those of the best epoch, what the optimizer remembers, and all three again in the last good
        # state; beside them gradients. A graphics card has memory of its own for all but that state.
        memory, here = remembered(self.recipe.optimizer), device.type != "cuda"
        reason = too_large(
            analysis,
            copies=4 if here else 2,
            trained_copies=1 + 2 * memory if here else memory,
            rows=min(self.recipe.batch_size, len(self.dataset.train)) if here else 1,
            number=FLOAT_BYTES // 2 if self.recipe.precision == HALF_PRECISION else FLOAT_BYTES,
        )
        if reason is not None:
            raise BuildError(reason)
        weights = self._weights if self._resume is None else self._resume.weights()
        with random.RNG_LOCK:
            if weights is None:
                network = build(self.graph, self.signature, self.recipe.seed, analysis)
            else:
                network = network_for(self.graph, self.signature, weights, self.recipe.seed, analysis)
        if self._weights is not None and self._resume is None:
            load_weights(network, self._weights)
        return network


def evaluate(
    graph: Graph,
    recipe: Recipe,
    dataset: Dataset,
    weights: Mapping[str, NDArray[Any]],
    preparation: Preparation,
) -> dict[str, Any]:
    """The verdict of trained ``weights`` on the test rows of ``dataset``, as at the end of a run.

    Empty when there are no test rows. Raises BuildError, DataError, TaskError, WeightsError.
    """
    check(dataset)
    if changed := preparation.changed(dataset.schema):
        raise DataError(f"{changed} So the rows that were held back for testing are not known any more.")
    with random.RNG_LOCK:
        module = network_for(graph, asked(dataset.schema, recipe, recipe.batch_size).at_work(), weights)
    load_weights(module, weights)
    setup = Setup(graph, recipe, preparation.filled(dataset), preparation, module, torch.device("cpu"))
    return learner_module(kind_at_work(recipe, dataset.schema)).final_figures(setup)
