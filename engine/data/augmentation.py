"""Random changes to the pictures of a batch, made anew every time a picture is shown.

A network that never sees the same picture twice learns the shape and not the pixels. Runs where the batch lies, with
one random draw for each number a picture needs, so it costs little beside a training step.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from engine.data import image_changes


class ImageChangeSettings(Protocol):
    """What `augment` reads; the recipe's augmentation settings have these."""

    @property
    def kind(self) -> str: ...
    @property
    def rotation(self) -> float: ...
    @property
    def scale(self) -> float: ...
    @property
    def shift(self) -> float: ...
    @property
    def shear(self) -> float: ...
    @property
    def horizontal_flip(self) -> float: ...
    @property
    def vertical_flip(self) -> float: ...
    @property
    def brightness(self) -> float: ...
    @property
    def contrast(self) -> float: ...
    @property
    def saturation(self) -> float: ...
    @property
    def noise(self) -> float: ...
    @property
    def erasing(self) -> float: ...


def augment(
    batch: Tensor,
    settings: ImageChangeSettings,
    generator: torch.Generator,
    *,
    fill: float | Tensor = 0.0,
    white: float | Tensor = 1.0,
) -> Tensor:
    """Change every picture of a batch by its own random amounts: its place and form first, then its light.

    Args:
        batch: N×C×H×W, floating point, already prepared (scaled or standardised).
        settings: `kind` "none" gives the batch back as it is; "affine" draws, evenly and for each picture, a rotation
            within ±`rotation` degrees, a scale within 1 ± `scale`, a slant within ±`shear` degrees, and moves to the
            side and up or down within ±`shift` pixels. The other changes (``image_changes``) draw no random numbers
            where they are 0.
        generator: the source of the random numbers, on the CPU or on the batch's device.
        fill: the value of what comes into view from outside the picture: the background after preparation. One
            number, or one a channel (C).
        white: the same of a pixel's highest value.

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
    black, bright = _level(batch, fill), _level(batch, white)
    batch = _moved(batch, settings, generator, black)
    for share, axis in ((settings.horizontal_flip, 3), (settings.vertical_flip, 2)):
        if share:
            batch = image_changes.flipped(batch, share, generator, axis)
    if settings.brightness or settings.contrast or settings.saturation:
        strengths = (settings.brightness, settings.contrast, settings.saturation)
        batch = image_changes.relit(batch, *strengths, black, bright, generator)
    if settings.noise:
        batch = image_changes.noisy(batch, settings.noise, black, bright, generator)
    return image_changes.erased(batch, settings.erasing, black, generator) if settings.erasing else batch


def _moved(batch: Tensor, settings: ImageChangeSettings, generator: torch.Generator, background: Tensor) -> Tensor:
    grid = functional.affine_grid(_transforms(batch, settings, generator), list(batch.shape), align_corners=False)
    # The sampler fills with zeros: sample the difference to the background.
    moved = functional.grid_sample(batch - background, grid.to(batch.dtype), align_corners=False)
    return moved + background


def _level(batch: Tensor, value: float | Tensor) -> Tensor:
    values = torch.as_tensor(value, dtype=batch.dtype, device=batch.device)
    return values.reshape(1, -1, 1, 1)


def _transforms(batch: Tensor, settings: ImageChangeSettings, generator: torch.Generator) -> Tensor:
    """For each picture the 2×3 matrix that maps a place in the result to the place to look at, in -1 to 1."""
    count, _, height, width = batch.shape
    # Always five draws, so that changing one setting leaves the others' random numbers as they were.
    draws = torch.rand((5, count), generator=generator, device=generator.device).to(batch.device) * 2 - 1
    angle = torch.deg2rad(draws[0] * settings.rotation)
    shrink = 1.0 / (1.0 + draws[1] * min(settings.scale, 0.95))
    slant = torch.tan(torch.deg2rad(draws[2] * min(settings.shear, 80.0)))
    right = draws[3] * settings.shift * 2.0 / width
    down = draws[4] * settings.shift * 2.0 / height
    cos, sin = torch.cos(angle) * shrink, torch.sin(angle) * shrink
    stretch = height / width  # turning must not squeeze pictures that are not square
    turn = torch.stack(
        (
            torch.stack((cos, (slant * cos - sin) * stretch), dim=1),
            torch.stack((sin / stretch, slant * sin + cos), dim=1),
        ),
        dim=1,
    )
    # The picture is moved last: neither scale nor slant make the way longer.
    move = turn @ torch.stack((right, down), dim=1).unsqueeze(2)
    return torch.cat((turn, move), dim=2).to(torch.float32)
