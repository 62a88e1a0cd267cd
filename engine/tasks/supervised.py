"""Learning from samples with targets, by gradients: the learner of classification and regression."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.data.checking import SPLITS, place
from engine.data.dataset import DataError, Schema, Split
from engine.data.preparation import Preparation
from engine.graph.inference import infer
from engine.graph.output_activation import Endings, output_activation
from engine.graph.targets import CLASSIFIED, Target, TargetKind
from engine.tasks.picture_changes import picture_changes
from engine.tasks.setup import Reader, Setup
from engine.tasks.supervised_objective import SupervisedObjective
from engine.tasks.supervised_targets import task_for
from engine.training import evaluation
from engine.training.batches import Augment, BatchLoader
from engine.training.gradient_learner import GradientLearner
from engine.training.learner import Learner
from engine.training.recipe import Recipe


def make_learner(setup: Setup) -> Learner:
    """The learner for a drawing on a dataset. Raises TaskError, DataError and OptimizerError."""
    return learner_of(setup, _objective(setup))


class RowsObjective(Protocol):
    """What rows need to know of an objective: how their prepared targets are given to it."""

    def target_tensor(self, targets: NDArray[Any]) -> Tensor:
        """Prepared targets of a split as a tensor that the loss takes."""


def learner_of(setup: Setup, objective: Any) -> Learner:
    """The learner by gradients of the rows of a dataset, with this objective. Raises DataError and OptimizerError."""
    recipe, data = setup.recipe, setup.dataset
    changes = picture_changes(recipe, data, setup.preparation, setup.device)
    train, validation, test = (
        loader(setup, split, objective, changes if split is data.train else None)
        for split in (data.train, data.validation, data.test)
    )
    for name, rows in zip(SPLITS, (train, validation, test), strict=True):
        _need_finite(data.schema, name, rows)
    return GradientLearner(
        setup.module,
        objective,
        recipe,
        train,
        validation if validation.rows else None,
        test if test.rows else None,
    )


def reader(target: Target, endings: Endings, preparation: Preparation | None) -> Reader:
    """Probabilities or values, as the drawing ends and as the run was prepared."""
    return task_for(target, Recipe(), ending=endings[0], preparation=preparation).predict


def final_figures(setup: Setup) -> dict[str, Any]:
    """The verdict on the test rows; empty where there are none."""
    if not len(setup.dataset.test):
        return {}
    objective = _objective(setup)
    learned = objective.target_tensor(setup.preparation.targets(setup.dataset.train.targets))
    return evaluation.final_figures(setup.module, objective, loader(setup, setup.dataset.test, objective), learned)


def _objective(setup: Setup) -> SupervisedObjective:
    """What is learned, with the loss of the recipe. Raises TaskError."""
    dataset, target = setup.dataset, setup.dataset.schema.target
    counts: tuple[int, ...] = ()
    if target.kind in CLASSIFIED:
        classes = dataset.train.targets.astype(np.int64).reshape(-1)
        counts = tuple(np.bincount(classes, minlength=2 if target.kind is TargetKind.YES_NO else target.size).tolist())
    end = output_activation(infer(setup.graph, dataset.schema.signature()))
    return task_for(target, setup.recipe, counts=counts, ending=end, preparation=setup.preparation, device=setup.device)


def loader(setup: Setup, split: Split, objective: RowsObjective, augment: Augment | None = None) -> BatchLoader:
    """The prepared rows of a split."""
    preparation = setup.preparation
    targets = objective.target_tensor(preparation.targets(split.targets))
    return BatchLoader(
        split.inputs,
        targets,
        setup.device,
        shift=preparation.input_shift,
        scale=preparation.input_scale,
        augment=augment,
        tokens=setup.dataset.schema.input.is_tokens,
    )


def _need_finite(schema: Schema, split: str, feed: BatchLoader) -> None:
    """Raise DataError where preparing has made a sound number infinite."""
    for is_target in (False, True):
        found = feed.first_infinite(is_target=is_target)
        if found is not None:
            sample, *at = found
            raise DataError(
                f"{place(schema, split, sample, tuple(at), is_target=is_target)}: the number is too large once it is "
                "prepared: it lies too far from those of the training samples. Correct it, leave the sample out, or "
                f"set {'Prepare targets' if is_target else 'Prepare inputs'} to none."
            )
