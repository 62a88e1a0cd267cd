"""Random small changes to the pictures of a batch, made anew every time a picture is shown.

A network that never sees the same picture twice learns the shape and not the pixels. Runs where the batch lies, with
one random draw for each number a picture needs, so it costs little beside a training step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from engine.data.augmentation import steps
from engine.data.augmentation.changes import AFFINE, CHANGES, ImageChange
from engine.graph.parameters import Params

MOVED = steps.moved.__name__
"""The change that moves images, whose first random numbers are drawn from the generator of the batch itself."""


class AugmentationSettings(Protocol):
    """What is read of the recipe's augmentation settings."""

    @property
    def kind(self) -> str: ...
    @property
    def values(self) -> Params: ...


def augment(
    batch: Tensor,
    settings: AugmentationSettings,
    generator: torch.Generator,
    *,
    fill: float | Tensor = 0.0,
    white: float | Tensor = 1.0,
) -> Tensor:
    """Change every picture of a batch by its own random amounts.

    Args:
        batch: N×C×H×W, floating point, already prepared (scaled or standardised).
        settings: `kind` "none" gives the batch back as it is; "affine" draws, evenly and for each picture, a rotation
            within ±`rotation` degrees, a scale within 1 ± `scale`, a slant within ±`shear` degrees, and moves to the
            side and up or down within ±`shift` pixels; and it makes all else of `changes.CHANGES` that is more than 0,
            but for what mixes samples (see `mix`).
        generator: the source of the random numbers, on the CPU.
        fill: black after preparation, which comes into view from outside the picture. One number, or one a channel.
        white: white after preparation, alike.

    Returns:
        N×C×H×W, same type and device. The same generator state gives the same pictures.

    Raises:
        ValueError: if the batch is not N×C×H×W of floating point, or the kind is unknown.
    """
    if settings.kind == "none":
        return batch
    if settings.kind != "affine":
        raise ValueError(f"The augmentation must be none or affine, but it is {settings.kind!r}.")
    if batch.dim() != 4 or not batch.is_floating_point():
        raise ValueError(
            f"Only images (N×C×H×W, floating point) can be augmented, but the batch is "
            f"{'×'.join(str(size) for size in batch.shape)} of {str(batch.dtype).removeprefix('torch.')}."
        )
    if batch.shape[0] == 0:
        return batch
    draws = affine_draws(batch, generator)
    black = _of_channels(batch, fill)
    if only_affine(settings):
        grid = affine_places(batch, settings.values, draws).to(batch.device, batch.dtype)
        # The sampler fills with zeros: sample the difference to the background.
        return functional.grid_sample(batch - black, grid, align_corners=False) + black
    seed = drawn_seed(generator)
    # From black to white is 0 to 1 for the changes.
    span = _of_channels(batch, white) - black
    images = (batch - black) / span
    for change, arguments in active(settings):
        if not change.mixes:
            given = (images, draws) if change.step == MOVED else (images,)
            images = getattr(steps, change.step)(*given, random_of(seed, change), **arguments)
    return images * span + black


def mix(
    batch: Tensor, targets: Tensor, settings: AugmentationSettings, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Mix samples with one another, as `mixup` and `cutmix` are set.

    Args:
        batch: N×C×H×W.
        targets: floating point, N or N×classes: probabilities.
        settings: as `augment` takes them.
        generator: the source of the random numbers, on the CPU.

    Returns:
        Both, mixed alike; as they are where nothing is to be mixed.
    """
    seed = drawn_seed(generator)
    for change, arguments in active(settings):
        if change.mixes:
            batch, targets = getattr(steps, change.step)(batch, targets, random_of(seed, change), **arguments)
    return batch, targets


def active(settings: AugmentationSettings) -> Iterator[tuple[ImageChange, dict[str, Any]]]:
    """The changes that do something, each with what its step is given."""
    for change in CHANGES:
        arguments = change.arguments(settings.values)
        if arguments:
            yield change, arguments


def only_affine(settings: AugmentationSettings) -> bool:
    """Whether images are no more than rotated, scaled, shifted and sheared.

    That is all there was at first: it is done as it was then, so that such runs go on bit for bit.
    """
    first = {parameter.name for parameter in AFFINE}
    return all(change.mixes or arguments.keys() <= first for change, arguments in active(settings))


def drawn_seed(generator: torch.Generator) -> int:
    """Where the random numbers of a batch start; drawn on the CPU."""
    return int(torch.randint(2**62, (), generator=generator))


def random_of(seed: int, change: ImageChange) -> torch.Generator:
    """The random numbers of one change, so that changing one setting leaves the others' as they were."""
    return torch.Generator().manual_seed(seed + change.number)


def affine_draws(batch: Tensor, generator: torch.Generator) -> Tensor:
    """The random numbers of rotation, scale, shear and shift to both sides, 5×N, from -1 to 1."""
    # Always five draws, so that changing one setting leaves the others' random numbers as they were.
    return torch.rand((5, len(batch)), generator=generator) * 2 - 1


def affine_places(batch: Tensor, values: Params, draws: Tensor) -> Tensor:
    """Where each pixel of the results looks in its picture, N×H×W×2, from -1 to 1, where pictures are only moved."""
    height, width = batch.shape[2:]
    matrices = steps.turned(draws, height, width, values.rotation, values.scale, values.shift, values.shear)
    return functional.affine_grid(matrices, list(batch.shape), align_corners=False)


def _of_channels(batch: Tensor, value: float | Tensor) -> Tensor:
    return torch.as_tensor(value, dtype=batch.dtype, device=batch.device).reshape(1, -1, 1, 1)
