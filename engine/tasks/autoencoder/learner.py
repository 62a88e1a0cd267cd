"""Learning to give back the input by gradients: the learner of autoencoders.

What the figures mean stands in ``engine.tasks.autoencoder.figures``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from engine.data.dataset import Split
from engine.data.preparation import Preparation
from engine.graph.inference import infer
from engine.graph.output_activation import Endings
from engine.graph.parts import code_node
from engine.graph.targets import Target, TargetKind
from engine.tasks.autoencoder import figures
from engine.tasks.autoencoder.objective import ReconstructionObjective, link_named
from engine.tasks.autoencoder.reconstructor import Reconstructor
from engine.tasks.autoencoder.rows import HELD_OUT, Corruption, ReconstructionLoader
from engine.tasks.picture_changes import picture_changes
from engine.tasks.queries import LearnedNetwork
from engine.tasks.setup import Reader, Setup, TaskError
from engine.training import evaluation, random
from engine.training.batches import BatchLoader
from engine.training.checkpoint import LearnerState, PackedMemory
from engine.training.gradient_learner import GradientLearner
from engine.training.learner import Learner
from engine.training.loss_settings import resolve
from engine.training.losses import loss_function
from engine.training.saved_values import Number, SavedValueError
from engine.training.state import Progress, StateError

_LIVE = ("noise", "masking")
"""The settings of the corruption, which may change while a run goes on."""


def make_learner(setup: Setup) -> Learner:
    """The learner of a drawing that gives back its input. Raises TaskError, DataError and OptimizerError."""
    return AutoencoderLearner(setup)


def reader(target: Target, endings: Endings, preparation: Preparation | None) -> Reader:
    """What is given back, N×…, as prepared."""
    return ReconstructionObjective(_no_loss, link_named(preparation.link if preparation else "")).given_back


def generator(network: LearnedNetwork) -> Reconstructor:
    """A trained network, ready to give back samples. Raises WeightsError and BuildError."""
    return Reconstructor(network)


def final_figures(setup: Setup) -> dict[str, Any]:
    """The verdict on the test rows of what the module has learned; empty where there are none."""
    return dict(AutoencoderLearner(setup).verdict().figures)


def _no_loss(_outputs: Tensor, _targets: Tensor) -> Tensor:
    raise RuntimeError("nothing is learned here")


class AutoencoderLearner(GradientLearner):
    """A learner by gradients whose targets are its inputs, which may be corrupted before the network is given them.

    Validation is judged under the same corruption, with the same random numbers after every epoch.
    """

    def __init__(self, setup: Setup) -> None:
        data, recipe, preparation = setup.dataset, setup.recipe, setup.preparation
        try:
            settings = resolve(recipe.loss, TargetKind.INPUT)
        except ValueError as error:
            raise TaskError(str(error)) from None
        self.corruption = Corruption(recipe.task.noise, recipe.task.masking)
        changes = picture_changes(recipe, data, preparation, setup.device)

        def loader(split: Split) -> ReconstructionLoader:
            return ReconstructionLoader(
                split.inputs,
                setup.device,
                shift=preparation.input_shift,
                scale=preparation.input_scale,
                augment=changes if split is data.train else None,
                corruption=self.corruption,
            )

        self._rows = loader(data.train)
        validation, test = loader(data.validation), loader(data.test)
        objective = ReconstructionObjective(loss_function(settings, device=setup.device), link_named(preparation.link))
        super().__init__(
            setup.module,
            objective,
            recipe,
            self._rows,
            validation if validation.rows else None,
            test if test.rows else None,
        )
        self._given_back = objective.given_back
        facts = infer(setup.graph, data.schema.signature().at_work())
        code = code_node(facts)
        self._latent_units = None if code is None else facts.shapes[code].count

    # Going on

    def save(self) -> LearnerState:
        """What the gradients need, and the noise in force with that of the recipe it came from."""
        state = super().save()
        task = self.recipe.task
        noise = {name: getattr(self.corruption, name) for name in _LIVE}
        noise |= {f"recipe_{name}": getattr(task, name) for name in _LIVE}
        return LearnerState({**state.values, **noise}, state.memory)

    def load(self, progress: Progress, memory: PackedMemory) -> None:
        """Go on where ``save`` was called. Raises StateError."""
        saved = _noise_of(progress.learner)
        super().load(progress, memory)
        for name in _LIVE:
            if saved[f"recipe_{name}"] == getattr(self.recipe.task, name):
                self._corrupt(name, saved[name])

    def set(self, path: str, value: float) -> None:
        """From here on another learning rate, noise or masking."""
        name = path.removeprefix("task.")
        if name != path and name in _LIVE:
            self._corrupt(name, value)
        else:
            super().set(path, value)

    def _corrupt(self, name: str, value: float) -> None:
        self.corruption = self._rows.corruption = self.corruption.with_setting(name, value)

    # Judging

    def measured(self, rows: BatchLoader, between: Callable[[], None] = lambda: None) -> tuple[float, float]:
        """The mean loss and absolute error of rows, corrupted as those of training are; some at a time."""
        module = self.module
        training, loss, error, count = module.training, 0.0, 0.0, 0
        module.eval()
        try:
            with torch.no_grad():
                for number, (inputs, targets) in enumerate(rows.in_order(evaluation.ROWS)):
                    between()
                    outputs = module(self._corrupted(inputs, number)).float()
                    loss += float(self.objective.loss(outputs, targets)) * len(targets)
                    error += float(self.objective.measure(outputs, targets))
                    count += len(targets)
        finally:
            module.train(training)
        return loss / count, error / count

    def _corrupted(self, inputs: Tensor, number: int) -> Tensor:
        """The part of that number of rows that are judged, with the same noise each time."""
        return self.corruption.of(inputs, random.generator(self.recipe.seed, HELD_OUT, number))

    def figures(self, test: BatchLoader) -> dict[str, Any]:
        module = self.module
        training = module.training
        module.eval()
        try:
            with torch.no_grad():
                loss, _ = self.measured(test)
                found = figures.final(
                    self._rows,
                    test,
                    lambda inputs: self._given_back(module(inputs).float()),
                    self._corrupted if self.corruption.changes else None,
                    self._latent_units,
                    self.recipe.seed,
                )
        finally:
            module.train(training)
        return {"test_loss": loss if math.isfinite(loss) else None, **found}

    def floor(self) -> Mapping[str, Any]:
        """floor_mae: the mean absolute error of always giving the mean of the training samples."""
        return {"floor_mae": figures.of_mean(self._rows, self.validation or self._rows).mae}


def _noise_of(values: Mapping[str, Any]) -> dict[str, float]:
    """The saved settings of the corruption. Raises StateError."""
    found: dict[str, float] = {}
    for name in (*_LIVE, *(f"recipe_{one}" for one in _LIVE)):
        if name not in values:
            raise StateError(f"The saved training lacks {name!r}; train again from the weights.")
        try:
            value = Number(low=0.0).check(values[name], f'"{name}"')
        except SavedValueError as error:
            raise StateError(f"The saved training is damaged: {error}.") from None
        assert value is not None
        found[name] = float(value)
    return found
