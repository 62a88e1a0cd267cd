"""Masks and boxes that move along with their pictures."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from engine.data.augmentation import steps
from engine.data.augmentation.applying import (
    MOVED,
    AugmentationSettings,
    active,
    affine_draws,
    affine_places,
    augment,
    drawn_seed,
    only_affine,
    random_of,
)


@dataclass(frozen=True, eq=False)
class MovedAlong:
    """``images`` N×C×H×W, ``masks`` N×M×H×W and ``boxes`` N×K×4, after the same changes; None: not given."""

    images: Tensor
    masks: Tensor | None = None
    boxes: Tensor | None = None


def augment_with(
    batch: Tensor,
    settings: AugmentationSettings,
    generator: torch.Generator,
    *,
    masks: Tensor | None = None,
    boxes: Tensor | None = None,
    fill: float | Tensor = 0.0,
    white: float | Tensor = 1.0,
) -> MovedAlong:
    """Change images as `augment` does, bit for bit, and move what is drawn in them along.

    Args:
        batch, settings, generator, fill, white: as `augment` takes them.
        masks: N×M×H×W of any type. Each pixel of a moved mask is one of the mask's own values, the nearest; what comes
            into view from outside is 0.
        boxes: N×K×4, left, top, right and bottom in pixels: 0, 0, W, H is the whole image. A moved box holds all pixels
            whose middle was in the box, so it is exact to a pixel; one that has left the image is 0, 0, 0, 0.

    Raises ValueError as `augment` does.
    """
    state = generator.get_state()
    images = augment(batch, settings, generator, fill=fill, white=white)
    if masks is None and boxes is None:
        return MovedAlong(images)
    after = generator.get_state()
    generator.set_state(state)
    grid = _places(batch, settings, generator)
    generator.set_state(after)
    if grid is None:
        return MovedAlong(images, masks, boxes)
    return MovedAlong(
        images,
        None if masks is None else _moved_masks(masks, grid, settings),
        None if boxes is None else _moved_boxes(boxes, grid),
    )


def _places(batch: Tensor, settings: AugmentationSettings, generator: torch.Generator) -> Tensor | None:
    """Where each pixel of the results has looked, N×H×W×2; None where nothing has moved."""
    if settings.kind == "none" or not len(batch):
        return None
    draws = affine_draws(batch, generator)
    if only_affine(settings):
        return affine_places(batch, settings.values, draws).to(batch.device)
    seed = drawn_seed(generator)
    for change, arguments in active(settings):
        if change.step == MOVED:
            placed = {name: value for name, value in arguments.items() if name != "outside"}
            return steps.places(draws, batch.shape, random_of(seed, change), **placed).to(batch.device)
    return None


def _moved_masks(masks: Tensor, grid: Tensor, settings: AugmentationSettings) -> Tensor:
    outside = settings.values.get("outside", "zeros")
    moved = functional.grid_sample(masks.double(), grid.double(), "nearest", outside, align_corners=False)
    return moved.to(masks.dtype)


def _moved_boxes(boxes: Tensor, grid: Tensor) -> Tensor:
    """The bounds of the pixels that have looked into each box."""
    height, width = grid.shape[1:3]
    looked = [(grid[..., axis] + 1) * size / 2 for axis, size in ((0, width), (1, height))]
    left, top, right, bottom = (boxes[..., side, None, None] for side in range(4))
    x, y = (one.unsqueeze(1) for one in looked)
    inside = (x >= left) & (x < right) & (y >= top) & (y < bottom)  # N×K×H×W
    bounds = [_bounds(inside.any(dim=2)), _bounds(inside.any(dim=3))]
    moved = torch.stack((bounds[0][0], bounds[1][0], bounds[0][1], bounds[1][1]), dim=2)
    return moved.to(boxes.dtype)


def _bounds(there: Tensor) -> tuple[Tensor, Tensor]:
    """The first place and the one behind the last where it is true, N×K×size -> N×K each; 0 and 0 where it never is."""
    size, some = there.shape[2], there.any(dim=2)
    first = there.int().argmax(dim=2)
    last = size - there.flip(2).int().argmax(dim=2)
    return first, last * some
