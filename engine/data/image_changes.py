"""Random changes to the images of a batch beside moving them. Exported code prints their source: they use torch alone.

Images are prepared already. So ``black`` and ``white`` say what 0 and the highest value of a pixel have become: each
N×C×H×W, or of a shape that goes with it. Every image gets changes of its own; the same generator gives the same ones.
"""

from __future__ import annotations

import torch


def flipped(images: torch.Tensor, share: float, generator: torch.Generator, axis: int = 3) -> torch.Tensor:
    """A ``share`` of the images, mirrored: left and right, or with an ``axis`` of 2 top and bottom."""
    drawn = torch.rand((len(images), 1, 1, 1), generator=generator, device=generator.device)
    return torch.where(drawn.to(images.device) < share, images.flip(axis), images)


def relit(
    images: torch.Tensor,
    brightness: float,
    contrast: float,
    saturation: float,
    black: torch.Tensor,
    white: torch.Tensor,
    generator: torch.Generator,
) -> torch.Tensor:
    """Images brighter or darker, with more or less contrast and colour, cut off at black and white.

    Each is drawn evenly within ± its strength: ``brightness`` is added, as a share of the whole range; ``contrast``
    and ``saturation`` multiply what pixels differ from the mean of their image, and from their own grey, by 1 + it.
    """
    drawn = torch.rand((3, len(images), 1, 1, 1), generator=generator, device=generator.device) * 2 - 1
    more, steeper, stronger = drawn.to(device=images.device, dtype=images.dtype)
    grey = images.mean(dim=1, keepdim=True)
    images = grey + (images - grey) * (1 + stronger * saturation)
    middle = images.mean(dim=(1, 2, 3), keepdim=True)
    images = middle + (images - middle) * (1 + steeper * contrast)
    images = images + more * brightness * (white - black)
    return torch.minimum(torch.maximum(images, black), white)


def noisy(
    images: torch.Tensor, strength: float, black: torch.Tensor, white: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    """Images with normal noise on each pixel, whose standard deviation is a share of the whole range."""
    drawn = torch.randn(images.shape, generator=generator, device=generator.device)
    images = images + drawn.to(device=images.device, dtype=images.dtype) * strength * (white - black)
    return torch.minimum(torch.maximum(images, black), white)


def erased(images: torch.Tensor, side: float, black: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Images with a black rectangle somewhere, whose sides are up to the share ``side`` of theirs.

    T. DeVries and G. Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout", 2017.
    """
    count, _, height, width = images.shape
    drawn = torch.rand((4, count, 1), generator=generator, device=generator.device).to(images.device)
    rows = torch.arange(height, device=images.device) + 0.5
    columns = torch.arange(width, device=images.device) + 0.5
    down = (rows - drawn[0] * height).abs() < drawn[2] * side * height / 2
    across = (columns - drawn[1] * width).abs() < drawn[3] * side * width / 2
    inside = down[:, None, :, None] & across[:, None, None, :]
    return torch.where(inside, black.to(images.dtype), images)
