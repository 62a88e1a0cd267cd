"""Which task a recipe and a kind of answer make."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from engine.data.preparation import Preparation
from engine.graph.output_activation import PLAIN
from engine.graph.signature import Answer
from engine.tasks.classification import OneOfMany, YesNo
from engine.tasks.regression import Regression
from engine.tasks.task import Task, TaskError
from engine.training.losses import loss_function, resolve
from engine.training.recipe import Recipe


def task_for(
    answer: Answer,
    recipe: Recipe,
    *,
    counts: Sequence[int] = (),
    ending: str = PLAIN,
    preparation: Preparation | None = None,
    device: torch.device | str = "cpu",
) -> Task:
    """The task for ``answer``: its loss from the recipe, its predictions read according to ``ending``.

    ``counts`` are the training rows of each class (of no and yes), for balanced class weights; ``preparation`` tells
    the units of values. Raises TaskError when the recipe's task or loss does not fit the answers.
    """
    fitting = "regression" if answer.kind == "values" else "classification"
    if recipe.task not in ("auto", fitting):
        raise TaskError(
            f"The task is set to {recipe.task}, but this dataset needs {fitting}. Set the task to automatic."
        )
    try:
        settings = resolve(recipe.loss, answer.kind)
    except ValueError as error:
        raise TaskError(str(error)) from None
    loss = loss_function(settings, counts, device)
    if answer.kind == "classes":
        return OneOfMany(answer, loss, ending)
    if answer.kind == "yes-no":
        return YesNo(answer, loss, ending)
    shift, scale = (preparation.answer_shift, preparation.answer_scale) if preparation else ((), ())
    return Regression(answer, loss, ending, shift, scale).to(torch.device(device))
