"""How the rows of a run are prepared where its loss has a say: the answers, and what the loss demands of them.

Imports no torch.
"""

from __future__ import annotations

import numpy as np

from engine.data.checking import SPLITS, place
from engine.data.dataset import DataError, Dataset, Schema, Split
from engine.data.preparation import Preparation
from engine.graph import losses
from engine.graph.losses import LossKind
from engine.graph.targets import TargetKind
from engine.training.loss_settings import chosen, titles
from engine.training.recipe import Recipe


def asked_answer_preparation(recipe: Recipe, target: TargetKind) -> str:
    """What is to be done with the answers; "none" for a loss that must have them as they are."""
    return recipe.answer_preparation if chosen(recipe.loss, target).scales_answers else "none"


def fit_preparation(dataset: Dataset, recipe: Recipe) -> Preparation:
    """Measure the training rows for a run of ``recipe``. Raises DataError, also for answers its loss cannot take."""
    target = dataset.schema.target.kind
    if not losses.fitting(target):
        scaled = any(dataset.schema.target.measured)
        return Preparation.fit(dataset, recipe.preparation, recipe.answer_preparation if scaled else "none")
    kind = chosen(recipe.loss, target)
    _check_answers(dataset, kind)
    answers = asked_answer_preparation(recipe, target)
    link = "" if kind.link is None else kind.link.name
    return Preparation.fit(dataset, recipe.preparation, answers, link=link)


def _check_answers(dataset: Dataset, kind: LossKind) -> None:
    """Raise DataError for the first answer of the three splits that is below what the loss can learn from."""
    schema: Schema = dataset.schema
    if kind.lowest is None or schema.target.kind not in kind.fits:
        return
    for name in SPLITS:
        split: Split = getattr(dataset, name)
        low = np.argwhere(split.targets.astype(np.float64) < kind.lowest)
        if len(low):
            sample, *at = map(int, low[0])
            where = place(schema, name, sample, tuple(at), is_target=True)
            others = titles([fit for fit in losses.fitting(schema.target.kind) if fit.lowest is None])
            raise DataError(
                f"{where}: {split.targets[tuple(low[0])]:g} is below {kind.lowest:g}, and {kind.words} learns from "
                f"numbers of {kind.lowest:g} and more only. Choose {others}, or correct the target."
            )
