"""What augmentation makes of one picture, to look at."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.augmentation.applying import AugmentationSettings, active, augment, drawn_seed, random_of
from engine.data.augmentation.steps import blended


def variants(
    picture: NDArray[np.uint8],
    others: NDArray[np.uint8],
    settings: AugmentationSettings,
    seed: int,
    count: int = 12,
    white: float = 255.0,
) -> NDArray[np.uint8]:
    """``count`` random changes of a picture, uint8 count×C×H×W.

    ``picture`` is C×H×W, ``others`` are M×C×H×W that it may be mixed with, one at least. The same ``seed`` gives the
    same random numbers, so that only what is set otherwise looks otherwise. ``white`` is the raw value of white.
    """
    generator = torch.Generator().manual_seed(seed)
    images = torch.from_numpy(np.repeat(picture[None], count, axis=0)).float()
    images = augment(images, settings, generator, fill=0.0, white=white)
    mixed = [(change, arguments) for change, arguments in active(settings) if change.mixes]
    start = drawn_seed(generator)
    for change, arguments in mixed:
        random = random_of(start, change)
        which = torch.randint(len(others), (count,), generator=random)
        partners = torch.from_numpy(others).float()[which]
        # In training all of a batch is mixed in one way; to look at, each in its own.
        each = [blended(images[i, None], partners[i, None], random, **arguments)[0] for i in range(count)]
        images = torch.cat(each)
    return images.round().clamp(0, 255).to(torch.uint8).numpy()
