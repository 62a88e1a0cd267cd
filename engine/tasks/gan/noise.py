"""The random numbers of a GAN: streams of their own, so that nothing of them has to be saved to go on exactly."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.training import random

TRAINING, MIXING, SAMPLES, VERDICT = 101, 102, 103, 104
"""What the numbers of a stream are for (``engine.training.random.mixed``): noise to learn from, places between real and
generated samples, noise of samples that are asked for, noise of those that are judged."""


def noise(sizes: Sequence[int], count: int, seed: int, purpose: int, number: int = 0) -> tuple[Tensor, ...]:
    """Normal noise for ``count`` samples: one tensor, count × size, for each of ``sizes``.

    The first samples do not depend on how many there are.
    """
    generator = random.generator(seed, purpose, number)
    # Torch fills sixteen at a time: only whole sixteens begin alike, however many follow.
    drawn = torch.randn((-(-count // 16) * 16, sum(sizes)), generator=generator)[:count]
    return drawn.split(list(sizes), dim=1)
