"""The losses as functions of the network's outputs and the prepared answers: their expressions, evaluated once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.graph import losses
from engine.graph.losses.kind import CLASS_WEIGHTS
from engine.network.evaluate import function
from engine.training.loss_settings import LossSettings

Loss = Callable[[Tensor, Tensor], Tensor]


def class_weights(counts: Sequence[int]) -> tuple[float, ...]:
    """Weights that let all classes count the same: rows ÷ (classes × rows of the class); 1 for an absent class."""
    rows = sum(counts)
    return tuple(rows / (len(counts) * count) if count else 1.0 for count in counts)


def is_weighted(settings: LossSettings) -> bool:
    """Whether the classes are to be weighed."""
    return settings.values.get(CLASS_WEIGHTS) == "balanced"


def loss_function(settings: LossSettings, counts: Sequence[int] = (), device: torch.device | str = "cpu") -> Loss:
    """The loss for ``settings`` (not "auto"): (outputs N×outputs, prepared answers) -> the mean over the batch.

    Answers are class numbers N, 0 or 1 N, or values N×K. ``counts`` are the training rows of each class (of no and of
    yes), needed for balanced class weights: the losses of classes say what the mean is then.
    """
    weighted = is_weighted(settings) and len(counts) > 0
    loss = function(losses.kind(settings.kind).expression(settings.values, weighted))
    if not weighted:
        return loss
    weights = torch.tensor(class_weights(counts), dtype=torch.float32, device=device)
    return lambda outputs, answers: loss(outputs, answers, weights)
