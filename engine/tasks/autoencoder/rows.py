"""The rows of an autoencoder as batches, whose targets are the inputs themselves, and the noise that is added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.training import random
from engine.training.batches import Augment, Batch, BatchLoader

NOISE, HELD_OUT = 41, 42
"""What random numbers are for: the noise of training steps, and that of rows that are only judged."""


@dataclass(frozen=True)
class Corruption:
    """What is done to the inputs: Gaussian noise with the standard deviation ``noise``, then a share ``masking`` (0 to
    1) of the numbers set to 0.

    P. Vincent and others, "Extracting and Composing Robust Features with Denoising Autoencoders", ICML 2008.
    """

    noise: float = 0.0
    masking: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether it does anything."""
        return self.noise > 0 or self.masking > 0

    def with_setting(self, name: str, value: float) -> Corruption:
        """With another value of ``noise`` or ``masking``."""
        return replace(self, **{name: value})

    def of(self, inputs: Tensor, generator: torch.Generator) -> Tensor:
        """Prepared inputs N×…, corrupted; the random numbers are drawn on the CPU."""
        if self.noise > 0:
            drawn = torch.randn(inputs.shape, generator=generator)
            inputs = inputs + self.noise * drawn.to(inputs.device)
        if self.masking > 0:
            kept = torch.rand(inputs.shape, generator=generator) >= self.masking
            inputs = inputs * kept.to(inputs.device)
        return inputs


class ReconstructionLoader(BatchLoader):
    """Rows whose targets are their inputs, prepared. ``corruption`` is done to the inputs of training alone."""

    def __init__(
        self,
        inputs: NDArray[Any],
        device: torch.device,
        *,
        shift: tuple[float, ...] = (),
        scale: tuple[float, ...] = (),
        augment: Augment | None = None,
        corruption: Corruption | None = None,
    ) -> None:
        super().__init__(inputs, torch.zeros(len(inputs)), device, shift=shift, scale=scale, augment=augment)
        self.corruption = corruption or Corruption()

    def take(self, rows: Tensor) -> Batch:
        """Prepared inputs of the rows numbered ``rows``, twice."""
        inputs, _ = super().take(rows)
        return inputs, inputs

    def augmented(self, batch: Batch, seed: int, step: int) -> Batch:
        """Training inputs with the random changes of one step, corrupted, and what they were before that."""
        inputs, _ = super().augmented(batch, seed, step)
        return self.corruption.of(inputs, random.generator(seed, NOISE, step)), inputs

    def in_order(self, size: int) -> Iterator[Batch]:
        """All rows as they come, clean, ``size`` at a time."""
        for inputs, _ in super().in_order(size):
            yield inputs, inputs
