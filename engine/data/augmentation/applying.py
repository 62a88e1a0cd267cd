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
from engine.data.augmentation.changes import CHANGES, Change
from engine.graph.parameters import Params


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
            side and up or down within ±`shift` pixels; "combined" makes all of `changes.CHANGES` that are set to more
            than 0, one after another, but for those that mix samples (see `mix`).
        generator: the source of the random numbers, on the CPU (of "affine" also on the batch's device).
        fill: black after preparation, which comes into view from outside the picture. One number, or one a channel.
        white: white after preparation, alike.

    Returns:
        N×C×H×W, same type and device. The same generator state gives the same pictures.

    Raises:
        ValueError: if the batch is not N×C×H×W of floating point, or the kind is unknown.
    """
    if settings.kind == "none":
        return batch
    if settings.kind not in ("affine", "combined"):
        raise ValueError(f"The augmentation must be none, affine or combined, but it is {settings.kind!r}.")
    if batch.dim() != 4 or not batch.is_floating_point():
        raise ValueError(
            f"Only images (N×C×H×W, floating point) can be augmented, but the batch is "
            f"{'×'.join(str(size) for size in batch.shape)} of {str(batch.dtype).removeprefix('torch.')}."
        )
    if batch.shape[0] == 0:
        return batch
    black = _of_channels(batch, fill)
    if settings.kind == "affine":
        grid = affine_places(batch, settings.values, generator).to(batch.dtype)
        # The sampler fills with zeros: sample the difference to the background.
        return functional.grid_sample(batch - black, grid, align_corners=False) + black
    made = [(change, arguments) for change, arguments in active(settings) if not change.mixes]
    if not made:
        return batch
    seed = drawn_seed(generator)
    # From black to white is 0 to 1 for the changes.
    span = _of_channels(batch, white) - black
    images = (batch - black) / span
    for change, arguments in made:
        images = getattr(steps, change.step)(images, random_of(seed, change), **arguments)
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


def active(settings: AugmentationSettings) -> Iterator[tuple[Change, dict[str, Any]]]:
    """The changes of "combined" that do something, each with what its step is given."""
    for change in CHANGES:
        arguments = change.arguments(settings.values)
        if arguments:
            yield change, arguments


def drawn_seed(generator: torch.Generator) -> int:
    """Where the random numbers of a batch start; drawn on the CPU."""
    return int(torch.randint(2**62, (), generator=generator))


def random_of(seed: int, change: Change) -> torch.Generator:
    """The random numbers of one change, so that changing one setting leaves the others' as they were."""
    return torch.Generator().manual_seed(seed + change.number)


def _of_channels(batch: Tensor, value: float | Tensor) -> Tensor:
    return torch.as_tensor(value, dtype=batch.dtype, device=batch.device).reshape(1, -1, 1, 1)


def affine_places(batch: Tensor, values: Params, generator: torch.Generator) -> Tensor:
    """Where each pixel of the results of "affine" looks in its picture, N×H×W×2, from -1 to 1."""
    count, _, height, width = batch.shape
    # Always five draws, so that changing one setting leaves the others' random numbers as they were.
    draws = torch.rand((5, count), generator=generator, device=generator.device).to(batch.device) * 2 - 1
    matrices = steps.turned(draws, height, width, values.rotation, values.scale, values.shift, values.shear)
    return functional.affine_grid(matrices, list(batch.shape), align_corners=False)
