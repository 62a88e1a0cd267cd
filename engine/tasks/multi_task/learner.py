"""Learning several targets at once, by gradients: one network, a loss for each goal block, their weighted sum."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.graph.inference import infer
from engine.graph.output_activation import Endings, output_activations
from engine.graph.targets import SeveralTargets, Target, TargetKind
from engine.tasks.multi_task.objective import SeveralObjectives
from engine.tasks.setup import Reader, Setup
from engine.tasks.supervised import learner_of, loader
from engine.tasks.supervised_objective import SupervisedObjective
from engine.tasks.supervised_targets import task_for
from engine.training import evaluation
from engine.training.learner import Learner
from engine.training.loss_settings import LossSettings
from engine.training.recipe import Recipe


def make_learner(setup: Setup) -> Learner:
    """The learner for a drawing on a dataset. Raises TaskError, DataError and OptimizerError."""
    return learner_of(setup, _objective(setup))


def reader(target: Target, endings: Endings, preparation: Preparation | None) -> Reader:
    """The answers of all goals side by side: probabilities as the drawing ends, and values in their own units."""
    assert isinstance(target, SeveralTargets)
    each = _objectives(target, endings, preparation, [LossSettings()] * len(target.each))
    objective = SeveralObjectives(target, each, [1.0] * len(target.each))
    places = target.answer_places
    shifts = preparation.target_shift if preparation is not None else ()

    def read(outputs: Tensor) -> Tensor:
        answers = objective.predict(outputs)
        for at, (one, place) in enumerate(zip(target.each, places, strict=True)):
            if one.kind is TargetKind.VALUES and shifts and preparation is not None:
                answers[:, place] = answers[:, place] * preparation.target_scale[at] + shifts[at]
        return answers

    return read


def final_figures(setup: Setup) -> dict[str, Any]:
    """The verdict on the test rows; empty where there are none."""
    if not len(setup.dataset.test):
        return {}
    objective = _objective(setup)
    learned = objective.target_tensor(setup.preparation.targets(setup.dataset.train.targets))
    return evaluation.final_figures(setup.module, objective, loader(setup, setup.dataset.test, objective), learned)


def _objective(setup: Setup) -> SeveralObjectives:
    """What is learned, with the losses and weights of the goal blocks. Raises TaskError."""
    target = setup.dataset.schema.target
    assert isinstance(target, SeveralTargets)
    facts = infer(setup.graph, setup.dataset.schema.signature())
    losses, weights = settings_of(setup.graph, target)
    classes = setup.dataset.train.targets
    counts = [
        () if one.kind is TargetKind.VALUES else _counts(classes[:, at], one) for at, one in enumerate(target.each)
    ]
    each = _objectives(target, output_activations(facts), setup.preparation, losses, counts, setup.device)
    return SeveralObjectives(target, each, weights)


def settings_of(graph: Graph, target: Target) -> tuple[list[LossSettings], list[float]]:
    """The loss and the weight of each goal, as its goal block says."""
    blocks = {node.params.goal: node.params for node in reversed(graph.outputs)}
    return [LossSettings(blocks[name].loss) for name in target.goals], [blocks[name].weight for name in target.goals]


def _counts(classes: np.ndarray[Any, Any], target: Target) -> tuple[int, ...]:
    found = np.bincount(classes.astype(np.int64), minlength=max(2, target.size))
    return tuple(found.tolist())


def _objectives(
    target: SeveralTargets,
    endings: Endings,
    preparation: Preparation | None,
    losses: list[LossSettings],
    counts: list[tuple[int, ...]] | None = None,
    device: torch.device | str = "cpu",
) -> list[SupervisedObjective]:
    found = []
    for at, one in enumerate(target.each):
        recipe = Recipe(loss=losses[at])
        own = None if preparation is None else preparation.of_target(at)
        rows = () if counts is None else counts[at]
        found.append(task_for(one, recipe, counts=rows, ending=endings[at], preparation=own, device=device))
    return found
