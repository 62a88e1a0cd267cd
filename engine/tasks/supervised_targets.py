"""Which objective a target and the loss of a recipe make, for what is learned from samples with targets."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from engine.data.preparation import Preparation
from engine.graph import losses
from engine.graph.output_activation import OutputActivation
from engine.graph.targets import Target, TargetKind
from engine.tasks.classification.objective import ClassesObjective, YesNoObjective
from engine.tasks.multi_label.objective import LabelsObjective
from engine.tasks.regression.objective import Regression
from engine.tasks.setup import TaskError
from engine.tasks.supervised_objective import SupervisedObjective
from engine.training.loss_settings import resolve
from engine.training.losses import loss_function
from engine.training.recipe import Recipe


def task_for(
    target: Target,
    recipe: Recipe,
    *,
    counts: Sequence[int] = (),
    ending: OutputActivation = OutputActivation.PLAIN,
    preparation: Preparation | None = None,
    device: torch.device | str = "cpu",
) -> SupervisedObjective:
    """The task for ``target``: its loss from the recipe, its predictions read according to ``ending``.

    ``counts`` are the training rows of each class (of no and yes), for balanced class weights; ``preparation`` tells
    the units of values and what makes them of the outputs, which without it is what the recipe's loss says. Raises
    TaskError when the recipe's loss does not fit the target.
    """
    try:
        settings = resolve(recipe.loss, target.kind)
    except ValueError as error:
        raise TaskError(str(error)) from None
    loss = loss_function(settings, counts, device)
    if target.kind is TargetKind.CLASSES:
        return ClassesObjective(target, loss, ending)
    if target.kind is TargetKind.YES_NO:
        return YesNoObjective(target, loss, ending)
    if target.kind is TargetKind.LABELS:
        return LabelsObjective(target, loss, ending)
    if preparation is None:
        return Regression(target, loss, ending, link=losses.kind(settings.kind).link).to(torch.device(device))
    shift, scale = preparation.target_shift, preparation.target_scale
    link = losses.LINKS[preparation.link] if preparation.link else None
    return Regression(target, loss, ending, shift, scale, link).to(torch.device(device))
