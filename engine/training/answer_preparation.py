"""How the rows of a run are prepared where its loss has a say: the answers, and what the loss demands of them.

Imports no torch.
"""

from __future__ import annotations

import numpy as np

from engine.data.checking import SPLITS, place
from engine.data.dataset import Array, DataError, Dataset, Schema, Split
from engine.data.kinds import PreparationKind
from engine.data.preparation import Preparation
from engine.graph import losses
from engine.graph.losses import LossKind
from engine.graph.targets import TargetKind
from engine.training.loss_settings import chosen, titles
from engine.training.recipe import Recipe

_AT_ONCE = 4_096
"""Rows that are prepared at a time to be looked at."""


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
    gives_back = dataset.schema.target.gives_back_input
    if not gives_back:
        _check_answers(dataset, kind)
    answers = "none" if gives_back else asked_answer_preparation(recipe, target)
    link = "" if kind.link is None else kind.link.name
    fitted = Preparation.fit(dataset, recipe.preparation, answers, link=link)
    if gives_back:
        _check_inputs(dataset, kind, fitted)
    return fitted


def _check_answers(dataset: Dataset, kind: LossKind) -> None:
    """Raise DataError for the first answer of the three splits that the loss cannot learn from."""
    schema: Schema = dataset.schema
    if not _is_bounded(kind) or schema.target.kind not in kind.fits:
        return
    for name in SPLITS:
        split: Split = getattr(dataset, name)
        found = _first_beyond(split.targets, kind)
        if found is not None:
            sample, *at = found
            where = place(schema, name, sample, tuple(at), is_target=True)
            raise DataError(
                f"{where}: {_beyond(float(split.targets[found]), kind)}. Choose {_others(schema, kind)}, or correct "
                "the target."
            )


def _check_inputs(dataset: Dataset, kind: LossKind, preparation: Preparation) -> None:
    """The same for inputs that are to be given back, as the network gets them."""
    schema: Schema = dataset.schema
    if not _is_bounded(kind) or schema.target.kind not in kind.fits:
        return
    for name in SPLITS:
        inputs: Array = getattr(dataset, name).inputs
        for start in range(0, len(inputs), _AT_ONCE):
            prepared = preparation.inputs(inputs[start : start + _AT_ONCE])
            found = _first_beyond(prepared, kind)
            if found is not None:
                sample, *at = found
                where = place(schema, name, start + sample, tuple(at))
                scaled = preparation.input_kind is PreparationKind.SCALE
                advice = "" if scaled else "Set Prepare inputs to scale to 0 … 1, or choose "
                raise DataError(
                    f"{where}, as the network is given it: {_beyond(float(prepared[found]), kind)}. "
                    f"{advice or 'Choose '}{_others(schema, kind)}."
                )


def _is_bounded(kind: LossKind) -> bool:
    return kind.lowest is not None or kind.highest is not None


def _first_beyond(values: Array, kind: LossKind) -> tuple[int, ...] | None:
    """The index of the first of ``values`` that is too low or too high for the loss; None where there is none."""
    exact = values.astype(np.float64)
    beyond = np.zeros(exact.shape, dtype=np.bool_)
    if kind.lowest is not None:
        beyond |= exact < kind.lowest
    if kind.highest is not None:
        beyond |= exact > kind.highest
    found = np.argwhere(beyond)
    return tuple(map(int, found[0])) if len(found) else None


def _beyond(value: float, kind: LossKind) -> str:
    """What is wrong with a value, as a part of a sentence."""
    if kind.highest is not None and value > kind.highest:
        side = f"above {kind.highest:g}"
    else:
        side = f"below {kind.lowest:g}"
    bounds = f"from {kind.lowest:g} to {kind.highest:g}" if kind.highest is not None else f"of {kind.lowest:g} and more"
    return f"{value:g} is {side}, and {kind.words} learns from numbers {bounds} only"


def _others(schema: Schema, kind: LossKind) -> str:
    return titles([fit for fit in losses.fitting(schema.target.kind) if not _is_bounded(fit)])
