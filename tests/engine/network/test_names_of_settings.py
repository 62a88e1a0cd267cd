"""Settings bear the names that torch gives to the same things."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from engine.graph.layers import LayerKind, kinds
from engine.training.optimizer_settings import OptimizerSettings
from engine.training.schedule_settings import ScheduleSettings

OWN = {
    "scale",  # of Hardmax, which torch does not have
    "initialisation",  # of torch.nn.init, chosen by name
    "last_axis",  # of Linear: whether it is used along the last axis
    "slopes",  # of PReLU: one, or one a channel; torch wants their number
    "axis",  # by its meaning; torch's dim is a number
    "over",  # which axes, by their meaning; torch's normalized_shape holds sizes
    "pattern",
    "std",
    "sizes",
    *("columns", "tokens"),  # of Input
    *("goal", "loss", "weight"),  # of Output, as of losses in Keras
    "n_clusters",  # of KMeans, as in scikit-learn
    "size",  # of Noise, as in numpy.random
    "axes",
    "order",  # from 1, without the batch; torch's dims are from 0, with it
    *("left", "right", "top", "bottom"),  # torch's padding is all four
    "output",  # of recurrent layers: the last step or every one
    "causal",  # torch's forward takes a mask
}
"""What no class of torch has, or has as something else."""
OF_RNN = {"nonlinearity"}
"""Torch takes it from its keywords."""
OF_EMBEDDING = {"padding"}
"""Whether token 0 is padding; torch's padding_idx is the number of the token."""
OF_OPTIMIZERS = {
    "learning_rate": "lr",
    "learning_rate_decay": "lr_decay",
    "beta1": "betas",
    "beta2": "betas",
}
"""In full, as in Keras; torch's betas are both in one."""
SCHEDULES = {
    "step": lr_scheduler.StepLR,
    "exponential": lr_scheduler.ExponentialLR,
    "cosine": lr_scheduler.CosineAnnealingLR,
    "one-cycle": lr_scheduler.OneCycleLR,
    "warm-up": lr_scheduler.LinearLR,
    "plateau": lr_scheduler.ReduceLROnPlateau,
}
OF_SCHEDULES = {"floor", "warm_up", "then"}
"""A fraction of the rate where torch wants a rate; epochs that may be broken; what follows."""


def arguments(made: object) -> set[str]:
    """The arguments of a class; of one that only passes them on, those of the class below."""
    classes = inspect.getmro(made) if inspect.isclass(made) else ()
    return {name for one in classes if one is not object for name in inspect.signature(one.__init__).parameters}


@pytest.mark.parametrize("kind", [k for k in kinds().values() if k.parameters], ids=lambda kind: kind.name)
def test_a_setting_of_a_layer_is_called_as_in_torch(kind: LayerKind) -> None:
    module = kind.torch_class.startswith("nn.")
    found = arguments(getattr(nn, kind.torch_class.removeprefix("nn."))) if module else set()
    own = OWN | OF_EMBEDDING if kind.name == "Embedding" else OWN | OF_RNN if kind.name == "RNN" else OWN
    assert {p.name for p in kind.parameters} <= found | own


@pytest.mark.parametrize("kind", OptimizerSettings.KINDS)
def test_a_setting_of_an_optimizer_is_called_as_in_torch(kind: str) -> None:
    found = arguments(getattr(torch.optim, kind))
    assert {OF_OPTIMIZERS.get(p.name, p.name) for p in OptimizerSettings.KINDS[kind]} <= found


@pytest.mark.parametrize("kind", SCHEDULES)
def test_a_setting_of_a_schedule_is_called_as_in_torch(kind: str) -> None:
    assert {p.name for p in ScheduleSettings.KINDS[kind]} - OF_SCHEDULES <= arguments(SCHEDULES[kind])
