"""The augmentation of a recipe as it is made to the batches of a training, and why it does not fit what is learned."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.data.augmentation.applying import augment, mix
from engine.data.augmentation.changes import mixes
from engine.data.dataset import Dataset, Schema
from engine.data.preparation import Preparation
from engine.graph import losses
from engine.graph.targets import Target, TargetKind
from engine.tasks.setup import TaskError
from engine.training.batches import Augment, Batch
from engine.training.loss_settings import resolve
from engine.training.recipe import Recipe


def picture_changes(recipe: Recipe, dataset: Dataset, preparation: Preparation, device: torch.device) -> Augment | None:
    """The random changes of training pictures, None for none; what comes into view from outside is a raw 0, prepared.

    Raises TaskError for data that is no pictures, and where samples are to be mixed whose targets cannot be.
    """
    if recipe.augmentation.kind == "none":
        return None
    schema = dataset.schema
    need_pictures(recipe, schema)
    shares = _shares(schema.target) if mixes(recipe.augmentation.values) else None
    fill, white = (_prepared(preparation, schema, level).to(device) for level in (0.0, schema.value_range[1]))

    def changed(batch: Batch, generator: torch.Generator) -> Batch:
        images, targets = batch
        images = augment(images, recipe.augmentation, generator, fill=fill, white=white)
        if shares is None:
            return images, targets  # which do not depend on the place
        return mix(images, shares(targets), recipe.augmentation, generator)

    return changed


def need_pictures(recipe: Recipe, schema: Schema) -> None:
    """Raise TaskError where the augmentation does not fit the data, the target or the loss."""
    settings = recipe.augmentation
    if schema.input.rank != 3:
        raise TaskError(
            f"{settings.LABELS[settings.kind]} is for images, and {schema.title} has none. Set augmentation to none."
        )
    if not mixes(settings.values):
        return
    if schema.target.kind not in (TargetKind.CLASSES, TargetKind.YES_NO):
        raise TaskError(
            f"Mixup and CutMix mix the classes of two images, and {schema.title} is not learned as classes. Set mixup "
            "and cutmix to 0."
        )
    try:
        loss = losses.kind(resolve(recipe.loss, schema.target.kind).kind)
    except ValueError as error:
        raise TaskError(str(error)) from None
    if not loss.takes_shares:
        raise TaskError(
            f"Mixup and CutMix need a loss that takes mixed classes, such as cross-entropy, and {loss.words} does not. "
            "Choose another loss, or set mixup and cutmix to 0."
        )


def _shares(target: Target) -> Callable[[Tensor], Tensor]:
    """Targets as the probabilities of the classes: N×classes, or N for yes and no."""
    if target.kind is TargetKind.YES_NO:
        return lambda targets: targets
    return lambda targets: functional.one_hot(targets, target.size).float()


def _prepared(preparation: Preparation, schema: Schema, level: float) -> Tensor:
    """The raw value ``level`` of a pixel as prepared, one number a channel."""
    image = np.full((1, *schema.input.sizes), level, dtype=np.float32)
    return torch.from_numpy(preparation.inputs(image)[0, :, 0, 0].copy())
