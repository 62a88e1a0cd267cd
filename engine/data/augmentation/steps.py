"""What augmentation does to images, step by step: run in training, and copied as it stands into an exported training.

Every function works by itself, with torch alone, and its lines are as short as those of the files it is copied into.
Images are N×C×H×W, floating point, from 0 (black) to 1 (white); ``random`` is a generator on the CPU.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F


def turned(
    draws: torch.Tensor,
    height: int,
    width: int,
    rotation: float,
    scale: float,
    shift: float,
    shear: float,
) -> torch.Tensor:
    """Matrices N×2×3 from a place in the result to the place to look at, -1 to 1."""
    angle = torch.deg2rad(draws[0] * rotation)
    shrink = 1.0 / (1.0 + draws[1] * min(scale, 0.95))
    slant = torch.tan(torch.deg2rad(draws[2] * min(shear, 80.0)))
    right = draws[3] * shift * 2.0 / width
    down = draws[4] * shift * 2.0 / height
    cos, sin = torch.cos(angle) * shrink, torch.sin(angle) * shrink
    stretch = height / width  # turning must not squeeze images that are not square
    first = torch.stack((cos, (slant * cos - sin) * stretch), dim=1)
    second = torch.stack((sin / stretch, slant * sin + cos), dim=1)
    turn = torch.stack((first, second), dim=1)
    # The image is moved last: neither scale nor slant make the way longer.
    move = turn @ torch.stack((right, down), dim=1).unsqueeze(2)
    return torch.cat((turn, move), dim=2).to(torch.float32)


def places(
    draws: torch.Tensor,
    shape: torch.Size,
    random: torch.Generator,
    rotation: float = 0.0,
    scale: float = 0.0,
    shift: float = 0.0,
    shear: float = 0.0,
    crop: float = 0.0,
    horizontal_flip: float = 0.0,
    vertical_flip: float = 0.0,
    elastic: float = 0.0,
) -> torch.Tensor:
    """Where each pixel of the results looks in its image: N×H×W×2, from -1 to 1."""
    count, _, height, width = shape
    matrices = turned(draws, height, width, rotation, scale, shift, shear)
    grid = F.affine_grid(matrices, [count, 1, height, width], align_corners=False)
    more = torch.rand((5, count), generator=random)
    if elastic:
        coarse = torch.rand((count, 2, 6, 6), generator=random) * 2 - 1
        smooth = F.interpolate(coarse, (height, width), mode="bicubic").clamp(-1, 1)
        pixel = torch.tensor([2.0 / width, 2.0 / height])
        grid = grid + smooth.permute(0, 2, 3, 1) * (elastic * pixel)
    # A part of the image as large as 1 - crop at least, then mirrored.
    part = (1.0 - more[0] * crop).unsqueeze(1)
    free = more[1:3].T * 2 - 1
    flips = torch.tensor([horizontal_flip, vertical_flip])
    mirror = 1.0 - 2.0 * (more[3:].T - flips < 0)
    size, middle = mirror * part, free * (1.0 - part)
    return grid * size.reshape(-1, 1, 1, 2) + middle.reshape(-1, 1, 1, 2)


def moved(
    images: torch.Tensor,
    draws: torch.Tensor,
    random: torch.Generator,
    outside: str = "zeros",
    **settings: float,
) -> torch.Tensor:
    """Images turned, scaled, shifted, sheared, cropped, mirrored and bent."""
    grid = places(draws, images.shape, random, **settings)
    grid = grid.to(images.device, images.dtype)
    return F.grid_sample(images, grid, padding_mode=outside, align_corners=False)


def lit(
    images: torch.Tensor,
    random: torch.Generator,
    brightness: float = 0.0,
    contrast: float = 0.0,
) -> torch.Tensor:
    """Images with another brightness and another contrast."""
    draws = torch.rand((2, len(images)), generator=random) * 2 - 1
    draws = draws.to(images.device, images.dtype).reshape(2, -1, 1, 1, 1)
    images = images * (1 + brightness * draws[0])
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return torch.lerp(mean, images, 1 + contrast * draws[1]).clamp(0, 1)


def coloured(
    images: torch.Tensor,
    random: torch.Generator,
    saturation: float = 0.0,
    hue: float = 0.0,
) -> torch.Tensor:
    """Images with other colours: hue is an angle; brightness stays. Grey ones stay."""
    count, channels, height, width = images.shape
    if channels != 3:
        return images
    draws = torch.rand((2, count), generator=random) * 2 - 1
    angle = torch.deg2rad(draws[1] * hue)
    strength = 1 + draws[0] * saturation
    cos, sin = torch.cos(angle) * strength, torch.sin(angle) * strength
    zero, one = torch.zeros(count), torch.ones(count)
    turn = torch.stack((one, zero, zero, zero, cos, -sin, zero, sin, cos), dim=1)
    # Brightness and the two axes of colour, as in analogue television (YIQ).
    luma = [0.299, 0.587, 0.114]
    to = torch.tensor([luma, [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])
    change = torch.linalg.inv(to) @ turn.reshape(-1, 3, 3) @ to
    change = change.to(images.device, images.dtype)
    flat = torch.bmm(change, images.reshape(count, 3, height * width))
    return flat.reshape(count, 3, height, width).clamp(0, 1)


def blurred(
    images: torch.Tensor, random: torch.Generator, blur: float = 0.0
) -> torch.Tensor:
    """Images blurred by a Gaussian of up to ``blur`` pixels."""
    draws = torch.rand(len(images), generator=random).to(images.device, images.dtype)
    width = (draws * blur).clamp(min=1e-3).reshape(-1, 1)
    reach = max(1, round(2.5 * blur))
    offsets = torch.arange(-reach, reach + 1, device=images.device)
    weights = torch.exp(-(offsets**2) / (2 * width**2))
    weights = weights / weights.sum(dim=1, keepdim=True)
    for axis in (2, 3):
        sides = (0, 0, reach, reach) if axis == 2 else (reach, reach, 0, 0)
        wide, size = F.pad(images, sides, mode="replicate"), images.shape[axis]
        parts = [
            weights[:, number].reshape(-1, 1, 1, 1) * wide.narrow(axis, number, size)
            for number in range(2 * reach + 1)
        ]
        images = torch.stack(parts).sum(dim=0)
    return images


def noisy(
    images: torch.Tensor, random: torch.Generator, noise: float = 0.0
) -> torch.Tensor:
    """Images with Gaussian noise of the standard deviation ``noise``."""
    drawn = torch.randn(images.shape, generator=random)
    return (images + noise * drawn.to(images.device, images.dtype)).clamp(0, 1)


def erased(
    images: torch.Tensor, random: torch.Generator, erasing: float = 0.0
) -> torch.Tensor:
    """Images with a rectangle in their mean colour, its sides up to ``erasing``."""
    draws = torch.rand((4, len(images)), generator=random).to(images.device)
    inside = []
    for axis, (side, place) in enumerate(((draws[0], draws[1]), (draws[2], draws[3]))):
        size = images.shape[2 + axis]
        length = (side * erasing * (size + 1)).floor().clamp(max=size).reshape(-1, 1)
        first = (place.reshape(-1, 1) * (size - length + 1)).floor()
        at = torch.arange(size, device=images.device)
        inside.append((at >= first) & (at < first + length))
    hole = (inside[0].unsqueeze(2) & inside[1].unsqueeze(1)).unsqueeze(1)
    return torch.where(hole, images.mean(dim=(2, 3), keepdim=True), images)


def blended(
    images: torch.Tensor,
    others: torch.Tensor,
    random: torch.Generator,
    mixup: float = 0.0,
    cutmix: float = 0.0,
) -> tuple[torch.Tensor, float]:
    """Images mixed with others, or a rectangle of others in them; the part that stays.

    H. Zhang and others, "mixup: Beyond Empirical Risk Minimization", ICLR 2018;
    S. Yun and others, "CutMix", ICCV 2019.
    """
    start = torch.rand(4, generator=random, dtype=torch.float64)
    cuts = cutmix > 0 and (mixup == 0 or bool(start[0] < 0.5))
    power = 1 / max(cutmix if cuts else mixup, 0.05)
    while True:  # a draw from Beta(1 / power, 1 / power) by M. Jöhnk's method
        one, other = torch.rand(2, generator=random, dtype=torch.float64) ** power
        if 0 < one + other <= 1:
            break
    kept = float(one / (one + other))
    if not cuts:
        return torch.lerp(others, images, kept), kept
    height, width = images.shape[2:]
    part = (1 - kept) ** 0.5
    rows, columns = round(height * part), round(width * part)
    top = int(start[1] * (height - rows + 1))
    left = int(start[2] * (width - columns + 1))
    images = images.clone()
    inside = (..., slice(top, top + rows), slice(left, left + columns))
    images[inside] = others[inside]
    return images, 1 - rows * columns / (height * width)


def mixed(
    images: torch.Tensor,
    targets: torch.Tensor,
    random: torch.Generator,
    **settings: float,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Images mixed with others of their batch, and their targets mixed alike."""
    other = torch.randperm(len(images), generator=random).to(images.device)
    images, kept = blended(images, images[other], random, **settings)
    return images, torch.lerp(targets[other], targets, kept)
